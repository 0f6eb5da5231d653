using System.Text.RegularExpressions;
using Shop.Common;
using Shop.Storage;
using Shop.Http;

namespace Shop.Catalog;

/// <summary>
/// What a product must be like, however it comes in: typed by staff or in a file of either kind. Whatever passes can be written to each of
/// the file formats and read back the same.
/// </summary>
internal sealed partial class ProductRules(Currency currency, string locale)
{
    public const int MostImages = 20, MostCategoryDepth = 5;

    private const int MostVariants = 100, MostTitle = 200, MostDescription = 10_000, MostName = 60, MostTags = 20, MostAttributes = 30, MostAttribute = 500,
        MostUrl = 2000, MostCategoryDescription = 2000, MostOptions = 3, MostTiers = 10, MostGroups = 20, MostRelated = 20, HeaviestGrams = 1_000_000, LongestCm = 1000, MostQuantity = 1_000_000,
        MostDownloads = 1000, MostAccessDays = 3650, MostActivations = 1000;

    /// <summary>So that as many of them as a cart takes are still an amount.</summary>
    private const long HighestPrice = Money.MaxAmount / 1000;

    private readonly List<FieldError> _mistakes = [];

    /// <returns>Every mistake with a JSON Pointer into the product.</returns>
    public IReadOnlyList<FieldError> Check(Product product)
    {
        _mistakes.Clear();
        Refuse(!Slugs.IsValid(product.Handle), "/handle", "must be lower-case letters, digits and hyphens, at most 120");
        Schedule(product);
        Texts(product);
        Category(product.Category);
        Options(product);
        Variants(product);
        Images(product);
        Tags(product.Tags);
        Attributes(product.Attributes);
        Refuse(product.Related.Count > MostRelated || product.Related.Distinct(StringComparer.Ordinal).Count() != product.Related.Count
            || product.Related.Any(h => h == product.Handle || !Slugs.IsValid(h)), "/related", $"must be the handles of at most {MostRelated} other products");
        // Each part may be as long as it may be, and all of them together still be too much.
        Refuse(_mistakes.Count == 0 && !Rows.Fits(product), "", $"says more than can be kept: at most {Rows.MostBytes / 1024} KiB in all");
        return _mistakes;
    }

    private void Schedule(Product product)
    {
        bool scheduled = product.Status == ProductStatus.Scheduled;
        Refuse(scheduled && product is { PublishAt: null, UnpublishAt: null }, "/publishAt", "or unpublishAt: a scheduled product has at least one of the two");
        Refuse(!scheduled && product.PublishAt is not null, "/publishAt", "is for a scheduled product");
        Refuse(!scheduled && product.UnpublishAt is not null, "/unpublishAt", "is for a scheduled product");
        Refuse(product.UnpublishAt <= product.PublishAt, "/unpublishAt", "must be after publishAt");
    }

    private void Texts(Product product)
    {
        Refuse(!product.Texts.ContainsKey(locale), $"/texts/{locale}/title", "must not be empty");
        foreach ((string language, ProductText text) in product.Texts)
        {
            Refuse(!Locales.All.Contains(language, StringComparer.Ordinal), $"/texts/{language}", $"must be one of {string.Join(", ", Locales.All)}");
            // A bad handle stands in for the slug where none was given, and is told as the handle.
            Refuse(!Slugs.IsValid(text.Slug) && text.Slug != product.Handle, $"/texts/{language}/slug", "must be lower-case letters, digits and hyphens, at most 120");
            Text($"/texts/{language}/title", text.Title, 1, MostTitle);
            Text($"/texts/{language}/description", text.Description, 0, MostDescription, lines: true);
        }
    }

    private void Category(IReadOnlyList<CategoryStep> path)
    {
        Refuse(path.Count is 0 or > MostCategoryDepth, "/category", $"must be a path such as Busana > Batik, at most {MostCategoryDepth} deep");
        for (int depth = 0; depth < path.Count; depth++)
        {
            CategoryStep step = path[depth];
            string at = $"/category/{depth}", slug = Slugs.From(step.Name.GetValueOrDefault(locale) ?? "");
            Local($"{at}/name", step.Name, '>');
            Refuse(slug.Length == 0, $"{at}/name/{locale}", "is no name of a category: it has neither letters nor digits");
            Refuse(slug.Length > 0 && step.Slug != slug, $"{at}/slug", $"must be {slug}: a category is known by its name in the shop's language");
            Refuse(!step.Name.Keys.SequenceEqual(path[0].Name.Keys, StringComparer.Ordinal), $"{at}/name", "must be in the same languages as the category above it");
        }
    }

