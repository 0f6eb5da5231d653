using System.Globalization;
using Shop.Common;
using Shop.Shipping;

namespace Shop.Orders;

/// <summary>How an order goes in one parcel or in several. Pure; a step that was taken before leaves the order as it is.</summary>
public static class ParcelRules
{
    /// <summary>What goes in a parcel, or went in it.</summary>
    public static IReadOnlyList<ParcelLine> PackedIn(this Order order, string shipmentId) => order.Parcels.Count > 0
        ? order.Parcels.FirstOrDefault(p => p.Id == shipmentId)?.Lines ?? []
        : [.. order.Lines.Select(l => new ParcelLine(l.Sku, order.ToSend(l))).Where(l => l.Quantity > 0)];

    /// <summary>Whether what a refund leaves out is in the parcel that it is taken out of: somebody else may have been faster, and what the buyer has of the same article is not meant.</summary>
    internal static bool HasPacked(this Order order, OrderRefund refund) =>
        refund is not { Unsent: true, ShipmentId: { } parcel } || refund.Lines.All(l => l.Quantity <= order.PackedIn(parcel).Where(p => p.Sku == l.Sku).Sum(p => p.Quantity));

    /// <summary>The parcels for which no courier was called yet.</summary>
    public static IReadOnlyList<string> Unbooked(this Order order) => order.Parcels.Count > 0
        ? [.. order.Parcels.Where(p => p.Lines.Count > 0 && order.Shipments.All(s => s.Id != p.Id)).Select(p => p.Id)]
        : order.Shipments.Count == 0 && order.Lines.Any(l => order.ToSend(l) > 0) ? [ParcelId(order, 1)] : [];

    /// <summary>Puts what was to go in one parcel into several.</summary>
    /// <param name="shipmentId">Which; no courier was called for it yet.</param>
    /// <param name="parts">All that was in it, by parcel.</param>
    public static Order Split(this Order order, string shipmentId, IReadOnlyList<(string? Place, IReadOnlyList<ParcelLine> Lines)> parts, string reason, string actor, DateTimeOffset at)
    {
        if (order.IsOver || !order.Unbooked().Contains(shipmentId, StringComparer.Ordinal)) return order;
        int last = order.Parcels.Select(p => NumberOf(p.Id)).DefaultIfEmpty(1).Max();
        IEnumerable<PlannedParcel> planned = parts.Select((part, i) => new PlannedParcel(ParcelId(order, last + 1 + i), shipmentId, part.Lines, part.Place));
        return (order with { Parcels = [.. order.Parcels.Where(p => p.Id != shipmentId), .. planned] }).Tell(at, "shipment.split", $"It goes in {parts.Count} parcels: {reason}.", actor);
    }

    /// <summary>What became of a parcel that goes in several.</summary>
    public static IReadOnlyList<string> SplitFrom(this Order order, string shipmentId) => [.. order.Parcels.Where(p => p.From == shipmentId).Select(p => p.Id)];

    /// <summary>Takes something out of a parcel that is not sent any more.</summary>
    public static Order Unpack(this Order order, string shipmentId, IReadOnlyList<RefundedLine> lines) => order.Parcels.Count == 0 ? order : order with
    {
        Parcels = [.. order.Parcels.Select(p => p.Id != shipmentId ? p : p with
        {
            Lines = [.. p.Lines.Select(l => l with { Quantity = l.Quantity - lines.Where(r => r.Sku == l.Sku).Sum(r => r.Quantity) }).Where(l => l.Quantity > 0)],
        })],
    };

