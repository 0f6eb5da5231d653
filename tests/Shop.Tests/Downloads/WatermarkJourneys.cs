using System.Net;
using System.Text;
using System.Text.Json;
using System.Text.Json.Nodes;
using Shop.Downloads;
using Shop.Storage;
using Shop.Tests.Catalog;
using Shop.Tests.Journeys;
using SkiaSharp;
using UglyToad.PdfPig;
using UglyToad.PdfPig.Content;
using UglyToad.PdfPig.Core;
using UglyToad.PdfPig.Fonts.Standard14Fonts;
using UglyToad.PdfPig.Writer;

namespace Shop.Tests.Downloads;

public sealed class WatermarkJourneys(DigitalShop shop) : IClassFixture<DigitalShop>
{
    private static readonly CancellationToken Cancel = TestContext.Current.CancellationToken;

    [Fact]
    public async Task A_PDF_says_on_every_page_whose_it_is_and_is_stamped_once_for_each_buyer()
    {
        byte[] original = Pdf(3);
        string sku = await shop.Offer(Stamped(), content: original);
        Shopper one = await shop.Sell((sku, 1)), other = await shop.Sell((sku, 1));

        byte[] copy = await shop.Fetch(await shop.Url(one));
        string mark = await Mark(one);
        Assert.NotEqual(mark, await Mark(other));
        Assert.StartsWith((await one.Order()).GetProperty("number").GetString() + "-", mark, StringComparison.Ordinal);
        using PdfDocument read = PdfDocument.Open(copy);
        Page[] pages = [.. read.GetPages()];
        Assert.Equal(["Halaman 1", "Halaman 2", "Halaman 3"], pages.Select(p => p.Text[..9]));
        // Four times across each, and once at its foot.
        Assert.All(pages, page => Assert.Equal(6, page.Text.Split(mark).Length));
        Assert.Equal((595, 842), (pages[0].Width, pages[0].Height));
        Assert.Equal("Panduan", read.Information.Title);
        Assert.Contains($"/BuyerMark ({mark})", Encoding.Latin1.GetString(copy), StringComparison.Ordinal);

        Assert.Equal(copy, await shop.Fetch(await shop.Url(one)));
        Assert.NotEqual(copy, await shop.Fetch(await shop.Url(other)));
        Assert.Equal(1, await Copies(one));
        Assert.DoesNotContain(one.Email, Encoding.Latin1.GetString(copy), StringComparison.Ordinal);
    }

    [Theory]
    [InlineData("foto.jpg", SKEncodedImageFormat.Jpeg)]
    [InlineData("foto.png", SKEncodedImageFormat.Png)]
    [InlineData("foto.webp", SKEncodedImageFormat.Webp)]
    public async Task A_picture_shows_whose_it_is(string file, SKEncodedImageFormat format)
    {
        byte[] original = Picture(format);
        Shopper buyer = await shop.Sell((await shop.Offer(Stamped(), file, original), 1));

        byte[] copy = await shop.Fetch(await shop.Url(buyer));

        using SKCodec codec = SKCodec.Create(new MemoryStream(copy));
        Assert.Equal((format, 640, 480), (codec.EncodedFormat, codec.Info.Width, codec.Info.Height));
        using SKBitmap before = SKBitmap.Decode(original), after = SKBitmap.Decode(copy);
        SKColor[] was = before.Pixels, now = after.Pixels;
        // Every quarter of it is marked, and most of it is what it was.
        foreach ((int left, int top) in ((int, int)[])[(0, 0), (320, 0), (0, 240), (320, 240)])
            Assert.InRange(Differ(was, now, left, top), 0.02, 0.5);
        if (format != SKEncodedImageFormat.Webp) Assert.Contains(await Mark(buyer), Encoding.Latin1.GetString(copy), StringComparison.Ordinal);
    }

    [Fact]
    public async Task Old_copies_go_and_are_made_anew_for_whoever_asks()
    {
        Shopper buyer = await shop.Sell((await shop.Offer(Stamped(), content: Pdf(1)), 1));
        byte[] copy = await shop.Fetch(await shop.Url(buyer));
        StampedFiles copies = shop.Host.Service<StampedFiles>();

        await copies.Sweep(TimeProvider.System.GetUtcNow().AddDays(-1), Cancel);
        Assert.Equal(1, await Copies(buyer));
        Assert.InRange(await copies.Sweep(TimeProvider.System.GetUtcNow().AddDays(1), Cancel), 1, int.MaxValue);
        Assert.Equal(0, await Copies(buyer));
        Assert.Equal(copy.Length, (await shop.Fetch(await shop.Url(buyer))).Length);
    }

