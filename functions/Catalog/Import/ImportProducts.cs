using System.Collections.Concurrent;
using Azure;
using Shop.Common;
using Shop.Storage;

namespace Shop.Catalog;

/// <summary>
/// Brings products of a file into the catalogue: found by their handle, created or updated where they differ, left alone where they do not.
/// What the index remembers saves storage the question: a product that says what is known already costs no operation.
/// </summary>
public sealed class ImportProducts(CatalogStore store, ProductNames names, SaveProducts save, OwnPictures pictures, EditCategories categories, CatalogIndex index, IStockCounts stock, ShopOptions shop, TimeProvider clock)
{
    /// <summary>A product that others change at the same time is compared anew; a third time somebody else means it.</summary>
    private const int MostAttempts = 3;

    /// <param name="author">Who hands them in.</param>
    /// <param name="importId">The import.</param>
    /// <param name="products">Some of the file, the earlier ones first.</param>
    /// <param name="mayBeRepeated">Whether this import may have done some of them already, and died.</param>
    /// <param name="cancellationToken">Stops it; products are whole or as they were.</param>
    internal async Task<IReadOnlyList<ImportRowResult>> Run(
        ChangeAuthor author, string importId, IReadOnlyList<ImportProduct> products, bool mayBeRepeated, CancellationToken cancellationToken)
    {
        var parallel = new ParallelOptions { MaxDegreeOfParallelism = SaveProducts.AtOnce, CancellationToken = cancellationToken };
        DateTimeOffset now = clock.GetUtcNow();
        Plan[] plans = [.. products.Select((product, i) => new Plan(product, now.AddTicks(-i)))], open = plans;
        for (int attempt = 1; open.Length > 0 && attempt <= MostAttempts; attempt++)
        {
            bool again = mayBeRepeated || attempt > 1;
            await Parallel.ForEachAsync(open, parallel, async (plan, stop) => await Decide(plan, author, again, stop));
            IReadOnlyDictionary<string, ETag> written = await save.Run([.. open.Select(p => p.Write).OfType<ProductWrite>()], cancellationToken);
            open = [.. open.Where(p => p.Write is { } write && !written.ContainsKey(write.Product.Id))];
        }
        foreach (Plan plan in open)
            await Refuse(plan, [new ImportMistake(plan.Source.Rows[0].Number, ImportColumns.Handle, "was changed by somebody else meanwhile; import it again")], cancellationToken);

        // After the products: a page that a crash breaks off is done again, and finds what is missing.
        await categories.Ensure(plans.Where(p => p.Outcome != ImportOutcome.Refused).Select(p => p.Source.Product!.Category), author.Actor, cancellationToken);

        ConcurrentDictionary<string, CountedStock> counted = new(StringComparer.Ordinal);
        var counts = plans.Where(p => p.Outcome != ImportOutcome.Refused).SelectMany(p => p.Source.Rows).Where(r => r.Stock is not null);
        await Parallel.ForEachAsync(counts, parallel, async (row, stop) => counted[row.Sku] = await stock.Count(Sku.Parse(row.Sku), row.Stock!.Value, importId, author.Actor, stop));

        return [.. plans.SelectMany(plan => plan.Source.Rows.Select(row => Tell(plan, row, counted.GetValueOrDefault(row.Sku))))];
    }

    private static ImportRowResult Tell(Plan plan, ImportRow row, CountedStock? count) => new(
        row.Number, row.Sku, plan.Outcome == ImportOutcome.Unchanged && count is { IsNews: true } ? ImportOutcome.Updated : plan.Outcome, [.. plan.Mistakes.Where(m => m.Row == row.Number)])
    {
        StockTaken = count is { IsNews: true } && count.Taken != row.Stock ? count.Taken : null,
    };

