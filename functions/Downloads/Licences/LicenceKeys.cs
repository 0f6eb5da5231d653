using System.Security.Cryptography;
using Shop.Common;

namespace Shop.Downloads;

/// <summary>
/// Licence keys as people read and type them. Those that the shop makes are five groups of five of Crockford's letters: 24 random ones, 120 bits, and one
/// that checks them (Luhn's, modulo 32), so that a buyer's software sees a slip of the finger without asking.
/// </summary>
public static class LicenceKeys
{
    private const string Alphabet = Watermarks.Alphabet;
    private const int Random = 24, Group = 5;

    /// <summary>Such as <c>7Q3MX-0V9RT-…</c></summary>
    internal static string New()
    {
        string random = RandomNumberGenerator.GetString(Alphabet, Random);
        string whole = random + CheckOf(random);
        return string.Join('-', Enumerable.Range(0, whole.Length / Group).Select(i => whole.Substring(i * Group, Group)));
    }

    /// <summary>Whether it could be a key that the shop made.</summary>
    public static bool IsWellFormed(string key) =>
        Plain(key) is { Length: Random + 1 } plain && plain.All(Alphabet.Contains) && plain[^1] == CheckOf(plain.AsSpan(0, Random));

    /// <summary>Under which a key is kept: the same however it is typed, and no key can be read from it. Other than a signature it outlives the shop's keys.</summary>
    internal static string HashOf(string key) => Digest.Of(Plain(key));

    /// <summary>Without case, hyphens and white space.</summary>
    private static string Plain(string key) => string.Concat(key.Where(c => c != '-' && !char.IsWhiteSpace(c))).ToUpperInvariant();

    private static char CheckOf(ReadOnlySpan<char> letters)
    {
        int sum = 0;
        for (int i = letters.Length - 1, factor = 2; i >= 0; i--, factor = 3 - factor)
        {
            int product = factor * Alphabet.IndexOf(letters[i], StringComparison.Ordinal);
            sum += (product / Alphabet.Length) + (product % Alphabet.Length);
        }
        return Alphabet[(Alphabet.Length - (sum % Alphabet.Length)) % Alphabet.Length];
    }
}
