using System.Security.Cryptography;
using System.Text;

namespace Shop.Checkout;

/// <summary>What staff add to an order is named for the request that asks for it: the same request adds it once, even when its answer was never kept.</summary>
internal static class RequestIds
{
    public static string Refund(string orderId, string idempotencyKey) => "rfd_" + Of(orderId, idempotencyKey);

    public static string Note(string orderId, string idempotencyKey) => "not_" + Of(orderId, idempotencyKey);

    /// <summary>Ends in a number of its own, like a shipment's: what a courier tells of the parcel finds its way without a look-up.</summary>
    public static string Return(string orderId, string idempotencyKey) => $"{orderId}-r{Of(orderId, idempotencyKey)[..8]}";

    private static string Of(string orderId, string idempotencyKey) => Convert.ToHexStringLower(SHA256.HashData(Encoding.UTF8.GetBytes($"{orderId}|{idempotencyKey}")).AsSpan(0, 13));
}
