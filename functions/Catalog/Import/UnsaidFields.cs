using Shop.Common;
using Shop.Http;

namespace Shop.Catalog;

/// <summary>
/// A file says nothing of what it has no column for, nor of a variant that it does not name. So a list of prices does not take away the bar codes,
/// one without the columns of a language not its texts, one of a single size not the others, and a file from before a field existed does not empty it.
/// </summary>
/// <param name="columns">Those of the file.</param>
/// <param name="locale">The shop's own language, in which categories, options and values are known again.</param>
internal sealed class UnsaidFields(IReadOnlyCollection<string> columns, string locale)
{
    public Product Keep(Product stated, Product known)
    {
        Dictionary<string, Variant> before = known.Variants.ToDictionary(v => v.Sku.Value, StringComparer.Ordinal);
        Dictionary<string, ProductImage> pictures = known.Images.ToDictionary(i => i.Url, StringComparer.Ordinal);
        bool saysStatus = Says(ImportColumns.Status);
        Product sold = Options(stated, known, before);
        return sold with
        {
            Status = saysStatus ? stated.Status : known.Status,
            PublishAt = saysStatus ? stated.PublishAt : known.PublishAt,
            UnpublishAt = saysStatus ? stated.UnpublishAt : known.UnpublishAt,
            Texts = Texts(stated, known),
            Category = Category(stated.Category, known.Category),
            // Of a picture a file says its address only.
            Images = [.. (Says(ImportColumns.ImageUrl) ? stated.Images.Select(i => pictures.GetValueOrDefault(i.Url) ?? i) : known.Images).Select(i => i.For(sold.Variants))],
            Tags = Says(ImportColumns.Tags) ? stated.Tags : known.Tags,
            Attributes = Says(ImportColumns.Attributes) ? stated.Attributes : known.Attributes,
            Related = Says(ImportColumns.Related) ? stated.Related : known.Related,
        };
    }

    private bool Says(string column) => columns.Contains(column);

    private SortedDictionary<string, ProductText> Texts(Product stated, Product known)
    {
        SortedDictionary<string, ProductText> texts = new(StringComparer.Ordinal);
        // The shop's own first: another language's slug is the same where nobody says one.
        foreach (string language in Locales.All.OrderBy(l => l != locale))
        {
            ProductText? was = known.Texts.GetValueOrDefault(language), said = stated.Texts.GetValueOrDefault(language);
            if (!Says(ImportColumns.Title(language)) && was is not null) texts[language] = was;
            else if (said is not null)
            {
                texts[language] = said with
                {
                    Slug = Says(ImportColumns.Slug(language)) ? said.Slug : was?.Slug ?? texts.GetValueOrDefault(locale)?.Slug ?? said.Slug,
                    Description = Says(ImportColumns.Description(language)) ? said.Description : was?.Description ?? "",
                };
            }
        }
        return texts;
    }

    /// <summary>The names of another path are other names: only where it is the same one are they kept.</summary>
    private IReadOnlyList<CategoryStep> Category(IReadOnlyList<CategoryStep> stated, IReadOnlyList<CategoryStep> known) =>
        stated.Select(s => s.Slug).SequenceEqual(known.Select(s => s.Slug), StringComparer.Ordinal)
            ? [.. stated.Zip(known, (s, k) => s with { Name = Keep(s.Name, k.Name, ImportColumns.Category) })]
            : stated;

    /// <summary>A variant that the file does not name is kept: a list of some prices takes no other article away. Where it names all, their order is its own.</summary>
    private Product Options(Product stated, Product known, Dictionary<string, Variant> before)
    {
        Dictionary<string, Variant> named = stated.Variants.ToDictionary(v => v.Sku.Value, v => before.TryGetValue(v.Sku.Value, out Variant? was) ? Keep(v, was) : v, StringComparer.Ordinal);
        Product kept = Enumerable.Range(1, ImportColumns.MostOptions).Any(o => Says(ImportColumns.OptionName(o, locale))) ? WithOptionsOfFile(stated, known, named) : WithOptionsAsTheyAre(stated, known, named, before);
        if (known.Variants.All(k => named.ContainsKey(k.Sku.Value))) return InOrderOfChoice(kept);
        Dictionary<string, Variant> all = kept.Variants.ToDictionary(v => v.Sku.Value, StringComparer.Ordinal);
        return InOrderOfChoice(kept with { Variants = [.. known.Variants.Select(k => all[k.Sku.Value]), .. kept.Variants.Where(v => !before.ContainsKey(v.Sku.Value))] });
    }

    private Product WithOptionsOfFile(Product stated, Product known, Dictionary<string, Variant> named)
    {
        ProductOption[] options = [.. stated.Options.Select((option, o) => Keep(option, known.Options.FirstOrDefault(k => Same(k.Name, option.Name)), o + 1))];
        bool areTheSame = options.Length == known.Options.Count && options.Zip(known.Options).All(pair => Same(pair.First.Name, pair.Second.Name));
        List<LocalText>[] values = [.. options.Select(o => o.Values.ToList())];
        List<Variant> others = [];
        foreach (Variant other in known.Variants.Where(k => !named.ContainsKey(k.Sku.Value)))
            // Among other options it has no place, and the rules say so.
            others.Add(other with { Choices = areTheSame ? [.. other.Choices.Select((choice, o) => Place(values[o], known.Options[o].Values[choice]))] : [] });
        return stated with { Options = [.. options.Select((option, o) => option with { Values = values[o] })], Variants = [.. stated.Variants.Select(v => named[v.Sku.Value]), .. others] };
    }

