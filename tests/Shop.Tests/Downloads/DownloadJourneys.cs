using System.Globalization;
using System.Net;
using System.Text;
using System.Text.Json;
using System.Text.Json.Nodes;
using System.Text.RegularExpressions;
using Shop.Downloads;
using Shop.Storage;
using Shop.Tests.Catalog;
using Shop.Tests.Journeys;

namespace Shop.Tests.Downloads;

public sealed class DownloadJourneys(DigitalShop shop) : IClassFixture<DigitalShop>
{
    private static CancellationToken Cancel => TestContext.Current.CancellationToken;

    [Fact]
    public async Task A_file_is_fetched_as_often_as_it_may_be_however_many_ask_at_once()
    {
        Shopper buyer = await shop.Sell((await shop.Offer(new JsonObject { ["downloadLimit"] = 3 }), 1));
        string url = await shop.Url(buyer);

        HttpResponseMessage[] answers = await Task.WhenAll(Enumerable.Range(0, 20).Select(_ => shop.Open(url)));

        Assert.Equal((3, 17), (answers.Count(a => a.StatusCode == HttpStatusCode.Found), answers.Count(a => a.StatusCode == HttpStatusCode.Gone)));
        Assert.Equal("download.used-up", await StaffProducts.Refused(await shop.Open(url), HttpStatusCode.Gone));
        JsonElement line = (await shop.Downloads(buyer))[0];
        Assert.Equal(("usedUp", 3, 3), (line.GetProperty("status").GetString(), line.GetProperty("used").GetInt32(), line.GetProperty("limit").GetInt32()));
        JsonElement seen = (await ShopClient.Json(await shop.Staff(HttpMethod.Get, $"/v1/admin/orders/{buyer.OrderId}/downloads"))).GetProperty("data")[0];
        Assert.Equal(3, seen.GetProperty("openings").GetArrayLength());
    }

    [Fact]
    public async Task The_address_of_a_file_reads_it_alone_for_a_few_minutes_and_cannot_be_changed()
    {
        Shopper buyer = await shop.Sell((await shop.Offer(), 1));
        Uri address = (await shop.Open(await shop.Url(buyer))).Headers.Location!;
        Dictionary<string, string> signed = address.Query[1..].Split('&').Select(p => p.Split('=')).ToDictionary(p => p[0], p => Uri.UnescapeDataString(p[1]), StringComparer.Ordinal);
        Assert.Equal(("r", "b"), (signed["sp"], signed["sr"]));
        DateTimeOffset until = DateTimeOffset.Parse(signed["se"], CultureInfo.InvariantCulture), now = TimeProvider.System.GetUtcNow();
        Assert.InRange(until, now, now.AddMinutes(shop.Host.Service<DownloadOptions>().LinkMinutes));

        string file = Path.GetFileName(address.AbsolutePath);
        Uri over = (await shop.Host.Service<DigitalFiles>().Open(file, now.AddMinutes(-1), Cancel))!;
        string longer = address.Query.Replace(Uri.EscapeDataString(signed["se"]), Uri.EscapeDataString("2099-01-01T00:00:00Z"), StringComparison.Ordinal);
        Assert.NotEqual(address.Query, longer);
        using var outside = new HttpClient(new SocketsHttpHandler());
        Assert.Equal(HttpStatusCode.OK, (await outside.GetAsync(address, Cancel)).StatusCode);
        foreach (Uri refused in (Uri[])[over, new Uri(address, longer), new Uri(address.GetLeftPart(UriPartial.Path))])
            Assert.Contains((await outside.GetAsync(refused, Cancel)).StatusCode, (HttpStatusCode[])[HttpStatusCode.Forbidden, HttpStatusCode.NotFound]);
    }

    [Fact]
    public async Task A_look_at_a_link_does_not_use_it_up()
    {
        Shopper buyer = await shop.Sell((await shop.Offer(new JsonObject { ["downloadLimit"] = 1 }), 1));
        string url = await shop.Url(buyer);

        for (int i = 0; i < 3; i++) Assert.Equal(HttpStatusCode.NoContent, (await shop.Host.Send(HttpMethod.Head, url)).StatusCode);

        Assert.Equal("the original", Encoding.UTF8.GetString(await shop.Fetch(url)));
        Assert.Equal(HttpStatusCode.Gone, (await shop.Host.Send(HttpMethod.Head, url)).StatusCode);
    }

    [Fact]
    public async Task A_file_that_is_not_there_is_not_used_up()
    {
        string sku = await shop.Offer(new JsonObject { ["downloadLimit"] = 1 });
        await shop.Host.Service<Shop.Storage.ShopStorage>().Container("digital").DeleteBlobAsync($"{sku.ToLowerInvariant()}-buku.pdf", cancellationToken: TestContext.Current.CancellationToken);
        Shopper buyer = await shop.Sell((sku, 1));

        Assert.Equal("download.missing", await StaffProducts.Refused(await shop.Open(await shop.Url(buyer)), HttpStatusCode.NotFound));

        Assert.Equal(0, (await shop.Downloads(buyer))[0].GetProperty("used").GetInt32());
    }

