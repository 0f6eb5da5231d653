using Shop.Catalog;
using Shop.Common;

namespace Shop.Tests.Catalog;

/// <summary>Products that are valid by default; a test changes what it is about.</summary>
internal static class Products
{
    public static readonly DateTimeOffset Now = new(2026, 11, 23, 9, 0, 0, TimeSpan.FromHours(7));

    public static ShopOptions Shop { get; } = new() { PublicUrl = new Uri("https://shop.test") };

    public static Product Simple(string handle, long rupiah = 75_000, ProductKind kind = ProductKind.Physical, params string[] skus) => new()
    {
        Id = Ids.New("prd", TimeProvider.System),
        Handle = handle,
        Version = 1,
        Status = ProductStatus.Active,
        Kind = kind,
        Texts = new(StringComparer.Ordinal)
        {
            ["id"] = new ProductText(handle, handle.Replace('-', ' '), $"Tentang {handle}."),
            ["en"] = new ProductText($"{handle}-en", $"{handle.Replace('-', ' ')} (en)", $"About {handle}."),
        },
        Category = [new CategoryStep("minuman", Text("Minuman", "Drinks")), new CategoryStep("kopi", Text("Kopi", "Coffee"))],
        Options = skus.Length < 2 ? [] : [new ProductOption(Text("Ukuran", "Size"), [.. skus.Select((_, i) => Text($"ukuran {i}", $"size {i}"))])],
        Variants = [.. (skus.Length == 0 ? [handle.ToUpperInvariant()] : skus).Select((sku, i) => Variant(sku, rupiah + i * 1000, skus.Length < 2 ? [] : [i], kind))],
        CreatedAt = Now,
        UpdatedAt = Now,
    };

    public static Variant Variant(string sku, long rupiah, int[] choices, ProductKind kind = ProductKind.Physical) => new()
    {
        Sku = Sku.Parse(sku),
        Choices = choices,
        Prices = [new Price(new Money(rupiah * 100, Currency.Idr), null)],
        WeightGrams = kind == ProductKind.Physical ? 250 : 0,
        DownloadFile = kind == ProductKind.Digital ? $"{sku}.pdf" : null,
    };

    /// <summary>A new product, as the shop itself would write it.</summary>
    public static ProductWrite Write(Product product) => new(product, null, new ChangeAuthor(ChangeAuthor.Shop, null));

    public static LocalText Text(string id, string en) => new() { ["id"] = id, ["en"] = en };
}