    private void Options(Product product)
    {
        Refuse(product.Options.Count > MostOptions, "/options", $"has more than {MostOptions}");
        for (int o = 0; o < product.Options.Count; o++)
        {
            ProductOption option = product.Options[o];
            string at = $"/options/{o}";
            int place = o;
            Local($"{at}/name", option.Name);
            Refuse(product.Options.Take(o).Any(before => before.Name.GetValueOrDefault(locale) == option.Name.GetValueOrDefault(locale)), $"{at}/name/{locale}", "is the name of another option");
            for (int v = 0; v < option.Values.Count; v++)
            {
                Local($"{at}/values/{v}", option.Values[v]);
                Refuse(option.Values.Take(v).Any(before => before.GetValueOrDefault(locale) == option.Values[v].GetValueOrDefault(locale)), $"{at}/values/{v}/{locale}", "is there already");
            }
            // Files say values by saying variants, and can say nothing else.
            IEnumerable<int> used = product.Variants.Where(x => x.Choices.Count > place).Select(x => x.Choices[place]).Distinct();
            Refuse(!used.SequenceEqual(Enumerable.Range(0, option.Values.Count)), $"{at}/values", "must be those that the variants choose, in the order in which they first do");
        }
    }

    private void Variants(Product product)
    {
        Refuse(product.Variants.Count is 0 or > MostVariants, "/variants", $"must be 1 to {MostVariants}");
        Dictionary<string, int> choices = new(StringComparer.Ordinal);
        HashSet<Sku> skus = [];
        for (int i = 0; i < product.Variants.Count; i++)
        {
            Variant variant = product.Variants[i];
            string at = $"/variants/{i}";
            Refuse(!skus.Add(variant.Sku), $"{at}/sku", "is that of another variant");
            if (variant.Choices.Count != product.Options.Count) Refuse(true, $"{at}/choices", "must have one choice for each option");
            else if (!choices.TryAdd(string.Join(',', variant.Choices), i))
                Refuse(true, $"{at}/choices", product.Options.Count == 0 ? "a product without options has one variant" : $"are those of variant {choices[string.Join(',', variant.Choices)] + 1}");
            for (int price = 0; price < variant.Prices.Count; price++) Price($"{at}/prices/{price}", variant.Prices[price]);
            Refuse(!variant.Prices.Any(p => p.Amount.Currency == currency), $"{at}/prices", $"must have a price in {currency}");
            Refuse(variant.Prices.DistinctBy(p => p.Amount.Currency).Count() != variant.Prices.Count, $"{at}/prices", "has two prices in one currency");
            Physics(at, product.Kind, variant);
            Refuse(!TaxPattern().IsMatch(variant.TaxCategory), $"{at}/taxCategory", "must be a word such as standard or exempt");
            Refuse(variant.Barcode is { } barcode && !BarcodePattern().IsMatch(barcode), $"{at}/barcode", "must be 4 to 48 letters, digits and hyphens");
            if (variant.Quantity is { } rule) Quantity($"{at}/quantity", rule);
        }
    }

    private void Physics(string at, ProductKind kind, Variant variant)
    {
        bool physical = kind == ProductKind.Physical;
        Refuse(variant.WeightGrams < (physical ? 1 : 0) || variant.WeightGrams > HeaviestGrams, $"{at}/weightGrams",
            physical ? $"must be from 1 to {HeaviestGrams} grams: it decides the shipping rate" : $"must be from 0 to {HeaviestGrams} grams");
        if (variant.Dimensions is { } size)
            Refuse(((int[])[size.LengthCm, size.WidthCm, size.HeightCm]).Any(cm => cm is < 1 or > LongestCm), $"{at}/dimensions", $"must be from 1 to {LongestCm} cm each");
        if (physical) Refuse(variant.DownloadFile is not null, $"{at}/downloadFile", "only a digital product has a file");
        else if (variant.DownloadFile is not null || variant.Digital is not ({ Licence: not null } or { GiftCard: true }))
            Refuse(!DigitalFiles.IsName(variant.DownloadFile), $"{at}/downloadFile", "must be a file name of letters, digits, dots, underscores and hyphens");
        if (variant.Digital is { } digital) Digital($"{at}/digital", physical, variant, digital);
    }

