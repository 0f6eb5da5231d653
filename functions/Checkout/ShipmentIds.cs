using System.Globalization;
using Shop.Common;

namespace Shop.Checkout;

/// <summary>A shipment is named for its order, so that what a courier tells finds its way without a look-up: <c>ord_…-1</c>.</summary>
internal static class ShipmentIds
{
    public static string For(string orderId, int number) => string.Create(CultureInfo.InvariantCulture, $"{orderId}-{number}");

    /// <summary>The order of a shipment; <c>null</c> when it is not one of ours.</summary>
    public static string? OrderOf(string? shipmentId) => shipmentId?.LastIndexOf('-') is { } dash and > 0 && Ids.IsValid("ord", shipmentId[..dash]) ? shipmentId[..dash] : null;
}
