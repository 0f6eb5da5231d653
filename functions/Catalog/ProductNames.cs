using Shop.Common;

namespace Shop.Catalog;

/// <summary>Takes the slugs and SKUs that a product does not have yet.</summary>
public sealed class ProductNames(CatalogStore store)
{
    private const string Taken = "belongs to another product";

    /// <summary>Looks without taking, so that a refusal leaves nothing behind.</summary>
    /// <returns>What belongs to other products, with a JSON Pointer into this one.</returns>
    internal async Task<IReadOnlyList<FieldError>> FindTaken(Product product, Product? known, CancellationToken cancellationToken)
    {
        FieldError?[] taken = await Task.WhenAll(New(product, known).Select(async name =>
            await store.FindOwner(name.Key, cancellationToken) is { } owner && owner != product.Id ? new FieldError(name.Pointer, Taken) : null));
        return [.. taken.OfType<FieldError>()];
    }

    /// <returns>What belonged to other products.</returns>
    internal async Task<IReadOnlyList<FieldError>> Claim(Product product, Product? known, CancellationToken cancellationToken)
    {
        List<FieldError> taken = [];
        foreach ((string pointer, string key) in New(product, known))
            if (await store.Claim(key, product.Id, cancellationToken) != product.Id) taken.Add(new FieldError(pointer, Taken));
        return taken;
    }

    private static IEnumerable<(string Pointer, string Key)> New(Product product, Product? known)
    {
        HashSet<string> ownSlugs = known is null ? [] : [.. known.Texts.Values.Select(t => t.Slug), .. known.FormerSlugs];
        HashSet<Sku> ownSkus = known is null ? [] : [.. known.Variants.Select(v => v.Sku)];
        foreach ((string language, ProductText text) in product.Texts)
            if (ownSlugs.Add(text.Slug)) yield return ($"/texts/{language}/slug", CatalogKeys.Slug(text.Slug));
        for (int i = 0; i < product.Variants.Count; i++)
            if (ownSkus.Add(product.Variants[i].Sku)) yield return ($"/variants/{i}/sku", CatalogKeys.Sku(product.Variants[i].Sku));
    }
}
