using System.Collections.Concurrent;
using System.Globalization;
using System.IO.Compression;
using System.Runtime.CompilerServices;
using System.Security.Cryptography;
using System.Text;
using System.Xml;
using Microsoft.AspNetCore.Http;
using Microsoft.Net.Http.Headers;
using Shop.Common;
using Shop.Http;

namespace Shop.Catalog;

/// <summary>
/// Google Merchant Center's product feed, RSS 2.0: every physical variant with a picture, with the price and the availability of this moment.
/// https://support.google.com/merchants/answer/7052112
/// </summary>
public sealed class MerchantFeed(CatalogIndex index, ShopOptions shop)
{
    private const string Google = "http://base.google.com/ns/1.0";
    private const int TitleAtMost = 150, DescriptionAtMost = 5000;
    private readonly StorefrontPages _pages = new(shop);

    /// <summary>Of one state of the catalogue, by language, compressed: a tenth of what is sent to those who take it only plain.</summary>
    private readonly ConditionalWeakTable<AnswerCache, ConcurrentDictionary<string, Lazy<Task<FeedFile>>>> _files = [];

    /// <summary>The feed as it is now. Those who ask for the same at once wait for one to be made.</summary>
    internal Task<FeedFile> File(string locale) =>
        _files.GetOrCreateValue(index.Answers).GetOrAdd(locale, spoken => new Lazy<Task<FeedFile>>(() => Make(spoken))).Value;

    private async Task<FeedFile> Make(string locale)
    {
        using var file = new MemoryStream();
        using var hash = SHA256.Create();
        await using (var packed = new GZipStream(file, CompressionLevel.Fastest, leaveOpen: true))
        await using (var plain = new CryptoStream(packed, hash, CryptoStreamMode.Write))
            await Write(plain, locale);
        return new FeedFile(file.ToArray(), ETags.OfContent(hash.Hash!));
    }

    /// <summary>Written while it is read, however large the catalogue is.</summary>
    public async Task Write(Stream output, string locale)
    {
        await using var xml = XmlWriter.Create(output, new XmlWriterSettings { Async = true, Encoding = new UTF8Encoding(false) });
        await xml.WriteStartElementAsync(null, "rss", null);
        await xml.WriteAttributeStringAsync(null, "version", null, "2.0");
        await xml.WriteAttributeStringAsync("xmlns", "g", null, Google);
        await xml.WriteStartElementAsync(null, "channel", null);
        await xml.WriteElementStringAsync(null, "title", null, new Uri(_pages.Root).Host);
        await xml.WriteElementStringAsync(null, "link", null, _pages.Root);
        await xml.WriteElementStringAsync(null, "description", null, "Products");
        CatalogView view = index.View;
        foreach (ProductEntry entry in view.Order(ProductSort.Newest, 0))
            foreach (VariantEntry variant in entry.Variants)
                if (variant is { Kind: ProductKind.Physical, Image: { } image } && variant.PriceIn(entry.Currency) is { } price) await Item(xml, entry, variant, price, image, view.Categories, locale);
        await xml.WriteEndElementAsync();
        await xml.WriteEndElementAsync();
    }

    private async Task Item(XmlWriter xml, ProductEntry entry, VariantEntry variant, Price price, ProductImage image, CategoryTree categories, string locale)
    {
        await xml.WriteStartElementAsync(null, "item", null);
        await Field("id", variant.Sku.Value);
        await Field("title", Short(variant.Title(locale), TitleAtMost));
        await Field("description", Short(entry.Product.Text(locale, entry.Fallback).Description, DescriptionAtMost));
        await Field("link", _pages.Of(entry, locale));
        await Field("image_link", _pages.OfPicture(entry, image));
        // Google takes a promise only with its date.
        SalesPromise? promise = variant is { InStock: false, CanBeBought: true, Promise.AvailableFrom: not null } ? variant.Promise : null;
        await Field("availability", variant.InStock ? "in_stock" : promise is null ? "out_of_stock" : promise.Kind == PromiseKind.Preorder ? "preorder" : "backorder");
        if (promise is not null) await Field("availability_date", string.Create(CultureInfo.InvariantCulture, $"{promise.AvailableFrom:yyyy-MM-dd}T00:00Z"));
        await Field("price", Amount(price.CompareAt ?? price.Amount));
        if (price.CompareAt is not null) await Field("sale_price", Amount(price.Amount));
        await Field("condition", "new");
        if (Gtin.Of(variant.Variant.Barcode) is { } gtin) await Field("gtin", gtin);
        else await Field("identifier_exists", "no");
        if (entry.Variants.Count > 1) await Field("item_group_id", entry.Product.Id);
        if (entry.Product.Category.Count > 0) await Field("product_type", string.Join(" > ", categories.Of(entry).Select(c => c.Name(locale))));
        if (variant.WeightGrams > 0) await Field("shipping_weight", string.Create(CultureInfo.InvariantCulture, $"{variant.WeightGrams} g"));
        await xml.WriteEndElementAsync();

        Task Field(string name, string value) => xml.WriteElementStringAsync("g", name, Google, PlainText.From(value));
    }

    private static string Amount(Money money) => $"{JsonLd.Amount(money)} {money.Currency.Code}";

    private static string Short(string text, int most) => text.Length <= most ? text : string.Concat(text.AsSpan(0, char.IsHighSurrogate(text[most - 2]) ? most - 2 : most - 1), "…");
}

/// <summary>A finished feed, for everybody who asks for it until the catalogue changes.</summary>
/// <param name="packed">Compressed with gzip.</param>
/// <param name="etag">Strong, of what is in it.</param>
internal sealed class FeedFile(byte[] packed, string etag) : IResult
{
    private const string Coding = "gzip";

    public async Task ExecuteAsync(HttpContext httpContext)
    {
        HttpResponse response = httpContext.Response;
        response.Headers.CacheControl = "public, max-age=900";
        response.Headers.Append("Vary", "Accept-Language");
        if (ETags.IsHeld(httpContext, etag)) return;
        response.ContentType = "application/xml; charset=utf-8";
        bool asItIs = httpContext.Request.GetTypedHeaders().AcceptEncoding.Any(a => a.Quality != 0 && a.Value.Equals(Coding, StringComparison.OrdinalIgnoreCase));
        if (asItIs) (response.Headers.ContentEncoding, response.ContentLength) = (Coding, packed.Length);
        if (HttpMethods.IsHead(httpContext.Request.Method)) return;
        if (asItIs)
        {
            await response.Body.WriteAsync(packed, httpContext.RequestAborted);
            return;
        }
        await using var plain = new GZipStream(new MemoryStream(packed), CompressionMode.Decompress);
        await plain.CopyToAsync(response.Body, httpContext.RequestAborted);
    }
}
