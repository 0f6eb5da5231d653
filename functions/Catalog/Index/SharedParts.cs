namespace Shop.Catalog;

/// <summary>
/// What thousands of products say in the same words is held once: categories, options, choices, and what is empty. Read from JSON each product
/// has its own, which is half of its memory.
/// </summary>
internal sealed class SharedParts
{
    /// <summary>A catalogue in which hardly anything repeats is not held twice.</summary>
    private const int MostOfAKind = 50_000;
    private readonly Dictionary<string, IReadOnlyList<CategoryStep>> _categories = new(StringComparer.Ordinal);
    private readonly Dictionary<string, IReadOnlyList<ProductOption>> _options = new(StringComparer.Ordinal);
    private readonly Dictionary<string, IReadOnlyList<int>> _choices = new(StringComparer.Ordinal);
    private readonly Dictionary<string, string> _words = new(StringComparer.Ordinal);
    private readonly OrderedDictionary<string, string> _noAttributes = new(StringComparer.Ordinal);

    public Product In(Product product) => product with
    {
        Category = Shared(_categories, string.Join('\n', product.Category.Select(c => $"{c.Slug}\t{Words(c.Name)}")), product.Category),
        Options = Shared(_options, string.Join('\n', product.Options.Select(o => $"{Words(o.Name)}\r{string.Join('\r', o.Values.Select(Words))}")), product.Options),
        Variants = [.. product.Variants.Select(v => v with
        {
            Choices = Shared(_choices, string.Join(',', v.Choices), v.Choices),
            TaxCategory = Shared(_words, v.TaxCategory, v.TaxCategory),
        })],
        FormerSlugs = product.FormerSlugs is [] ? [] : product.FormerSlugs,
        Images = product.Images is [] ? [] : product.Images,
        Tags = product.Tags is [] ? [] : product.Tags,
        Related = product.Related is [] ? [] : product.Related,
        Attributes = product.Attributes.Count == 0 ? _noAttributes : product.Attributes,
    };

    // Rules keep control characters out of names, so that no two lists are written alike.
    private static string Words(LocalText text) => string.Join('\t', text.Select(t => $"{t.Key}\t{t.Value}"));

    private static T Shared<T>(Dictionary<string, T> known, string key, T part)
    {
        if (known.TryGetValue(key, out T? shared)) return shared;
        if (known.Count < MostOfAKind) known.Add(key, part);
        return part;
    }
}
