using Microsoft.Azure.Functions.Worker;
using Microsoft.DurableTask.Client;
using Shop.Common;
using Shop.Inventory;
using Shop.Marketing;
using Shop.Orders;
using Shop.Payments;
using Shop.Storage;

namespace Shop.Checkout;

/// <summary>
/// Money came for an order that ended because none came in time. Where its goods, its coupon and its credit can be had again the order goes on, and its flow is begun
/// anew, which finds the money at the provider. It may run twice.
/// </summary>
public sealed class ReinstateOrder(
    OrderStore orders, ChangeOrder change, HoldStock hold, RedeemCoupon coupons, OrderCredits credits, UndoCheckout undo, IEventPublisher events, CheckoutOptions options, TimeProvider clock)
{
    public const string Name = "LatePaymentReinstateV1";

    /// <returns>Whether the order goes on with this money.</returns>
    [Function(Name)]
    public async Task<bool> Run([ActivityTrigger] PaymentStep step, [DurableClient] DurableTaskClient durable, CancellationToken cancellationToken)
    {
        StorageMeter.ChargeTo(step.OrderId);
        Stored<Order> read = await orders.Find(step.OrderId, cancellationToken) ?? throw new InvalidOperationException($"There is no order {step.OrderId}.");
        if (MayGoOn(read.Value))
        {
            // What the engine kept is deleted some day, and with it what the flow would begin with.
            if (await durable.GetInstanceAsync(step.OrderId, cancellationToken) is not { } flow) return false;
            if (!flow.IsCompleted) throw new InvalidOperationException($"The flow of {step.OrderId} is about to end.");
            if (flow.RuntimeStatus != OrchestrationRuntimeStatus.Completed) return false;
            if (!await TakeAgain(read.Value, cancellationToken)) return false;
            read = await change.Run(read, "reinstate", o => MayGoOn(o) ? o.Reinstate(step.Payment.Reference, clock.GetUtcNow()) : o, cancellationToken);
            if (read.Value.IsOver && !read.Value.IsReinstated) await undo.Release(read.Value, cancellationToken);
        }
        if (!read.Value.IsReinstated || read.Value.Payment.Reference != step.Payment.Reference) return false;
        await events.Publish([OrderEvents.Reinstated(read.Value)], cancellationToken);
        if (read.Value.Status == OrderStatus.AwaitingPayment) await BeginAnew(step.OrderId, durable, cancellationToken);
        return true;

        bool MayGoOn(Order order) => order.MayBeReinstated(step.Payment, TimeSpan.FromHours(options.ReinstateWithinHours), clock.GetUtcNow());
    }

    /// <summary>All of it, or nothing.</summary>
    private async Task<bool> TakeAgain(Order order, CancellationToken cancellationToken)
    {
        Result<StockLine[]> held = await hold.RunAgain(order.Id, OrderGoods.Of(order), cancellationToken);
        if (held.Problem is { } refused && refused.Code == InventoryProblems.Busy.Code) throw new InvalidOperationException($"The stock of {order.Id} is changing too quickly.");
        if (held.Ok && (order.Coupon is not { } coupon || (await coupons.HoldAgain(coupon, order.Id, cancellationToken)).Ok) && await credits.Hold(order, cancellationToken, again: true) is null) return true;
        await undo.Release(order, cancellationToken);
        return false;
    }

    private static async Task BeginAnew(string orderId, DurableTaskClient durable, CancellationToken cancellationToken)
    {
        if (await durable.GetInstanceAsync(orderId, getInputsAndOutputs: true, cancellationToken) is not { RuntimeStatus: OrchestrationRuntimeStatus.Completed } flow) return;
        await durable.BeginAnew(flow, [OrchestrationRuntimeStatus.Completed], cancellationToken);
    }
}
