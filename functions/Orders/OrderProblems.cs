using Shop.Common;
using Shop.Http;

namespace Shop.Orders;

/// <summary>Every refusal of this module.</summary>
public static class OrderProblems
{
    public static Problem Unknown { get; } = HttpProblems.OrderUnknown;

    public static Problem NotCancellable { get; } = new(409, "order.not-cancellable", "The order can no longer be cancelled: it is paid or over. Ask for a return instead.");
}
