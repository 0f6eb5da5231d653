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
    ChangeOrder change, HoldStock hold, RedeemCoupon coupons, OrderCredits credits, UndoCheckout undo, IEventPublisher events, CheckoutOptions options, TimeProvider clock)
{
    public const string Name = "LatePaymentReinstateV1";

    /// <returns>Whether the order goes on with this money.</returns>
    [Function(Name)]
    public async Task<bool> Run([ActivityTrigger] PaymentStep step, [DurableClient] DurableTaskClient durable, CancellationToken cancellationToken)
    {
        StorageMeter.ChargeTo(step.OrderId);
        ProviderPayment came = step.Payment;
        Order order = await change.Run(step.OrderId, "reinstate-ask", o => o.AskToReinstate(came, TimeSpan.FromHours(options.ReinstateWithinHours), clock.GetUtcNow()), cancellationToken);
        if (order.Reinstatement is not { } asked || asked.Reference != came.Reference) return false;
        if (asked.Status == ReinstatementStatus.Asked)
        {
            bool taken = await CanBegin(step.OrderId, durable, cancellationToken) && await TakeAgain(order, cancellationToken);
            order = await change.Run(step.OrderId, "reinstate", o => o.DecideReinstatement(taken, clock.GetUtcNow(), came.SeenBy ?? "provider"), cancellationToken);
        }
        if (!order.IsReinstated)
        {
            await undo.Release(order, cancellationToken);
            return false;
        }
        if (order.Status == OrderStatus.AwaitingPayment) await BeginAnew(step.OrderId, durable, cancellationToken);
        await events.Publish([OrderEvents.Reinstated(order)], cancellationToken);
        return true;
    }

    /// <summary>What the engine kept is deleted some day, and with it what the flow would begin with. One that stands still has to be looked at first.</summary>
    /// <exception cref="InvalidOperationException">The flow is about to end.</exception>
    private static async Task<bool> CanBegin(string orderId, DurableTaskClient durable, CancellationToken cancellationToken)
    {
        if (await durable.GetInstanceAsync(orderId, cancellationToken) is not { } flow) return false;
        return flow.IsCompleted ? flow.RuntimeStatus == OrchestrationRuntimeStatus.Completed : throw new InvalidOperationException($"The flow of {orderId} is about to end.");
    }

    /// <summary>All of it; what was taken before something is refused is given back by whoever decides so.</summary>
    private async Task<bool> TakeAgain(Order order, CancellationToken cancellationToken)
    {
        Result<StockLine[]> held = await hold.RunAgain(order.Id, OrderGoods.Of(order), cancellationToken);
        if (held.Problem is { } refused && refused.Code == InventoryProblems.Busy.Code) throw new InvalidOperationException($"The stock of {order.Id} is changing too quickly.");
        return held.Ok && (order.Coupon is not { } coupon || (await coupons.HoldAgain(coupon, order.Id, cancellationToken)).Ok) && await credits.Hold(order, cancellationToken, again: true) is null;
    }

    /// <exception cref="InvalidOperationException">The flow failed, or is gone: people have to look.</exception>
    private static async Task BeginAnew(string orderId, DurableTaskClient durable, CancellationToken cancellationToken)
    {
        OrchestrationMetadata? flow = await durable.GetInstanceAsync(orderId, getInputsAndOutputs: true, cancellationToken);
        if (flow is { IsCompleted: false }) return;
        if (flow is not { RuntimeStatus: OrchestrationRuntimeStatus.Completed }) throw new InvalidOperationException($"{orderId} goes on, and its flow cannot be begun anew.");
        await durable.BeginAnew(flow, [OrchestrationRuntimeStatus.Completed], cancellationToken);
    }
}
