using Microsoft.Azure.Functions.Worker;
using Shop.Common;
using Shop.Email;
using Shop.Orders;
using Shop.Payments;
using Shop.Storage;
using Shop.Worklist;

namespace Shop.Checkout;

/// <summary>Between the money that is assured and the order that is accepted; each step may run twice.</summary>
public sealed class ReviewActivities(
    OrderStore orders, ChangeOrder change, PaymentGateways gateways, UndoCheckout undo, TellSlow slow, WorklistStore worklist, EmailQueue mail, CheckoutOptions checkout,
    ReviewOptions options, ShopOptions shop, TimeProvider clock)
{
    public const string OpenName = "ReviewOpenV1";
    public const string EscalateName = "ReviewEscalateV1";
    public const string AcceptName = "ReviewAcceptV1";
    public const string RefuseName = "ReviewRefuseV1";

    /// <summary>Puts the order before somebody's eyes.</summary>
    [Function(OpenName)]
    public async Task<OpenedReview> Open([ActivityTrigger] ReviewStep step, CancellationToken cancellationToken)
    {
        StorageMeter.ChargeTo(step.OrderId);
        var review = new OrderReview(step.Kind, clock.GetUtcNow(), clock.GetUtcNow().AddMinutes(step.WithinMinutes));
        Order order = await change.Run(step.OrderId, "review", o => o.OpenReview(review), cancellationToken);
        if (order.Review is not { Status: ReviewStatus.Open } open) return new OpenedReview(null);
        await worklist.Put(new WorkItem(WorkKind.Review, order.Id, order.Id, Text(open, order), open.Since, open.Until), cancellationToken);
        await Tell(order, open, checkout.AlertEmail, "order-review", cancellationToken);
        return new OpenedReview(open.Until);
    }

    /// <summary>Nobody decided for long: somebody else is told.</summary>
    [Function(EscalateName)]
    public async Task Escalate([ActivityTrigger] string orderId, CancellationToken cancellationToken)
    {
        StorageMeter.ChargeTo(orderId);
        Order order = await change.Run(orderId, "review-escalate", o => o.EscalateReview(clock.GetUtcNow()), cancellationToken);
        if (order.Review is { Status: ReviewStatus.Open } open) await Tell(order, open, options.EscalateTo(checkout), "order-review-late", cancellationToken);
    }

    /// <summary>Takes what was authorised for an order that is accepted, or the part of it that is.</summary>
    /// <returns>The money; not <see cref="ProviderPaymentStatus.Succeeded"/> where the authorisation is gone.</returns>
    [Function(AcceptName)]
    public Task<ProviderPayment> Accept([ActivityTrigger] AcceptStep step, CancellationToken cancellationToken)
    {
        StorageMeter.ChargeTo(step.OrderId);
        return slow.Run(step.OrderId, step.Since, () => Take(step, cancellationToken), cancellationToken);
    }

    private async Task<ProviderPayment> Take(AcceptStep step, CancellationToken cancellationToken)
    {
        Stored<Order> read = await orders.Find(step.OrderId, cancellationToken) ?? throw new InvalidOperationException($"There is no order {step.OrderId}.");
        if (step.Decision is { } decision)
        {
            read = await change.Run(read, "review-accept", o => o.AcceptReview(decision.Without, decision.Actor, clock.GetUtcNow()), cancellationToken);
            await worklist.Remove(WorkKind.Review, step.OrderId, cancellationToken);
        }
        ProviderPayment payment = step.Payment;
        return payment is { Status: ProviderPaymentStatus.Authorized, Provider: not CashOnDeliveryGateway.Name }
            ? await gateways.Of(payment.Provider).Capture(payment.Reference, read.Value.Asked(), $"{step.OrderId}|capture|{payment.Reference}", cancellationToken)
            : payment;
    }

    /// <summary>Ends an order that is not accepted: what was authorised is let go, and money that came goes back.</summary>
    [Function(RefuseName)]
    public async Task Refuse([ActivityTrigger] RefuseStep step, CancellationToken cancellationToken)
    {
        StorageMeter.ChargeTo(step.OrderId);
        Stored<Order> read = await orders.Find(step.OrderId, cancellationToken) ?? throw new InvalidOperationException($"There is no order {step.OrderId}.");
        if (read.Value.IsUnsold)
        {
            ProviderPayment payment = await gateways.Of(step.Payment.Provider).Cancel(step.Payment.Reference, cancellationToken);
            switch (payment.Status)
            {
                case ProviderPaymentStatus.Succeeded:
                    await undo.GiveBack(read, payment, step.Decision.Reason, step.Decision.Actor, cancellationToken);
                    break;
                case ProviderPaymentStatus.Cancelled:
                    read = await change.Run(read, read.Value.EndEffect(), o => o.Cancel(OrderPaymentStatus.Cancelled, step.Decision.Reason, step.Decision.Actor, null, clock.GetUtcNow()), cancellationToken);
                    await undo.Finish(read.Value, cancellationToken);
                    break;
                default:
                    throw new InvalidOperationException($"The payment of {step.OrderId} is neither taken nor let go yet.");
            }
        }
        else if (read.Value.Status == OrderStatus.Cancelled)
        {
            if (read.Value.GivenBack(step.Payment.Reference) is not null) await undo.TellGivenBack(read.Value, step.Payment, cancellationToken);
            else await undo.Finish(read.Value, cancellationToken);
        }
        await worklist.Remove(WorkKind.Review, step.OrderId, cancellationToken);
    }

    private async Task Tell(Order order, OrderReview review, string whom, string template, CancellationToken cancellationToken)
    {
        if (whom.Length == 0) return;
        await mail.Send($"{order.Id}.{template}", template, shop.Locale, whom, new ReviewMail(order.Number, order.Id, review.Kind.ToString().ToLowerInvariant(), order.Totals.Total, review.Until), cancellationToken);
    }

    private static string Text(OrderReview review, Order order) => review.Kind switch
    {
        ReviewKind.Fraud => $"Order {order.Number} over {order.Totals.Total} may be a fraud: accept or refuse it.",
        ReviewKind.Approval => $"Order {order.Number} over {order.Totals.Total} needs approval.",
        ReviewKind.CashOnDelivery => $"Ask whether the buyer wants order {order.Number} over {order.Totals.Total}, which is paid at the door.",
        _ => $"Take the {order.Totals.Total} that were authorised for order {order.Number}, or a part of them.",
    };
}

/// <param name="Kind">Why somebody has to look at it.</param>
public sealed record ReviewMail(string Number, string OrderId, string Kind, Money Total, DateTimeOffset Until);
