using System.Text.Json;
using Shop.Common;
using Shop.Storage;

namespace Shop.Catalog;

/// <summary>The categories, blob <c>categories.json</c> beside the catalogue's log.</summary>
public sealed class CategoryStore(ShopStorage storage) : CatalogDocument<CategoryRecords>(storage, "categories.json", CategoryRecords.None)
{
    /// <summary>They are a line of the log, which takes three.</summary>
    private const int MostBytes = 2 * 1024 * 1024;

    internal static bool Fits(CategoryRecords records) => JsonSerializer.SerializeToUtf8Bytes(records, ShopJson.Options).Length <= MostBytes;
}
