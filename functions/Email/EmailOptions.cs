using System.ComponentModel.DataAnnotations;
using MimeKit;

namespace Shop.Email;

/// <summary>Section <c>Smtp</c>: the server that takes the shop's mail, and whom it is from.</summary>
public sealed class EmailOptions : IValidatableObject
{
    /// <summary><c>smtp://user:password@host:587</c>, which turns to TLS where the server offers it, or <c>smtps://…</c>, which begins with it.</summary>
    [Required]
    public Uri Url { get; init; } = null!;

    /// <summary>RFC 5322, such as <c>Toko &lt;toko@example.com&gt;</c>.</summary>
    [Required]
    public string From { get; init; } = "";

    public IEnumerable<ValidationResult> Validate(ValidationContext validationContext)
    {
        if (Url is not { IsAbsoluteUri: true, Scheme: "smtp" or "smtps" }) yield return new ValidationResult("Smtp__Url must be smtp://host:port or smtps://host:port.");
        if (!MailboxAddress.TryParse(From, out MailboxAddress? from) || string.IsNullOrEmpty(from.Domain)) yield return new ValidationResult("Smtp__From must be an address such as Toko <toko@example.com>.");
    }
}
