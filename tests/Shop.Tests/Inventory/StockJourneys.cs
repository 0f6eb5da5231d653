using System.Net;
using System.Text.Json;
using Shop.Common;
using Shop.Inventory;
using Shop.Tests.Journeys;

namespace Shop.Tests.Inventory;

/// <summary>Stock as shoppers and staff meet it, over HTTP.</summary>
public sealed class StockJourneys
{
    private static CancellationToken Stop => TestContext.Current.CancellationToken;

    [Fact]
    public async Task Two_hundred_buyers_check_out_twenty_and_twenty_get_them()
    {
        await using ShopHost shop = await ShopHost.Start();
        string sku = await shop.PhysicalSku();
        string bearer = await SignIn(shop);
        await CountTo(shop, bearer, sku, 20);
        Shopper[] shoppers = [.. Enumerable.Range(0, 200).Select(_ => new Shopper(shop))];
        await Parallel.ForEachAsync(shoppers, new ParallelOptions { MaxDegreeOfParallelism = 16, CancellationToken = Stop }, async (shopper, _) =>
        {
            await shopper.Fill((sku, 1));
            await shopper.Prepare();
        });
        HttpResponseMessage[] answers = await Task.WhenAll(shoppers.Select(shopper => shopper.TryCheckout()));
        Assert.All(answers, a => Assert.Contains(a.StatusCode, (HttpStatusCode[])[HttpStatusCode.OK, HttpStatusCode.Accepted, HttpStatusCode.Conflict]));
        foreach (HttpResponseMessage no in answers.Where(a => a.StatusCode == HttpStatusCode.Conflict)) Assert.Equal("stock.insufficient", await Code(no));

        // Whoever was not told in time reads it in the order: it can be paid, or it came to nothing. Nobody has anything else.
        List<Shopper> buyers = [];
        foreach ((Shopper shopper, HttpResponseMessage answer) in shoppers.Zip(answers).Where(s => s.Second.IsSuccessStatusCode))
        {
            shopper.Placed(await ShopClient.Json(answer));
            JsonElement order = default;
            await Until.True(async () => shopper.Instructed(order = await shopper.Order()) || order.GetProperty("status").GetString() == "cancelled", "the order to be decided");
            if (order.GetProperty("status").GetString() != "cancelled") buyers.Add(shopper);
        }
        Assert.Equal(20, buyers.Count);
        JsonElement stock = await Levels(shop, bearer, sku);
        Assert.Equal((20, 20, 0), (Number(stock, "onHand"), Number(stock, "held"), Number(stock, "available")));
        Assert.Equal(20, (await shop.Service<InventoryStore>().LiveHolds(Sku.Parse(sku), 1000, Stop)).Count);

        await Task.WhenAll(buyers.Select(async buyer => Assert.Equal(HttpStatusCode.OK, (await buyer.Pay()).StatusCode)));
        await Until.True(async () => Number(await Levels(shop, bearer, sku), "onHand") == 0, "all to be sold");
        Assert.Equal(0, Number(await Levels(shop, bearer, sku), "held"));
    }

    [Fact]
    public async Task The_same_SKU_on_two_lines_is_one_quantity()
    {
        await using ShopHost shop = await ShopHost.Start();
        string sku = await shop.PhysicalSku();
        await CountTo(shop, await SignIn(shop), sku, 5);
        var shopper = new Shopper(shop);
        JsonElement cart = await shopper.Fill((sku, 3), (sku, 2));
        Assert.Equal(5, Number(Assert.Single(cart.GetProperty("lines").EnumerateArray()), "quantity"));
        HttpResponseMessage more = await shop.Send(HttpMethod.Post, $"/v1/store/carts/{shopper.CartId}/lines", new { sku, quantity = 1 });
        Assert.Equal((409, "stock.insufficient"), ((int)more.StatusCode, await Code(more)));
        await shopper.Prepare();
        await shopper.Checkout();
        Assert.Equal(0, await shop.AvailableOf(sku));
    }

