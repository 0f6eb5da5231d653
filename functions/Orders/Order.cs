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

    /// <summary>The code of the coupon that its discount comes from.</summary>
    public string? Coupon { get; init; }

    public required OrderPayment Payment { get; init; }

    /// <summary>Personal: labels show where they go, and couriers say who took them in.</summary>
    [Personal]
    public IReadOnlyList<Shipment> Shipments { get; init; } = [];

    public IReadOnlyList<OrderRefund> Refunds { get; init; } = [];

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

    public bool NeedsShipping => Lines.Any(l => !l.IsDigital);

    public bool HasDigital => Lines.Any(l => l.IsDigital);

    public bool IsOver => Status is OrderStatus.Completed or OrderStatus.Cancelled;
}

/// <summary>Who buys and where it goes.</summary>
public sealed record Buyer(string Email, string? Phone, string? Note, Address? ShippingAddress, Address? BillingAddress)
{
    public static Buyer Nobody { get; } = new(EmailAddress.Nobody, null, null, null, null);
}

/// <param name="Total">After its discount.</param>
/// <param name="Tax">Contained in the total or on top of it, as the order's totals say.</param>
/// <param name="DownloadFile">What a digital line delivers.</param>
public sealed record OrderLine(Sku Sku, string Title, bool IsDigital, int Quantity, Money UnitPrice, Money Discount, Money Tax, Money Total, int WeightGrams, string? DownloadFile);

public enum OrderPaymentStatus { Pending, RequiresAction, Authorized, Paid, Failed, Expired, Cancelled }

/// <param name="Attempt">From 1; part of the provider's idempotency key.</param>
/// <param name="Reference">The provider's id of the payment.</param>
/// <param name="ExpiresAt">When the shop stops waiting.</param>
public sealed record OrderPayment(
    string Method, PaymentKind Kind, OrderPaymentStatus Status, int Attempt = 1, string? Reference = null, DateTimeOffset? ExpiresAt = null, PaymentInstructions? Instructions = null);

/// <param name="Id">The provider's id of it.</param>
public sealed record OrderRefund(string Id, Money Amount, string Reason, DateTimeOffset At);

/// <summary>One entry of the timeline.</summary>
/// <param name="Sequence">From 1, without gaps.</param>
/// <param name="Type">Such as <c>order.paid</c>.</param>
/// <param name="Actor"><c>shopper</c>, <c>system</c>, <c>provider</c>, <c>courier</c> or <c>staff:stf_…</c>.</param>
public sealed record OrderEvent(int Sequence, DateTimeOffset At, string Type, string Text, string Actor);
