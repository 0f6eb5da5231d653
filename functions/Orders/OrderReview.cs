using Shop.Common;

namespace Shop.Orders;

/// <summary>Why somebody looks at an order before the shop accepts it.</summary>
public enum ReviewKind
{
    /// <summary>The payment provider thinks that it may be a fraud.</summary>
    Fraud,

    /// <summary>It is so large that the shop wants to know.</summary>
    Approval,

    /// <summary>Nothing is paid before the parcel is there: does the buyer really want it?</summary>
    CashOnDelivery,

    /// <summary>Staff say how much of the authorised money is taken.</summary>
    Capture,
}

public enum ReviewStatus { Open, Accepted, Refused }

/// <param name="Until">An order that nobody decided about by then is refused.</param>
/// <param name="Escalated">When nobody had decided for long, and somebody else was told.</param>
/// <param name="Actor">Who decided.</param>
public sealed record OrderReview(ReviewKind Kind, DateTimeOffset Since, DateTimeOffset Until, ReviewStatus Status = ReviewStatus.Open, DateTimeOffset? Escalated = null, string? Actor = null)
{
    /// <summary>What is left out of the order, and never captured.</summary>
    public IReadOnlyList<RefundedLine> Without { get; init; } = [];

    /// <summary>How much of the authorised money is taken; <c>null</c> for all.</summary>
    public Money? Capture { get; init; }
}
