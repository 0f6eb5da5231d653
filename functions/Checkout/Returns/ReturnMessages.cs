using Shop.Common;
using Shop.Orders;

namespace Shop.Checkout;

/// <param name="Return">As it is asked for, without the customer's words.</param>
/// <param name="Comment">Those, sealed: the engine keeps every input.</param>
/// <param name="Anew">Its history begins anew: what is told at the beginning was told.</param>
public sealed record ReturnInput(string OrderId, OrderReturn Return, string? Comment, ReturnTerms Terms, string Actor, bool Anew = false);

/// <summary>Look: ask the courier where the parcel is.</summary>
public enum ReturnMoveKind { Approve, Refuse, Receive, Inspect, Withdraw, Late, Look }

/// <summary>Raised to a return's orchestration as <see cref="CheckoutEvents.Return"/>, and made by its deadlines and its parcel.</summary>
/// <param name="Text">Why it is refused.</param>
/// <param name="Lines">What became of the goods.</param>
/// <param name="Shipping">How much of the postage goes back with their money.</param>
/// <param name="To">Whereto the money goes.</param>
/// <param name="From">Of <see cref="ReturnMoveKind.Late"/>: the step that is late. By the time it is told the return may have moved on.</param>
public sealed record ReturnMove(
    ReturnMoveKind Kind, string Actor, string? Text = null, IReadOnlyList<InspectedLine>? Lines = null, Money? Shipping = null, RefundWay To = RefundWay.Original, ReturnStatus? From = null);

public sealed record ReturnStep(string OrderId, string ReturnId, ReturnTerms Terms, ReturnMove Move);

/// <param name="Until">When the step that it waits for is late; <c>null</c> when the return is over.</param>
/// <param name="NextAt">When the courier is asked, before that; <c>null</c> where there is nothing to ask it.</param>
/// <param name="Next">What it is asked: where the parcel is, or for its label once more.</param>
public sealed record ReturnOutcome(ReturnStatus Status, DateTimeOffset? Until, DateTimeOffset? NextAt = null, ReturnMoveKind Next = ReturnMoveKind.Look)
{
    /// <summary>A bank holds its money: the same step is to be taken again, later.</summary>
    public bool Again { get; init; }
}