    [Fact]
    public async Task Twenty_who_open_at_once_get_the_one_copy()
    {
        JsonObject rules = Stamped();
        rules["downloadLimit"] = 20;
        Shopper buyer = await shop.Sell((await shop.Offer(rules, content: Pdf(1)), 1));
        string url = await shop.Url(buyer);

        HttpResponseMessage[] answers = await Task.WhenAll(Enumerable.Range(0, 20).Select(_ => shop.Open(url)));

        Assert.All(answers, a => Assert.Equal(HttpStatusCode.Found, a.StatusCode));
        Assert.Equal(1, await Copies(buyer));
        Assert.Single(answers.Select(a => a.Headers.Location!.AbsolutePath).Distinct(StringComparer.Ordinal));
    }

    [Theory]
    [InlineData("buku.pdf", "this is no PDF")]
    [InlineData("foto.png", "this is no picture")]
    public async Task What_cannot_be_stamped_is_not_handed_out_and_not_used_up(string file, string content)
    {
        Shopper buyer = await shop.Sell((await shop.Offer(Stamped(), file, Encoding.UTF8.GetBytes(content)), 1));

        Assert.Equal("download.not-stamped", await StaffProducts.Refused(await shop.Open(await shop.Url(buyer)), HttpStatusCode.ServiceUnavailable));

        Assert.Equal(0, (await shop.Downloads(buyer))[0].GetProperty("used").GetInt32());
    }

    [Fact]
    public async Task A_new_edition_is_stamped_anew()
    {
        string sku = await shop.Offer(Stamped(), content: Pdf(1));
        Shopper buyer = await shop.Sell((sku, 1));
        await shop.Fetch(await shop.Url(buyer));

        await shop.Host.Service<DigitalFiles>().Put($"{sku.ToLowerInvariant()}-buku.pdf", BinaryData.FromBytes(Pdf(2)), Cancel);

        using PdfDocument read = PdfDocument.Open(await shop.Fetch(await shop.Url(buyer)));
        Assert.Equal(2, read.NumberOfPages);
    }

    [Fact]
    public async Task Neither_originals_nor_copies_are_public()
    {
        string sku = await shop.Offer(Stamped(), content: Pdf(1));
        Shopper buyer = await shop.Sell((sku, 1));
        HttpResponseMessage opened = await shop.Open(await shop.Url(buyer));
        using var outside = new HttpClient(new SocketsHttpHandler());
        var address = new Uri(opened.Headers.Location!.GetLeftPart(UriPartial.Path));

        Assert.False((await outside.GetAsync(address, Cancel)).IsSuccessStatusCode);
        Assert.False((await outside.GetAsync(shop.Host.Service<ShopStorage>().Container("digital").GetBlobClient($"{sku.ToLowerInvariant()}-buku.pdf").Uri, Cancel)).IsSuccessStatusCode);
    }

    private static JsonObject Stamped() => new() { ["watermark"] = true };

    private async Task<string> Mark(Shopper buyer) =>
        (await ShopClient.Json(await shop.Staff(HttpMethod.Get, $"/v1/admin/orders/{buyer.OrderId}/downloads"))).GetProperty("data")[0].GetProperty("mark").GetString()!;

    private async Task<int> Copies(Shopper buyer) =>
        await shop.Host.Service<ShopStorage>().Container("digital-copies").GetBlobsAsync(prefix: buyer.OrderId, traits: default, states: default, cancellationToken: Cancel).CountAsync(Cancel);

    private static byte[] Pdf(int pages)
    {
        using var document = new PdfDocumentBuilder();
        PdfDocumentBuilder.AddedFont font = document.AddStandard14Font(Standard14Font.TimesRoman);
        for (int number = 1; number <= pages; number++) document.AddPage(595, 842).AddText($"Halaman {number}", 20, new PdfPoint(50, 700), font);
        document.DocumentInformation.Title = "Panduan";
        return document.Build();
    }

    private static byte[] Picture(SKEncodedImageFormat format)
    {
        using var bitmap = new SKBitmap(640, 480);
        bitmap.Erase(SKColors.Teal);
        using SKData data = bitmap.Encode(format, 95);
        return data.ToArray();
    }

    /// <summary>Which part of a quarter's pixels is plainly another colour.</summary>
    private static double Differ(SKColor[] was, SKColor[] now, int left, int top)
    {
        int differ = 0;
        for (int y = top; y < top + 240; y++)
            for (int x = left; x < left + 320; x++)
                if (Math.Abs(was[(y * 640) + x].Green - now[(y * 640) + x].Green) > 20) differ++;
        return differ / (240.0 * 320);
    }
}