    private void Digital(string at, bool physical, Variant variant, DigitalDelivery digital)
    {
        Refuse(physical, at, "only a digital product has it");
        // Files say it field by field, and cannot say a rule without any.
        Refuse(digital == new DigitalDelivery(), at, "says nothing; leave it out");
        Refuse(digital.DownloadLimit is < 1 or > MostDownloads, $"{at}/downloadLimit", $"must be from 1 to {MostDownloads}");
        Refuse(digital.AccessDays is < 1 or > MostAccessDays, $"{at}/accessDays", $"must be from 1 to {MostAccessDays}");
        Refuse(digital.ActivationLimit is < 1 or > MostActivations, $"{at}/activationLimit", $"must be from 1 to {MostActivations}");
        Refuse(digital.ActivationLimit is not null && digital.Licence is null, $"{at}/activationLimit", "needs a licence");
        Refuse(digital.Watermark && !StampPattern().IsMatch(variant.DownloadFile ?? ""), $"{at}/watermark", "needs a file that can be stamped: .pdf, .jpg, .jpeg, .png or .webp");
        Refuse(digital.GiftCard && (variant.DownloadFile is not null || digital.Licence is not null), $"{at}/giftCard", "is delivered as a code: it has neither a file nor a licence");
        if (digital.Terms is not { } terms) return;
        Text($"{at}/terms/version", terms.Version, 1, MostName);
        Refuse(terms.Url.Length > MostUrl || !IsAddress(terms.Url), $"{at}/terms/url", "must be an https URL or a path from the root");
    }

    /// <summary>An https URL, or a path from the storefront's root.</summary>
    private static bool IsAddress(string url) =>
        (url.StartsWith('/') && !url.StartsWith("//", StringComparison.Ordinal) && Uri.IsWellFormedUriString(url, UriKind.Relative))
        || (Uri.IsWellFormedUriString(url, UriKind.Absolute) && url.StartsWith("https://", StringComparison.Ordinal));

    private void Price(string at, Price price)
    {
        Amount($"{at}/amount", price.Amount);
        if (price.Sale is { } sale) Sale(at, price, sale);
        Tiers($"{at}/tiers", price.Amount, price.Tiers ?? []);
        Groups($"{at}/groups", price, price.Groups ?? []);
        if (price.CompareAt is { } former)
        {
            Amount($"{at}/compareAt", former);
            if (former.Currency != price.Amount.Currency) Refuse(true, $"{at}/compareAt", $"must be in {price.Amount.Currency}");
            else Refuse(former <= price.Amount, $"{at}/compareAt", "must be higher than the price, or left out");
        }
    }

    private void Sale(string at, Price price, SalePrice sale)
    {
        Amount($"{at}/sale/amount", sale.Amount);
        if (sale.Amount.Currency != price.Amount.Currency) Refuse(true, $"{at}/sale/amount", $"must be in {price.Amount.Currency}");
        else Refuse(sale.Amount >= price.Amount, $"{at}/sale/amount", "must be lower than the regular price");
        Refuse(sale.Until <= sale.From, $"{at}/sale/until", "must be after from");
    }

    private void Groups(string at, Price price, IReadOnlyList<GroupPrice> groups)
    {
        Refuse(groups.Count > MostGroups, at, $"has more than {MostGroups}");
        Refuse(groups.DistinctBy(g => g.Group, StringComparer.Ordinal).Count() != groups.Count, at, "has a group twice");
        for (int i = 0; i < groups.Count; i++)
        {
            GroupPrice group = groups[i];
            Refuse(!GroupSet.IsCode(group.Group), $"{at}/{i}/group", "must be the code of a customer group: 1 to 32 lower-case letters, digits and hyphens");
            Amount($"{at}/{i}/amount", group.Amount);
            if (group.Amount.Currency != price.Amount.Currency) Refuse(true, $"{at}/{i}/amount", $"must be in {price.Amount.Currency}");
            else Refuse(group.Amount >= price.Amount, $"{at}/{i}/amount", "must be lower than the regular price");
            Tiers($"{at}/{i}/tiers", group.Amount, group.Tiers ?? []);
        }
    }

