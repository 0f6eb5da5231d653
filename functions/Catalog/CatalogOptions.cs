using System.ComponentModel.DataAnnotations;

namespace Shop.Catalog;

/// <summary>Section <c>Shop</c>: what the catalogue needs to know of the shop.</summary>
public sealed class CatalogOptions
{
    /// <summary>The currency products are listed, sorted and faceted in.</summary>
    [Required, RegularExpression("^[A-Z]{3}$")]
    public string Currency { get; set; } = "IDR";

    /// <summary>The shop's own language: texts exist in it, and it answers where nothing better is asked for.</summary>
    [Required, RegularExpression("^[a-z]{2}$")]
    public string Locale { get; set; } = "id";

    /// <summary>Every language products are shown in, <see cref="Locale"/> among them.</summary>
    public static IReadOnlyList<string> Locales { get; } = ["id", "en"];
}