    [Fact]
    public async Task What_is_not_there_can_be_ordered_with_a_date_up_to_the_limit()
    {
        await using ShopHost shop = await ShopHost.Start();
        string sku = await shop.PhysicalSku();
        string bearer = await SignIn(shop);
        await CountTo(shop, bearer, sku, 1);
        HttpResponseMessage settings = await Staff(shop, bearer, HttpMethod.Get, $"/v1/admin/stock/{sku}/settings");
        object policy = new { kind = "preorder", limit = 3, availableFrom = "2027-01-15" };
        Assert.Equal(HttpStatusCode.PreconditionRequired, (await Staff(shop, bearer, HttpMethod.Put, $"/v1/admin/stock/{sku}/settings/policy", policy)).StatusCode);
        Assert.Equal(HttpStatusCode.PreconditionFailed, (await Staff(shop, bearer, HttpMethod.Put, $"/v1/admin/stock/{sku}/settings/policy", policy, ("If-Match", "\"other\""))).StatusCode);
        Assert.Equal(HttpStatusCode.OK, (await Staff(shop, bearer, HttpMethod.Put, $"/v1/admin/stock/{sku}/settings/policy", policy, ("If-Match", settings.Headers.ETag!.Tag))).StatusCode);

        var shopper = new Shopper(shop);
        JsonElement cart = await shopper.Fill((sku, 3));
        JsonElement line = cart.GetProperty("lines")[0];
        Assert.Equal(1, Number(line, "available"));
        JsonElement notice = Assert.Single(line.GetProperty("notices").EnumerateArray());
        Assert.Equal(("line.pre-ordered", "2 of these are sent from 2027-01-15 on."), (notice.GetProperty("code").GetString(), notice.GetProperty("message").GetString()));
        HttpResponseMessage more = await shop.Send(HttpMethod.Post, $"/v1/store/carts/{shopper.CartId}/lines", new { sku, quantity = 2 });
        Assert.Equal("stock.insufficient", await Code(more));
        await shopper.Prepare();
        await shopper.Checkout();
        JsonElement levels = await Levels(shop, bearer, sku);
        Assert.Equal((1, 3, -2, 2), (Number(levels, "onHand"), Number(levels, "held"), Number(levels, "available"), Number(levels, "backOrdered")));
        JsonElement product = await Product(shop, sku);
        Assert.Contains("https://schema.org/PreOrder", product.ToString(), StringComparison.Ordinal);
        JsonElement promise = product.GetProperty("variants").EnumerateArray().First(v => v.GetProperty("sku").GetString() == sku).GetProperty("promise");
        Assert.Equal(("preorder", 1, "2027-01-15"), (promise.GetProperty("kind").GetString(), Number(promise, "quantity"), promise.GetProperty("availableFrom").GetString()));
    }

    [Fact]
    public async Task What_was_promised_is_sent_when_it_has_come()
    {
        await using ShopHost shop = await ShopHost.Start();
        string sku = await shop.PhysicalSku();
        string bearer = await SignIn(shop);
        await CountTo(shop, bearer, sku, 1);
        HttpResponseMessage settings = await Staff(shop, bearer, HttpMethod.Get, $"/v1/admin/stock/{sku}/settings");
        await Staff(shop, bearer, HttpMethod.Put, $"/v1/admin/stock/{sku}/settings/policy", new { kind = "backorder", limit = 5 }, ("If-Match", settings.Headers.ETag!.Tag));
        var shopper = new Shopper(shop);
        await shopper.Buy(shipped: true, (sku, 2));
        await Until.True(async () => await shop.Service<global::Shop.Emulator.Durable.DurableEngine>().Find($"{shopper.OrderId}-1", TestContext.Current.CancellationToken) is { Steps: >= 2 }, "the parcel to wait");
        Assert.Equal("paid", (await shopper.Order()).GetProperty("status").GetString());

        HttpResponseMessage received = await Staff(shop, bearer, HttpMethod.Post, $"/v1/admin/stock/{sku}/receipts", new { quantity = 1, reference = "SJ-1" }, ("Idempotency-Key", "once"));
        Assert.Equal(HttpStatusCode.OK, received.StatusCode);
        shop.Clock.Advance(TimeSpan.FromHours(1));
        await shopper.OrderUntil("fulfilling");
        Assert.Equal(0, Number(await Levels(shop, await SignIn(shop), sku), "onHand"));
    }

