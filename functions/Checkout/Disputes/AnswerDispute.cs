using System.ComponentModel.DataAnnotations;
using System.Globalization;
using Microsoft.DurableTask.Client;
using Shop.Common;
using Shop.Orders;
using Shop.Payments;
using Shop.Shipping;

namespace Shop.Checkout;

/// <param name="Explanation">The shop's side; what the order says of goods, buyer and parcel goes with it.</param>
public sealed record DisputeAnswer([property: StringLength(20_000, MinimumLength = 20)] string Explanation);

/// <summary>Tells a buyer's bank the shop's side of a dispute.</summary>
public sealed class AnswerDispute(OrderStore orders, DisputePorts disputes, TimeProvider clock)
{
    public async Task<Result<OrderDispute>> Run(string orderId, string disputeId, DisputeAnswer answer, string actor, DurableTaskClient durable, CancellationToken cancellationToken)
    {
        if (await orders.Find(orderId, cancellationToken) is not { Value: { } order } || order.Disputes.FirstOrDefault(d => d.Id == disputeId) is not { } dispute) return OrderProblems.DisputeUnknown;
        if (dispute.Status != DisputeStatus.NeedsResponse || clock.GetUtcNow() > dispute.EvidenceDue) return OrderProblems.DisputeNotOpen;
        Shipment? parcel = order.Shipments.LastOrDefault(s => s.Status == ShipmentStatus.Delivered) ?? (order.Shipments is [.., var last] ? last : null);
        var evidence = new DisputeEvidence(
            answer.Explanation, string.Join("; ", order.Lines.Select(l => $"{l.Quantity} x {l.Title}")), order.Email, order.ShippingAddress?.Name,
            order.ShippingAddress is { } to ? $"{to.Line1}, {to.City} {to.PostalCode}, {to.Country}" : null, parcel?.Courier, parcel?.TrackingNumber,
            parcel is null ? null : order.Timeline.FirstOrDefault(e => e.Type is "shipment.pickedUp")?.At.ToString("yyyy-MM-dd", CultureInfo.InvariantCulture));
        // Who answers is told first: the provider may tell that somebody did before it answers here.
        var step = new DisputeStep(orderId, order.Payment.Provider, disputeId) { AnsweredBy = actor };
        await durable.RaiseEventAsync(DisputeOrchestration.Id(orderId, disputeId), CheckoutEvents.Dispute, step, cancellationToken);
        await disputes.Of(order.Payment.Provider).Answer(disputeId, evidence, $"{orderId}|{disputeId}|answer", cancellationToken);
        await durable.RaiseEventAsync(DisputeOrchestration.Id(orderId, disputeId), CheckoutEvents.Dispute, step, cancellationToken);
        return dispute with { Status = DisputeStatus.UnderReview };
    }
}
