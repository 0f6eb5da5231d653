using System.Text.Json.Serialization;
using Shop.Common;
using Shop.Payments;
using Shop.Shipping;

namespace Shop.Orders;

public enum OrderStatus { Placed, AwaitingPayment, Paid, Fulfilling, Completed, Cancelled }

public enum PaymentStatus { Unpaid, Authorized, Paid, PartiallyRefunded, Refunded, Disputed }

public enum FulfilmentStatus { Unfulfilled, Partial, Fulfilled, Returned }

/// <summary>
/// What was sold, to whom, and how far it is. Names, prices, tax and addresses are copies: later changes of the catalogue never alter an
/// order. Only its orchestration changes it, through <see cref="OrderRules"/>.
/// </summary>
public sealed record Order
{
    /// <summary><c>ord_…</c>, also the id of its checkout orchestration.</summary>
    public required string Id { get; init; }

    /// <summary>For people, given at placing; there may be gaps.</summary>
    public required string Number { get; init; }

    /// <summary>Given at payment, without gaps.</summary>
    public string? InvoiceNumber { get; init; }

    public required string CartId { get; init; }

    /// <summary>The orchestration with its version that it began with, such as <c>CheckoutV1</c>, and ends with; absent in orders from before it was kept.</summary>
    [JsonIgnore(Condition = JsonIgnoreCondition.WhenWritingNull)]
    public string? Flow { get; init; }

    /// <summary>Whose it is; <c>null</c> for a guest's, and for one of a customer who was erased.</summary>
    public string? CustomerId { get; init; }

    public OrderStatus Status { get; init; } = OrderStatus.Placed;

    public PaymentStatus PaymentStatus { get; init; }

    public FulfilmentStatus FulfilmentStatus { get; init; }

    public required DateTimeOffset PlacedAt { get; init; }

    public required Currency Currency { get; init; }

    /// <summary>The language of its mails.</summary>
    public required string Locale { get; init; }

    [Personal]
    public required string Email { get; init; }

    [Personal]
    public string? Phone { get; init; }

    [Personal]
    public string? Note { get; init; }

    public required IReadOnlyList<OrderLine> Lines { get; init; }

    public required Totals Totals { get; init; }

    [Personal]
    public Address? ShippingAddress { get; init; }

    [Personal]
    public Address? BillingAddress { get; init; }

    /// <summary>The rate that was sold; <c>null</c> when nothing is shipped.</summary>
    public ShippingRate? Shipping { get; init; }

    /// <summary>What the tax of its postage was reckoned from; <c>null</c> where none was, and in orders of before it was kept.</summary>
    [JsonIgnore(Condition = JsonIgnoreCondition.WhenWritingNull)]
    public TaxBasis? ShippingTaxed { get; init; }

    /// <summary>The code of the coupon that its discount comes from.</summary>
    public string? Coupon { get; init; }

    /// <summary>The gift cards and the store credit that pay a part of it, or all of it.</summary>
    public IReadOnlyList<OrderCredit> Credits { get; init; } = [];

    /// <summary>What the buyer accepted with it, each once.</summary>
    public IReadOnlyList<AcceptedTerms> Terms { get; init; } = [];

    /// <summary>Under which name it is measured; <c>null</c> unless its shopper agreed to it.</summary>
    [Personal]
    public AnalyticsClient? Analytics { get; init; }

    /// <summary>The one that is open, or that paid.</summary>
    public required OrderPayment Payment { get; init; }

    /// <summary>Those that it replaced, oldest first.</summary>
    public IReadOnlyList<OrderPayment> FormerPayments { get; init; } = [];

    /// <summary>The money that came when it was over, where the order may go on with it.</summary>
    [JsonIgnore(Condition = JsonIgnoreCondition.WhenWritingNull)]
    public OrderReinstatement? Reinstatement { get; init; }

    /// <summary>What somebody looks at before the order is accepted, or looked at.</summary>
    public OrderReview? Review { get; init; }

    /// <summary>What its buyer told their bank.</summary>
    public IReadOnlyList<OrderDispute> Disputes { get; init; } = [];

    /// <summary>Cash that couriers collected and remitted.</summary>
    public IReadOnlyList<CashReceipt> Cash { get; init; } = [];

    /// <summary>Personal: labels show where they go, and couriers say who took them in.</summary>
    [Personal]
    public IReadOnlyList<Shipment> Shipments { get; init; } = [];

    /// <summary>What goes in which parcel, booked or not; empty where everything goes in one.</summary>
    public IReadOnlyList<PlannedParcel> Parcels { get; init; } = [];