    [Fact]
    public async Task Staff_receives_corrects_counts_and_transfers_and_reads_why()
    {
        await using ShopHost shop = await ShopHost.Start();
        string sku = await shop.PhysicalSku();
        string bearer = await SignIn(shop);
        await CountTo(shop, bearer, sku, 10);
        HttpResponseMessage added = await Staff(shop, bearer, HttpMethod.Post, "/v1/admin/locations", new { id = "bandung", name = "Bandung", priority = 200 });
        Assert.Equal((HttpStatusCode.Created, "/v1/admin/locations/bandung"), (added.StatusCode, added.Headers.Location!.OriginalString));
        HttpResponseMessage renamed = await Staff(shop, bearer, HttpMethod.Patch, "/v1/admin/locations/bandung", new { name = "Gudang Bandung" }, ("If-Match", added.Headers.ETag!.Tag));
        Assert.Equal("Gudang Bandung", (await ShopClient.Json(renamed)).GetProperty("name").GetString());
        Assert.Equal(2, (await ShopClient.Json(await Staff(shop, bearer, HttpMethod.Get, "/v1/admin/locations"))).GetProperty("data").GetArrayLength());

        Assert.Equal("idempotency.key-missing", await Code(await Staff(shop, bearer, HttpMethod.Post, $"/v1/admin/stock/{sku}/receipts", new { quantity = 5, reference = "SJ-1" })));
        foreach (string key in (string[])["one", "one", "another"]) await Do(shop, bearer, sku, "receipts", new { quantity = 5, reference = "SJ-1", location = "bandung" }, key);
        await Do(shop, bearer, sku, "adjustments", new { quantity = -1, reason = "damaged", note = "pecah", reference = "adj-1" });
        await Do(shop, bearer, sku, "counts", new { counted = 8, expected = 9, reference = "so-1" });
        await Do(shop, bearer, sku, "transfers", new { from = "bandung", to = "main", quantity = 2, reference = "tr-1", travels = true });
        Assert.Equal(2, Number(await Levels(shop, bearer, sku), "inTransit"));
        JsonElement levels = await Do(shop, bearer, sku, "transfers/tr-1/arrivals", null);
        Assert.Equal([("bandung", 3), ("main", 10)], levels.GetProperty("levels").EnumerateArray().Select(l => (l.GetProperty("location").GetString()!, Number(l, "onHand"))));

        JsonElement first = await ShopClient.Json(await Staff(shop, bearer, HttpMethod.Get, $"/v1/admin/stock/{sku}/movements?limit=3"));
        Assert.Equal(["transferIn", "transferOut", "count"], first.GetProperty("data").EnumerateArray().Select(m => m.GetProperty("kind").GetString()));
        JsonElement second = await ShopClient.Json(await Staff(shop, bearer, HttpMethod.Get, $"/v1/admin/stock/{sku}/movements?limit=3&cursor={first.GetProperty("nextCursor").GetString()}"));
        JsonElement adjusted = second.GetProperty("data")[0];
        Assert.Equal(("adjustment", "damaged", "pecah"), (adjusted.GetProperty("kind").GetString(), adjusted.GetProperty("reason").GetString(), adjusted.GetProperty("note").GetString()));
        Assert.StartsWith("staff:stf_", adjusted.GetProperty("actor").GetString(), StringComparison.Ordinal);
        JsonElement explained = await ShopClient.Json(await Staff(shop, bearer, HttpMethod.Get, $"/v1/admin/stock/{sku}/explain"));
        Assert.Equal((13, 13, 0), (Number(explained, "onHand"), explained.GetProperty("sums").EnumerateArray().Sum(s => Number(s, "quantity")), explained.GetProperty("differences").GetArrayLength()));

        JsonElement page = await ShopClient.Json(await Staff(shop, bearer, HttpMethod.Get, "/v1/admin/stock?limit=2"));
        JsonElement next = await ShopClient.Json(await Staff(shop, bearer, HttpMethod.Get, $"/v1/admin/stock?limit=2&cursor={page.GetProperty("nextCursor").GetString()}"));
        string[] listed = [.. page.GetProperty("data").EnumerateArray().Concat(next.GetProperty("data").EnumerateArray()).Select(s => s.GetProperty("sku").GetString()!)];
        Assert.Equal(4, listed.Distinct().Count());
        Assert.Equal(listed.Order(StringComparer.Ordinal), listed);
        HttpResponseMessage bandung = await Staff(shop, bearer, HttpMethod.Get, "/v1/admin/locations/bandung");
        Assert.Equal(HttpStatusCode.NoContent, (await Staff(shop, bearer, HttpMethod.Delete, "/v1/admin/locations/bandung", null, ("If-Match", bandung.Headers.ETag!.Tag))).StatusCode);
        Assert.Equal("stock.location-closed", await Code(await Staff(shop, bearer, HttpMethod.Post, $"/v1/admin/stock/{sku}/receipts", new { quantity = 5, reference = "SJ-2", location = "bandung" }, ("Idempotency-Key", "closed"))));
    }

