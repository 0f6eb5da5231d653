using System.Security.Cryptography;
using System.Text.RegularExpressions;

namespace Shop.Common;

/// <summary>
/// Prefixed ids whose text sorts by time of making: ten Crockford base-32 characters of milliseconds, as in a ULID, then random ones.
/// </summary>
public static partial class Ids
{
    private const string Alphabet = "0123456789abcdefghjkmnpqrstvwxyz";

    /// <summary>80 random bits: unique, not secret. <c>prd_01j…</c></summary>
    public static string New(string prefix, TimeProvider clock) => $"{prefix}_{TimePart(clock.GetUtcNow())}{RandomPart(16)}";

    /// <summary>130 random bits: whoever knows it may use it (a guest's cart).</summary>
    public static string NewUnguessable(string prefix, TimeProvider clock) => $"{prefix}_{TimePart(clock.GetUtcNow())}{RandomPart(26)}";

    /// <summary>Sorts before every id of the kind that is made from this moment on, and behind those made before.</summary>
    public static string First(string prefix, DateTimeOffset at) => $"{prefix}_{TimePart(at)}";

    /// <summary>The same for the same secret: a step that is repeated names the same thing, and nobody guesses it.</summary>
    /// <param name="secret">At least 130 bits, such as a signature.</param>
    public static string Unguessable(string prefix, DateTimeOffset at, ReadOnlySpan<byte> secret)
    {
        Span<char> letters = stackalloc char[26];
        for (int i = 0, bit = 0; i < letters.Length; i++, bit += 5) letters[i] = Alphabet[((secret[bit / 8] << 8 | secret[bit / 8 + 1]) >> (11 - bit % 8)) & 31];
        return $"{prefix}_{TimePart(at)}{letters}";
    }

    /// <summary>Whether the text could be one of our ids of this kind, so that nonsense is refused before storage is asked.</summary>
    public static bool IsValid(string prefix, string? id) =>
        id is not null && id.Length > prefix.Length && id.StartsWith(prefix, StringComparison.Ordinal) && Pattern().IsMatch(id.AsSpan(prefix.Length));

    /// <summary>When an id of ours was made, to the millisecond.</summary>
    public static DateTimeOffset TimeOf(string id)
    {
        long milliseconds = 0;
        foreach (char c in id.AsSpan(id.IndexOf('_', StringComparison.Ordinal) + 1, 10)) milliseconds = (milliseconds << 5) | (long)Alphabet.IndexOf(c, StringComparison.Ordinal);
        return DateTimeOffset.FromUnixTimeMilliseconds(milliseconds);
    }

    /// <summary>Sorts newest first where <paramref name="id"/> sorts oldest first: every character is mirrored in the alphabet.</summary>
    public static string Descending(string id) => string.Create(id.Length, id, static (span, source) =>
    {
        for (int i = 0; i < source.Length; i++)
        {
            int at = Alphabet.IndexOf(source[i], StringComparison.Ordinal);
            span[i] = at < 0 ? source[i] : Alphabet[Alphabet.Length - 1 - at];
        }
    });

    private static string TimePart(DateTimeOffset at) => string.Create(10, at.ToUnixTimeMilliseconds(), static (span, milliseconds) =>
    {
        for (int i = span.Length - 1; i >= 0; i--, milliseconds >>= 5) span[i] = Alphabet[(int)(milliseconds & 31)];
    });

    private static string RandomPart(int length) => RandomNumberGenerator.GetString(Alphabet, length);

    [GeneratedRegex(@"^_[0-9a-hjkmnp-tv-z]{26,36}\z", RegexOptions.CultureInvariant, 1000)]
    private static partial Regex Pattern();
}
