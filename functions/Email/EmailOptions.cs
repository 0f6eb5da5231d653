using System.ComponentModel.DataAnnotations;

namespace Shop.Email;

/// <summary>Section <c>Smtp</c>: the server that takes the shop's mail, and whom it is from.</summary>
public sealed class EmailOptions
{
    /// <summary><c>smtp://user:password@host:587</c>, which turns to TLS where the server offers it, or <c>smtps://…</c>, which begins with it.</summary>
    [Required]
    public Uri Url { get; init; } = null!;

    /// <summary>RFC 5322, such as <c>Toko &lt;toko@example.com&gt;</c>.</summary>
    [Required]
    public string From { get; init; } = "";
}