    [Fact]
    public async Task Low_stock_is_told_by_mail_once_and_the_night_suggests_what_to_buy()
    {
        await using ShopHost shop = await ShopHost.Start(configure: builder => builder.Configuration["Inventory:AlertEmail"] = "gudang@shop.test");
        string sku = await shop.PhysicalSku();
        string bearer = await SignIn(shop);
        await CountTo(shop, bearer, sku, 10);
        HttpResponseMessage settings = await Staff(shop, bearer, HttpMethod.Get, $"/v1/admin/stock/{sku}/settings");
        object points = new { data = new[] { new { point = 5, target = 30 } } };
        Assert.Equal(HttpStatusCode.OK, (await Staff(shop, bearer, HttpMethod.Put, $"/v1/admin/stock/{sku}/settings/reorder", points, ("If-Match", settings.Headers.ETag!.Tag))).StatusCode);
        await Do(shop, bearer, sku, "adjustments", new { quantity = -5, reason = "lost", reference = "adj-1" });
        await Do(shop, bearer, sku, "adjustments", new { quantity = -1, reason = "lost", reference = "adj-2" });
        await Until.True(async () => (await AlertMails(shop)).Length == 1, "the mail of low stock");
        await Do(shop, bearer, sku, "receipts", new { quantity = 10, reference = "SJ-1" });
        await Do(shop, bearer, sku, "adjustments", new { quantity = -10, reason = "stolen", reference = "adj-3" });
        await Until.True(async () => (await AlertMails(shop)).Length == 2, "the mail of the second time");

        JsonElement none = await ShopClient.Json(await Staff(shop, bearer, HttpMethod.Get, "/v1/admin/stock/suggestions"));
        Assert.Equal((0, JsonValueKind.Null), (none.GetProperty("data").GetArrayLength(), none.GetProperty("asOf").ValueKind));
        await shop.Service<WalkStock>().Begin(StockJob.Night, Stop);
        JsonElement suggestions = default;
        await Until.True(async () => (suggestions = await ShopClient.Json(await Staff(shop, bearer, HttpMethod.Get, "/v1/admin/stock/suggestions"))).GetProperty("asOf").ValueKind != JsonValueKind.Null, "the night to be over");
        JsonElement mine = Assert.Single(suggestions.GetProperty("data").EnumerateArray(), s => s.GetProperty("sku").GetString() == sku);
        Assert.Equal((4, 5, 26), (Number(mine, "stock"), Number(mine, "point"), Number(mine, "quantity")));
        Assert.Equal(0, (await ShopClient.Json(await Staff(shop, bearer, HttpMethod.Get, "/v1/admin/stock/differences"))).GetProperty("data").GetArrayLength());
        Assert.Equal(0, (await ShopClient.Json(await Staff(shop, bearer, HttpMethod.Get, "/v1/admin/stock/surpluses?kind=deadStock"))).GetProperty("data").GetArrayLength());
    }

