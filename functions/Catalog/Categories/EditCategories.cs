using Azure.Storage.Queues.Models;
using Shop.Common;
using Shop.Http;
using Shop.Storage;

namespace Shop.Catalog;

/// <summary>
/// Staff makes, changes and takes away categories; imports make those that their files name. Every instance learns it from the catalogue's log, by the promise
/// of products: the note goes first, so that a crash before the log has it loses nothing.
/// </summary>
public sealed class EditCategories(CategoryStore store, CatalogStore notes, CatalogLog log, CatalogIndex index, CatalogFollower follower, ShopOptions shop, TimeProvider clock)
{
    public async Task<Result<Stored<Category>>> Create(NewCategory wanted, string actor, CancellationToken cancellationToken)
    {
        if (Check(wanted) is { } mistaken) return mistaken;
        string id = Ids.New("cat", clock);
        DateTimeOffset now = clock.GetUtcNow();
        return Read(id, await Write(known =>
        {
            var rules = new CategoryRules(known, shop.Locale);
            string step = Slugs.From(wanted.Texts[shop.Locale].Name);
            return rules.Settle(new Category
            {
                Id = id, Version = 1, CreatedAt = now, UpdatedAt = now, Actor = actor,
                Path = wanted.Path ?? (known.FirstOrDefault(c => c.Id == wanted.ParentId) is { } parent ? $"{parent.Path}/{step}" : step),
                Texts = Texts(wanted), ParentId = wanted.ParentId, Order = wanted.Order, ShowEmpty = wanted.ShowEmpty,
            });
        }, actor, cancellationToken));
    }

    public async Task<Result<Stored<Category>>> Change(string id, CategoryDraft wanted, IfMatch ifMatch, string actor, CancellationToken cancellationToken)
    {
        if (Check(wanted) is { } mistaken) return mistaken;
        return Read(id, await Write(known =>
        {
            if (known.FirstOrDefault(c => c.Id == id) is not { } before) return CatalogProblems.CategoryUnknown;
            if (ifMatch.Check(before.ETag) is { } stale) return stale;
            Category stated = before with { Texts = Texts(wanted), ParentId = wanted.ParentId, Order = wanted.Order, ShowEmpty = wanted.ShowEmpty };
            return stated.SaysTheSameAs(before) ? known : new CategoryRules(known, shop.Locale).Settle(stated with { Version = before.Version + 1, UpdatedAt = clock.GetUtcNow(), Actor = actor });
        }, actor, cancellationToken));
    }

    /// <summary>What it was called is free again afterwards.</summary>
    public async Task<Result<bool>> Delete(string id, IfMatch ifMatch, string actor, CancellationToken cancellationToken)
    {
        await follower.CatchUp(cancellationToken);
        Result<CategoryRecords> written = await Write(known =>
        {
            if (known.FirstOrDefault(c => c.Id == id) is not { } category) return CatalogProblems.CategoryUnknown;
            if (ifMatch.Check(category.ETag) is { } stale) return stale;
            if (known.Any(c => c.ParentId == id) || HasProducts(id)) return CatalogProblems.CategoryInUse;
            return known.Where(c => c.Id != id).ToArray();
        }, actor, cancellationToken);
        return written.Map(_ => true);
    }

    /// <summary>Makes the categories of these paths that are not there yet, with the names that the paths give. It costs nothing where all are known.</summary>
    internal async Task Ensure(IEnumerable<IReadOnlyList<CategoryStep>> paths, string actor, CancellationToken cancellationToken)
    {
        IReadOnlyList<CategoryStep>[] unknown = [.. paths.Where(p => index.CategoryNames.Of(CategoryRules.Slugs(p)).Steps < p.Count)];
        if (unknown.Length == 0) return;
        // Where there is no room for more, products go on naming their category themselves.
        await Write(known => new CategoryRules(known, shop.Locale).With(unknown, step => new Category
        {
            Id = Ids.New("cat", clock), Version = 1, CreatedAt = clock.GetUtcNow(), UpdatedAt = clock.GetUtcNow(), Actor = actor, Path = "",
            Texts = new(step.Name.ToDictionary(n => n.Key, n => new CategoryText(step.Slug, n.Value)), StringComparer.Ordinal),
        }), actor, cancellationToken);
    }

    private static SortedDictionary<string, CategoryText> Texts(CategoryDraft wanted) => new(wanted.Texts, StringComparer.Ordinal);

    private static Result<Stored<Category>> Read(string id, Result<CategoryRecords> written) => written.Map(records =>
    {
        Category category = records.Categories.First(c => c.Id == id);
        return new Stored<Category>(category, category.ETag);
    });

    private async Task<Result<CategoryRecords>> Write(Func<Category[], Result<Category[]>> change, string actor, CancellationToken cancellationToken)
    {
        while (true)
        {
            Stored<CategoryRecords> known = await store.Read(cancellationToken);
            Category[] before = [.. known.Value.Categories];
            Result<Category[]> changed = change(before);
            if (changed.Problem is { } problem) return problem;
            if (changed.Value == before) return known.Value;
            var records = new CategoryRecords(known.Value.Version + 1, changed.Value, actor, clock.GetUtcNow());
            if (!CategoryStore.Fits(records)) return CatalogProblems.CategoriesFull;

            SendReceipt note = await notes.NoteChange([AppendChange.Categories], cancellationToken);
            await store.Keep(known.Value, cancellationToken);
            bool written = await store.TryWrite(records, known.ETag, cancellationToken) is not null;
            if (written)
            {
                CatalogLogLine[] lines = [new CatalogLogLine { Categories = records }];
                await log.Append(lines, cancellationToken);
                index.Apply(lines);
            }
            await notes.DropNote(note, cancellationToken);
            if (written) return records;
        }
    }

    /// <summary>Archived ones may stand where they stood: whoever brings one back brings its category's name along.</summary>
    private bool HasProducts(string id) =>
        index.View.All.Any(e => e.Product.Status != ProductStatus.Archived && index.CategoryNames.Of(e.CategorySlugs).Category?.Id == id);

    private Problem? Check(CategoryDraft wanted)
    {
        IReadOnlyList<FieldError> mistakes = new ProductRules(Currency.Parse(shop.Currency), shop.Locale).Check(wanted);
        return mistakes.Count == 0 ? null : CatalogProblems.CategoryInvalid with { Errors = mistakes };
    }
}
