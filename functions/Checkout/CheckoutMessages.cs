using System.Text.Json.Serialization;
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

    /// <summary>How it is sent.</summary>
    public SendingRules Sending { get; init; } = new(false, false, 7);
}

/// <summary>How an order is sent: the shop's settings as they were when it was placed.</summary>
/// <param name="SplitByLocation">Goods that lie at several places go in a parcel each.</param>
/// <param name="SendReadyFirst">What is there does not wait for what was promised.</param>
/// <param name="CollectWithinDays">How long goods wait to be collected.</param>
public sealed record SendingRules(bool SplitByLocation, bool SendReadyFirst, int CollectWithinDays);

/// <summary>What came of preparing.</summary>
/// <param name="PayUntil">The deadline; <c>null</c> when the order does not wait for its payment.</param>
/// <param name="Paid">Money that is assured already: of an order that is paid at the door, or that was paid before its orchestration was begun anew.</param>
public sealed record Prepared(DateTimeOffset? PayUntil, ProviderPayment? Paid = null);

/// <summary>Raised as <see cref="CheckoutEvents.Payment"/>: the payment as its provider has it.</summary>
public sealed record PaymentStep(string OrderId, ProviderPayment Payment)
{
    /// <summary>When the step was first tried.</summary>
    public DateTimeOffset? Since { get; init; }
}

/// <summary>Raised as <see cref="CheckoutEvents.Cancel"/>, and made by the deadline.</summary>
/// <param name="Expired">The deadline passed; otherwise somebody asked.</param>
/// <param name="Reason">Why, where somebody said it.</param>
public sealed record CancelStep(string OrderId, bool Expired, string Actor, string? Reason = null)
{
    /// <summary>For the timeline and the customer.</summary>
    /// <param name="before">What the order was not yet: paid, or accepted.</param>
    internal string Text(string before) => $"The order was cancelled before it was {before}{(Reason is null ? "" : $": {Reason.TrimEnd('.')}")}.";
}

/// <summary>Raised to a parcel's orchestration as <see cref="CheckoutEvents.Cancel"/>: some of a paid order is not to be sent.</summary>
/// <param name="RefundId">Of the refund it causes; the same one again changes nothing.</param>
/// <param name="Lines">What is cancelled; <c>null</c> for all that is left to send, and its postage.</param>
public sealed record CancelParcelStep(string OrderId, string ShipmentId, string RefundId, IReadOnlyList<RefundedLine>? Lines, string Reason, string Actor);

/// <param name="NothingLeft">Nothing is to be sent any more.</param>
/// <param name="Again">A bank holds its money: the same step is to be taken again, later.</param>
public sealed record CancelParcelOutcome(bool NothingLeft, bool Again = false);

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
/// <param name="Scattered">Whether they may lie at several places.</param>
/// <param name="ShipUntil">When the day is over by which it is sent; <c>null</c> where nobody promised one.</param>
/// <param name="Place">The location where all of it lies; <c>null</c> where that is not known.</param>
public sealed record ConfirmOutcome(bool Sold, bool MayWait, bool Scattered = false, DateTimeOffset? ShipUntil = null, string? Place = null);

/// <param name="MayWait">Whether to look if the goods have come before a courier is called.</param>
/// <param name="SendAfterMinutes">How long the customer may still cancel before a courier is called.</param>
public sealed record FulfilmentInput(string OrderId, string ShipmentId, bool MayWait, int SendAfterMinutes = 0)
{
    /// <summary>Whether to look if the goods lie at several places before a courier is called.</summary>
    public bool Scattered { get; init; }

    /// <summary>The location where all of it lies; <c>null</c> where that is not known.</summary>
    public string? Place { get; init; }

    public SendingRules Sending { get; init; } = new(false, false, 7);

    /// <summary>When its booking was first tried.</summary>
    public DateTimeOffset? Since { get; init; }

