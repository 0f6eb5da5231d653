using System.Net;
using System.Text;
using System.Text.Json;
using Shop.Tests.Catalog;
using Shop.Tests.Journeys;

namespace Shop.Tests.Downloads;

public sealed class DigitalFileJourneys(DigitalShop shop) : IClassFixture<DigitalShop>
{
    private static readonly CancellationToken Cancel = TestContext.Current.CancellationToken;

    [Fact]
    public async Task Staff_upload_a_file_past_the_shop_and_a_new_edition_reaches_those_who_bought_it()
    {
        string sku = await shop.Offer(content: Encoding.UTF8.GetBytes("first edition"));
        Shopper buyer = await shop.Sell((sku, 1));
        string file = (await shop.Host.Service<Shop.Orders.OrderStore>().Find(buyer.OrderId, Cancel))!.Value.Lines[0].DownloadFile!;
        JsonElement offer = await ShopClient.Json(await shop.Staff(HttpMethod.Post, "/v1/admin/digital-files", new { name = file }));

        using var http = new HttpClient(new SocketsHttpHandler());
        using var put = new HttpRequestMessage(HttpMethod.Put, offer.GetProperty("uploadUrl").GetString()) { Content = new StringContent("second edition") };
        put.Headers.Add("x-ms-blob-type", offer.GetProperty("uploadHeaders").GetProperty("x-ms-blob-type").GetString());
        Assert.Equal(HttpStatusCode.Created, (await http.SendAsync(put, Cancel)).StatusCode);

        Assert.Equal("second edition", Encoding.UTF8.GetString(await shop.Fetch(await shop.Url(buyer))));
        JsonElement listed = (await ShopClient.Json(await shop.Staff(HttpMethod.Get, "/v1/admin/digital-files?limit=100"))).GetProperty("data");
        Assert.Contains(listed.EnumerateArray(), f => f.GetProperty("name").GetString() == file && f.GetProperty("bytes").GetInt64() == "second edition".Length);
        // The address is good for this file only, and not for reading.
        Assert.Equal(HttpStatusCode.Forbidden, (await http.GetAsync(offer.GetProperty("uploadUrl").GetString(), Cancel)).StatusCode);
    }

    [Theory]
    [InlineData("../secret.pdf")]
    [InlineData("a/b.pdf")]
    [InlineData(".hidden")]
    [InlineData("buku kopi.pdf")]
    public async Task A_name_that_no_article_could_have_is_refused(string name) =>
        Assert.Equal("download.file-name /name", await StaffProducts.Refused(await shop.Staff(HttpMethod.Post, "/v1/admin/digital-files", new { name }), HttpStatusCode.UnprocessableEntity));

    [Fact]
    public async Task Files_are_listed_page_by_page()
    {
        foreach (int _ in (int[])[1, 2, 3]) await shop.Offer();
        JsonElement first = await ShopClient.Json(await shop.Staff(HttpMethod.Get, "/v1/admin/digital-files?limit=2"));
        Assert.Equal(2, first.GetProperty("data").GetArrayLength());
        JsonElement second = await ShopClient.Json(await shop.Staff(HttpMethod.Get, $"/v1/admin/digital-files?limit=2&cursor={Uri.EscapeDataString(first.GetProperty("nextCursor").GetString()!)}"));
        Assert.Empty(first.GetProperty("data").EnumerateArray().Select(f => f.GetProperty("name").GetString()).Intersect(second.GetProperty("data").EnumerateArray().Select(f => f.GetProperty("name").GetString())));
    }
}
