using System.Net;
using System.Text.Json;
using System.Text.RegularExpressions;
using Shop.Common;
using Shop.Marketing;
using Shop.Tests.Catalog;
using Shop.Tests.Customers;
using Shop.Tests.Journeys;

namespace Shop.Tests.Marketing;

public sealed partial class BackInStockTests(OpenShop open) : IClassFixture<OpenShop>
{
    private readonly ShopHost _shop = open.Shop;

    [Fact]
    public async Task A_customer_is_told_once_when_it_is_there_again_and_then_forgotten()
    {
        Member member = await Member.Join(_shop);
        await Sell("LAGI");
        Assert.Equal("wait", await Next(await member.Send(HttpMethod.Post, "/v1/store/back-in-stock", new { sku = "LAGI" })));
        Assert.Equal("wait", await Next(await member.Send(HttpMethod.Post, "/v1/store/back-in-stock", new { sku = "LAGI" })));
        Assert.Equal("LAGI", Assert.Single((await member.Get("/v1/store/me/back-in-stock")).GetProperty("data").EnumerateArray()).GetProperty("sku").GetString());

        await Receive("LAGI", 3);
        JsonElement mail = (await member.Mails("back-in-stock", 1))[0];
        await Until.True(async () => (await member.Get("/v1/store/me/back-in-stock")).GetProperty("data").GetArrayLength() == 0, "the wait to be over");
        await Adjust("LAGI", -3);
        await Receive("LAGI", 5);
        await Told("LAGI");

        Assert.Contains("/products/lagi", mail.GetRawText(), StringComparison.Ordinal);
        Assert.Single(await member.Mails("back-in-stock", 1));
        Assert.Equal("back-in-stock.available /sku", await StaffProducts.Refused(await member.Send(HttpMethod.Post, "/v1/store/back-in-stock", new { sku = "LAGI" }), HttpStatusCode.Conflict));
    }

    [Fact]
    public async Task A_guest_waits_only_after_the_mailed_link_was_opened()
    {
        var guest = new Shopper(_shop);
        await Sell("TAMU");
        Assert.Equal("openMail", await Next(await _shop.Send(HttpMethod.Post, "/v1/store/back-in-stock", new { sku = "TAMU", email = guest.Email })));
        string token = TokenIn((await guest.Mails(1))[0]);

        await Receive("TAMU", 1);
        await Told("TAMU");
        Assert.Single(await guest.Mails());

        await Adjust("TAMU", -1);
        Assert.Equal("wait", await Next(await _shop.Send(HttpMethod.Post, "/v1/store/back-in-stock/confirm", new { token })));
        Assert.Equal("account.token-invalid /token", await StaffProducts.Refused(await _shop.Send(HttpMethod.Post, "/v1/store/back-in-stock/confirm", new { token }), HttpStatusCode.UnprocessableEntity));
        await Receive("TAMU", 1);
        Assert.Equal(2, (await guest.Mails(2)).Length);
    }

