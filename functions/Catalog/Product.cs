using System.Text.Json;
using System.Text.Json.Serialization;
using Shop.Common;

namespace Shop.Catalog;

public enum ProductKind { Physical, Digital }

/// <summary>An active product is listed, found and sold; a scheduled one only between its two moments; a draft not yet, an archived one no longer.</summary>
public enum ProductStatus { Active, Archived, Draft, Scheduled }

/// <summary>A product with everything that is sold under its name: one row, one partition.</summary>
public sealed record Product
{
    /// <summary><c>prd_…</c>; ids sort by the time of making.</summary>
    public required string Id { get; init; }

    /// <summary>The name under which files and other systems know it; never changes.</summary>
    public required string Handle { get; init; }

    /// <summary>From 1, one more with every change.</summary>
    public required long Version { get; init; }

    public required ProductStatus Status { get; init; }

    /// <summary>Of a scheduled product: when shoppers begin to see it; <c>null</c> for at once.</summary>
    public DateTimeOffset? PublishAt { get; init; }

    /// <summary>Of a scheduled product: when they stop; <c>null</c> for never.</summary>
    public DateTimeOffset? UnpublishAt { get; init; }

    public required ProductKind Kind { get; init; }

    /// <summary>By language tag; the shop's own language is always there.</summary>
    public required SortedDictionary<string, ProductText> Texts { get; init; }

    /// <summary>Slugs it once had, in any language: they redirect for ever.</summary>
    public IReadOnlyList<string> FormerSlugs { get; init; } = [];

    /// <summary>From the root of the category tree down to where the product stands.</summary>
    public required IReadOnlyList<CategoryStep> Category { get; init; }

    /// <summary>What a shopper chooses, in the order of choosing; at most three.</summary>
    public required IReadOnlyList<ProductOption> Options { get; init; }

    public required IReadOnlyList<Variant> Variants { get; init; }

    public IReadOnlyList<ProductImage> Images { get; init; } = [];

    public IReadOnlyList<string> Tags { get; init; } = [];

    /// <summary>Facts such as material or origin, in the order they were given.</summary>
    public OrderedDictionary<string, string> Attributes { get; init; } = new(StringComparer.Ordinal);

    /// <summary>Handles of products to show beside it, before others of its category.</summary>
    public IReadOnlyList<string> Related { get; init; } = [];

    public required DateTimeOffset CreatedAt { get; init; }

    public required DateTimeOffset UpdatedAt { get; init; }

    /// <summary>Whether shoppers see it at this moment.</summary>
    public bool IsVisible(DateTimeOffset now) => Status switch
    {
        ProductStatus.Active => true,
        ProductStatus.Scheduled => !(now < PublishAt) && !(now >= UnpublishAt),
        _ => false,
    };

    /// <summary>The next moment at which the clock alone changes what shoppers see; <c>null</c> where it never will.</summary>
    internal DateTimeOffset? NextTurn(DateTimeOffset now)
    {
        IEnumerable<DateTimeOffset?> sales = Variants.SelectMany(v => v.Prices).SelectMany(p => (DateTimeOffset?[])[p.Sale?.From, p.Sale?.Until]);
        return sales.Append(PublishAt).Append(UnpublishAt).Where(t => t > now).Min();
    }

    /// <summary>As the first version of a new product.</summary>
    internal Product First(string id, DateTimeOffset now) => this with { Id = id, Version = 1, CreatedAt = now, UpdatedAt = now, FormerSlugs = [] };

    /// <summary>As the version that follows another one; the slugs that are no longer its own redirect from now on.</summary>
    internal Product After(Product before, DateTimeOffset now)
    {
        HashSet<string> slugs = [.. Texts.Values.Select(t => t.Slug)];
        return this with
        {
            Id = before.Id,
            Handle = before.Handle,
            Version = before.Version + 1,
            CreatedAt = before.CreatedAt,
            UpdatedAt = now,
            FormerSlugs = [.. before.FormerSlugs.Concat(before.Texts.Values.Select(t => t.Slug)).Where(s => !slugs.Contains(s)).Distinct(StringComparer.Ordinal)],
        };
    }

