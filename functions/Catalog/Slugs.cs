using System.Globalization;
using System.Text;
using System.Text.RegularExpressions;

namespace Shop.Catalog;

/// <summary>Names in addresses: lower-case ASCII letters, digits and single hyphens, at most 120 characters.</summary>
internal static partial class Slugs
{
    public const int MostCharacters = 120;

    public static bool IsValid(string text) => text.Length <= MostCharacters && Pattern().IsMatch(text);

    /// <summary><c>Makanan &amp; Minuman</c> becomes <c>makanan-minuman</c>; empty where nothing can be kept.</summary>
    public static string From(string text)
    {
        var slug = new StringBuilder(text.Length);
        foreach (char c in text.Normalize(NormalizationForm.FormD))
        {
            if (CharUnicodeInfo.GetUnicodeCategory(c) == UnicodeCategory.NonSpacingMark) continue;
            if (char.IsAsciiLetterOrDigit(c)) slug.Append(char.ToLowerInvariant(c));
            else if (slug.Length > 0 && slug[^1] != '-') slug.Append('-');
        }
        return slug.ToString().Trim('-');
    }

    [GeneratedRegex(@"^[a-z0-9]+(-[a-z0-9]+)*\z", RegexOptions.CultureInvariant, 1000)]
    private static partial Regex Pattern();
}