    [Fact]
    public async Task The_button_behind_the_link_in_the_mail_ends_the_wait_and_nobody_elses()
    {
        (Shopper leaving, Shopper staying) = (new Shopper(_shop), new Shopper(_shop));
        await Sell("PERGI");
        foreach (Shopper guest in (Shopper[])[leaving, staying])
        {
            await _shop.Send(HttpMethod.Post, "/v1/store/back-in-stock", new { sku = "PERGI", email = guest.Email });
            await _shop.Send(HttpMethod.Post, "/v1/store/back-in-stock/confirm", new { token = TokenIn((await guest.Mails(1))[0]) });
        }
        string link = new Uri(LeaveLink().Match(Body((await leaving.Mails(1))[0])).Value).PathAndQuery;

        // Programs that look through mails open the link of who stays.
        string other = new Uri(LeaveLink().Match(Body((await staying.Mails(1))[0])).Value).PathAndQuery;
        foreach (string opened in (string[])[link, other, other + "&utm_source=mail"])
        {
            HttpResponseMessage page = await _shop.Send(HttpMethod.Get, opened, null, ("Accept", "text/html"));
            Assert.Equal((HttpStatusCode.OK, "text/html"), (page.StatusCode, page.Content.Headers.ContentType!.MediaType));
            Assert.Contains("<form method=\"post\">", await page.Content.ReadAsStringAsync(TestContext.Current.CancellationToken), StringComparison.Ordinal);
        }
        foreach (string _ in (string[])["once", "again"])
        {
            using var pressed = new HttpRequestMessage(HttpMethod.Post, link) { Content = new FormUrlEncodedContent([new("List-Unsubscribe", "One-Click")]) };
            Assert.Equal(HttpStatusCode.OK, (await _shop.Http.SendAsync(pressed, TestContext.Current.CancellationToken)).StatusCode);
        }
        string broken = link.Replace("token=", "token=0", StringComparison.Ordinal);
        Assert.Equal("account.token-invalid /token", await StaffProducts.Refused(await _shop.Send(HttpMethod.Post, broken), HttpStatusCode.UnprocessableEntity));
        using HttpResponseMessage notOurs = await _shop.Send(HttpMethod.Get, broken);
        string told = await notOurs.Content.ReadAsStringAsync(TestContext.Current.CancellationToken);
        Assert.Equal((HttpStatusCode.UnprocessableEntity, "text/html"), (notOurs.StatusCode, notOurs.Content.Headers.ContentType!.MediaType));
        Assert.DoesNotContain("<form", told, StringComparison.Ordinal);
        Assert.Contains("Tautan ini tidak berfungsi", told, StringComparison.Ordinal);
        await Receive("PERGI", 2);
        await staying.Mails(2);
        Assert.Single(await leaving.Mails());
    }

    [Fact]
    public async Task No_more_are_told_than_makes_sense_and_the_others_when_more_come()
    {
        await Sell("BANYAK");
        List<Member> waiting = [];
        for (int i = 0; i < 6; i++)
        {
            waiting.Add(await Member.Join(_shop));
            await waiting[i].Send(HttpMethod.Post, "/v1/store/back-in-stock", new { sku = "BANYAK" });
            _shop.Clock.Advance(TimeSpan.FromSeconds(1));
        }

        await Receive("BANYAK", 1);
        for (int i = 0; i < 5; i++) await waiting[i].Mails("back-in-stock", 1);
        // Whoever was told waits no more; the sixth still does.
        await Until.True(async () => (await _shop.Service<WaiterStore>().Of(Sku.Parse("BANYAK"), TestContext.Current.CancellationToken)).Count == 1, "the five to be forgotten");
        Assert.Empty(await waiting[5].Mails("back-in-stock", 0));
        await Receive("BANYAK", 1);
        await waiting[5].Mails("back-in-stock", 1);
    }

    [Fact]
    public async Task An_address_is_not_written_to_again_and_again()
    {
        var victim = new Shopper(_shop);
        await Sell("GANGGU");
        HttpStatusCode last = HttpStatusCode.Accepted;
        for (int i = 0; i < 20 && last == HttpStatusCode.Accepted; i++) last = (await _shop.Send(HttpMethod.Post, "/v1/store/back-in-stock", new { sku = "GANGGU", email = victim.Email })).StatusCode;

        Assert.Equal(HttpStatusCode.TooManyRequests, last);
        Assert.Equal(HttpStatusCode.Accepted, (await _shop.Send(HttpMethod.Post, "/v1/store/password-resets", new { email = victim.Email })).StatusCode);
        Assert.Equal("account.email-invalid /email", await StaffProducts.Refused(await _shop.Send(HttpMethod.Post, "/v1/store/back-in-stock", new { sku = "GANGGU" }), HttpStatusCode.UnprocessableEntity));
        Assert.Equal("catalog.sku-unknown /sku", await StaffProducts.Refused(await _shop.Send(HttpMethod.Post, "/v1/store/back-in-stock", new { sku = "TIDAK-ADA", email = victim.Email }), HttpStatusCode.NotFound));
    }

