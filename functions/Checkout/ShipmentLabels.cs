using Shop.Common;
using Shop.Orders;
using Shop.Shipping;

namespace Shop.Checkout;

/// <summary>What is stuck on a parcel: couriers take the shop's own where their number is on it.</summary>
public sealed class ShipmentLabels(OrderStore orders, ShippingOptions options)
{
    public async Task<Result<byte[]>> Run(string orderId, string shipmentId, CancellationToken cancellationToken)
    {
        if (!Ids.IsValid("ord", orderId) || await orders.Find(orderId, cancellationToken) is not { Value: { } order }) return OrderProblems.Unknown;
        if (order.Shipments.FirstOrDefault(s => s.Id == shipmentId) is not { } shipment) return OrderProblems.ShipmentUnknown;
        ParcelLabelLine[] lines = [.. order.PackedIn(shipment.Id).Select(l => LineOf(order, l.Sku, l.Quantity))];
        return ParcelLabel.Pdf(new ParcelToLabel(order.Number, shipment, order.Shipping!, order.ShippingAddress, order.IsCash ? order.Asked() : null, lines), options.Origin);
    }

    /// <summary>The label of a parcel that brings goods back.</summary>
    public async Task<Result<byte[]>> OfReturn(string orderId, string returnId, CancellationToken cancellationToken)
    {
        if (await orders.Find(orderId, cancellationToken) is not { Value: { ShippingAddress: { } from } order }) return OrderProblems.ReturnUnknown;
        if (order.Returns.FirstOrDefault(r => r.Id == returnId) is not { Parcel: { } parcel } back) return OrderProblems.ReturnUnknown;
        ParcelLabelLine[] lines = [.. back.Lines.Select(l => LineOf(order, l.Sku, l.Quantity))];
        var shipment = new Shipment(back.Id, parcel.Courier, parcel.TrackingNumber, parcel.Booking, ShipmentStatus.Booked, []);
        return ParcelLabel.Pdf(new ParcelToLabel(order.Number, shipment, order.Shipping! with { Name = parcel.Courier.ToUpperInvariant(), Insured = false }, options.Origin, null, lines), from);
    }

    private static ParcelLabelLine LineOf(Order order, Sku sku, int quantity) => new(sku, order.Lines.First(sold => sold.Sku == sku).Title, quantity);
}
