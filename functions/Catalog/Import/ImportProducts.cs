using System.Collections.Concurrent;
using System.Text.Json;
using Azure;
using Shop.Common;
using Shop.Storage;

namespace Shop.Catalog;

/// <summary>
/// Brings products of a file into the catalogue: found by their handle, created or updated where they differ, left alone where they do not.
/// </summary>
public sealed class ImportProducts(CatalogStore store, SaveProducts save, IStockCounts stock, TimeProvider clock)
{
    internal async Task<IReadOnlyList<ImportRowResult>> Run(string importId, IReadOnlyList<ImportProduct> products, CancellationToken cancellationToken)
    {
        var parallel = new ParallelOptions { MaxDegreeOfParallelism = SaveProducts.AtOnce, CancellationToken = cancellationToken };
        var plans = new Plan[products.Count];
        DateTimeOffset now = clock.GetUtcNow();
        await Parallel.ForAsync(0, products.Count, parallel, async (i, stop) => plans[i] = await Decide(products[i], now.AddTicks(-i), stop));

        IReadOnlySet<string> stale = await save.Run([.. plans.Where(p => p.Write is not null).Select(p => p.Write!)], cancellationToken);
        foreach (Plan plan in plans.Where(p => p.Write is { } write && stale.Contains(write.Product.Id)))
            plan.Refuse(new ImportMistake(plan.Source.Rows[0].Number, ImportColumns.Handle, "was changed by somebody else meanwhile; import it again"));

        ConcurrentDictionary<string, bool> counted = new(StringComparer.Ordinal);
        var counts = plans.Where(p => p.Outcome != ImportOutcome.Refused).SelectMany(p => p.Source.Rows).Where(r => r.Stock is not null);
        await Parallel.ForEachAsync(counts, parallel, async (row, stop) => counted[row.Sku] = await stock.Count(Sku.Parse(row.Sku), row.Stock!.Value, importId, stop));

        return [.. plans.SelectMany(plan => plan.Source.Rows.Select(row => new ImportRowResult(
            row.Number,
            row.Sku,
            plan.Outcome == ImportOutcome.Unchanged && counted.GetValueOrDefault(row.Sku) ? ImportOutcome.Updated : plan.Outcome,
            [.. plan.Mistakes.Where(m => m.Row == row.Number)])))];
    }

    private async Task<Plan> Decide(ImportProduct source, DateTimeOffset now, CancellationToken cancellationToken)
    {
        var plan = new Plan(source);
        if (source.Product is not { } stated)
        {
            plan.Refuse(source.Mistakes);
            return plan;
        }

        string handleKey = CatalogKeys.Handle(stated.Handle);
        string id = await store.FindOwner(handleKey, cancellationToken) ?? await store.Claim(handleKey, Ids.New("prd", clock), cancellationToken);
        Stored<Product>? known = await store.Find(id, cancellationToken);
        Product product = Merge(stated, id, known?.Value, now);
        if (known is not null && SameContent(product, known.Value)) return plan;

        plan.Refuse(await ClaimNames(product, known?.Value, source.Rows, cancellationToken));
        if (plan.Outcome != ImportOutcome.Refused) plan.Save(product, known?.ETag);
        return plan;
    }

    private static Product Merge(Product stated, string id, Product? known, DateTimeOffset now)
    {
        HashSet<string> slugs = [.. stated.Texts.Values.Select(t => t.Slug)];
        IEnumerable<string> former = known is null ? [] : known.FormerSlugs.Concat(known.Texts.Values.Select(t => t.Slug));
        return stated with
        {
            Id = id,
            Version = (known?.Version ?? 0) + 1,
            CreatedAt = known?.CreatedAt ?? now,
            UpdatedAt = now,
            FormerSlugs = [.. former.Where(s => !slugs.Contains(s)).Distinct(StringComparer.Ordinal)],
        };
    }

    private static bool SameContent(Product a, Product b) => JsonSerializer.SerializeToUtf8Bytes(a with { Version = 0, UpdatedAt = default }, ShopJson.Options).AsSpan()
        .SequenceEqual(JsonSerializer.SerializeToUtf8Bytes(b with { Version = 0, UpdatedAt = default }, ShopJson.Options));

    /// <summary>Takes the slugs and SKUs the product does not have yet; whose are taken is told by row and column.</summary>
    private async Task<IReadOnlyList<ImportMistake>> ClaimNames(Product product, Product? known, IReadOnlyList<ImportRow> rows, CancellationToken cancellationToken)
    {
        List<ImportMistake> mistakes = [];
        HashSet<string> ownSlugs = known is null ? [] : [.. known.Texts.Values.Select(t => t.Slug), .. known.FormerSlugs];
        HashSet<Sku> ownSkus = known is null ? [] : [.. known.Variants.Select(v => v.Sku)];
        foreach ((string language, ProductText text) in product.Texts)
        {
            if (ownSlugs.Add(text.Slug) && await store.Claim(CatalogKeys.Slug(text.Slug), product.Id, cancellationToken) != product.Id)
                mistakes.Add(new ImportMistake(rows[0].Number, ImportColumns.Slug(language), $"{text.Slug} belongs to another product"));
        }
        for (int i = 0; i < product.Variants.Count; i++)
        {
            Sku sku = product.Variants[i].Sku;
            if (ownSkus.Add(sku) && await store.Claim(CatalogKeys.Sku(sku), product.Id, cancellationToken) != product.Id)
                mistakes.Add(new ImportMistake(rows[i].Number, ImportColumns.Sku, $"{sku} belongs to another product"));
        }
        return mistakes;
    }

    /// <summary>What is to become of one product.</summary>
    private sealed class Plan(ImportProduct source)
    {
        public ImportProduct Source { get; } = source;

        public ImportOutcome Outcome { get; private set; } = ImportOutcome.Unchanged;

        public ProductWrite? Write { get; private set; }

        public IReadOnlyList<ImportMistake> Mistakes { get; private set; } = [];

        public void Save(Product product, ETag? known)
        {
            Write = new ProductWrite(product, known);
            Outcome = known is null ? ImportOutcome.Created : ImportOutcome.Updated;
        }

        public void Refuse(params IReadOnlyList<ImportMistake> mistakes)
        {
            if (mistakes.Count == 0) return;
            (Write, Outcome, Mistakes) = (null, ImportOutcome.Refused, mistakes);
        }
    }
}
