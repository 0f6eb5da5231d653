using System.ComponentModel.DataAnnotations;
using Microsoft.DurableTask;
using Microsoft.DurableTask.Client;
using Shop.Common;
using Shop.Orders;
using Shop.Shipping;

namespace Shop.Checkout;

/// <summary>What a courier says it collected.</summary>
/// <param name="Reference">Of the courier's transfer, as the bank's statement names it.</param>
public sealed record Remittance([property: StringLength(100, MinimumLength = 1)] string Reference, [property: MinLength(1), MaxLength(500)] IReadOnlyList<RemittedParcel> Parcels);

/// <param name="ShipmentId">The reference under which the parcel was booked.</param>
/// <param name="Amount">What was collected for it.</param>
public sealed record RemittedParcel([property: StringLength(100, MinimumLength = 1)] string ShipmentId, Money Amount);

public enum RemittedStatus
{
    /// <summary>It is written down with its order.</summary>
    Taken,

    /// <summary>It was written down before.</summary>
    Repeated,

    /// <summary>No parcel of an order that is paid at the door has this reference.</summary>
    Unknown,

    /// <summary>Another amount was to be collected; somebody has to ask the courier.</summary>
    AnotherAmount,

    /// <summary>By what its courier told, the parcel was not handed over.</summary>
    NotDelivered,
}

/// <param name="Expected">What was to be collected; <c>null</c> for unknown parcels.</param>
public sealed record RemittedParcelResult(string ShipmentId, RemittedStatus Status, Money? Expected);

public sealed record RemittanceResult(string Reference, IReadOnlyList<RemittedParcelResult> Parcels);

/// <summary>Brings cash that a courier remitted to the orders it was collected for. The same remittance again changes nothing.</summary>
public sealed class TakeRemittance(OrderStore orders)
{
    public async Task<Result<RemittanceResult>> Run(Remittance remittance, string actor, DurableTaskClient durable, CancellationToken cancellationToken)
    {
        List<RemittedParcelResult> results = [];
        foreach (RemittedParcel parcel in remittance.Parcels) results.Add(await Take(remittance.Reference, parcel, actor, durable, cancellationToken));
        return new RemittanceResult(remittance.Reference, results);
    }

    private async Task<RemittedParcelResult> Take(string reference, RemittedParcel parcel, string actor, DurableTaskClient durable, CancellationToken cancellationToken)
    {
        RemittedParcelResult Result(RemittedStatus status, Money? expected = null) => new(parcel.ShipmentId, status, expected);
        if (ShipmentIds.OrderOf(parcel.ShipmentId) is not { } orderId || await orders.Find(orderId, cancellationToken) is not { Value: { IsCash: true } order }
            || order.Shipments.FirstOrDefault(s => s.Id == parcel.ShipmentId) is not { } shipment) return Result(RemittedStatus.Unknown);
        Money expected = order.Asked();
        if (order.Cash.FirstOrDefault(c => c.ShipmentId == shipment.Id) is { } before) return Result(before.Reference == reference && before.Amount == parcel.Amount ? RemittedStatus.Repeated : RemittedStatus.AnotherAmount, expected);
        if (parcel.Amount != expected) return Result(RemittedStatus.AnotherAmount, expected);
        if (shipment.Status != ShipmentStatus.Delivered) return Result(RemittedStatus.NotDelivered, expected);
        bool taken = await durable.StartOnce(
            RemittanceOrchestration.Name, RemittanceOrchestration.Id(shipment.Id), new RemittanceStep(orderId, shipment.Id, parcel.Amount, reference, actor), cancellationToken);
        return Result(taken ? RemittedStatus.Taken : RemittedStatus.Repeated, expected);
    }
}
