using Shop.Common;
using Shop.Orders;
using Shop.Shipping;

namespace Shop.Checkout;

/// <summary>What is stuck on a parcel: the courier's own label, or one of the shop's where it gives none, or cannot at the moment.</summary>
public sealed class ShipmentLabels(OrderStore orders, ICourier courier, ShippingOptions options)
{
    public async Task<Result<byte[]>> Run(string orderId, string shipmentId, CancellationToken cancellationToken)
    {
        if (!Ids.IsValid("ord", orderId) || await orders.Find(orderId, cancellationToken) is not { Value: { } order }) return OrderProblems.Unknown;
        if (order.Shipments.FirstOrDefault(s => s.Id == shipmentId) is not { } shipment) return OrderProblems.ShipmentUnknown;
        if (shipment.LabelUrl.Length > 0 && await courier.Label(shipment.LabelUrl, cancellationToken) is { } theirs) return theirs;
        ParcelLabelLine[] lines = [.. order.PackedIn(shipment.Id).Select(l => new ParcelLabelLine(l.Sku, order.Lines.First(sold => sold.Sku == l.Sku).Title, l.Quantity))];
        return ParcelLabel.Pdf(new ParcelToLabel(order.Number, shipment, order.Shipping!, order.ShippingAddress, order.IsCash ? order.Asked() : null, lines), options);
    }
}
