using System.Net.Mail;

namespace Shop.Common;

/// <summary>Whether mail can be sent to an address; only receiving some proves that it is somebody's.</summary>
public static class EmailAddress
{
    /// <summary>RFC 5321 allows 254 characters.</summary>
    public const int MaxLength = 254;

    /// <summary>In place of an address that was erased: no mail goes there (RFC 2606 keeps the domain free).</summary>
    public const string Nobody = "erased@invalid";

    public static bool IsValid(string? text) =>
        text is { Length: > 2 and <= MaxLength } && !text.Any(c => char.IsControl(c) || char.IsWhiteSpace(c) || c is '<' or '>' or ',' or ';')
        && MailAddress.TryCreate(text, out MailAddress? parsed) && parsed.Address == text;

    /// <summary>An address as a key: the same one, however it is written, has the same key, and tables hold none in the clear where none is needed.</summary>
    public static string Key(string text) => Digest.Of(text.Trim().Normalize().ToLowerInvariant());
}
