using Shop.Common;

namespace Shop.Orders;

/// <summary>How a return moves. Pure; what does not follow from where it is leaves the order as it is.</summary>
public static class ReturnRules
{
    public const int MostReturns = 50;

    /// <summary>How many units the customer has, and may still send back.</summary>
    public static int Returnable(this Order order, Sku sku)
    {
        int delivered = order.Lines.Where(l => l.Sku == sku && !l.IsDigital).Sum(l => l.Quantity);
        int refundedOrOnTheWay = order.Refunds.SelectMany(r => r.Lines).Concat(order.Returns.Where(r => !r.IsOver && r.RefundId is null).SelectMany(r => r.Lines)).Where(l => l.Sku == sku).Sum(l => l.Quantity);
        return Math.Max(0, delivered - refundedOrOnTheWay);
    }

    /// <summary>When the last of its goods arrived; <c>null</c> while some are on their way or none ever arrived.</summary>
    public static DateTimeOffset? DeliveredAt(this Order order) =>
        order.Unbooked().Count == 0 && order.Shipments.All(s => s.Status == Shipping.ShipmentStatus.Delivered || s.TakenBack)
            ? order.Shipments.Where(s => s.Status == Shipping.ShipmentStatus.Delivered).Max(s => (DateTimeOffset?)s.Events[^1].At) : null;

    public static Order RequestReturn(this Order order, OrderReturn asked, string actor)
    {
        if (order.Returns.Any(r => r.Id == asked.Id)) return order;
        return asked.Lines.All(l => l.Quantity <= order.Returnable(l.Sku)) && order.Returns.Count < MostReturns
            ? (order with { Returns = [.. order.Returns, asked] }).Tell(asked.RequestedAt, "return.requested", $"The customer wants to send {Count(asked.Lines)} back.", actor)
            : order;
    }

    public static Order ApproveReturn(this Order order, string returnId, DateTimeOffset until, string actor, DateTimeOffset at) =>
        order.Move(returnId, ReturnStatus.Requested, r => r with { Status = ReturnStatus.Approved, Until = until }, at, "return.approved", "The goods may come back.", actor);

    public static Order RefuseReturn(this Order order, string returnId, string answer, string actor, DateTimeOffset at) =>
        order.Move(returnId, ReturnStatus.Requested, r => r with { Status = ReturnStatus.Refused, Until = null, Answer = answer }, at, "return.refused", answer, actor);

    /// <summary>The parcel that brings the goods back was ordered.</summary>
    public static Order BookReturn(this Order order, string returnId, ReturnParcel parcel, DateTimeOffset at) => order.Move(
        returnId, ReturnStatus.Approved, r => r.Parcel is null ? r with { Parcel = parcel } : r, at, "return.booked", $"{parcel.Courier} brings the goods back; {Shipping.Shipment.NumberText(parcel.TrackingNumber)}.", "system");

    /// <summary>The courier gave the parcel that brings the goods its number, or another one.</summary>
    public static Order NumberReturn(this Order order, string returnId, string trackingNumber) => order.Returns.All(r => r.Id != returnId || r.Parcel is null || r.Parcel.TrackingNumber == trackingNumber)
        ? order
        : order with { Returns = [.. order.Returns.Select(r => r.Id == returnId && r.Parcel is { } parcel ? r with { Parcel = parcel with { TrackingNumber = trackingNumber } } : r)] };

    public static Order ReceiveReturn(this Order order, string returnId, DateTimeOffset until, string actor, DateTimeOffset at) =>
        order.Move(returnId, ReturnStatus.Approved, r => r with { Status = ReturnStatus.Received, Until = until }, at, "return.received", "The goods are back in the shop.", actor);

