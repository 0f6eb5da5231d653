using System.Globalization;
using System.Text.RegularExpressions;
using Shop.Common;
using Shop.Http;

namespace Shop.Catalog;

/// <summary>
/// Turns the rows of one product into a product, and tells every mistake with its row and column. What describes the product stands in its
/// first row; the others leave it empty or repeat it.
/// </summary>
internal sealed partial class ImportRules(Currency currency, string locale)
{
    private const int MostVariants = 100, MostTitle = 200, MostDescription = 10_000, MostName = 60, MostTags = 20, MostAttributes = 30, MostCategoryDepth = 5;
    private const int HeaviestGrams = 1_000_000, LongestCm = 1000, MostStock = 1_000_000_000;

    private static readonly string[] OfTheProduct =
    [
        ImportColumns.Kind, ImportColumns.TaxCategory, ImportColumns.Tags, ImportColumns.Attributes, ImportColumns.ImageUrl, ImportColumns.Status,
        .. Locales.All.SelectMany(l => (string[])[ImportColumns.Slug(l), ImportColumns.Title(l), ImportColumns.Description(l), ImportColumns.Category(l)]),
        .. Locales.All.SelectMany(l => Enumerable.Range(1, ImportColumns.MostOptions).Select(o => ImportColumns.OptionName(o, l))),
    ];

    private readonly List<ImportMistake> _mistakes = [];

    public ImportProduct Read(IReadOnlyList<ImportCells> rows, bool isRepeated)
    {
        ImportCells first = rows[0];
        string handle = first[ImportColumns.Handle];
        if (!Slugs.IsValid(handle)) Refuse(first, ImportColumns.Handle, "must be lower-case letters, digits and hyphens, at most 120");
        if (isRepeated) Refuse(first, ImportColumns.Handle, "is further up already: the rows of a product stand together");
        if (rows.Count > MostVariants) Refuse(first, ImportColumns.Handle, $"has more than {MostVariants} rows");
        foreach (ImportCells row in rows)
            foreach (string column in row.WithControlCharacters) Refuse(row, column, "has control characters or line breaks");
        foreach (ImportCells row in rows.Skip(1))
            foreach (string column in OfTheProduct)
                if (row[column].Length > 0 && row[column] != first[column]) Refuse(row, column, $"differs from row {first.Row}; leave it empty");

        ProductKind kind = first[ImportColumns.Kind] switch
        {
            "physical" => ProductKind.Physical,
            "digital" => ProductKind.Digital,
            _ => Refuse(first, ImportColumns.Kind, "must be physical or digital", ProductKind.Physical),
        };
        var texts = Texts(first, handle);
        IReadOnlyList<CategoryStep> category = Category(first);
        IReadOnlyList<ProductOption> options = Options(rows);
        Variant[] variants = [.. rows.Select(row => Variant(row, kind, first, options))];
        foreach (IGrouping<string, int> same in variants.Select((v, i) => (Choice: string.Join(',', v.Choices), Row: i)).GroupBy(v => v.Choice, v => v.Row, StringComparer.Ordinal))
            foreach (int repeated in same.Skip(1))
                Refuse(rows[repeated], ImportColumns.OptionValue(1, locale), options.Count == 0 ? "a product without options has one row" : $"makes the same choice as row {rows[same.First()].Row}");
        ImportRow[] numbered = [.. rows.Select(row => new ImportRow(row.Row, row[ImportColumns.Sku], Stock(row, kind)))];
        var product = new Product
        {
            Id = "", Version = 0, CreatedAt = default, UpdatedAt = default,
            Handle = handle,
            Kind = kind,
            Status = first[ImportColumns.Status] switch
            {
                "" or "active" => ProductStatus.Active,
                "archived" => ProductStatus.Archived,
                _ => Refuse(first, ImportColumns.Status, "must be active or archived", ProductStatus.Active),
            },
            Texts = texts,
            Category = category,
            Options = options,
            Variants = variants,
            Images = Images(first, texts),
            Tags = Tags(first),
            Attributes = Attributes(first),
        };
        return new ImportProduct(numbered, _mistakes.Count == 0 ? product : null, _mistakes);
    }

