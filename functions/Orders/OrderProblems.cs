using Shop.Common;
using Shop.Http;

namespace Shop.Orders;

/// <summary>Every refusal of this module.</summary>
public static class OrderProblems
{
    public static Problem Unknown { get; } = HttpProblems.OrderUnknown;

    public static Problem RefundUnknown { get; } = new(404, "refund.unknown", "The order has no such refund.");

    public static Problem RefundNotDue { get; } = new(409, "refund.not-due", "Nothing is to be paid out for this refund.");

    public static Problem RefundTooMuch { get; } = new(422, "refund.too-much", "More cannot go back than is left of the order.");

    public static Problem RefundUnclear { get; } = new(422, "refund.unclear", "Name articles and postage, or an amount; not both.");

    public static Problem NotCancellable { get; } = new(409, "order.not-cancellable", "The order can no longer be cancelled: it is paid or over. Ask for a return instead.");
}