    /// <summary>Ends an order of which nothing is to be sent, or on its way, any more. Files that were delivered stay.</summary>
    public static Order Conclude(this Order order, string actor, DateTimeOffset at)
    {
        if (order.IsOver || order.IsUnsold) return order;
        bool arrived = order.Shipments.Any(s => s.Status == ShipmentStatus.Delivered), back = order.Shipments.Any(s => s.TakenBack), lost = order.Shipments.Where(s => s.TakenBack).All(s => s.Status == ShipmentStatus.Lost);
        string gone = lost ? "was lost" : "came back";
        if (order.Unbooked().Count > 0 || order.Shipments.Any(s => s.Status != ShipmentStatus.Delivered && !s.TakenBack))
            return arrived ? order with { FulfilmentStatus = FulfilmentStatus.Partial } : order;
        if (arrived && !back) return (order with { Status = OrderStatus.Completed, FulfilmentStatus = FulfilmentStatus.Fulfilled }).Tell(at, "order.completed", "Everything is delivered.", "system");
        if (arrived) return (order with { Status = OrderStatus.Completed, FulfilmentStatus = FulfilmentStatus.Partial }).Tell(at, "order.completed", $"A parcel {gone}; the rest is delivered.", "system");
        if (order.HasDigital)
            return (order with { Status = OrderStatus.Completed, FulfilmentStatus = FulfilmentStatus.Partial })
                .Tell(at, "order.completed", back ? $"The parcel {gone}; the files are delivered." : "The files are delivered; the rest was cancelled.", actor);
        return (order with { Status = OrderStatus.Cancelled, FulfilmentStatus = back && !lost ? FulfilmentStatus.Returned : order.FulfilmentStatus })
            .Tell(at, "order.cancelled", back ? $"The parcel {gone}." : "The order was cancelled before it was sent.", actor);
    }

    /// <summary>The shop says by when; once.</summary>
    public static Order Promised(this Order order, DeliveryPromise? promise) => order.Promise is not null || promise is null || order.IsOver ? order : order with { Promise = promise };

    /// <summary>Nothing that the shop said by when has happened.</summary>
    public static Order Miss(this Order order, string shipmentId, PromiseKind kind, DateTimeOffset at) =>
        order.IsOver || order.Missed.Any(m => m.ShipmentId == shipmentId && m.Kind == kind) ? order
        : (order with { Missed = [.. order.Missed, new MissedPromise(shipmentId, kind, at)] }).Tell(at, "promise.missed", kind switch
        {
            PromiseKind.Ship => "It was not sent by the day that was promised.",
            PromiseKind.Deliver => "It did not arrive by the day that was promised.",
            _ => "Nobody collected it in time.",
        }, "system");

    /// <summary>Second thoughts of the shopper, or what staff correct, about where it goes, how they are reached and what they wrote.</summary>
    public static Order Edit(this Order order, Address? shippingAddress, string? phone, string? note, string actor, DateTimeOffset at)
    {
        List<string> changed = [];
        if (shippingAddress != order.ShippingAddress) changed.Add("address");
        if (phone != order.Phone) changed.Add("telephone");
        if (note != order.Note) changed.Add("note");
        if (changed.Count == 0) return order;
        return order.MayBeEdited
            ? (order with { ShippingAddress = shippingAddress, Phone = phone, Note = note }).Tell(at, "order.edited", $"The {(actor == "shopper" ? "shopper" : "shop")} changed: {string.Join(", ", changed)}.", actor)
            : order.Tell(at, "order.edit-refused", "It was too late to change the order.", "system");
    }

    /// <summary>The courier does not take a parcel as it is; what was to be sent still waits.</summary>
    public static Order RefuseParcel(this Order order, DateTimeOffset at) =>
        order.IsOver ? order : order.Tell(at, ParcelRefused, "The courier did not take the parcel yet; the shop sees to it.", "system");

    /// <summary>Nothing is sent while a bank has the money, or decides about it.</summary>
    public static bool IsHeldByBank(this Order order) => order.PaymentStatus == PaymentStatus.Disputed || order.IsChargedBack();

    /// <summary>No courier is called yet.</summary>
    public static Order HoldParcel(this Order order, DateTimeOffset at) =>
        order.IsOver ? order : order.Tell(at, ParcelHeld, "The parcel waits: the buyer's bank looks into its payment.", "system");

    /// <summary>The courier knows nothing of a parcel that it took, or says something that nobody understands.</summary>
    public static Order LoseSight(this Order order, DateTimeOffset at) =>
        order.IsOver ? order : order.Tell(at, ParcelUnclear, "The courier does not say where the parcel is; the shop sees to it.", "system");

    /// <summary>Whether one of its parcels was somebody's task at some time.</summary>
    public static bool NeededSomebody(this Order order) => order.Timeline.Any(e => e.Type is ParcelRefused or ParcelHeld or ParcelUnclear);

    private const string ParcelRefused = "shipment.refused";
    private const string ParcelHeld = "shipment.held";
    private const string ParcelUnclear = "shipment.unclear";

    private static string ParcelId(Order order, int number) => string.Create(CultureInfo.InvariantCulture, $"{order.Id}-{number}");

    private static int NumberOf(string parcelId) => int.Parse(parcelId[(parcelId.LastIndexOf('-') + 1)..], CultureInfo.InvariantCulture);
}