    /// <summary>No courier brings it: staff say when it is ready, and that it was collected.</summary>
    public bool IsPickup { get; init; }

    /// <summary>When somebody is told that it was not sent; <c>null</c> when that was done, or nobody promised it.</summary>
    public DateTimeOffset? ShipUntil { get; init; }

    /// <summary>As above, that it has not arrived.</summary>
    public DateTimeOffset? DeliverUntil { get; init; }

    /// <summary>As above, that nobody collected it.</summary>
    public DateTimeOffset? CollectUntil { get; init; }
}

/// <summary>How a parcel's orchestration ends.</summary>
/// <param name="Into">The parcels that its goods go in instead.</param>
public sealed record FulfilmentOutcome(IReadOnlyList<FulfilmentInput> Into)
{
    public static FulfilmentOutcome Over { get; } = new([]);
}

/// <param name="Booked">Otherwise goods that were promised have not come, a bank has or decides about the money, or the courier refuses.</param>
/// <param name="Into">The parcels that its goods go in instead: they do not lie together.</param>
/// <param name="DeliverUntil">When the day is over by which it is there.</param>
/// <param name="Refused">The courier does not take it as it is: somebody has to see to it.</param>
/// <param name="NothingLeft">All of it was cancelled.</param>
public sealed record BookOutcome(bool Booked, IReadOnlyList<string>? Into = null, DateTimeOffset? DeliverUntil = null, bool Refused = false, bool NothingLeft = false)
{
    /// <summary>Where the parcel is, where its courier was called before.</summary>
    public Shipping.ShipmentStatus? Status { get; init; }
}

/// <summary>Raised to a parcel's orchestration as <see cref="CheckoutEvents.Split"/>: some of it goes in a parcel of its own.</summary>
public sealed record SplitStep(string OrderId, string ShipmentId, string SplitId, IReadOnlyList<ParcelLine> Lines, string Actor);

/// <param name="Into">The parcels that its goods go in; none where it stays as it is.</param>
public sealed record SplitOutcome(IReadOnlyList<string> Into);

/// <summary>Raised as <see cref="CheckoutEvents.Edit"/>: the shopper had second thoughts, or staff correct something.</summary>
/// <param name="Edited">The sealed <see cref="EditedBuyer"/>: the engine keeps what it is given.</param>
public sealed record EditStep(string OrderId, string EditId, string Edited, string Actor = "shopper");

/// <summary>What is to be different; the rest is what it is by then. Phone and note may be taken away.</summary>
public sealed record EditedBuyer(Common.Address? ShippingAddress = null, EditedText? Phone = null, EditedText? Note = null);

/// <param name="Text">As it is to be; <c>null</c> for none.</param>
public sealed record EditedText(string? Text);

/// <summary>A day that was promised is over.</summary>
public sealed record MissStep(string OrderId, string ShipmentId, PromiseKind Kind);

/// <summary>Raised as <see cref="CheckoutEvents.Tracking"/>, and handed to the activity that writes it down.</summary>
/// <param name="Told">What became of it; <c>null</c> where that is not known.</param>
/// <param name="Answer">All that its courier tells of it, sealed: it may name who took it in. <c>null</c> where somebody else says it.</param>
/// <param name="Actor">Who says it, where that is not the courier.</param>
public sealed record TrackingStep(string OrderId, string ShipmentId, Shipping.TrackingEvent? Told, string? Answer = null, string? Actor = null);

/// <param name="Status">Where the parcel is now.</param>
public sealed record TrackingOutcome(Shipping.ShipmentStatus Status)
{
    /// <summary>What a courier told when it was asked and nobody wrote down yet, sealed.</summary>
    [JsonIgnore(Condition = JsonIgnoreCondition.WhenWritingNull)]
    public string? Answer { get; init; }
}

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
    public const string Split = "split";
    public const string Edit = "edit";
    public const string Refund = "refund";
}
