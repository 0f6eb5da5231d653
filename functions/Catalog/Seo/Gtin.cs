namespace Shop.Catalog;

/// <summary>The number under which the whole world trades an article. https://www.gs1.org/services/how-calculate-check-digit-manually</summary>
internal static class Gtin
{
    /// <returns>The bar code where it is a GTIN of 8, 12, 13 or 14 digits whose check digit is right; <c>null</c> where it is the maker's own.</returns>
    public static string? Of(string? barcode) =>
        barcode is { Length: 8 or 12 or 13 or 14 } && barcode.All(char.IsAsciiDigit) && barcode.Reverse().Select((digit, i) => (digit - '0') * (i % 2 == 0 ? 1 : 3)).Sum() % 10 == 0 && barcode.Any(d => d != '0')
            ? barcode
            : null;
}