    /// <summary>Staff looked at the goods. What is accepted is refunded; the order takes note of that in the same step.</summary>
    /// <param name="refund">Of what was accepted; <c>null</c> where nothing was.</param>
    /// <param name="payOut">By hand.</param>
    /// <returns>The order as it was while a bank holds the money that is to go back.</returns>
    public static Order InspectReturn(this Order order, string returnId, IReadOnlyList<InspectedLine> lines, OrderRefund? refund, bool payOut, string actor, DateTimeOffset at)
    {
        if (refund is not null && order.PaymentStatus == PaymentStatus.Disputed) return order;
        Order inspected = order.Move(
            returnId, ReturnStatus.Received, r => r with { Status = ReturnStatus.Inspected, Until = null, Inspected = lines, RefundId = refund?.Id, PayOut = payOut }, at, "return.inspected",
            $"{lines.Sum(l => l.Restocked)} can be sold again, {lines.Sum(l => l.WrittenOff)} are written off, {lines.Sum(l => l.Rejected)} are not taken back.", actor);
        if (ReferenceEquals(inspected, order) || refund is null) return inspected;
        Order opened = inspected.OpenRefund(refund, actor);
        return opened.Refunds.Any(r => r.Id == refund.Id) ? opened : throw new InvalidOperationException($"What came back of {order.Id} cannot be refunded: {opened.Timeline[^1].Text}");
    }

    public static Order CompleteReturn(this Order order, string returnId, DateTimeOffset at)
    {
        if (order.Returns.FirstOrDefault(r => r.Id == returnId) is not { Status: ReturnStatus.Inspected }) return order;
        bool nothingLeft = !order.HasDigital && order.Lines.All(l => SaleShare.Rest(order, l.Sku) == 0);
        return (nothingLeft ? order with { FulfilmentStatus = FulfilmentStatus.Returned } : order)
            .Move(returnId, ReturnStatus.Inspected, r => r with { Status = ReturnStatus.Completed }, at, "return.completed", "The return is done.", "system");
    }

    /// <summary>What is wanted instead lies in a cart.</summary>
    public static Order ExchangeReturn(this Order order, string returnId, string cartId, DateTimeOffset at) => order.Move(
        returnId, ReturnStatus.Completed, r => r.ExchangeCartId is null ? r with { ExchangeCartId = cartId } : r, at, "return.exchanged", "What is wanted instead is in a cart, with credit for what came back.", "system");

    /// <summary>Nobody has looked at the goods for long.</summary>
    public static Order RemindReturn(this Order order, string returnId, DateTimeOffset until, DateTimeOffset at) =>
        order.Move(returnId, ReturnStatus.Received, r => r with { Until = until }, at, "return.late", "Nobody has looked at the goods yet.", "system");

    /// <summary>The goods have longer to come: they are on their way, or the courier has given no label yet.</summary>
    public static Order ExtendReturn(this Order order, string returnId, DateTimeOffset until, DateTimeOffset at) =>
        order.Move(returnId, ReturnStatus.Approved, r => r with { Until = until }, at, "return.extended", "The shop waits longer for the goods.", "system");

    /// <summary>The goods did not come in time, or the customer keeps them.</summary>
    public static Order EndReturn(this Order order, string returnId, ReturnStatus end, string actor, DateTimeOffset at)
    {
        if (order.Returns.FirstOrDefault(r => r.Id == returnId) is not { Status: ReturnStatus.Requested or ReturnStatus.Approved } open) return order;
        return end == ReturnStatus.Expired
            ? order.Move(returnId, open.Status, r => r with { Status = end, Until = null }, at, "return.expired", "The goods did not come back in time.", actor)
            : order.Move(returnId, open.Status, r => r with { Status = end, Until = null }, at, "return.withdrawn", "The customer keeps the goods.", actor);
    }

    private static Order Move(this Order order, string returnId, ReturnStatus from, Func<OrderReturn, OrderReturn> move, DateTimeOffset at, string type, string text, string actor)
    {
        if (order.Returns.FirstOrDefault(r => r.Id == returnId) is not { } before || before.Status != from) return order;
        OrderReturn after = move(before);
        return ReferenceEquals(after, before) ? order : (order with { Returns = [.. order.Returns.Select(r => r.Id == returnId ? after : r)] }).Tell(at, type, text, actor);
    }

    private static string Count(IReadOnlyList<RefundedLine> lines) => lines.Sum(l => l.Quantity) is var units && units == 1 ? "1 article" : $"{units} articles";
}
