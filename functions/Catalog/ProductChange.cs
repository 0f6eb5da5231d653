using System.Text.Json;
using System.Text.Json.Nodes;
using System.Text.Json.Serialization;
using Shop.Common;
using Shop.Storage;

namespace Shop.Catalog;

/// <summary>Who changes the catalogue.</summary>
/// <param name="Actor"><c>staff:stf_…</c>, or <see cref="Shop"/>.</param>
/// <param name="ImportId">The import that did it for them.</param>
public sealed record ChangeAuthor(string Actor, string? ImportId)
{
    /// <summary>The shop itself: its sample catalogue.</summary>
    public const string Shop = "shop";
}

public enum ProductChangeKind { Created, Changed, Archived }

/// <summary>A change of a product that was made; it is written with the product and never changed.</summary>
/// <param name="Version">The product's, after it.</param>
/// <param name="At">When.</param>
/// <param name="Actor">Who: <c>staff:stf_…</c>, or <c>shop</c> for the sample catalogue.</param>
/// <param name="ImportId">The import that did it for them.</param>
/// <param name="Kind">What kind of change.</param>
/// <param name="Fields">Each field that is another one now; none where the product is new.</param>
public sealed record ProductChange(long Version, DateTimeOffset At, string Actor, string? ImportId, ProductChangeKind Kind, IReadOnlyList<FieldChange> Fields)
{
    internal static ProductChange Of(ProductWrite write)
    {
        Product product = write.Product;
        Product? before = write.Known?.Value;
        ProductChangeKind kind = before is null ? ProductChangeKind.Created
            : product.Status == ProductStatus.Archived && before.Status != ProductStatus.Archived ? ProductChangeKind.Archived : ProductChangeKind.Changed;
        var change = new ProductChange(product.Version, product.UpdatedAt, write.Author.Actor, write.Author.ImportId, kind, before is null ? [] : FieldChange.Between(before, product));
        return Rows.Fits(change) ? change : change.Shortened();
    }

    /// <summary>What was and what is together may be more than a row holds; then the longest say only that they changed.</summary>
    private ProductChange Shortened()
    {
        FieldChange[] fields = [.. Fields];
        int left = Fields.Sum(f => f.Length);
        foreach (FieldChange longest in Fields.OrderByDescending(f => f.Length))
        {
            if (left <= Rows.MostBytes / 2) break;
            left -= longest.Length;
            fields[Array.IndexOf(fields, longest)] = longest with { Before = null, After = null, IsShortened = true };
        }
        return this with { Fields = fields };
    }
}

/// <summary>One field of a product before and after a change.</summary>
/// <param name="Pointer">A JSON Pointer into the product; variants go by their SKU: <c>/variants/KOPI-GAYO-250/prices</c>.</param>
/// <param name="Before">Null where there was nothing.</param>
/// <param name="After">Null where nothing is left.</param>
public sealed record FieldChange(string Pointer, JsonElement? Before, JsonElement? After)
{
    /// <summary>What was and what is were too long to be kept.</summary>
    [JsonIgnore(Condition = JsonIgnoreCondition.WhenWritingDefault)]
    public bool IsShortened { get; init; }

    [JsonIgnore]
    internal int Length => JsonSerializer.SerializeToUtf8Bytes(Before, ShopJson.Options).Length + JsonSerializer.SerializeToUtf8Bytes(After, ShopJson.Options).Length;

    internal static IReadOnlyList<FieldChange> Between(Product before, Product after) => Between(Tree(before), Tree(after));

    internal static IReadOnlyList<FieldChange> Between(JsonObject before, JsonObject after)
    {
        List<FieldChange> changes = [];
        Compare("", before, after, changes);
        return changes;
    }

    private static JsonObject Tree(Product product)
    {
        JsonObject tree = JsonSerializer.SerializeToNode(product with { Version = 0, UpdatedAt = default, Variants = [] }, ShopJson.Options)!.AsObject();
        // By SKU, so that a variant put in front does not look like a change of all behind it.
        tree["variants"] = new JsonObject(product.Variants.Select(v => KeyValuePair.Create(v.Sku.Value, JsonSerializer.SerializeToNode(v, ShopJson.Options))));
        tree["variantOrder"] = new JsonArray([.. product.Variants.Select(v => JsonValue.Create(v.Sku.Value))]);
        return tree;
    }

    private static void Compare(string pointer, JsonNode? before, JsonNode? after, List<FieldChange> changes)
    {
        if (JsonNode.DeepEquals(before, after)) return;
        if (before is JsonObject was && after is JsonObject now)
        {
            foreach (string name in was.Select(f => f.Key).Union(now.Select(f => f.Key), StringComparer.Ordinal))
                Compare($"{pointer}/{name.Replace("~", "~0", StringComparison.Ordinal).Replace("/", "~1", StringComparison.Ordinal)}", was[name], now[name], changes);
        }
        else
        {
            changes.Add(new FieldChange(pointer, Element(before), Element(after)));
        }
    }

    private static JsonElement? Element(JsonNode? node) => node is null ? null : JsonSerializer.SerializeToElement(node, ShopJson.Options);
}
