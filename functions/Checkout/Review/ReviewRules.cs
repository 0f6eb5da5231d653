using Shop.Common;
using Shop.Orders;
using Shop.Payments;

namespace Shop.Checkout;

/// <summary>Whether somebody looks at an order before it is accepted: the shop's settings as they were when it was placed.</summary>
/// <param name="From">Orders from this total on wait for approval.</param>
/// <param name="Capture">Staff say when authorised money is taken.</param>
public sealed record ReviewRules(Money? From, bool Fraud, bool CashOnDelivery, bool Capture, int WithinMinutes, int EscalateAfterMinutes)
{
    /// <param name="order">As it was placed.</param>
    /// <param name="assured">The money it is accepted for.</param>
    public ReviewKind? For(Order order, ProviderPayment assured) =>
        CashOnDelivery && assured.Provider == CashOnDeliveryGateway.Name ? ReviewKind.CashOnDelivery
        : Fraud && assured.Risky ? ReviewKind.Fraud
        : From is { } from && order.Totals.Total >= from ? ReviewKind.Approval
        : Capture && assured is { Status: ProviderPaymentStatus.Authorized, Provider: not CashOnDeliveryGateway.Name } ? ReviewKind.Capture
        : null;
}

/// <summary>What opening a review needs.</summary>
public sealed record ReviewStep(string OrderId, ProviderPayment Payment, ReviewKind Kind, int WithinMinutes);

/// <param name="Until">When it is refused by itself; <c>null</c> when the order was accepted before.</param>
public sealed record OpenedReview(DateTimeOffset? Until);

/// <summary>Raised as <see cref="CheckoutEvents.Review"/>, and made by the deadline and by the customer's second thoughts.</summary>
/// <param name="Without">What is left out of an order that is accepted; its money is never taken.</param>
/// <param name="Reason">Why it is refused: for the timeline and the customer.</param>
public sealed record ReviewDecision(bool Accept, string Actor, string Reason, IReadOnlyList<RefundedLine> Without);

/// <summary>The shop accepted an order, and takes what was authorised for it.</summary>
public sealed record AcceptStep(string OrderId, ProviderPayment Payment, ReviewDecision? Decision)
{
    /// <summary>When the step was first tried.</summary>
    public DateTimeOffset? Since { get; init; }
}

public sealed record RefuseStep(string OrderId, ProviderPayment Payment, ReviewDecision Decision);
