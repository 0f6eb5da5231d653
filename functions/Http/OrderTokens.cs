using System.Buffers.Text;

namespace Shop.Http;

/// <summary>
/// The token that opens one order: <c>base64url(HMAC-SHA256(key, "order|" + orderId))</c>. It needs no storage to make or to check, and
/// appears only in the checkout's answer and in mails.
/// </summary>
public sealed class OrderTokens(Signing signing)
{
    public const string QueryName = "token";

    public string For(string orderId) => Base64Url.EncodeToString(signing.Sign("order", orderId));

    public bool Opens(string orderId, string? token)
    {
        Span<byte> signature = stackalloc byte[32];
        return token is { Length: 43 } && Base64Url.IsValid(token) && Base64Url.TryDecodeFromChars(token, signature, out int length) && length == 32 && signing.Verify("order", orderId, signature);
    }
}
