using Azure;
using Shop.Common;
using Shop.Http;
using Shop.Storage;

namespace Shop.Catalog;

/// <summary>Staff makes, changes and archives products one at a time. Nothing is ever deleted: orders, slugs and SKUs go on meaning what they meant.</summary>
public sealed class EditProducts(CatalogStore store, ProductNames names, SaveProducts save, OwnPictures pictures, ShopOptions shop, TimeProvider clock)
{
    public async Task<Result<Stored<Product>>> Create(NewProduct wanted, string actor, CancellationToken cancellationToken)
    {
        Product stated = wanted.ToProduct(wanted.Handle);
        if (Check(stated) is { } mistaken) return mistaken;
        Result<Product> settled = await pictures.Settle(stated, null, cancellationToken);
        if (settled.Problem is { } unknown) return unknown;

        // A handle without its product is what a crash left of an earlier attempt: this one goes on with it.
        string id = await store.FindOwner(CatalogKeys.Handle(stated.Handle), cancellationToken) ?? Ids.New("prd", clock);
        Product product = settled.Value.First(id, clock.GetUtcNow());
        IReadOnlyList<FieldError> taken = await names.FindTaken(product, null, cancellationToken);
        if (await store.Find(id, cancellationToken) is not null) taken = [HandleTaken, .. taken];
        if (taken.Count > 0) return CatalogProblems.NameTaken with { Errors = taken };

        Result<Stored<Product>> made = await Save(product, null, actor, cancellationToken);
        return made.Problem == HttpProblems.PreconditionFailed ? CatalogProblems.NameTaken with { Errors = [HandleTaken] } : made;
    }

    public async Task<Result<Stored<Product>>> Change(string productId, ProductDraft wanted, IfMatch ifMatch, string actor, CancellationToken cancellationToken)
    {
        Result<Stored<Product>> found = await Find(productId, ifMatch, cancellationToken);
        if (found.Problem is not null) return found;
        Product stated = wanted.ToProduct(found.Value.Value.Handle);
        if (Check(stated) is { } mistaken) return mistaken;
        Result<Product> settled = await pictures.Settle(stated, found.Value.Value, cancellationToken);
        return settled.Problem is { } unknown ? unknown : await Replace(found.Value, settled.Value, actor, cancellationToken);
    }

    /// <summary>Takes a product out of the shop; carts that hold it are told.</summary>
    public async Task<Result<Stored<Product>>> Archive(string productId, IfMatch ifMatch, string actor, CancellationToken cancellationToken)
    {
        Result<Stored<Product>> found = await Find(productId, ifMatch, cancellationToken);
        if (found.Problem is not null) return found;
        return await Replace(found.Value, found.Value.Value with { Status = ProductStatus.Archived, PublishAt = null, UnpublishAt = null }, actor, cancellationToken);
    }

    private static FieldError HandleTaken { get; } = new("/handle", "belongs to another product");

    private async Task<Result<Stored<Product>>> Find(string productId, IfMatch ifMatch, CancellationToken cancellationToken)
    {
        if (!Ids.IsValid("prd", productId) || await store.Find(productId, cancellationToken) is not { } known) return CatalogProblems.ProductUnknown;
        return ifMatch.Check(known.ETag) is { } stale ? stale : known;
    }

    private async Task<Result<Stored<Product>>> Replace(Stored<Product> known, Product stated, string actor, CancellationToken cancellationToken)
    {
        Product product = stated.After(known.Value, clock.GetUtcNow());
        if (product.SaysTheSameAs(known.Value)) return known;
        IReadOnlyList<FieldError> taken = await names.FindTaken(product, known.Value, cancellationToken);
        return taken.Count > 0 ? CatalogProblems.NameTaken with { Errors = taken } : await Save(product, known, actor, cancellationToken);
    }

    private async Task<Result<Stored<Product>>> Save(Product product, Stored<Product>? known, string actor, CancellationToken cancellationToken)
    {
        // Somebody may have been quicker since they were looked for.
        NameClaims claims = [];
        IReadOnlyList<FieldError> taken = await names.Claim(product, known?.Value, claims, cancellationToken);
        if (taken.Count > 0) return CatalogProblems.NameTaken with { Errors = taken };
        IReadOnlyDictionary<string, ETag> written = await save.Run([new ProductWrite(product, known, new ChangeAuthor(actor, null))], cancellationToken);
        if (written.TryGetValue(product.Id, out ETag version)) return new Stored<Product>(product, version);
        await names.GiveBack(claims, cancellationToken);
        return HttpProblems.PreconditionFailed;
    }

    private Problem? Check(Product product)
    {
        IReadOnlyList<FieldError> mistakes = new ProductRules(Currency.Parse(shop.Currency), shop.Locale).Check(product);
        return mistakes.Count == 0 ? null : CatalogProblems.ProductInvalid with { Errors = mistakes };
    }
}