    private SortedDictionary<string, ProductText> Texts(ImportCells row, string handle)
    {
        SortedDictionary<string, ProductText> texts = new(StringComparer.Ordinal);
        foreach (string language in Locales.All)
        {
            string title = row[ImportColumns.Title(language)], description = row[ImportColumns.Description(language)], slug = row[ImportColumns.Slug(language)];
            if (title.Length == 0)
            {
                if (language == locale) Refuse(row, ImportColumns.Title(language), "must not be empty");
                else if (description.Length > 0 || slug.Length > 0) Refuse(row, ImportColumns.Title(language), "must not be empty beside a description or slug");
                continue;
            }
            if (title.Length > MostTitle) Refuse(row, ImportColumns.Title(language), $"has more than {MostTitle} characters");
            if (description.Length > MostDescription) Refuse(row, ImportColumns.Description(language), $"has more than {MostDescription} characters");
            if (slug.Length == 0) slug = language == locale ? handle : texts.GetValueOrDefault(locale)?.Slug ?? handle;
            else if (!Slugs.IsValid(slug)) Refuse(row, ImportColumns.Slug(language), "must be lower-case letters, digits and hyphens, at most 120");
            texts[language] = new ProductText(slug, title, description);
        }
        return texts;
    }

    private IReadOnlyList<CategoryStep> Category(ImportCells row)
    {
        Dictionary<string, string[]> paths = Locales.All.ToDictionary(l => l, l => row[ImportColumns.Category(l)].Split('>', StringSplitOptions.TrimEntries | StringSplitOptions.RemoveEmptyEntries), StringComparer.Ordinal);
        string[] own = paths[locale];
        if (own.Length is 0 or > MostCategoryDepth) return Refuse(row, ImportColumns.Category(locale), $"must be a path such as Busana > Batik, at most {MostCategoryDepth} deep", Array.Empty<CategoryStep>());
        foreach ((string language, string[] path) in paths)
            if (path.Length != 0 && path.Length != own.Length) Refuse(row, ImportColumns.Category(language), $"must be as deep as {ImportColumns.Category(locale)}");
        return [.. own.Select((name, depth) =>
        {
            string slug = Slugs.From(name);
            if (slug.Length == 0 || name.Length > MostName) Refuse(row, ImportColumns.Category(locale), $"'{name}' is no name of a category");
            return new CategoryStep(slug, Local(language => paths[language].ElementAtOrDefault(depth)));
        })];
    }

    private IReadOnlyList<ProductOption> Options(IReadOnlyList<ImportCells> rows)
    {
        List<ProductOption> options = [];
        for (int number = 1; number <= ImportColumns.MostOptions; number++)
        {
            int option = number;
            string name = rows[0][ImportColumns.OptionName(option, locale)];
            if (name.Length == 0)
            {
                foreach (ImportCells row in rows)
                    if (row[ImportColumns.OptionValue(option, locale)].Length > 0) Refuse(row, ImportColumns.OptionName(option, locale), "must not be empty beside a value");
                continue;
            }
            if (options.Count < option - 1) Refuse(rows[0], ImportColumns.OptionName(option, locale), $"option {option} needs option {option - 1}");
            if (name.Length > MostName) Refuse(rows[0], ImportColumns.OptionName(option, locale), $"has more than {MostName} characters");
            List<LocalText> values = [];
            foreach (ImportCells row in rows)
            {
                string value = row[ImportColumns.OptionValue(option, locale)];
                if (value.Length is 0 or > MostName) Refuse(row, ImportColumns.OptionValue(option, locale), $"must have 1 to {MostName} characters");
                else if (!values.Exists(v => v[locale] == value)) values.Add(Local(language => row[ImportColumns.OptionValue(option, language)]));
            }
            options.Add(new ProductOption(Local(language => rows[0][ImportColumns.OptionName(option, language)]), values));
        }
        return options;
    }

