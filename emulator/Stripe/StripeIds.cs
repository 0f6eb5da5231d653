using System.Buffers;
using System.Security.Cryptography;
using System.Text;

namespace Shop.Emulator.Stripe;

/// <summary>
/// Ids as Stripe makes them: a payment intent, its charges, refunds and events share sixteen characters
/// (<c>pi_3MtwBwLkdIwHu7ix28a3tqPa</c>, <c>ch_3MtwBwLkdIwHu7ix0snN0B15</c>). Here these are the partition of all of them.
/// </summary>
internal static class StripeIds
{
    private const string Alphabet = "0123456789ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz";
    private static readonly SearchValues<char> Letters = SearchValues.Create(Alphabet);
    private const int TokenLength = 16;
    private const int SuffixLength = 8;

    public static string NewToken() => "3" + Random(TokenLength - 1);

    /// <summary>The token that a create call under this idempotency key gets: a repeat meets the first one's row.</summary>
    public static string TokenOf(string idempotencyKey)
    {
        byte[] hash = SHA256.HashData(Encoding.UTF8.GetBytes(idempotencyKey));
        return "3" + string.Create(TokenLength - 1, hash, static (span, bytes) =>
        {
            for (int i = 0; i < span.Length; i++) span[i] = Alphabet[((bytes[2 * i] << 8) | bytes[(2 * i) + 1]) % Alphabet.Length];
        });
    }

    public static string New(string prefix, string token) => $"{prefix}_{token}{Random(SuffixLength)}";

    public static string NewSecret(string intentId) => $"{intentId}_secret_{Random(25)}";

    public static string NewPaymentMethod() => "pm_1" + Random(23);

    public static string NewRequest() => "req_" + Random(14);

    /// <summary>The token inside an id of this kind, or <c>null</c> where the text cannot be one.</summary>
    public static string? Token(string prefix, string? id) =>
        id is not null && id.Length == prefix.Length + 1 + TokenLength + SuffixLength
        && id.StartsWith(prefix + "_3", StringComparison.Ordinal) && !id.AsSpan(prefix.Length + 1).ContainsAnyExcept(Letters)
            ? id.Substring(prefix.Length + 1, TokenLength)
            : null;

    private static string Random(int length) => RandomNumberGenerator.GetString(Alphabet, length);
}