    private void Tiers(string at, Money regular, IReadOnlyList<PriceTier> tiers)
    {
        Refuse(tiers.Count > MostTiers, at, $"has more than {MostTiers}");
        var before = new PriceTier(1, regular);
        foreach (PriceTier tier in tiers)
        {
            Amount(at, tier.Amount);
            if (tier.Amount.Currency != before.Amount.Currency) Refuse(true, at, $"must be in {regular.Currency}");
            else Refuse(tier.From <= before.From || tier.From > MostQuantity || tier.Amount >= before.Amount, at, "must cost less and less from rising quantities of 2 and more");
            if (_mistakes.Exists(m => m.Pointer == at)) return;
            before = tier;
        }
    }

    private void Amount(string at, Money money) =>
        Refuse(money.Amount is <= 0 or > HighestPrice || money.Amount % money.Currency.Increment != 0, at, $"must be an amount above zero that {money.Currency} can charge, at most {HighestPrice}");

    private void Quantity(string at, QuantityRule rule)
    {
        if (rule.Step is < 1 or > MostQuantity) Refuse(true, $"{at}/step", "must be 1 or more");
        else Refuse(rule.Min < 1 || rule.Min > MostQuantity || rule.Min % rule.Step != 0, $"{at}/min", "must be a multiple of step, 1 or more");
        Refuse(rule.Max < rule.Min, $"{at}/max", "must not be below min");
    }

    /// <summary>Of a picture that is to come, what can be said before it is there.</summary>
    public IReadOnlyList<FieldError> Check(NewImage image, IReadOnlyList<Variant> variants)
    {
        _mistakes.Clear();
        Refuse(!image.Alt.ContainsKey(locale), $"/alt/{locale}", $"must have 1 to {MostTitle} characters");
        Alt("/alt", image.Alt);
        ShownVariants("/skus", image.Skus, variants);
        return _mistakes;
    }

    /// <summary>Of a category, what can be said without the others.</summary>
    public IReadOnlyList<FieldError> Check(CategoryDraft category)
    {
        _mistakes.Clear();
        Refuse(!category.Texts.ContainsKey(locale), $"/texts/{locale}/name", $"must have 1 to {MostName} characters");
        foreach ((string language, CategoryText text) in category.Texts)
        {
            Refuse(!Locales.All.Contains(language, StringComparer.Ordinal), $"/texts/{language}", $"must be one of {string.Join(", ", Locales.All)}");
            Refuse(!Slugs.IsValid(text.Slug), $"/texts/{language}/slug", "must be lower-case letters, digits and hyphens, at most 120");
            Text($"/texts/{language}/name", text.Name, 1, MostName);
            Text($"/texts/{language}/description", text.Description, 0, MostCategoryDescription, lines: true);
        }
        if (category is not NewCategory made) return _mistakes;
        bool isPath = made.Path is { } path && path.Split('/') is var steps && steps.Length <= MostCategoryDepth && steps.All(Slugs.IsValid);
        Refuse(made.Path is not null && !isPath, "/path", $"must be a path such as busana/batik, at most {MostCategoryDepth} deep");
        Refuse(made.Path is null && category.Texts.TryGetValue(locale, out CategoryText? own) && Slugs.From(own.Name).Length == 0, "/path", "must be given: the name has neither letters nor digits");
        return _mistakes;
    }

    private void Images(Product product)
    {
        IReadOnlyList<ProductImage> images = product.Images;
        Refuse(images.Count > MostImages, "/images", $"has more than {MostImages}");
        Refuse(images.DistinctBy(i => i.Url, StringComparer.Ordinal).Count() != images.Count, "/images", "has a picture twice");
        for (int i = 0; i < images.Count; i++)
        {
            string url = images[i].Url;
            bool valid = url.Length <= MostUrl && IsAddress(url);
            Refuse(images[i].Hash is { } hash ? !HashPattern().IsMatch(hash) : !valid, $"/images/{i}/url", "must be an https URL, a path from the root, or the media: URL of a picture that was uploaded");
            Refuse(images[i].Width < 0 || images[i].Height < 0, $"/images/{i}/width", "must not be negative, nor height; 0 where unknown");
            Alt($"/images/{i}/alt", images[i].Alt);
            ShownVariants($"/images/{i}/skus", images[i].Skus, product.Variants);
        }
    }