    [Fact]
    public async Task What_a_customer_waits_for_is_in_the_export_and_gone_with_the_erasure()
    {
        Member member = await Member.Join(_shop);
        await Sell("PRIBADI");
        await member.Send(HttpMethod.Post, "/v1/store/back-in-stock", new { sku = "PRIBADI" });

        JsonElement exported = (await member.Get("/v1/store/me/export")).GetProperty("records").GetProperty("backInStock");
        Assert.Equal(HttpStatusCode.Accepted, (await member.Send(HttpMethod.Delete, "/v1/store/me")).StatusCode);

        Assert.Equal("PRIBADI", Assert.Single(exported.EnumerateArray()).GetProperty("sku").GetString());
        await Until.True(async () => (await _shop.Service<WaiterStore>().Of(Sku.Parse("PRIBADI"), TestContext.Current.CancellationToken)).Count == 0, "nobody to wait any more");
    }

    [Fact]
    public async Task Who_waited_too_long_is_forgotten()
    {
        await Sell("LAMA");
        WaiterStore waiters = _shop.Service<WaiterStore>();
        DateTimeOffset now = _shop.Clock.GetUtcNow();
        foreach ((string email, int days) in ((string, int)[])[("old@example.test", 200), ("new@example.test", 10)])
            await waiters.Add(new StockWaiter(Ids.New("wtr", _shop.Clock), Sku.Parse("LAMA"), email, "id", now.AddDays(-days)), TestContext.Current.CancellationToken);

        await waiters.Forget(now.AddDays(-180), TestContext.Current.CancellationToken);

        Assert.Equal("new@example.test", Assert.Single(await waiters.Of(Sku.Parse("LAMA"), TestContext.Current.CancellationToken)).Email);
        Assert.Equal(("LAMA|waiter|9f86d081", "9f86d081|waits|LAMA"), (WaiterStore.WaiterKey(Sku.Parse("LAMA"), "9f86d081"), WaiterStore.WaitsKey("9f86d081", Sku.Parse("LAMA"))));
    }

    private async Task Sell(string sku) => await (await StaffProducts.Of(_shop)).Make(StaffProducts.Draft(sku.ToLowerInvariant()));

    private Task Receive(string sku, int quantity) => Move(sku, "receipts", new { quantity, reference = $"SJ-{Guid.NewGuid():n}" });

    private Task Adjust(string sku, int quantity) => Move(sku, "adjustments", new { quantity, reason = "correction", reference = $"K-{Guid.NewGuid():n}" });

    private async Task Move(string sku, string kind, object body) =>
        await ShopClient.Json(await _shop.Send(HttpMethod.Post, $"/v1/admin/stock/{sku}/{kind}", body, await _shop.StaffToken(), ("Idempotency-Key", Guid.NewGuid().ToString())));

    /// <summary>As the queue's worker would, without waiting for it: whatever it has to tell is told when this returns.</summary>
    private Task Told(string sku) => _shop.Service<TellWaiters>().Run(Sku.Parse(sku), TestContext.Current.CancellationToken);

    private static async Task<string> Next(HttpResponseMessage answer) => (await ShopClient.Json(answer)).GetProperty("next").GetString()!;

    private static string TokenIn(JsonElement mail) => Token().Match(Body(mail)).Groups[1].Value;

    private static string Body(JsonElement mail) => Regex.Unescape(mail.GetRawText());

    [GeneratedRegex("#token=([A-Za-z0-9_-]+)", RegexOptions.None, 1000)]
    private static partial Regex Token();

    [GeneratedRegex("http[^ \"]*/back-in-stock/leave\\?token=[A-Za-z0-9._-]+", RegexOptions.None, 1000)]
    private static partial Regex LeaveLink();
}
