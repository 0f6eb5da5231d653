using Azure;
using Shop.Common;
using Shop.Storage;

namespace Shop.Catalog;

/// <summary>
/// Takes the names that a product does not have yet: its handle, slugs and SKUs. They are claimed before the product is written, so a claim may be
/// all that there is of a product: whoever is refused gives back what they claimed, and what a crash left is free again after a while.
/// </summary>
public sealed class ProductNames(CatalogStore store)
{
    private const string Taken = "belongs to another product";

    /// <summary>Longer than a function runs (<c>functionTimeout</c>): whoever claimed the name has written the product by then, or is dead.</summary>
    internal TimeSpan AbandonedAfter { get; init; } = TimeSpan.FromMinutes(15);

    /// <summary>Looks without taking, so that a refusal leaves nothing behind.</summary>
    /// <returns>What belongs to other products, with a JSON Pointer into this one.</returns>
    internal async Task<IReadOnlyList<FieldError>> FindTaken(Product product, Product? known, CancellationToken cancellationToken)
    {
        FieldError?[] taken = await Task.WhenAll(New(product, known).Select(async name =>
            await store.FindClaim(name.Key, cancellationToken) is { } claim && claim.ProductId != product.Id && !await IsAbandoned(name.Key, claim, cancellationToken) ? new FieldError(name.Pointer, Taken) : null));
        return [.. taken.OfType<FieldError>()];
    }

    /// <param name="product">As it is to be written.</param>
    /// <param name="known">As it is now.</param>
    /// <param name="claims">Is told what is claimed; all of it is given back where something belongs to another product.</param>
    /// <param name="cancellationToken">Stops it.</param>
    /// <returns>What belonged to other products.</returns>
    internal async Task<IReadOnlyList<FieldError>> Claim(Product product, Product? known, NameClaims claims, CancellationToken cancellationToken)
    {
        List<FieldError> taken = [];
        foreach ((string pointer, string key) in New(product, known))
            if (await Take(key, product.Id, claims, cancellationToken) != product.Id) taken.Add(new FieldError(pointer, Taken));
        if (taken.Count > 0) await GiveBack(claims, cancellationToken);
        return taken;
    }

    /// <summary>Finds the product of a handle; takes the handle for a new one where there is none.</summary>
    /// <param name="handle">The handle.</param>
    /// <param name="made">The new product's id.</param>
    /// <param name="claims">Is told what is claimed.</param>
    /// <param name="cancellationToken">Stops it.</param>
    internal async Task<(string Id, Stored<Product>? Known)> FindOrClaim(string handle, string made, NameClaims claims, CancellationToken cancellationToken)
    {
        for (string wanted = made; ;)
        {
            string id = await Take(CatalogKeys.Handle(handle), wanted, claims, cancellationToken);
            if (id == made) return (id, null);
            if (await store.Find(id, cancellationToken) is { } known) return (id, known);
            if (id == wanted) return (id, null);
            // Somebody is about to make it, or died at it: this one goes on with the same product.
            wanted = id;
        }
    }

    /// <summary>Frees what was claimed and did not become a product's.</summary>
    internal async Task GiveBack(NameClaims claims, CancellationToken cancellationToken)
    {
        foreach (var ofProduct in claims.GroupBy(c => c.Value.ProductId, StringComparer.Ordinal))
        {
            Product? product = (await store.Find(ofProduct.Key, cancellationToken))?.Value;
            foreach ((string key, (_, ETag version)) in ofProduct)
                if (product is null || !Of(product).Contains(key)) await store.GiveBack(key, version, cancellationToken);
        }
        claims.Clear();
    }

    /// <returns>The product that the name belongs to now: another one where it was taken before.</returns>
    private async Task<string> Take(string key, string productId, NameClaims claims, CancellationToken cancellationToken)
    {
        if (claims.TryGetValue(key, out var own)) return own.ProductId;
        while (true)
        {
            if (await store.TryClaim(key, productId, cancellationToken) is { } made)
            {
                claims[key] = (productId, made);
                return productId;
            }
            // It may have been given back a moment ago.
            if (await store.FindClaim(key, cancellationToken) is not { } claim) continue;
            if (claim.ProductId == productId)
            {
                // Whoever else claimed it for this product finds another version, and does not give it back any more.
                if (await store.TryReclaim(key, productId, claim.ETag, cancellationToken) is not null) return productId;
            }
            else if (!await IsAbandoned(key, claim, cancellationToken))
            {
                return claim.ProductId;
            }
            else if (await store.TryReclaim(key, productId, claim.ETag, cancellationToken) is { } taken)
            {
                claims[key] = (productId, taken);
                return productId;
            }
        }
    }

    /// <summary>Of a product that is there only a slug can be told: which SKUs it once had it does not say.</summary>
    private async Task<bool> IsAbandoned(string key, NameClaim claim, CancellationToken cancellationToken) =>
        claim.Age >= AbandonedAfter
        && (await store.Find(claim.ProductId, cancellationToken) is not { Value: var product } || (CatalogKeys.IsSlug(key) && !Of(product).Contains(key)));

    private static HashSet<string> Of(Product product) =>
    [
        CatalogKeys.Handle(product.Handle), .. product.Texts.Values.Select(t => CatalogKeys.Slug(t.Slug)), .. product.FormerSlugs.Select(CatalogKeys.Slug),
        .. product.Variants.Select(v => CatalogKeys.Sku(v.Sku)),
    ];

    private static IEnumerable<(string Pointer, string Key)> New(Product product, Product? known)
    {
        HashSet<string> own = known is null ? [] : Of(known);
        if (own.Add(CatalogKeys.Handle(product.Handle))) yield return ("/handle", CatalogKeys.Handle(product.Handle));
        foreach ((string language, ProductText text) in product.Texts)
            if (own.Add(CatalogKeys.Slug(text.Slug))) yield return ($"/texts/{language}/slug", CatalogKeys.Slug(text.Slug));
        for (int i = 0; i < product.Variants.Count; i++)
            if (own.Add(CatalogKeys.Sku(product.Variants[i].Sku))) yield return ($"/variants/{i}/sku", CatalogKeys.Sku(product.Variants[i].Sku));
    }
}

/// <summary>What one attempt to write a product has claimed: by key, for which product, and the claim's version.</summary>
internal sealed class NameClaims() : Dictionary<string, (string ProductId, ETag Version)>(StringComparer.Ordinal);
