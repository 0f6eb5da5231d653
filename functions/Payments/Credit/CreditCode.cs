using System.Security.Cryptography;
using System.Text;
using Shop.Http;

namespace Shop.Payments;

/// <summary>
/// The code of a gift card: twenty of Crockford's letters in groups of four, a hundred bits. It is made of its cause and the shop's signing key, so that a step that
/// is repeated makes the same one, and it is kept nowhere: an account is found by the code's hash, which outlives the signing key.
/// </summary>
public static class CreditCode
{
    public const int MostTyped = 40;

    private const string Alphabet = "0123456789ABCDEFGHJKMNPQRSTVWXYZ";
    private const int Letters = 20, Group = 4, IdBytes = 20;

    /// <summary>Such as <c>7Q3M-X0V9-RT2B-…</c></summary>
    /// <param name="cause">What the card is issued for; no two cards have the same.</param>
    public static string For(Signing signing, string cause)
    {
        string letters = ToLetters(signing.Sign("gift-card", cause))[..Letters];
        return string.Join('-', letters.Chunk(Group).Select(g => new string(g)));
    }

    /// <summary>However it was typed; <c>null</c> for what cannot be a code.</summary>
    public static string? Normal(string typed)
    {
        char[] letters = [.. typed.Where(c => c != '-' && !char.IsWhiteSpace(c)).Select(c => char.ToUpperInvariant(c) switch { 'O' => '0', 'I' or 'L' => '1', var letter => letter })];
        return letters.Length == Letters && letters.All(c => Alphabet.Contains(c, StringComparison.Ordinal)) ? new string(letters) : null;
    }

    /// <summary>The account that a code opens.</summary>
    /// <param name="normal">As <see cref="Normal"/> gives it.</param>
    public static string AccountId(string normal) => IdOf($"gift-card|{normal}");

    /// <summary>A customer's store credit in a currency.</summary>
    public static string StoreCreditId(string customerId, Common.Currency currency) => IdOf($"store-credit|{customerId}|{currency}");

    private static string IdOf(string what) => "crd_" + ToLetters(SHA256.HashData(Encoding.UTF8.GetBytes(what)).AsSpan(0, IdBytes)).ToLowerInvariant();

    /// <summary>Five bits a letter.</summary>
    private static string ToLetters(ReadOnlySpan<byte> bytes)
    {
        var letters = new StringBuilder();
        int bits = 0, value = 0;
        foreach (byte b in bytes)
        {
            value = (value << 8) | b;
            for (bits += 8; bits >= 5; bits -= 5) letters.Append(Alphabet[(value >> (bits - 5)) & 31]);
            value &= (1 << bits) - 1;
        }
        return letters.ToString();
    }
}
