namespace Shop.Catalog;

/// <summary>How a file of products is written.</summary>
public enum CatalogFileFormat
{
    /// <summary>A sheet: a row for each variant. Of pictures it says the addresses only.</summary>
    Csv,

    /// <summary>A JSON document on each line: a product as staff would send it.</summary>
    Ndjson,
}

internal static class CatalogFileFormats
{
    internal const string CsvType = "text/csv", NdjsonType = "application/x-ndjson";

    public static string MediaType(this CatalogFileFormat format) => format == CatalogFileFormat.Csv ? CsvType : NdjsonType;

    public static string Extension(this CatalogFileFormat format) => format == CatalogFileFormat.Csv ? "csv" : "ndjson";

    public static CatalogFileFormat? Of(string mediaType) => mediaType.ToLowerInvariant() switch
    {
        CsvType => CatalogFileFormat.Csv,
        NdjsonType => CatalogFileFormat.Ndjson,
        _ => null,
    };
}