    /// <summary>By when it is sent and there; <c>null</c> where nothing is shipped, or nobody can say yet.</summary>
    public DeliveryPromise? Promise { get; init; }

    /// <summary>Promises that were not kept.</summary>
    public IReadOnlyList<MissedPromise> Missed { get; init; } = [];

    public IReadOnlyList<OrderRefund> Refunds { get; init; } = [];

    /// <summary>Personal: customers write why, and labels show where parcels come from.</summary>
    [Personal]
    public IReadOnlyList<OrderReturn> Returns { get; init; } = [];

    /// <summary>What staff wrote about it, for staff; oldest first.</summary>
    [Personal]
    public IReadOnlyList<OrderNote> Notes { get; init; } = [];

    /// <summary>Everything that happened, oldest first; also kept as rows of their own, which are never changed.</summary>
    public IReadOnlyList<OrderEvent> Timeline { get; init; } = [];

    /// <summary>Why it failed before payment instructions existed: what the checkout request answers.</summary>
    public Problem? Failure { get; init; }

    /// <summary>Everything personal that the shopper gave, together.</summary>
    [JsonIgnore]
    public Buyer Buyer
    {
        get => new(Email, Phone, Note, ShippingAddress, BillingAddress);
        init => (Email, Phone, Note, ShippingAddress, BillingAddress) = (value.Email, value.Phone, value.Note, value.ShippingAddress, value.BillingAddress);
    }

    /// <summary>What is to be sent of a line: what was cancelled after the payment is not.</summary>
    public int ToSend(OrderLine line) => line.IsDigital ? 0 : Parcels.Count > 0 ? Parcels.SelectMany(p => p.Lines).Where(l => l.Sku == line.Sku).Sum(l => l.Quantity) : line.Quantity - Refunds.Where(r => r.Unsent).SelectMany(r => r.Lines).Where(l => l.Sku == line.Sku).Sum(l => l.Quantity);

    public const int MostNotes = 100;

    /// <summary>Each stays in the timeline, which is kept with the order.</summary>
    public const int MostEdits = 50;

    public bool NeedsShipping => Lines.Any(l => !l.IsDigital);

    public bool HasDigital => Lines.Any(l => l.IsDigital);

    public bool IsOver => Status is OrderStatus.Completed or OrderStatus.Cancelled;

    /// <summary>It may become a sale.</summary>
    public bool IsUnsold => Status is OrderStatus.Placed or OrderStatus.AwaitingPayment;

    /// <summary>It is paid when it is handed over.</summary>
    public bool IsCash => Payment.Kind == PaymentKind.CashOnDelivery;

    /// <summary>Gift cards and store credit pay all of it.</summary>
    public bool IsCredit => Payment.Kind == PaymentKind.Credit;

    /// <summary>It was a customer's who was erased: nobody can be given credit for it.</summary>
    [JsonIgnore]
    public bool IsNobodys => CustomerId is null && Email == EmailAddress.Nobody;

    /// <summary>It was cancelled because no money came in time, and went on when the money came.</summary>
    [JsonIgnore]
    public bool IsReinstated => Reinstatement is { Status: ReinstatementStatus.Taken };

    /// <summary>It was reinstated for money that came, and does not have it yet.</summary>
    [JsonIgnore]
    public bool AwaitsLateMoney => IsReinstated && Status == OrderStatus.AwaitingPayment && PaymentStatus == PaymentStatus.Unpaid;

    /// <summary>It ended for want of money alone, and nobody called it off since: money that comes may make it go on.</summary>
    [JsonIgnore]
    public bool IsLapsed => this is { Status: OrderStatus.Cancelled, Payment.Status: OrderPaymentStatus.Expired, InvoiceNumber: null, Review: null, IsNobodys: false, Reinstatement: null or { Status: ReinstatementStatus.Asked } };

    /// <summary>What the order does not keep of a payment.</summary>
    internal OrderRefund? GivenBack(string payment) => Refunds.FirstOrDefault(r => r.Surplus && r.Payment == payment);

    /// <summary>What came with a payment is the order's, will be, or went back.</summary>
    internal bool HasSettled(string payment) => GivenBack(payment) is not null
        || (Payment.Reference == payment && (AwaitsLateMoney || InvoiceNumber is not null || (Status != OrderStatus.Cancelled && PaymentStatus != PaymentStatus.Unpaid)));

    /// <summary>Somebody has to transfer its money at a bank, until a moment.</summary>
    [JsonIgnore]
    public bool AwaitsTransfer => Status == OrderStatus.AwaitingPayment && Payment is { AtBank: true, Status: OrderPaymentStatus.Pending, Instructions: not null, ExpiresAt: not null };