    private Variant Variant(ImportCells row, ProductKind kind, ImportCells first, IReadOnlyList<ProductOption> options)
    {
        if (!Sku.TryParse(row[ImportColumns.Sku], out Sku sku))
        {
            Refuse(row, ImportColumns.Sku, "must be 1 to 64 letters, digits, dots, underscores or hyphens");
            sku = Sku.Parse("-");
        }
        string tax = first[ImportColumns.TaxCategory] is { Length: > 0 } stated ? stated : "standard";
        if (!TaxPattern().IsMatch(tax)) Refuse(first, ImportColumns.TaxCategory, "must be a word such as standard or exempt");
        string file = row[ImportColumns.DigitalFile];
        if (kind == ProductKind.Digital && !FilePattern().IsMatch(file)) Refuse(row, ImportColumns.DigitalFile, "must be a file name of letters, digits, dots, underscores and hyphens");
        if (kind == ProductKind.Physical && file.Length > 0) Refuse(row, ImportColumns.DigitalFile, "only a digital product has a file");
        int weight = Whole(row, ImportColumns.WeightGrams, kind == ProductKind.Physical ? 1 : 0, HeaviestGrams) ?? 0;
        if (kind == ProductKind.Physical && row[ImportColumns.WeightGrams].Length == 0) Refuse(row, ImportColumns.WeightGrams, "must not be empty: it decides the shipping rate");
        return new Variant
        {
            Sku = sku,
            Choices = [.. options.Select((option, i) => Math.Max(0, option.Values.ToList().FindIndex(v => v[locale] == row[ImportColumns.OptionValue(i + 1, locale)])))],
            Prices = Price(row) is { } price ? [price] : [],
            WeightGrams = weight,
            Dimensions = Dimensions(row),
            TaxCategory = tax,
            DownloadFile = file.Length > 0 ? file : null,
        };
    }

    private Price? Price(ImportCells row)
    {
        string column = ImportColumns.Price(currency.Code), compareColumn = ImportColumns.CompareAtPrice(currency.Code);
        Money? price = Amount(row, column), compareAt = Amount(row, compareColumn);
        if (price is null && row[column].Length == 0) Refuse(row, column, "must not be empty");
        if (price is { } amount && compareAt is { } former && former <= amount) Refuse(row, compareColumn, $"must be higher than {column}, or empty");
        return price is { } sold ? new Price(sold, compareAt) : null;
    }

    private Money? Amount(ImportCells row, string column)
    {
        if (row[column].Length == 0) return null;
        try
        {
            // No group separators: 325.000 would be three hundred and twenty-five to one reader and 325000 to another.
            if (decimal.TryParse(row[column], NumberStyles.AllowDecimalPoint, CultureInfo.InvariantCulture, out decimal major) && major > 0 && !AmbiguousThousands(row[column]))
                return Money.FromMajor(major, currency);
        }
        catch (Exception unchargeable) when (unchargeable is FormatException or OverflowException)
        {
            // Told below, with every other way of being wrong.
        }
        Refuse(row, column, $"must be a positive amount in {currency} that can be charged, without separators for thousands, such as 325000");
        return null;
    }

    private static bool AmbiguousThousands(string number) => number.Contains('.', StringComparison.Ordinal) && number.Length - number.IndexOf('.', StringComparison.Ordinal) == 4;

    private Dimensions? Dimensions(ImportCells row)
    {
        int? length = Whole(row, ImportColumns.LengthCm, 1, LongestCm), width = Whole(row, ImportColumns.WidthCm, 1, LongestCm), height = Whole(row, ImportColumns.HeightCm, 1, LongestCm);
        if (length is { } l && width is { } w && height is { } h) return new Dimensions(l, w, h);
        if (length is not null || width is not null || height is not null) Refuse(row, ImportColumns.LengthCm, "length, width and height go together");
        return null;
    }

