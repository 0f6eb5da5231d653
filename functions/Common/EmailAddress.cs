using System.Net.Mail;

namespace Shop.Common;

/// <summary>Whether mail can be sent to an address; only receiving some proves that it is somebody's.</summary>
public static class EmailAddress
{
    /// <summary>RFC 5321 allows 254 characters.</summary>
    public const int MaxLength = 254;

    public static bool IsValid(string? text) =>
        text is { Length: > 2 and <= MaxLength } && !text.Any(c => char.IsControl(c) || char.IsWhiteSpace(c) || c is '<' or '>' or ',' or ';')
        && MailAddress.TryCreate(text, out MailAddress? parsed) && parsed.Address == text;
}