    /// <summary>It is a sale, and there is something for which no courier was called yet.</summary>
    public bool IsUnsent => !IsOver && !IsUnsold && this.Unbooked().Count > 0;

    /// <summary>It is not on its way and goes in one parcel: of several, one may leave at any moment.</summary>
    public bool MayBeEdited => !IsOver && Shipments.Count == 0 && Parcels.Count == 0 && Timeline.Count(e => e.Type == "order.edited") < MostEdits;

    /// <summary>The buyer collects it.</summary>
    public bool IsPickup => Shipping is { Kind: RateKind.Pickup };
}

/// <summary>Who buys and where it goes.</summary>
public sealed record Buyer(string Email, string? Phone, string? Note, Address? ShippingAddress, Address? BillingAddress)
{
    public static Buyer Nobody { get; } = new(EmailAddress.Nobody, null, null, null, null);
}

/// <param name="Total">After its discount.</param>
/// <param name="Tax">Contained in the total or on top of it, as the order's totals say.</param>
/// <param name="DownloadFile">What a digital line delivers.</param>
public sealed record OrderLine(Sku Sku, string Title, bool IsDigital, int Quantity, Money UnitPrice, Money Discount, Money Tax, Money Total, int WeightGrams, string? DownloadFile)
{
    /// <summary>The rules that a digital line is delivered by; <c>null</c> for the shop's own.</summary>
    public DigitalDelivery? Digital { get; init; }

    /// <summary>The room that one takes; 0 where nobody measured.</summary>
    [JsonIgnore(Condition = JsonIgnoreCondition.WhenWritingDefault)]
    public long CubicCm { get; init; }

    /// <summary>What its tax was reckoned from; <c>null</c> where none was, and in orders of before it was kept.</summary>
    [JsonIgnore(Condition = JsonIgnoreCondition.WhenWritingNull)]
    public TaxBasis? Taxed { get; init; }

    /// <summary>Each unit is a gift card.</summary>
    [JsonIgnore]
    public bool IsGiftCard => Digital is { GiftCard: true };
}

/// <summary>Terms that the buyer accepted at the checkout.</summary>
public sealed record AcceptedTerms(string Version, string Url, DateTimeOffset At);

public enum OrderPaymentStatus { Pending, RequiresAction, Authorized, Paid, Failed, Expired, Cancelled }

/// <param name="Provider">Who takes the money.</param>
/// <param name="Channel">Which of the provider's ways it is.</param>
/// <param name="Attempt">From 1; part of the provider's idempotency key.</param>
/// <param name="Reference">The provider's id of the payment.</param>
/// <param name="ExpiresAt">When the shop stops waiting.</param>
public sealed record OrderPayment(
    string Method, PaymentKind Kind, string Provider, string Channel, OrderPaymentStatus Status, int Attempt = 1, string? Reference = null, DateTimeOffset? ExpiresAt = null, PaymentInstructions? Instructions = null)
{
    /// <summary>The money is authorised first, and taken when the order is accepted.</summary>
    public bool CaptureLater { get; init; }

    /// <summary>Whoever pays leaves the shop for it.</summary>
    [JsonIgnore]
    public bool AtBank => Kind is PaymentKind.BankTransfer or PaymentKind.ManualTransfer;
}

public enum ReinstatementStatus
{
    /// <summary>It is looked whether everything can be had again.</summary>
    Asked,

    /// <summary>The order goes on.</summary>
    Taken,

    /// <summary>Something is gone: the money goes back.</summary>
    Refused,
}

/// <param name="Reference">The payment that came late; only it can make the order go on.</param>
public sealed record OrderReinstatement(string Reference, ReinstatementStatus Status);

/// <param name="ShipmentId">Which parcel it was collected for.</param>
/// <param name="Reference">Of the courier's remittance.</param>
public sealed record CashReceipt(string ShipmentId, Money Amount, string Reference, DateTimeOffset At);

public enum RefundStatus
{
    /// <summary>The money is on its way back.</summary>
    Done,

    /// <summary>The method cannot give money back, or what it gave came back: people have to pay it out.</summary>
    Due,

    /// <summary>The provider was not asked yet.</summary>
    Pending,
}

/// <param name="Id">Ours, or the provider's where it gave the money back of the shop's own accord.</param>
/// <param name="Surplus">The order never kept this money: it came too late, twice or in the wrong amount.</param>
public sealed record OrderRefund(string Id, Money Amount, string Reason, DateTimeOffset At, RefundStatus Status = RefundStatus.Done, bool Surplus = false)
{
    /// <summary>The articles it is for; none where it is for nothing that came back.</summary>
    public IReadOnlyList<RefundedLine> Lines { get; init; } = [];

