using System.ComponentModel.DataAnnotations;
using System.Security.Cryptography;
using System.Text;

namespace Shop.Http;

/// <summary>Section <c>Security</c>.</summary>
public sealed class SecurityOptions : IValidatableObject
{
    /// <summary>Signs sessions, order tokens and cursors. At least 32 characters; another key ends every session and every order link.</summary>
    [Required, MinLength(32)]
    public string SigningKey { get; init; } = "";

    /// <summary>
    /// Encrypt personal fields: 32 bytes each in base64, as <c>id:key</c> or <c>key</c> alone, parted by commas. The first one encrypts, all decrypt: put a
    /// new one in front and keep the old ones until nothing is under them.
    /// </summary>
    [Required]
    public string DataKeys { get; init; } = "";

    public IEnumerable<ValidationResult> Validate(ValidationContext validationContext)
    {
        string? mistake = null;
        try
        {
            if (ParseDataKeys(DataKeys).DistinctBy(k => k.Id, StringComparer.Ordinal).Count() != DataKeys.Split(',').Length) mistake = "Security__DataKeys has two keys with the same id.";
        }
        catch (FormatException malformed)
        {
            mistake = malformed.Message;
        }
        if (mistake is not null) yield return new ValidationResult(mistake);
    }

    /// <exception cref="FormatException">A key is not 32 bytes in base64.</exception>
    internal static IEnumerable<(string Id, byte[] Key)> ParseDataKeys(string text)
    {
        foreach (string entry in text.Split(',', StringSplitOptions.TrimEntries))
        {
            string[] parts = entry.Split(':');
            byte[] key = new byte[32];
            if (parts.Length > 2 || !Convert.TryFromBase64String(parts[^1], key, out int length) || length != 32 || (parts.Length == 2 && !parts[0].All(char.IsAsciiLetterOrDigit)))
                throw new FormatException("Security__DataKeys must be keys of 32 bytes in base64, each with an id of letters and digits before a colon if you like, parted by commas.");
            // A key without an id is named by its hash, so that a list of them can grow at the front.
            yield return (parts.Length == 2 ? parts[0] : Convert.ToHexStringLower(SHA256.HashData(key).AsSpan(0, 4)), key);
        }
    }
}

/// <summary>HMAC-SHA256 under the shop's key. Every use begins its text with a word of its own, so that one never passes for another.</summary>
public sealed class Signing(SecurityOptions options)
{
    internal byte[] Key { get; } = Encoding.UTF8.GetBytes(options.SigningKey);

    public byte[] Sign(string use, string text) => HMACSHA256.HashData(Key, Encoding.UTF8.GetBytes($"{use}|{text}"));

    /// <summary>Takes a shortened signature too, of 12 bytes or more.</summary>
    public bool Verify(string use, string text, ReadOnlySpan<byte> signature) =>
        signature.Length is >= 12 and <= 32 && CryptographicOperations.FixedTimeEquals(Sign(use, text).AsSpan(0, signature.Length), signature);
}
