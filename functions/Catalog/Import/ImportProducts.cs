using System.Collections.Concurrent;
using Azure;
using Shop.Common;
using Shop.Storage;

namespace Shop.Catalog;

/// <summary>
/// Brings products of a file into the catalogue: found by their handle, created or updated where they differ, left alone where they do not.
/// </summary>
public sealed class ImportProducts(CatalogStore store, ProductNames names, SaveProducts save, OwnPictures pictures, IStockCounts stock, ShopOptions shop, TimeProvider clock)
{
    internal async Task<IReadOnlyList<ImportRowResult>> Run(ChangeAuthor author, string importId, IReadOnlyList<ImportProduct> products, CancellationToken cancellationToken)
    {
        var parallel = new ParallelOptions { MaxDegreeOfParallelism = SaveProducts.AtOnce, CancellationToken = cancellationToken };
        var plans = new Plan[products.Count];
        DateTimeOffset now = clock.GetUtcNow();
        await Parallel.ForAsync(0, products.Count, parallel, async (i, stop) => plans[i] = await Decide(products[i], author, now.AddTicks(-i), stop));

        IReadOnlyDictionary<string, ETag> written = await save.Run([.. plans.Where(p => p.Write is not null).Select(p => p.Write!)], cancellationToken);
        foreach (Plan plan in plans.Where(p => p.Write is { } write && !written.ContainsKey(write.Product.Id)))
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

    private async Task<Plan> Decide(ImportProduct source, ChangeAuthor author, DateTimeOffset now, CancellationToken cancellationToken)
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
        Product product = known is null ? stated.First(id, now) : (source.Columns is { } columns ? UnsaidFields.Keep(stated, known.Value, columns) : stated).After(known.Value, now);
        Result<Product> settled = await pictures.Settle(product, known?.Value, cancellationToken);
        if (settled.Problem is { } unknown)
        {
            plan.Refuse([.. unknown.Errors.Select(source.Tell)]);
            return plan;
        }
        product = settled.Value;
        if (known is not null && product.SaysTheSameAs(known.Value)) return plan;

        // A new price may not go with what the catalogue kept: a sale that is no longer lower.
        if (known is not null) plan.Refuse([.. new ProductRules(Currency.Parse(shop.Currency), shop.Locale).Check(product).Select(source.Tell)]);
        if (plan.Outcome != ImportOutcome.Refused) plan.Refuse([.. (await names.Claim(product, known?.Value, cancellationToken)).Select(source.Tell)]);
        if (plan.Outcome != ImportOutcome.Refused) plan.Save(new ProductWrite(product, known, author));
        return plan;
    }

    /// <summary>What is to become of one product.</summary>
    private sealed class Plan(ImportProduct source)
    {
        public ImportProduct Source { get; } = source;

        public ImportOutcome Outcome { get; private set; } = ImportOutcome.Unchanged;

        public ProductWrite? Write { get; private set; }

        public IReadOnlyList<ImportMistake> Mistakes { get; private set; } = [];

        public void Save(ProductWrite write)
        {
            Write = write;
            Outcome = write.Known is null ? ImportOutcome.Created : ImportOutcome.Updated;
        }

        public void Refuse(params IReadOnlyList<ImportMistake> mistakes)
        {
            if (mistakes.Count == 0) return;
            (Write, Outcome, Mistakes) = (null, ImportOutcome.Refused, mistakes);
        }
    }
}