    /// <summary>The articles were never sent, and will not be.</summary>
    public bool Unsent { get; init; }

    /// <summary>Of surplus money: the payment that it came with.</summary>
    [JsonIgnore(Condition = JsonIgnoreCondition.WhenWritingNull)]
    public string? Payment { get; init; }

    /// <summary>The parcel that they were taken out of.</summary>
    [JsonIgnore(Condition = JsonIgnoreCondition.WhenWritingNull)]
    public string? ShipmentId { get; init; }

    /// <summary>The buyer's bank took it back.</summary>
    public bool ChargedBack { get; init; }

    /// <summary>The money was authorised and never taken: none goes back.</summary>
    public bool Uncaptured { get; init; }

    /// <summary>The postage in it, as the order's totals state postage.</summary>
    public Money? Shipping { get; init; }

    /// <summary>How much of it goes back as credit; <c>null</c> for none. Who wants all of it so says it before the refund is opened.</summary>
    public Money? ToCredit { get; init; }

    /// <summary>Where that goes, as it was decided when the refund was opened.</summary>
    public IReadOnlyList<RefundedCredit> Credits { get; init; } = [];

    /// <summary>How much of it goes back as money.</summary>
    [JsonIgnore]
    public Money InMoney => ToCredit is { } credit ? Amount - credit : Amount;

    /// <summary>The provider's id of it, or the bank's reference of the pay-out.</summary>
    public string? Reference { get; init; }

    /// <summary>When people paid out what was due, or the buyer's bank did.</summary>
    public DateTimeOffset? PaidOutAt { get; init; }

    /// <summary>The provider had taken it, and the money came back: people pay it out.</summary>
    public RefundFailure? Failed { get; init; }

    /// <summary>No provider took it: people pay it out, or did.</summary>
    [JsonIgnore]
    public bool ByHand => Failed is null && (Status == RefundStatus.Due || PaidOutAt is not null);

    /// <summary>It is the provider's refund of this id, or was before it came back.</summary>
    internal bool IsAt(string providerId) => Failed is { } failed ? failed.Reference == providerId : PaidOutAt is null && Reference == providerId;

    /// <summary>At what its articles and postage were paid after all that was refunded since it was asked for: the units of a line may differ by an increment.</summary>
    internal OrderRefund PricedAgain(Order order)
    {
        if (Shipping is not { } shipping) return this;
        Money amount = SaleShare.Of(order, Lines, shipping, order.Refunds).Amount;
        return this with { Amount = amount, ToCredit = ToCredit is null ? null : amount };
    }

    /// <param name="payment">The provider's id of the payment that the order does not keep.</param>
    internal static OrderRefund OfSurplus(string payment, ProviderRefund given, string reason, DateTimeOffset at) =>
        new(given.Id, given.Amount, reason, at, given.ByHand ? RefundStatus.Due : RefundStatus.Done, Surplus: true) { Payment = payment, Reference = given.ByHand ? null : given.Id };
}

/// <param name="Reference">The provider's id of the refund.</param>
/// <param name="Reason">In a word of the provider's such as <c>expired_or_canceled_card</c>.</param>
public sealed record RefundFailure(string Reference, string Reason, DateTimeOffset At);

/// <param name="AccountId">The gift card or the store credit that it came from, or the customer's own; <c>null</c> for a new code, which is mailed.</param>
public sealed record RefundedCredit(string? AccountId, CreditKind Kind, Money Amount);

/// <param name="Quantity">How many of the article.</param>
public sealed record RefundedLine(Sku Sku, int Quantity);

/// <param name="Id">Of the request that brought it: the same one again adds nothing.</param>
public sealed record OrderNote(string Id, DateTimeOffset At, string Text, string Actor);

/// <summary>One entry of the timeline.</summary>
/// <param name="Sequence">From 1, without gaps.</param>
/// <param name="Type">Such as <c>order.paid</c>.</param>
/// <param name="Actor"><c>shopper</c>, <c>system</c>, <c>provider</c>, <c>courier</c> or <c>staff:stf_…</c>.</param>
public sealed record OrderEvent(int Sequence, DateTimeOffset At, string Type, string Text, string Actor)
{
    /// <summary>The order as it was then; absent in entries of before it was kept.</summary>
    public OrderStatus? Status { get; init; }

    public PaymentStatus? PaymentStatus { get; init; }

    public FulfilmentStatus? FulfilmentStatus { get; init; }
}
