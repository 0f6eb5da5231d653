using Shop.Common;
using Shop.Http;

namespace Shop.Catalog;

/// <summary>Every refusal of this module.</summary>
public static class CatalogProblems
{
    public static Problem SitemapUnknown { get; } = new(404, "catalog.sitemap-unknown", "The sitemap has no such part; /sitemap.xml lists them.");

    public static Problem ProductUnknown { get; } = new(404, "catalog.product-unknown", "There is no such product.");

    public static Problem SkuUnknown { get; } = new(404, "catalog.sku-unknown", "There is no such SKU, or it is no longer sold.");

    public static Problem ProductInvalid { get; } = new(422, "catalog.product-invalid", "The product has mistakes; errors tells where.");

    /// <summary>Names are never given to another product, so that old addresses and old orders keep their meaning.</summary>
    public static Problem NameTaken { get; } = new(409, "catalog.name-taken", "A handle, slug or SKU belongs to another product, or once did; errors tells which.");

    public static Problem CategoryUnknown { get; } = new(404, "catalog.category-unknown", "There is no such category.");

    public static Problem CategoryInvalid { get; } = new(422, "catalog.category-invalid", "The category has mistakes; errors tells where.");

    /// <summary>Old addresses keep their meaning, as those of products do.</summary>
    public static Problem CategoryTaken { get; } = new(409, "catalog.category-taken", "A path or slug belongs to another category, or once did; errors tells which.");

    public static Problem CategoryInUse { get; } = new(409, "catalog.category-in-use", "Categories or products stand in this category. Move them elsewhere first.");

    public static Problem CategoriesFull { get; } = new(409, "catalog.categories-full", "All categories together say more than can be held. Shorten descriptions, or take categories away.");

    public static Problem ImageUnknown { get; } = new(404, "catalog.image-unknown", "There is no such upload of this product, or it ended long ago.");

    public static Problem ImageMissing { get; } = new(409, "catalog.image-missing", "The file is not there yet: upload it first.");

    public static Problem ImagesFull { get; } = new(409, "catalog.images-full", "The product has as many images as one can have. Take one away first.");

    public static Problem SynonymsInvalid { get; } = new(422, "catalog.synonyms-invalid", "The synonyms have mistakes; errors tells where.");

    public static Problem ImportUnknown { get; } = new(404, "catalog.import-unknown", "There is no such import.");

    public static Problem ExportUnknown { get; } = new(404, "catalog.export-unknown", "There is no such export, or its file is not there yet.");

    public static Problem ImportEnded { get; } = new(409, "catalog.import-ended", "The import did not break off: there is nothing to go on with.");

    public static Problem RebuildUnknown { get; } = new(404, "catalog.rebuild-unknown", "The catalogue was never rebuilt.");

    public static Problem FileExpected { get; } = HttpProblems.MediaTypeUnsupported with { Detail = "Send the file as the body, as text/csv or application/x-ndjson in UTF-8." };
}
