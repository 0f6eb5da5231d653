using Microsoft.Azure.Functions.Worker;
using Microsoft.DurableTask;
using Shop.Common;
using Shop.Orders;
using Shop.Payments;
using Shop.Storage;

namespace Shop.Checkout;

/// <param name="Reference">Of the courier's transfer.</param>
public sealed record RemittanceStep(string OrderId, string ShipmentId, Money Amount, string Reference, string Actor);

/// <summary>Cash that a courier collected for a parcel has come: the order is paid with it.</summary>
public sealed class RemittanceOrchestration(ChangeOrder change, LedgerStore ledger, OrderCredits credits, AwaitCash awaited, OrderMails mails, IEventPublisher events, TimeProvider clock)
{
    public const string Name = "RemittanceV1";
    public const string WriteName = "RemittanceWriteV1";

    internal static string Id(string shipmentId) => $"{shipmentId}:remitted";

    [Function(Name)]
    public static Task Run([OrchestrationTrigger] TaskOrchestrationContext context) => context.CallActivityAsync(WriteName, context.GetInput<RemittanceStep>(), CheckoutOrchestration.Patiently);

    [Function(WriteName)]
    public async Task Write([ActivityTrigger] RemittanceStep step, CancellationToken cancellationToken)
    {
        StorageMeter.ChargeTo(step.OrderId);
        Order order = await change.Run(step.OrderId, $"remit-{step.ShipmentId}", o => o.Remit(new CashReceipt(step.ShipmentId, step.Amount, step.Reference, clock.GetUtcNow()), step.Actor), cancellationToken);
        CashReceipt cash = order.Cash.First(c => c.ShipmentId == step.ShipmentId);
        await ledger.Add(new LedgerEntry(CashOnDeliveryGateway.Name, order.Payment.Reference!, LedgerKind.Capture, cash.ShipmentId, order.Id, cash.Amount, cash.At), cancellationToken);
        await awaited.End(order.Shipments.First(s => s.Id == step.ShipmentId), cancellationToken);
        if (order.Timeline.FirstOrDefault(e => e.Type == "order.paid") is not { } paid) return;
        await credits.Commit(order, cancellationToken);
        await credits.Enter(order, paid.At, cancellationToken);
        await mails.Send(OrderMail.Paid, order, cancellationToken);
        await events.Publish([OrderEvents.Paid(order)], cancellationToken);
    }
}