    private int? Stock(ImportCells row, ProductKind kind)
    {
        if (kind == ProductKind.Digital && row[ImportColumns.Stock].Length > 0) Refuse(row, ImportColumns.Stock, "a digital product has no stock; leave it empty");
        return Whole(row, ImportColumns.Stock, 0, MostStock);
    }

    private int? Whole(ImportCells row, string column, int least, int most)
    {
        if (row[column].Length == 0) return null;
        if (int.TryParse(row[column], NumberStyles.None, CultureInfo.InvariantCulture, out int number) && number >= least && number <= most) return number;
        Refuse(row, column, $"must be a whole number from {least} to {most}");
        return null;
    }

    private IReadOnlyList<ProductImage> Images(ImportCells row, SortedDictionary<string, ProductText> texts)
    {
        string url = row[ImportColumns.ImageUrl];
        if (url.Length == 0) return [];
        bool valid = url.Length <= 2000 && ((url.StartsWith('/') && !url.StartsWith("//", StringComparison.Ordinal) && Uri.IsWellFormedUriString(url, UriKind.Relative))
            || (Uri.TryCreate(url, UriKind.Absolute, out Uri? absolute) && absolute.Scheme == Uri.UriSchemeHttps));
        if (!valid) Refuse(row, ImportColumns.ImageUrl, "must be an https URL or a path from the root");
        return [new ProductImage(url, 0, 0, texts.GetValueOrDefault(locale)?.Title ?? "")];
    }

    private IReadOnlyList<string> Tags(ImportCells row)
    {
        string[] tags = [.. row[ImportColumns.Tags].Split(';', StringSplitOptions.TrimEntries | StringSplitOptions.RemoveEmptyEntries).Distinct(StringComparer.OrdinalIgnoreCase)];
        if (tags.Length > MostTags || tags.Any(t => t.Length > MostName)) Refuse(row, ImportColumns.Tags, $"must be at most {MostTags} words of at most {MostName} characters, separated by ;");
        return tags;
    }

    private OrderedDictionary<string, string> Attributes(ImportCells row)
    {
        OrderedDictionary<string, string> attributes = new(StringComparer.Ordinal);
        foreach (string pair in row[ImportColumns.Attributes].Split(';', StringSplitOptions.TrimEntries | StringSplitOptions.RemoveEmptyEntries))
        {
            int equals = pair.IndexOf('=', StringComparison.Ordinal);
            string name = equals > 0 ? pair[..equals].Trim() : "";
            if (name.Length is 0 or > MostName || pair.Length > 500 || !attributes.TryAdd(name, pair[(equals + 1)..].Trim())) Refuse(row, ImportColumns.Attributes, $"'{pair}' must be a new name=value");
        }
        if (attributes.Count > MostAttributes) Refuse(row, ImportColumns.Attributes, $"has more than {MostAttributes}");
        return attributes;
    }

    private LocalText Local(Func<string, string?> text)
    {
        var local = new LocalText();
        foreach (string language in Locales.All)
            if (text(language) is { Length: > 0 } some) local[language] = some;
        local.TryAdd(locale, "");
        return local;
    }

    private void Refuse(ImportCells row, string column, string why) => _mistakes.Add(new ImportMistake(row.Row, column, why));

    private T Refuse<T>(ImportCells row, string column, string why, T instead)
    {
        Refuse(row, column, why);
        return instead;
    }

    [GeneratedRegex(@"^[a-z][a-z0-9-]{0,31}\z", RegexOptions.CultureInvariant, 1000)]
    private static partial Regex TaxPattern();

    [GeneratedRegex(@"^[A-Za-z0-9_][A-Za-z0-9._-]{0,127}\z", RegexOptions.CultureInvariant, 1000)]
    private static partial Regex FilePattern();
}
