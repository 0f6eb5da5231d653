using System.Globalization;
using Shop.Common;
using Shop.Http;

namespace Shop.Catalog;

/// <summary>
/// Turns the rows of one product into a product, and tells every mistake with its row and column: here those of writing, and those that
/// <see cref="ProductRules"/> finds in what was written. What describes the product stands in its first row; the others leave it empty or
/// repeat it.
/// </summary>
internal sealed class ImportRules(Currency currency, string locale)
{
    private const int MostStock = 1_000_000_000;

    private static readonly string[] OfTheProduct =
    [
        ImportColumns.Kind, ImportColumns.Tags, ImportColumns.Attributes, ImportColumns.ImageUrl, ImportColumns.Status, ImportColumns.PublishAt, ImportColumns.UnpublishAt, ImportColumns.Related,
        .. Locales.All.SelectMany(l => (string[])[ImportColumns.Slug(l), ImportColumns.Title(l), ImportColumns.Description(l), ImportColumns.Category(l)]),
        .. Locales.All.SelectMany(l => Enumerable.Range(1, ImportColumns.MostOptions).Select(o => ImportColumns.OptionName(o, l))),
    ];

    private readonly string[] _mayBeKnown = [ImportColumns.OptionValue(1, locale), ImportColumns.WeightGrams, ImportColumns.DigitalFile];

    private readonly List<ImportMistake> _mistakes = [];

    public ImportProduct Read(IReadOnlyList<ImportCells> rows, bool isRepeated)
    {
        ImportCells first = rows[0];
        string handle = first[ImportColumns.Handle];
        if (isRepeated) Refuse(first, ImportColumns.Handle, "is further up already: the rows of a product stand together");
        foreach (ImportCells row in rows)
            foreach (string column in row.WithControlCharacters) Refuse(row, column, "has control characters or line breaks");
        foreach (ImportCells row in rows.Skip(1))
            foreach (string column in OfTheProduct)
                if (row[column].Length > 0 && row[column] != first[column]) Refuse(row, column, $"differs from row {first.Row}; leave it empty");

        ProductKind kind = Word(first, ImportColumns.Kind, ProductKind.Physical, null);
        SortedDictionary<string, ProductText> texts = Texts(first, handle);
        IReadOnlyList<ProductOption> options = Options(rows);
        var product = new Product
        {
            Id = "", Version = 0, CreatedAt = default, UpdatedAt = default,
            Handle = handle,
            Kind = kind,
            Status = Word(first, ImportColumns.Status, ProductStatus.Active, ProductStatus.Active),
            PublishAt = Time(first, ImportColumns.PublishAt),
            UnpublishAt = Time(first, ImportColumns.UnpublishAt),
            Texts = texts,
            Category = Category(first),
            Options = options,
            Variants = [.. rows.Select(row => Variant(row, first, options))],
            Images = [.. first[ImportColumns.ImageUrl].Split(' ', StringSplitOptions.RemoveEmptyEntries).Select(url => new ProductImage(url, 0, 0, Titles(texts)))],
            Tags = [.. first[ImportColumns.Tags].Split(';', StringSplitOptions.TrimEntries | StringSplitOptions.RemoveEmptyEntries).Distinct(StringComparer.OrdinalIgnoreCase)],
            Attributes = Attributes(first),
            Related = [.. first[ImportColumns.Related].Split(';', StringSplitOptions.TrimEntries | StringSplitOptions.RemoveEmptyEntries)],
        };
        ImportRow[] numbered = [.. rows.Select(row => new ImportRow(row.Row, row[ImportColumns.Sku], Stock(row, kind)))];
        ImportMistake Tell(FieldError mistake, Product of)
        {
            var places = new ImportPlaces(of, product, currency, locale);
            (int row, string column) = places.Of(mistake.Pointer);
            return new ImportMistake(rows[row].Row, column, places.Unnamed(mistake.Pointer) is { } sku ? $"{sku}, which the file does not name: {mistake.Detail}" : mistake.Detail);
        }
        foreach (ImportMistake mistake in new ProductRules(currency, locale).Check(product).Select(mistake => Tell(mistake, product)))
        {
            // What a product must have may be known already where the file has no column for it: it is looked at again beside what is.
            if (_mayBeKnown.Contains(mistake.Column) && !first.Columns.Contains(mistake.Column)) continue;
            // What could not be read was told already; what stands in for it may break a rule as well.
            if (!_mistakes.Exists(m => m.Row == mistake.Row && m.Column == mistake.Column)) _mistakes.Add(mistake);
        }
        return new ImportProduct(numbered, _mistakes.Count == 0 ? product : null, _mistakes) { Columns = first.Columns, Tell = Tell };
    }

