using Shop.Common;
using Shop.Http;

namespace Shop.Catalog;

/// <summary>Every refusal of this module.</summary>
public static class CatalogProblems
{
    public static Problem SitemapUnknown { get; } = new(404, "catalog.sitemap-unknown", "The sitemap has no such part; /sitemap.xml lists them.");

    public static Problem ProductUnknown { get; } = new(404, "catalog.product-unknown", "There is no such product.");

    public static Problem SkuUnknown { get; } = new(404, "catalog.sku-unknown", "There is no such SKU, or it is no longer sold.");

    public static Problem ImportUnknown { get; } = new(404, "catalog.import-unknown", "There is no such import.");

    public static Problem CsvExpected { get; } = HttpProblems.MediaTypeUnsupported with { Detail = "Send the file as the body, as text/csv in UTF-8." };
}