    [Fact]
    public async Task Nobody_can_make_up_a_grant()
    {
        Shopper buyer = await shop.Sell((await shop.Offer(), 1), (await shop.Offer(), 1));
        string url = await shop.Url(buyer), root = url[..(url.LastIndexOf('/') + 1)];
        string[] parts = url[root.Length..].Split('.');

        foreach (string forged in (string[])[$"{parts[0]}.1.{parts[2]}", $"{parts[0]}.0.{parts[2][..^2]}AA", $"{parts[0]}.0.", $"{parts[0]}.0", $"ord_00000000000000000000000000.0.{parts[2]}", parts[0], $"{parts[0]}.-1.{parts[2]}"])
            Assert.Equal("download.unknown", await StaffProducts.Refused(await shop.Open(root + forged), HttpStatusCode.NotFound));

        Assert.Equal(HttpStatusCode.Found, (await shop.Open(url)).StatusCode);
    }

    [Fact]
    public async Task Without_a_payment_nothing_is_delivered()
    {
        var shopper = new Shopper(shop.Host);
        await shopper.Fill((await shop.Offer(), 1));
        await shopper.Prepare(shipped: false);
        await shopper.Checkout();

        Assert.Empty(await shop.Downloads(shopper));
    }

    [Fact]
    public async Task Money_back_for_a_file_takes_it_back_and_leaves_the_others()
    {
        (string one, string other) = (await shop.Offer(), await shop.Offer());
        Shopper buyer = await shop.Sell((one, 1), (other, 1));
        (string first, string second) = (await shop.Url(buyer, 0), await shop.Url(buyer, 1));

        await shop.Refund(buyer, new { reason = "not for me", lines = new[] { new { sku = one, quantity = 1 } } });

        Assert.Equal("download.revoked", await StaffProducts.Refused(await shop.Open(first), HttpStatusCode.Gone));
        Assert.Equal(HttpStatusCode.Found, (await shop.Open(second)).StatusCode);
        Assert.Equal(["revoked", "available"], (await shop.Downloads(buyer)).Select(d => d.GetProperty("status").GetString()));
        Assert.Equal(other, Assert.Single((await buyer.Order()).GetProperty("downloads").EnumerateArray()).GetProperty("sku").GetString());

        await shop.Refund(buyer, new { reason = "nor this", lines = new[] { new { sku = other, quantity = 1 } } });
        Assert.Equal("download.revoked", await StaffProducts.Refused(await shop.Open(second), HttpStatusCode.Gone));
    }

    [Fact]
    public async Task A_file_is_gone_when_a_bank_gave_back_what_it_was_paid_with_whatever_a_gift_card_paid_beside_it()
    {
        string card = await shop.Offer(new JsonObject { ["giftCard"] = true }, file: null), file = await shop.Offer();
        Shopper giver = await shop.Sell((card, 1));
        string code = await Until.Found(
            async () => (await giver.Mails()).Select(m => Regex.Match(m.GetProperty("text").GetString()!, "[0-9A-Z]{4}(-[0-9A-Z]{4}){3,}")).FirstOrDefault(m => m.Success)?.Value, "the card");
        Shopper whole = await shop.Sell((file, 1)), part = new(shop.Host);
        await part.Fill((file, 3));
        await ShopClient.Json(await shop.Host.Send(HttpMethod.Post, $"/v1/store/carts/{part.CartId}/gift-cards", new { code }));
        await part.Prepare(shipped: false);
        await part.Checkout();
        await part.Pay();
        await part.OrderUntil("completed");

        foreach (Shopper buyer in (Shopper[])[whole, part])
        {
            string url = await shop.Url(buyer);
            await buyer.Press("dispute");
            await Until.True(async () => (await shop.Open(url)).StatusCode == HttpStatusCode.Gone, "the file to be held");
            await buyer.Press("lose");
            await Until.True(async () => (await buyer.Order()).GetProperty("refunds").GetArrayLength() == 1, "the bank's decision");
            Assert.Equal("download.revoked", await StaffProducts.Refused(await shop.Open(url), HttpStatusCode.Gone));
        }
        Assert.Equal("partiallyRefunded", (await part.Order()).GetProperty("paymentStatus").GetString());
    }

    [Fact]
    public async Task Some_money_back_for_nothing_that_comes_back_takes_no_file()
    {
        Shopper buyer = await shop.Sell((await shop.Offer(), 1));
        await shop.Refund(buyer, new { reason = "a misprint", amount = new { amount = 10_000_00, currency = "IDR" } });

        Assert.Equal(HttpStatusCode.Found, (await shop.Open(await shop.Url(buyer))).StatusCode);
    }