    private async Task Decide(Plan plan, ChangeAuthor author, bool again, CancellationToken cancellationToken)
    {
        if (plan.Source.Product is not { } stated)
        {
            plan.Refuse(plan.Source.Mistakes);
            return;
        }

        Product? remembered = index.FindByHandle(stated.Handle)?.Product;
        if (remembered is not null && await Follow(plan, stated, remembered, cancellationToken) is { Problem: null } same && same.Value.SaysTheSameAs(remembered))
        {
            await Leave(plan, remembered, author, again, cancellationToken);
            return;
        }
        (string id, Stored<Product>? known) = remembered is not null
            ? (remembered.Id, await store.Find(remembered.Id, cancellationToken))
            : await names.FindOrClaim(stated.Handle, Ids.New("prd", clock), plan.Claims, cancellationToken);
        Result<Product> product = known is null ? await pictures.Settle(stated.First(id, plan.Now), null, cancellationToken) : await Follow(plan, stated, known.Value, cancellationToken);
        if (product.Problem is { } unknown) await Refuse(plan, [.. unknown.Errors.Select(e => plan.Source.Tell(e, stated))], cancellationToken);
        else if (known is not null && product.Value.SaysTheSameAs(known.Value)) await Leave(plan, known.Value, author, again, cancellationToken);
        else await Save(plan, product.Value, known, author, cancellationToken);
    }

    private Task<Result<Product>> Follow(Plan plan, Product stated, Product known, CancellationToken cancellationToken) =>
        pictures.Settle((plan.Source.Columns is { } columns ? new UnsaidFields(columns, shop.Locale).Keep(stated, known) : stated).After(known, plan.Now), known, cancellationToken);

    /// <summary>What is there already may be this import's own work, done before a crash.</summary>
    private async Task Leave(Plan plan, Product known, ChangeAuthor author, bool again, CancellationToken cancellationToken)
    {
        bool ours = again && await store.FindChange(known.Id, known.Version, cancellationToken) is { } change && change.ImportId == author.ImportId;
        plan.Leave(!ours ? ImportOutcome.Unchanged : known.Version == 1 ? ImportOutcome.Created : ImportOutcome.Updated);
    }

    private async Task Save(Plan plan, Product product, Stored<Product>? known, ChangeAuthor author, CancellationToken cancellationToken)
    {
        // A new price may not go with what the catalogue kept: a sale that is no longer lower. And a new product has nothing of what the file has no column for.
        IReadOnlyList<FieldError> mistakes = new ProductRules(Currency.Parse(shop.Currency), shop.Locale).Check(product);
        if (mistakes.Count == 0) mistakes = await names.Claim(product, known?.Value, plan.Claims, cancellationToken);
        if (mistakes.Count == 0) plan.Save(new ProductWrite(product, known, author));
        else await Refuse(plan, [.. mistakes.Select(m => plan.Source.Tell(m, product))], cancellationToken);
    }

    private async Task Refuse(Plan plan, IReadOnlyList<ImportMistake> mistakes, CancellationToken cancellationToken)
    {
        plan.Refuse(mistakes);
        await names.GiveBack(plan.Claims, cancellationToken);
    }

    /// <summary>What is to become of one product.</summary>
    private sealed class Plan(ImportProduct source, DateTimeOffset now)
    {
        public ImportProduct Source { get; } = source;

        /// <summary>Each product of a file has its own: newest first is the order of the file.</summary>
        public DateTimeOffset Now { get; } = now;

        /// <summary>What was claimed for it by this import.</summary>
        public NameClaims Claims { get; } = [];

        public ImportOutcome Outcome { get; private set; }

        public ProductWrite? Write { get; private set; }

        public IReadOnlyList<ImportMistake> Mistakes { get; private set; } = [];

        public void Leave(ImportOutcome outcome) => (Write, Outcome) = (null, outcome);

        public void Save(ProductWrite write) => (Write, Outcome) = (write, write.Known is null ? ImportOutcome.Created : ImportOutcome.Updated);

        public void Refuse(IReadOnlyList<ImportMistake> mistakes) => (Write, Outcome, Mistakes) = (null, ImportOutcome.Refused, mistakes);
    }
}