    /// <summary>Whether there is no difference but version and time.</summary>
    internal bool SaysTheSameAs(Product other) => Content(this).AsSpan().SequenceEqual(Content(other));

    private static byte[] Content(Product product) => JsonSerializer.SerializeToUtf8Bytes(product with { Version = 0, UpdatedAt = default }, ShopJson.Options);

    public ProductText Text(string locale, string fallback) => Texts.TryGetValue(locale, out ProductText? text) ? text : Texts[fallback];
}

/// <summary>What a product says of itself in one language.</summary>
/// <param name="Slug">Its place in the shop's address: lower-case letters, digits and hyphens; unique over all languages and products.</param>
/// <param name="Title">At most 200 characters.</param>
/// <param name="Description">Plain text, at most 10,000 characters.</param>
public sealed record ProductText(string Slug, string Title, string Description);

/// <summary>One step of a category's path. The slug of a category is the slugs of its steps, joined by <c>/</c>.</summary>
public sealed record CategoryStep(string Slug, LocalText Name);

/// <summary>A choice such as size, and what can be chosen.</summary>
public sealed record ProductOption(LocalText Name, IReadOnlyList<LocalText> Values);

/// <summary>What is counted, priced and shipped.</summary>
public sealed record Variant
{
    public required Sku Sku { get; init; }

    /// <summary>For each of the product's options, in their order, the place of the chosen value.</summary>
    public required IReadOnlyList<int> Choices { get; init; }

    /// <summary>One price for each currency it is sold in.</summary>
    public required IReadOnlyList<Price> Prices { get; init; }

    /// <summary>What a scanner reads: an EAN, an UPC or the maker's own.</summary>
    public string? Barcode { get; init; }

    /// <summary>How many are sold at once; <c>null</c> for any number.</summary>
    public QuantityRule? Quantity { get; init; }

    /// <summary>With its packaging; 0 for digital goods.</summary>
    public int WeightGrams { get; init; }

    public Dimensions? Dimensions { get; init; }

    /// <summary>Which tax rule applies, such as <c>standard</c> or <c>exempt</c>.</summary>
    public string TaxCategory { get; init; } = "standard";

    /// <summary>The file that a buyer of a digital variant may download.</summary>
    public string? DownloadFile { get; init; }

    /// <summary>Of a digital variant: the rules it is delivered by; <c>null</c> for the shop's own.</summary>
    public DigitalDelivery? Digital { get; init; }
}

/// <summary>Outer size of the parcel in centimetres, for volumetric weight.</summary>
public sealed record Dimensions(int LengthCm, int WidthCm, int HeightCm)
{
    [JsonIgnore]
    public long CubicCm => (long)LengthCm * WidthCm * HeightCm;
}

/// <summary>How many of a variant one line may have.</summary>
/// <param name="Min">At least so many, a multiple of the step.</param>
/// <param name="Max">At most so many; <c>null</c> for no limit but the shop's.</param>
/// <param name="Step">Only multiples of it: 6 for what comes by the half dozen.</param>
public sealed record QuantityRule(int Min = 1, int? Max = null, int Step = 1)
{
    public bool Allows(int quantity) => quantity >= Min && !(quantity > Max) && quantity % Step == 0;

    /// <summary><c>from 6 to 24, by 6</c></summary>
    internal string InWords => $"from {Min}{(Max is { } most ? $" to {most}" : "")}{(Step > 1 ? $", by {Step}" : "")}";
}

/// <summary>What a variant costs in one currency.</summary>
/// <param name="Amount">With or without tax as the shop is set up.</param>
/// <param name="CompareAt">The price it is compared with, higher than the amount; shown struck through.</param>
/// <param name="Sale">A lower price for a while.</param>
/// <param name="Tiers">Lower prices for those who buy more of it, by rising quantity; <c>null</c> where there are none.</param>
/// <param name="Groups">Lower prices for customer groups; <c>null</c> where there are none.</param>
public sealed record Price(Money Amount, Money? CompareAt = null, SalePrice? Sale = null, IReadOnlyList<PriceTier>? Tiers = null, IReadOnlyList<GroupPrice>? Groups = null)
{
    /// <summary>As it is at this moment: during a sale the sale's amount, compared with the regular one, without what costs more for many than one costs now.</summary>
    internal Price At(DateTimeOffset now)
    {
        if (Sale is not { } sale || now < sale.From || now >= sale.Until) return this;
        PriceTier[] lower = [.. (Tiers ?? []).Where(tier => tier.Amount < sale.Amount)];
        return this with { Amount = sale.Amount, CompareAt = Amount, Tiers = lower.Length > 0 ? lower : null };
    }

