using System.Text.Json.Serialization;
using Shop.Common;

namespace Shop.Orders;

public enum ReturnStatus
{
    /// <summary>Staff decide whether the goods may come back.</summary>
    Requested,

    /// <summary>The customer sends them.</summary>
    Approved,

    /// <summary>They are in the shop, and nobody has looked at them yet.</summary>
    Received,

    /// <summary>Staff said what became of them; the money is on its way.</summary>
    Inspected,

    Completed,

    Refused,

    /// <summary>The goods did not come in time.</summary>
    Expired,

    /// <summary>The customer keeps them after all.</summary>
    Withdrawn,
}

public enum ReturnWish
{
    /// <summary>The money, the way it came.</summary>
    Refund,

    /// <summary>Credit for another time.</summary>
    Credit,

    /// <summary>Other articles: the credit comes with a cart that has them in it.</summary>
    Exchange,
}

public enum ReturnReason { Unwanted, Damaged, WrongItem, NotAsDescribed, Other }

/// <summary>Goods that a customer sends back.</summary>
/// <param name="Id">Also the reference of the parcel that brings them: <c>ord_…-r1f0c9a2b</c>.</param>
/// <param name="Lines">What the customer wants to send back.</param>
/// <param name="Comment">In the customer's own words.</param>
public sealed record OrderReturn(string Id, IReadOnlyList<RefundedLine> Lines, ReturnReason Reason, string? Comment, DateTimeOffset RequestedAt)
{
    public ReturnStatus Status { get; init; }

    /// <summary>What the customer wants for it.</summary>
    public ReturnWish Wish { get; init; }

    /// <summary>The articles wanted instead.</summary>
    public IReadOnlyList<RefundedLine> ExchangeFor { get; init; } = [];

    /// <summary>The cart that has them in it, and pays with what came back.</summary>
    public string? ExchangeCartId { get; init; }

    /// <summary>When the step that it waits for is late; <c>null</c> when it waits for nothing.</summary>
    public DateTimeOffset? Until { get; init; }

    /// <summary>Why it was refused.</summary>
    public string? Answer { get; init; }

    /// <summary>What brings the goods back; <c>null</c> where the customer sees to it.</summary>
    public ReturnParcel? Parcel { get; init; }

    /// <summary>What became of the goods.</summary>
    public IReadOnlyList<InspectedLine> Inspected { get; init; } = [];

    /// <summary>The refund of what was accepted; <c>null</c> where nothing was.</summary>
    public string? RefundId { get; init; }

    /// <summary>That refund is paid out by hand, whatever its provider could do.</summary>
    [JsonIgnore(Condition = JsonIgnoreCondition.WhenWritingDefault)]
    public bool PayOut { get; init; }

    public bool IsOver => Status is ReturnStatus.Completed or ReturnStatus.Refused or ReturnStatus.Expired or ReturnStatus.Withdrawn;
}

/// <param name="TrackingNumber">On the parcel; <c>null</c> until the courier gives one.</param>
/// <param name="Booking">What the courier calls it, with which it is asked.</param>
public sealed record ReturnParcel(string Courier, string? TrackingNumber, string Booking);

/// <summary>What became of the units of an article that came back.</summary>
/// <param name="Restocked">They can be sold again.</param>
/// <param name="WrittenOff">They are paid back and cannot be sold.</param>
/// <param name="Rejected">They are not paid back.</param>
public sealed record InspectedLine(Sku Sku, int Restocked = 0, int WrittenOff = 0, int Rejected = 0)
{
    public int Accepted => Restocked + WrittenOff;
}
