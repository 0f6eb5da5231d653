using System.Security.Cryptography;
using System.Text;

namespace Shop.Checkout;

/// <summary>A refund is named for the request that asks for it: the same request is the same refund, even when its answer was never kept.</summary>
internal static class RefundIds
{
    public static string Of(string orderId, string idempotencyKey) => "rfd_" + Convert.ToHexStringLower(SHA256.HashData(Encoding.UTF8.GetBytes($"{orderId}|{idempotencyKey}")).AsSpan(0, 13));
}