    /// <summary>As those in some groups get it: the lowest of all that they are entitled to, at each quantity.</summary>
    internal Price For(GroupSet groups)
    {
        GroupPrice[] theirs = [.. (Groups ?? []).Where(g => groups.Contains(g.Group))];
        if (theirs.Length == 0) return this;
        Money amount = theirs.Select(g => g.Amount).Append(Amount).Min();
        List<PriceTier> tiers = [];
        foreach (PriceTier tier in theirs.SelectMany(g => g.Tiers ?? []).Concat(Tiers ?? []).OrderBy(t => t.From).ThenBy(t => t.Amount))
            if (tier.Amount < (tiers.Count > 0 ? tiers[^1].Amount : amount)) tiers.Add(tier);
        // Of two from the same quantity on the cheaper one came first, and the other was left out.
        return this with { Amount = amount, Tiers = tiers.Count > 0 ? tiers : null };
    }

    /// <summary>What each costs of so many: the lowest that they have earned.</summary>
    public Money For(int quantity)
    {
        Money each = Amount;
        foreach (PriceTier tier in Tiers ?? [])
            if (quantity >= tier.From && tier.Amount < each) each = tier.Amount;
        return each;
    }
}

/// <summary>A price for a while.</summary>
/// <param name="Amount">Lower than the regular one, in its currency.</param>
/// <param name="From">When it begins.</param>
/// <param name="Until">When it is over.</param>
public sealed record SalePrice(Money Amount, DateTimeOffset From, DateTimeOffset Until);

/// <summary>A price for many.</summary>
/// <param name="From">For so many or more on one line, at least 2.</param>
/// <param name="Amount">What each of them costs.</param>
public sealed record PriceTier(int From, Money Amount);

/// <summary>A price for the members of a customer group. Others never see it.</summary>
/// <param name="Group">The group's code.</param>
/// <param name="Amount">Lower than the regular one, in its currency.</param>
/// <param name="Tiers">Lower ones for members who buy more; <c>null</c> where there are none.</param>
public sealed record GroupPrice(string Group, Money Amount, IReadOnlyList<PriceTier>? Tiers = null);

/// <summary>A picture: one of the shop's own, made of a file that staff uploaded, or one that lies elsewhere.</summary>
/// <param name="Url">An https URL or a path from the storefront's root; of the shop's own <c>media:</c> and the hash of its file.</param>
/// <param name="Width">In pixels, 0 while unknown; of the shop's own, that of its widest file.</param>
/// <param name="Height">In pixels, 0 while unknown; of the shop's own, that of its widest file.</param>
/// <param name="Alt">What it shows, for those who cannot see it, by language tag; empty where it only adorns.</param>
/// <param name="Widths">Of the shop's own: in which widths there are files of it, rising. The shop knows; what a draft says does not count.</param>
/// <param name="Skus">The variants it shows; <c>null</c> for all of them.</param>
public sealed record ProductImage(string Url, int Width, int Height, LocalText Alt, IReadOnlyList<int>? Widths = null, IReadOnlyList<Sku>? Skus = null)
{
    private const string Own = "media:";

    /// <summary>By which the files of one of the shop's own are named; <c>null</c> of one that lies elsewhere.</summary>
    internal string? Hash => Url.StartsWith(Own, StringComparison.Ordinal) ? Url[Own.Length..] : null;

    internal static string UrlOf(string hash) => Own + hash;

    /// <summary>Without the variants that are no longer there.</summary>
    internal ProductImage For(IReadOnlyList<Variant> variants)
    {
        if (Skus is null) return this;
        Sku[] left = [.. Skus.Where(sku => variants.Any(v => v.Sku == sku))];
        return this with { Skus = left.Length > 0 ? left : null };
    }
}