    private int Place(List<LocalText> values, LocalText value)
    {
        int place = values.FindIndex(v => Same(v, value));
        if (place >= 0) return place;
        values.Add(value);
        return values.Count - 1;
    }

    /// <summary>What its variants choose is said nowhere in the file.</summary>
    private static Product WithOptionsAsTheyAre(Product stated, Product known, Dictionary<string, Variant> named, Dictionary<string, Variant> before) => stated with
    {
        Options = known.Options,
        Variants =
        [
            .. stated.Variants.Select(v => named[v.Sku.Value] with { Choices = before.GetValueOrDefault(v.Sku.Value)?.Choices ?? v.Choices }),
            .. known.Variants.Where(k => !named.ContainsKey(k.Sku.Value)),
        ],
    };

    /// <summary>Values stand in the order in which variants first choose them; what nobody chooses is none.</summary>
    private static Product InOrderOfChoice(Product product)
    {
        int[][] chosen = [.. product.Options.Select((_, o) => product.Variants.Where(v => v.Choices.Count > o).Select(v => v.Choices[o]).Distinct().ToArray())];
        return product with
        {
            Options = [.. product.Options.Select((option, o) => option with { Values = [.. chosen[o].Select(c => option.Values[c])] })],
            Variants = [.. product.Variants.Select(v => v with { Choices = [.. v.Choices.Select((c, o) => Array.IndexOf(chosen[o], c))] })],
        };
    }

    private ProductOption Keep(ProductOption stated, ProductOption? was, int number) => was is null ? stated : new ProductOption(
        Keep(stated.Name, was.Name, language => ImportColumns.OptionName(number, language)),
        [.. stated.Values.Select(value => Keep(value, was.Values.FirstOrDefault(w => Same(w, value)), language => ImportColumns.OptionValue(number, language)))]);

    private bool Same(LocalText one, LocalText other) => one.GetValueOrDefault(locale) == other.GetValueOrDefault(locale);

    private LocalText Keep(LocalText stated, LocalText? was, Func<string, string> column)
    {
        var kept = new LocalText();
        foreach (string language in Locales.All)
            if ((Says(column(language)) ? stated : was ?? stated).TryGetValue(language, out string? words)) kept[language] = words;
        return kept;
    }

    private Variant Keep(Variant stated, Variant was) => stated with
    {
        // In the order they had: that of a file's columns means nothing.
        Prices = [.. was.Prices.Select(w => stated.Prices.FirstOrDefault(p => p.Amount.Currency == w.Amount.Currency) is { } p ? Keep(p, w) : Says(ImportColumns.Price(w.Amount.Currency.Code)) ? null : w)
            .OfType<Price>(), .. stated.Prices.Where(p => !was.Prices.Any(w => w.Amount.Currency == p.Amount.Currency))],
        Barcode = Says(ImportColumns.Barcode) ? stated.Barcode : was.Barcode,
        Quantity = Keep(stated.Quantity, was.Quantity),
        WeightGrams = Says(ImportColumns.WeightGrams) ? stated.WeightGrams : was.WeightGrams,
        Dimensions = Says(ImportColumns.LengthCm) ? stated.Dimensions : was.Dimensions,
        TaxCategory = Says(ImportColumns.TaxCategory) ? stated.TaxCategory : was.TaxCategory,
        DownloadFile = Says(ImportColumns.DigitalFile) ? stated.DownloadFile : was.DownloadFile,
        Digital = Keep(stated.Digital ?? new DigitalDelivery(), was.Digital ?? new DigitalDelivery()),
    };

    private Price Keep(Price stated, Price was)
    {
        string code = stated.Amount.Currency.Code;
        return stated with
        {
            CompareAt = Says(ImportColumns.CompareAtPrice(code)) ? stated.CompareAt : was.CompareAt,
            Sale = Says(ImportColumns.SalePrice(code)) ? stated.Sale : was.Sale,
            Tiers = Says(ImportColumns.TierPrices(code)) ? stated.Tiers : was.Tiers,
            Groups = Says(ImportColumns.GroupPrices(code)) ? stated.Groups : was.Groups,
        };
    }

    private QuantityRule? Keep(QuantityRule? stated, QuantityRule? was)
    {
        bool min = Says(ImportColumns.MinimumQuantity), max = Says(ImportColumns.MaximumQuantity), step = Says(ImportColumns.QuantityStep);
        if (min && max && step) return stated;
        if (!min && !max && !step) return was;
        QuantityRule said = stated ?? new QuantityRule(), before = was ?? new QuantityRule();
        var kept = new QuantityRule(min ? said.Min : before.Min, max ? said.Max : before.Max, step ? said.Step : before.Step);
        return kept == new QuantityRule() ? null : kept;
    }

    private DigitalDelivery? Keep(DigitalDelivery stated, DigitalDelivery was)
    {
        var kept = new DigitalDelivery(
            (Says(ImportColumns.DownloadLimit) ? stated : was).DownloadLimit,
            (Says(ImportColumns.AccessDays) ? stated : was).AccessDays,
            (Says(ImportColumns.Licence) ? stated : was).Licence,
            (Says(ImportColumns.ActivationLimit) ? stated : was).ActivationLimit,
            (Says(ImportColumns.Watermark) ? stated : was).Watermark,
            (Says(ImportColumns.TermsVersion) ? stated : was).Terms,
            (Says(ImportColumns.GiftCard) ? stated : was).GiftCard);
        return kept == new DigitalDelivery() ? null : kept;
    }
}
