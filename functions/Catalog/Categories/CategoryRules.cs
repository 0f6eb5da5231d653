using Shop.Common;
using Shop.Http;

namespace Shop.Catalog;

/// <summary>What all categories together must be like: a tree of five steps, in which no name means two of them.</summary>
internal sealed class CategoryRules(Category[] known, string fallback)
{
    /// <summary>By depth, the slugs of a path's steps so far, joined by <c>/</c>.</summary>
    public static string[] Slugs(IReadOnlyList<CategoryStep> path) => [.. path.Select((_, depth) => string.Join('/', path.Take(depth + 1).Select(s => s.Slug)))];

    /// <summary>All categories after one came or changed; addresses that change by it go on meaning what they meant.</summary>
    public Result<Category[]> Settle(Category stated)
    {
        int place = Array.FindIndex(known, c => c.Id == stated.Id);
        Category? before = place < 0 ? null : known[place];
        Category[] after = [.. known];
        if (before is null) after = [.. after, stated];
        else after[place] = stated;
        var names = new CategoryNames(after, fallback);
        if (before?.ParentId != stated.ParentId && Parent(names, stated) is { } misplaced) return misplaced;

        var namesBefore = new CategoryNames(known, fallback);
        Category[] settled = [.. after.Select(c => Follow(c, namesBefore, names, stated))];
        return Taken(new CategoryNames(settled, fallback), stated.Id) ?? (Result<Category[]>)settled;
    }

    /// <summary>All categories with those that these paths name; known ones stay as they are.</summary>
    /// <param name="make">A category of a step, but for its path and place.</param>
    public Category[] With(IEnumerable<IReadOnlyList<CategoryStep>> paths, Func<CategoryStep, Category> make)
    {
        var names = new CategoryNames(known, fallback);
        foreach (IReadOnlyList<CategoryStep> path in paths)
        {
            string[] slugs = Slugs(path);
            (Category? parent, int steps) = names.Of(slugs);
            for (; steps < path.Count; steps++)
            {
                Category made = make(path[steps]) with { Path = slugs[steps], ParentId = parent?.Id };
                parent = Free(names, parent, made);
                names = new CategoryNames([.. names.Categories, parent], fallback);
            }
        }
        return ReferenceEquals(names.Categories, known) ? known : [.. names.Categories];
    }

    private static Problem? Parent(CategoryNames names, Category stated)
    {
        if (stated.ParentId is null) return null;
        if (names.FindById(stated.ParentId) is null) return Invalid("/parentId", "is no category");
        Category[] below = [.. names.Categories.Where(c => names.Chain(c).Any(a => a.Id == stated.Id))];
        if (below.Any(c => c.Id == stated.ParentId)) return Invalid("/parentId", "is the category itself, or one below it");
        return below.Any(c => names.Chain(c).Count > ProductRules.MostCategoryDepth) ? Invalid("/parentId", $"would make the tree deeper than {ProductRules.MostCategoryDepth}") : null;
    }

    private static Category Follow(Category category, CategoryNames before, CategoryNames after, Category stated)
    {
        if (before.FindById(category.Id) is not { } was) return category;
        HashSet<string> present = [.. after.Slugs(category), category.Path];
        string[] former = [.. was.FormerSlugs.Concat(before.Slugs(was)).Where(s => !present.Contains(s)).Distinct(StringComparer.Ordinal)];
        if (former.SequenceEqual(was.FormerSlugs, StringComparer.Ordinal)) return category;
        return category.Id == stated.Id ? category with { FormerSlugs = former }
            : category with { FormerSlugs = former, Version = was.Version + 1, UpdatedAt = stated.UpdatedAt, Actor = stated.Actor };
    }

    private static Problem? Taken(CategoryNames names, string id)
    {
        Category stated = names.FindById(id)!;
        HashSet<string> twice = [.. names.Categories.SelectMany(names.NamesOf).CountBy(n => n, StringComparer.Ordinal).Where(n => n.Value > 1).Select(n => n.Key)];
        if (twice.Count == 0) return null;
        FieldError[] errors =
        [
            .. Locales.All.Where(l => stated.Texts.ContainsKey(l) && twice.Contains(names.Slug(stated, l))).Select(l => new FieldError($"/texts/{l}/slug", "belongs to another category, or once did")),
            .. twice.Contains(stated.Path) ? (FieldError[])[new FieldError("/path", "belongs to another category, or once did")] : [],
        ];
        return CatalogProblems.CategoryTaken with { Errors = errors.Length > 0 ? errors : [new FieldError("/texts", "would give a category below it the address of another")] };
    }

    /// <summary>A file does not choose slugs: where another category has the one that the path gives, it gets a number.</summary>
    private static Category Free(CategoryNames names, Category? parent, Category made)
    {
        bool IsTaken(string step) => Locales.All.Any(l => names.Find(parent is null ? step : $"{names.Slug(parent, l)}/{step}") is not null);

        string wanted = made.Texts.Values.First().Slug, free = wanted;
        for (int number = 2; IsTaken(free); number++) free = $"{wanted}-{number}";
        return made with { Texts = new(made.Texts.ToDictionary(t => t.Key, t => t.Value with { Slug = free }), StringComparer.Ordinal) };
    }

    private static Problem Invalid(string pointer, string why) => CatalogProblems.CategoryInvalid with { Errors = [new FieldError(pointer, why)] };
}
