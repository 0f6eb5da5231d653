using Shop.Common;

namespace Shop.Orders;

/// <summary>Every refusal of this module.</summary>
public static class OrderProblems
{
    public static Problem Unknown { get; } = new(404, "order.unknown", "There is no such order, or this token does not open it.");

    public static Problem NotCancellable { get; } = new(409, "order.not-cancellable", "The order can no longer be cancelled: it is paid or over. Ask for a return instead.");
}