    private void Alt(string at, LocalText alt)
    {
        foreach ((string language, string words) in alt)
        {
            Refuse(!Locales.All.Contains(language, StringComparer.Ordinal), $"{at}/{language}", $"must be one of {string.Join(", ", Locales.All)}");
            Text($"{at}/{language}", words, 1, MostTitle);
        }
    }

    private void ShownVariants(string at, IReadOnlyList<Sku>? skus, IReadOnlyList<Variant> variants) =>
        Refuse(skus is not null && (skus.Count == 0 || skus.Distinct().Count() != skus.Count || !skus.All(sku => variants.Any(v => v.Sku == sku))), at,
            "must be SKUs of the product's variants, each once; left out for all of them");

    private void Tags(IReadOnlyList<string> tags)
    {
        Refuse(tags.Count > MostTags, "/tags", $"has more than {MostTags}");
        Refuse(tags.Distinct(StringComparer.OrdinalIgnoreCase).Count() != tags.Count, "/tags", "has a word twice");
        for (int i = 0; i < tags.Count; i++) Text($"/tags/{i}", tags[i], 1, MostName, ";");
    }

    private void Attributes(OrderedDictionary<string, string> attributes)
    {
        Refuse(attributes.Count > MostAttributes, "/attributes", $"has more than {MostAttributes}");
        foreach ((string name, string value) in attributes)
        {
            string at = $"/attributes/{name.Replace("~", "~0", StringComparison.Ordinal).Replace("/", "~1", StringComparison.Ordinal)}";
            Text(at, name, 1, MostName, ";=");
            Text(at, value, 0, MostAttribute, ";");
        }
    }

    private void Local(string at, LocalText text, params char[] separators)
    {
        Refuse(!text.ContainsKey(locale), $"{at}/{locale}", $"must have 1 to {MostName} characters");
        foreach ((string language, string words) in text)
        {
            Refuse(!Locales.All.Contains(language, StringComparer.Ordinal), $"{at}/{language}", $"must be one of {string.Join(", ", Locales.All)}");
            Text($"{at}/{language}", words, 1, MostName, new string(separators));
        }
    }

    /// <summary>Control characters would break what a text is written into later: a mail's subject, a sheet's XML, a log. Only descriptions have lines.</summary>
    private void Text(string at, string text, int least, int most, string without = "", bool lines = false)
    {
        Refuse(text.Length < least || text.Length > most, at, least == 0 ? $"has more than {most} characters" : $"must have {least} to {most} characters");
        Refuse(text.Any(c => char.IsControl(c) && !(lines && (c is '\n' or '\r' or '\t'))), at, "has control characters or line breaks");
        Refuse(!PlainText.IsPlain(text), at, "has characters that are none, such as U+FFFE or half of a pair");
        Refuse(text.Length > 0 && (char.IsWhiteSpace(text[0]) || char.IsWhiteSpace(text[^1])), at, "begins or ends with white space");
        Refuse(text.AsSpan().IndexOfAny(without) >= 0, at, $"must be without {string.Join(" and ", without.ToCharArray())}, which separates in files");
    }

    /// <summary>One mistake a field: whoever mends the first sees the next.</summary>
    private void Refuse(bool mistaken, string pointer, string why)
    {
        if (mistaken && !_mistakes.Exists(m => m.Pointer == pointer)) _mistakes.Add(new FieldError(pointer, why));
    }

    [GeneratedRegex(@"^[a-z][a-z0-9-]{0,31}\z", RegexOptions.CultureInvariant, 1000)]
    private static partial Regex TaxPattern();

    [GeneratedRegex(@"^[0-9a-f]{32}\z", RegexOptions.CultureInvariant, 1000)]
    private static partial Regex HashPattern();

    [GeneratedRegex(@"\.(pdf|jpe?g|png|webp)\z", RegexOptions.CultureInvariant | RegexOptions.IgnoreCase | RegexOptions.ExplicitCapture, 1000)]
    private static partial Regex StampPattern();

    [GeneratedRegex(@"^[0-9A-Za-z-]{4,48}\z", RegexOptions.CultureInvariant, 1000)]
    private static partial Regex BarcodePattern();
}