    [Fact]
    public async Task The_sweep_frees_what_a_vanished_checkout_held_and_leaves_living_orders_alone()
    {
        await using ShopHost shop = await ShopHost.Start();
        string sku = await shop.PhysicalSku();
        await CountTo(shop, await SignIn(shop), sku, 10);
        var shopper = new Shopper(shop);
        await shopper.Fill((sku, 2));
        await shopper.Prepare();
        await shopper.Checkout();
        Assert.True((await shop.Service<HoldStock>().Run("ord_vanished", [new StockLine(Sku.Parse(sku), 3)], Stop)).Ok);
        Assert.Equal(5, await shop.AvailableOf(sku));
        // Both holds are old enough to be looked at, while the card's deadline has not come: the clock has only been moved for the sweep.
        var sweep = new SweepHolds(
            shop.Service<InventoryStore>(), shop.Service<ReleaseHolds>(), shop.Service<IOrderLives>(), new LaterClock(shop.Clock, TimeSpan.FromHours(2)),
            Microsoft.Extensions.Logging.Abstractions.NullLogger<SweepHolds>.Instance);
        Assert.Null(await sweep.Run(new StockWalk(StockJob.Sweep, shop.Clock.GetUtcNow()), Stop));
        Assert.Equal(8, await shop.AvailableOf(sku));
    }

    private sealed class LaterClock(TimeProvider clock, TimeSpan later) : TimeProvider
    {
        public override DateTimeOffset GetUtcNow() => clock.GetUtcNow() + later;
    }

    private static async Task<string> SignIn(ShopHost shop) =>
        (await ShopClient.Json(await shop.Send(HttpMethod.Post, "/v1/admin/sessions", new { email = "owner@shop.test", password = ShopHost.StaffPassword }))).GetProperty("accessToken").GetString()!;

    private static Task<HttpResponseMessage> Staff(ShopHost shop, string bearer, HttpMethod method, string path, object? body = null, params (string Name, string Value)[] headers) =>
        shop.Send(method, path, body, [("Authorization", $"Bearer {bearer}"), .. headers]);

    private static async Task<JsonElement> Do(ShopHost shop, string bearer, string sku, string what, object? body, string? key = null) =>
        await ShopClient.Json(await Staff(shop, bearer, HttpMethod.Post, $"/v1/admin/stock/{sku}/{what}", body, ("Idempotency-Key", key ?? Guid.NewGuid().ToString())));

    private static Task<JsonElement> CountTo(ShopHost shop, string bearer, string sku, int quantity) => Do(shop, bearer, sku, "counts", new { counted = quantity, reference = $"so-{Guid.NewGuid():n}" });

    private static async Task<JsonElement> Levels(ShopHost shop, string bearer, string sku) => await ShopClient.Json(await Staff(shop, bearer, HttpMethod.Get, $"/v1/admin/stock/{sku}/levels"));

    private static Task<JsonElement> Product(ShopHost shop, string sku) => shop.Get($"/v1/store/products/{shop.Service<Shop.Catalog.CatalogIndex>().Find(Sku.Parse(sku))!.Slug("id")}");

    private static async Task<JsonElement[]> AlertMails(ShopHost shop)
    {
        JsonElement mailbox = await ShopClient.Json(await shop.Send(HttpMethod.Get, "/emulator/mailbox", null, ("Accept", "application/json")));
        return [.. mailbox.GetProperty("data").EnumerateArray().Where(m => m.GetProperty("to").ToString().Contains("gudang@shop.test", StringComparison.Ordinal))];
    }

    private static int Number(JsonElement element, string name) => element.GetProperty(name).GetInt32();

    private static async Task<string?> Code(HttpResponseMessage response) =>
        JsonDocument.Parse(await response.Content.ReadAsStringAsync(Stop)).RootElement.GetProperty("code").GetString();
}
