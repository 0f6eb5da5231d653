using Shop.Marketing;
using Shop.Orders;
using Shop.Payments;

namespace Shop.Checkout;

/// <summary>What a checkout starts with: everything it depends on, copied, so that a change of settings or catalogue does not reach it.</summary>
/// <param name="Order">As it will be placed, but for who buys: the engine keeps every input.</param>
/// <param name="CartVersion">The version of the cart that was priced.</param>
/// <param name="PayWithinMinutes">How long the shop waits for the money.</param>
/// <param name="Coupon">What its discount comes from.</param>
/// <param name="Buyer">The sealed <see cref="Orders.Buyer"/>; <c>null</c> in inputs from before it was sealed, where the order says it.</param>
/// <param name="SendAfterMinutes">How long a paid order waits for second thoughts before a courier is called.</param>
public sealed record CheckoutInput(Order Order, string CartVersion, int PayWithinMinutes, CouponTerms? Coupon, string? Buyer = null, int SendAfterMinutes = 0)
{
    /// <summary>Which orders somebody looks at first; <c>null</c> in inputs from before anybody did.</summary>
    public ReviewRules? Review { get; init; }
}

/// <summary>What came of preparing.</summary>
/// <param name="PayUntil">The deadline; <c>null</c> when the order does not wait for its payment.</param>
/// <param name="Paid">Money that is assured already: of an order that is paid at the door, or that was paid before its orchestration was begun anew.</param>
public sealed record Prepared(DateTimeOffset? PayUntil, ProviderPayment? Paid = null);

/// <summary>Raised as <see cref="CheckoutEvents.Payment"/>: the payment as its provider has it.</summary>
public sealed record PaymentStep(string OrderId, ProviderPayment Payment);

/// <summary>Raised as <see cref="CheckoutEvents.Cancel"/>, and made by the deadline.</summary>
/// <param name="Expired">The deadline passed; otherwise somebody asked.</param>
public sealed record CancelStep(string OrderId, bool Expired, string Actor);

/// <summary>Raised to a parcel's orchestration as <see cref="CheckoutEvents.Cancel"/>: some of a paid order is not to be sent.</summary>
/// <param name="RefundId">Of the refund it causes; the same one again changes nothing.</param>
/// <param name="Lines">What is cancelled; <c>null</c> for all that is left to send, and its postage.</param>
public sealed record CancelParcelStep(string OrderId, string ShipmentId, string RefundId, IReadOnlyList<RefundedLine>? Lines, string Reason, string Actor);

/// <param name="NothingLeft">Nothing is to be sent any more.</param>
public sealed record CancelParcelOutcome(bool NothingLeft);

/// <summary>Raised as <see cref="CheckoutEvents.Repay"/>: the shopper wants to pay another way.</summary>
/// <param name="Payment">As it will be opened.</param>
/// <param name="PayWithinMinutes">How long the shop waits for it.</param>
public sealed record RepayStep(string OrderId, OrderPayment Payment, int PayWithinMinutes);

/// <param name="Paid">Money came first, the way that was open: the order goes on with it.</param>
/// <param name="PayUntil">The deadline from now on; <c>null</c> where the order no longer waits.</param>
public sealed record RepayOutcome(ProviderPayment? Paid, DateTimeOffset? PayUntil);

/// <param name="Paid">Money came first: the order goes on with it. <c>null</c> when the order is cancelled.</param>
public sealed record CancelOutcome(ProviderPayment? Paid);

/// <param name="Sold">Whether the order goes on; otherwise the money went back and the order is over.</param>
/// <param name="MayWait">Whether some of the goods may have been promised only.</param>
public sealed record ConfirmOutcome(bool Sold, bool MayWait);

/// <param name="MayWait">Whether to look if the goods have come before a courier is called.</param>
/// <param name="SendAfterMinutes">How long the customer may still cancel before a courier is called.</param>
public sealed record FulfilmentInput(string OrderId, string ShipmentId, bool MayWait, int SendAfterMinutes = 0);

/// <param name="Booked">Otherwise goods that were promised have not come.</param>
public sealed record BookOutcome(bool Booked);

/// <summary>Raised as <see cref="CheckoutEvents.Tracking"/>, and handed to the activity that writes it down.</summary>
/// <param name="Words">The courier's words, sealed; <c>null</c> where it said none.</param>
public sealed record TrackingStep(string OrderId, string ShipmentId, Shipping.TrackingEvent Told, string? Words = null);

/// <param name="Status">Where the parcel is now.</param>
public sealed record TrackingOutcome(Shipping.ShipmentStatus Status);

/// <summary>Names of what is raised to the orchestrations.</summary>
public static class CheckoutEvents
{
    public const string Payment = "payment";
    public const string Cancel = "cancel";
    public const string Repay = "repay";
    public const string Review = "review";
    public const string Dispute = "dispute";
    public const string Tracking = "tracking";
    public const string Return = "return";
}