    [Fact]
    public async Task Staff_let_a_buyer_fetch_again_once_for_each_request()
    {
        Shopper buyer = await shop.Sell((await shop.Offer(new JsonObject { ["downloadLimit"] = 1 }), 1));
        string url = await shop.Url(buyer), reset = $"/v1/admin/orders/{buyer.OrderId}/downloads/0/reset", key = Guid.NewGuid().ToString();
        await shop.Fetch(url);

        await ShopClient.Json(await shop.Staff(HttpMethod.Post, reset, new { reason = "the disk broke" }, key));
        await shop.Fetch(url);
        await ShopClient.Json(await shop.Staff(HttpMethod.Post, reset, new { reason = "the disk broke" }, key));
        Assert.Equal("download.used-up", await StaffProducts.Refused(await shop.Open(url), HttpStatusCode.Gone));

        JsonElement seen = (await ShopClient.Json(await shop.Staff(HttpMethod.Get, $"/v1/admin/orders/{buyer.OrderId}/downloads"))).GetProperty("data")[0];
        JsonElement change = Assert.Single(seen.GetProperty("changes").EnumerateArray());
        Assert.Equal(("reset", "the disk broke"), (change.GetProperty("kind").GetString(), change.GetProperty("reason").GetString()));
        Assert.Equal(2, seen.GetProperty("openings").GetArrayLength());
        Assert.Equal("download.unknown", await StaffProducts.Refused(await shop.Staff(HttpMethod.Post, reset.Replace("/0/", "/7/", StringComparison.Ordinal), new { reason = "?" }), HttpStatusCode.NotFound));
    }

    [Fact]
    public async Task Staff_take_a_file_away_and_give_it_back()
    {
        Shopper buyer = await shop.Sell((await shop.Offer(), 1));
        string url = await shop.Url(buyer), path = $"/v1/admin/orders/{buyer.OrderId}/downloads/0/";

        JsonElement revoked = await ShopClient.Json(await shop.Staff(HttpMethod.Post, path + "revoke", new { reason = "found on a forum" }));
        Assert.Equal("revoked", revoked.GetProperty("status").GetString());
        Assert.Equal("download.revoked", await StaffProducts.Refused(await shop.Open(url), HttpStatusCode.Gone));

        await ShopClient.Json(await shop.Staff(HttpMethod.Post, path + "restore", new { reason = "it was not theirs" }));
        Assert.Equal(HttpStatusCode.Found, (await shop.Open(url)).StatusCode);
    }

    [Fact]
    public async Task The_right_ends_after_its_days_and_staff_extend_it()
    {
        await using ShopHost host = await ShopHost.Start(demo: false);
        var other = new DigitalShop(host);
        Shopper buyer = await other.Sell((await other.Offer(new JsonObject { ["accessDays"] = 2 }), 1), (await other.Offer(), 1));
        (string brief, string usual) = (await other.Url(buyer, 0), await other.Url(buyer, 1));

        host.Clock.Advance(TimeSpan.FromDays(3));
        Assert.Equal("download.expired", await StaffProducts.Refused(await other.Open(brief), HttpStatusCode.Gone));
        Assert.Equal(HttpStatusCode.Found, (await other.Open(usual)).StatusCode);

        JsonElement extended = await ShopClient.Json(await other.Staff(HttpMethod.Post, $"/v1/admin/orders/{buyer.OrderId}/downloads/0/extend", new { days = 1, reason = "was ill" }));
        Assert.Equal(host.Clock.GetUtcNow().AddDays(1), extended.GetProperty("expiresAt").GetDateTimeOffset(), TimeSpan.FromMinutes(1));
        Assert.Equal(HttpStatusCode.Found, (await other.Open(brief)).StatusCode);
        host.Clock.Advance(TimeSpan.FromDays(1.1));
        Assert.Equal("download.expired", await StaffProducts.Refused(await other.Open(brief), HttpStatusCode.Gone));
    }

    [Fact]
    public async Task What_is_sold_under_terms_is_sold_to_those_who_accept_them()
    {
        var terms = new JsonObject { ["version"] = "2026-11", ["url"] = "/syarat/2026-11" };
        var shopper = new Shopper(shop.Host);
        JsonElement cart = await shopper.Fill((await shop.Offer(new JsonObject { ["terms"] = terms }), 1), (await shop.Offer(), 1));
        Assert.Equal("2026-11", cart.GetProperty("lines")[0].GetProperty("terms").GetProperty("version").GetString());
        await shopper.Prepare(shipped: false);

        Assert.Equal("checkout.terms-not-accepted /acceptTerms", await StaffProducts.Refused(await shopper.TryCheckout(), HttpStatusCode.UnprocessableEntity));
        Assert.Equal("checkout.terms-not-accepted /acceptTerms", await StaffProducts.Refused(await shopper.TryCheckout(body: new { acceptTerms = new[] { "2025-01" } }), HttpStatusCode.UnprocessableEntity));

        shopper.Placed(await ShopClient.Json(await shopper.TryCheckout(body: new { acceptTerms = new[] { "2026-11" } })));
        JsonElement accepted = Assert.Single((await shopper.Order()).GetProperty("terms").EnumerateArray());
        Assert.Equal(("2026-11", "/syarat/2026-11"), (accepted.GetProperty("version").GetString(), accepted.GetProperty("url").GetString()));
        Assert.Equal(shop.Host.Clock.GetUtcNow(), accepted.GetProperty("at").GetDateTimeOffset(), TimeSpan.FromMinutes(5));
    }
}