    private SortedDictionary<string, ProductText> Texts(ImportCells row, string handle)
    {
        SortedDictionary<string, ProductText> texts = new(StringComparer.Ordinal);
        foreach (string language in Locales.All)
        {
            string title = row[ImportColumns.Title(language)], description = row[ImportColumns.Description(language)], slug = row[ImportColumns.Slug(language)];
            if (title.Length == 0)
            {
                if (language != locale && (description.Length > 0 || slug.Length > 0)) Refuse(row, ImportColumns.Title(language), "must not be empty beside a description or slug");
                continue;
            }
            if (slug.Length == 0) slug = language == locale ? handle : texts.GetValueOrDefault(locale)?.Slug ?? handle;
            texts[language] = new ProductText(slug, title, description);
        }
        return texts;
    }

    private IReadOnlyList<CategoryStep> Category(ImportCells row)
    {
        Dictionary<string, string[]> paths = Locales.All.ToDictionary(l => l, l => row[ImportColumns.Category(l)].Split('>', StringSplitOptions.TrimEntries | StringSplitOptions.RemoveEmptyEntries), StringComparer.Ordinal);
        string[] own = paths[locale];
        foreach ((string language, string[] path) in paths)
        {
            if (path.Length == 0 || own.Length == 0 || path.Length == own.Length) continue;
            Refuse(row, ImportColumns.Category(language), $"must be as deep as {ImportColumns.Category(locale)}");
            paths[language] = [];
        }
        return [.. own.Select((name, depth) => new CategoryStep(Slugs.From(name), Local(language => paths[language].ElementAtOrDefault(depth))))];
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
            List<LocalText> values = [];
            foreach (ImportCells row in rows)
            {
                string value = row[ImportColumns.OptionValue(option, locale)];
                if (value.Length == 0) Refuse(row, ImportColumns.OptionValue(option, locale), "must not be empty");
                else if (!values.Exists(v => v[locale] == value)) values.Add(Local(language => row[ImportColumns.OptionValue(option, language)]));
            }
            options.Add(new ProductOption(Local(language => rows[0][ImportColumns.OptionName(option, language)]), values));
        }
        return options;
    }

    private Variant Variant(ImportCells row, ImportCells first, IReadOnlyList<ProductOption> options)
    {
        if (!Sku.TryParse(row[ImportColumns.Sku], out Sku sku))
        {
            Refuse(row, ImportColumns.Sku, "must be 1 to 64 letters, digits, dots, underscores or hyphens");
            sku = Sku.Parse($"-{row.Row}");
        }
        return new Variant
        {
            Sku = sku,
            Choices = [.. options.Select((option, i) => Math.Max(0, option.Values.ToList().FindIndex(v => v[locale] == row[ImportColumns.OptionValue(i + 1, locale)])))],
            Prices = [.. row.Currencies.Select(c => Price(row, c)).OfType<Price>()],
            Barcode = Optional(row, ImportColumns.Barcode),
            Quantity = Quantity(row),
            WeightGrams = Whole(row, ImportColumns.WeightGrams, int.MaxValue) ?? 0,
            Dimensions = Dimensions(row),
            TaxCategory = Optional(row, ImportColumns.TaxCategory) ?? Optional(first, ImportColumns.TaxCategory) ?? "standard",
            DownloadFile = Optional(row, ImportColumns.DigitalFile),
            Digital = Digital(row),
        };
    }

    private DigitalDelivery? Digital(ImportCells row)
    {
        (string licence, string watermark, string giftCard) = (row[ImportColumns.Licence], row[ImportColumns.Watermark], row[ImportColumns.GiftCard]);
        LicenceSource? source = Enum.GetValues<LicenceSource>().Where(s => ImportColumns.Word(s) == licence).Select(s => (LicenceSource?)s).FirstOrDefault();
        if (licence.Length > 0 && source is null) Refuse(row, ImportColumns.Licence, "must be pool or generated, or be empty");
        if (giftCard is not ("" or "true" or "false")) Refuse(row, ImportColumns.GiftCard, "must be true or false, or be empty");
        if (watermark is not ("" or "true" or "false")) Refuse(row, ImportColumns.Watermark, "must be true or false, or be empty");
        (string? version, string? url) = (Optional(row, ImportColumns.TermsVersion), Optional(row, ImportColumns.TermsUrl));
        if (version is null != url is null) Refuse(row, version is null ? ImportColumns.TermsVersion : ImportColumns.TermsUrl, "version and address of terms go together");
        var digital = new DigitalDelivery(
            Whole(row, ImportColumns.DownloadLimit, int.MaxValue), Whole(row, ImportColumns.AccessDays, int.MaxValue), source, Whole(row, ImportColumns.ActivationLimit, int.MaxValue),
            watermark == "true", version is not null && url is not null ? new TermsOfUse(version, url) : null, giftCard == "true");
        return digital == new DigitalDelivery() ? null : digital;
    }

    private Price? Price(ImportCells row, Currency paid)
    {
        Money? price = Amount(row, ImportColumns.Price(paid.Code), paid), compareAt = Amount(row, ImportColumns.CompareAtPrice(paid.Code), paid);
        if (price is null && compareAt is not null) Refuse(row, ImportColumns.Price(paid.Code), "must not be empty beside a price to compare with");
        return price is { } amount ? new Price(amount, compareAt, Sale(row, paid), Tiers(row, paid), Groups(row, paid)) : null;
    }

    private SalePrice? Sale(ImportCells row, Currency paid)
    {
        string[] columns = [ImportColumns.SalePrice(paid.Code), ImportColumns.SaleFrom(paid.Code), ImportColumns.SaleUntil(paid.Code)];
        Money? price = Amount(row, columns[0], paid);
        DateTimeOffset? from = Time(row, columns[1]), until = Time(row, columns[2]);
        if (price is { } amount && from is { } begins && until is { } ends) return new SalePrice(amount, begins, ends);
        if (columns.FirstOrDefault(c => row[c].Length == 0) is { } missing && columns.Any(c => row[c].Length > 0)) Refuse(row, missing, $"must not be empty: {string.Join(", ", columns)} go together");
        return null;
    }

    private IReadOnlyList<PriceTier>? Tiers(ImportCells row, Currency paid)
    {
        string column = ImportColumns.TierPrices(paid.Code);
        List<PriceTier> tiers = [];
        foreach (string tier in row[column].Split(';', StringSplitOptions.TrimEntries | StringSplitOptions.RemoveEmptyEntries))
        {
            int equals = tier.IndexOf('=', StringComparison.Ordinal);
            if (equals < 1 || !int.TryParse(tier[..equals], NumberStyles.None, CultureInfo.InvariantCulture, out int from)) Refuse(row, column, $"'{tier}' must be a quantity and a price, such as 10=80000");
            else if (Amount(row, column, tier[(equals + 1)..], paid) is { } amount) tiers.Add(new PriceTier(from, amount));
        }
        return tiers.Count == 0 ? null : tiers;
    }

    private IReadOnlyList<GroupPrice>? Groups(ImportCells row, Currency paid)
    {
        string column = ImportColumns.GroupPrices(paid.Code);
        List<GroupPrice> groups = [];
        foreach (string cell in row[column].Split(';', StringSplitOptions.TrimEntries | StringSplitOptions.RemoveEmptyEntries))
        {
            string[] sides = cell.Split('='), group = sides[0].Split(':');
            int from = 1;
            if (sides.Length != 2 || group.Length > 2 || (group.Length == 2 && !int.TryParse(group[1], NumberStyles.None, CultureInfo.InvariantCulture, out from)))
                Refuse(row, column, $"'{cell}' must be a group and a price, such as wholesale=70000, or wholesale:10=65000 from ten on");
            else if (Amount(row, column, sides[1], paid) is not { } amount) continue;
            else if (group.Length == 1) groups.Add(new GroupPrice(group[0], amount));
            else if (groups.FindIndex(g => g.Group == group[0]) is >= 0 and var at) groups[at] = groups[at] with { Tiers = [.. groups[at].Tiers ?? [], new PriceTier(from, amount)] };
            else Refuse(row, column, $"'{cell}' needs a price of the group for one in front of it");
        }
        return groups.Count == 0 ? null : groups;
    }

    private Money? Amount(ImportCells row, string column, Currency paid) => row[column].Length == 0 ? null : Amount(row, column, row[column], paid);

    private Money? Amount(ImportCells row, string column, string text, Currency paid)
    {
        try
        {
            // No group separators: 325.000 would be three hundred and twenty-five to one reader and 325000 to another.
            if (decimal.TryParse(text, NumberStyles.AllowDecimalPoint, CultureInfo.InvariantCulture, out decimal major) && !AmbiguousThousands(text, paid))
                return Money.FromMajor(major, paid);
        }
        catch (Exception unchargeable) when (unchargeable is FormatException or OverflowException)
        {
            // Told below, with every other way of being wrong.
        }
        Refuse(row, column, $"must be a positive amount in {paid} that can be charged, without separators for thousands, such as 325000");
        return null;
    }

    private static bool AmbiguousThousands(string number, Currency paid) =>
        paid.Exponent != 3 && number.Contains('.', StringComparison.Ordinal) && number.Length - number.IndexOf('.', StringComparison.Ordinal) == 4;

    private QuantityRule? Quantity(ImportCells row)
    {
        int? min = Whole(row, ImportColumns.MinimumQuantity, int.MaxValue), max = Whole(row, ImportColumns.MaximumQuantity, int.MaxValue), step = Whole(row, ImportColumns.QuantityStep, int.MaxValue);
        return (min, max, step) == (null, null, null) ? null : new QuantityRule(min ?? step ?? 1, max, step ?? 1);
    }

    private Dimensions? Dimensions(ImportCells row)
    {
        int? length = Whole(row, ImportColumns.LengthCm, int.MaxValue), width = Whole(row, ImportColumns.WidthCm, int.MaxValue), height = Whole(row, ImportColumns.HeightCm, int.MaxValue);
        if (length is { } l && width is { } w && height is { } h) return new Dimensions(l, w, h);
        if (length is not null || width is not null || height is not null) Refuse(row, ImportColumns.LengthCm, "length, width and height go together");
        return null;
    }

    private int? Stock(ImportCells row, ProductKind kind)
    {
        if (kind == ProductKind.Digital && row[ImportColumns.Stock].Length > 0) Refuse(row, ImportColumns.Stock, "a digital product has no stock; leave it empty");
        return Whole(row, ImportColumns.Stock, MostStock);
    }

    private int? Whole(ImportCells row, string column, int most)
    {
        if (row[column].Length == 0) return null;
        if (int.TryParse(row[column], NumberStyles.None, CultureInfo.InvariantCulture, out int number) && number <= most) return number;
        Refuse(row, column, $"must be a whole number from 0 to {most}");
        return null;
    }

    private DateTimeOffset? Time(ImportCells row, string column)
    {
        if (row[column].Length == 0) return null;
        if (ImportColumns.TryReadTime(row[column], out DateTimeOffset time)) return time;
        Refuse(row, column, "must be a time such as 2026-01-31T09:30:00+07:00");
        return null;
    }

    private T Word<T>(ImportCells row, string column, T insteadOfWrong, T? whenEmpty) where T : struct, Enum
    {
        if (row[column].Length == 0 && whenEmpty is { } absent) return absent;
        foreach (T word in Enum.GetValues<T>())
            if (ImportColumns.Word(word) == row[column]) return word;
        Refuse(row, column, $"must be {string.Join(" or ", Enum.GetValues<T>().Select(ImportColumns.Word))}");
        return insteadOfWrong;
    }

    private OrderedDictionary<string, string> Attributes(ImportCells row)
    {
        OrderedDictionary<string, string> attributes = new(StringComparer.Ordinal);
        foreach (string pair in row[ImportColumns.Attributes].Split(';', StringSplitOptions.TrimEntries | StringSplitOptions.RemoveEmptyEntries))
        {
            int equals = pair.IndexOf('=', StringComparison.Ordinal);
            if (equals < 1 || !attributes.TryAdd(pair[..equals].Trim(), pair[(equals + 1)..].Trim())) Refuse(row, ImportColumns.Attributes, $"'{pair}' must be a new name=value");
        }
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

    /// <summary>What stands for the picture where nobody says what it shows.</summary>
    private static LocalText Titles(SortedDictionary<string, ProductText> texts)
    {
        var titles = new LocalText();
        foreach ((string language, ProductText text) in texts) titles[language] = text.Title;
        return titles;
    }

    private static string? Optional(ImportCells row, string column) => row[column] is { Length: > 0 } some ? some : null;

    private void Refuse(ImportCells row, string column, string why) => _mistakes.Add(new ImportMistake(row.Row, column, why));
}
