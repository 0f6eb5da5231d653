using System.Net;
using System.Text.Json;
using Azure.Data.Tables;
using Shop.Checkout;
using Shop.Common;
using Shop.Emulator.Durable;
using Shop.Inventory;
using Shop.Storage;
using Shop.Tests.Faults;
using UglyToad.PdfPig;

namespace Shop.Tests.Journeys;

public sealed class ParcelJourneys
{
    [Fact]
    public async Task Staff_send_an_order_in_two_parcels_and_it_is_over_with_the_last()
    {
        await using ShopHost shop = await Patient();
        (Shopper shopper, string[] skus) = await Bought(shop);
        Assert.Equal(HttpStatusCode.UnprocessableEntity, (await Split(shop, shopper, (skus[0], 9))).StatusCode);
        Assert.Equal(HttpStatusCode.UnprocessableEntity, (await Split(shop, shopper, (skus[0], 2), (skus[1], 1))).StatusCode);
        await Apart(shop, shopper, (skus[1], 1));

        shop.Clock.Advance(TimeSpan.FromMinutes(31));
        JsonElement[] parcels = await Booked(shopper, 2);
        Assert.Equal(2, parcels.Select(p => p.GetProperty("trackingNumber").GetString()).Distinct().Count());
        Assert.Equal(new[] { $"{skus[0]}×2", $"{skus[1]}×1" }.Order(), parcels.Select(Content).Order());
        await shop.AtCourier(parcels[0], "deliver");
        await Until.True(async () => await Fulfilled(shopper) == "partial", "the first parcel");
        Assert.Equal("fulfilling", (await shopper.Order()).GetProperty("status").GetString());
        await shop.AtCourier(parcels[1], "deliver");
        await shopper.OrderUntil("completed");
        Assert.Equal("fulfilled", await Fulfilled(shopper));
        Assert.Equal(2, (await shopper.Mails(3)).Count(m => m.GetProperty("subject").GetString()!.Contains("telah tiba", StringComparison.Ordinal)));
    }

    [Fact]
    public async Task One_parcel_is_cancelled_while_the_other_is_on_its_way()
    {
        await using ShopHost shop = await Patient();
        (Shopper shopper, string[] skus) = await Bought(shop);
        int before = await shop.AvailableOf(skus[1]);
        await Apart(shop, shopper, (skus[1], 1));

        await Until.True(async () => (await Post(shop, $"/v1/admin/orders/{shopper.OrderId}/cancel", new { reason = "broken", lines = new[] { new { sku = skus[1], quantity = 1 } } })).StatusCode == HttpStatusCode.Accepted, "the parcels to wait");
        await Until.True(async () => (await shopper.Order()).GetProperty("paymentStatus").GetString() == "partiallyRefunded", "the refund");
        Assert.Equal(before + 1, await shop.AvailableOf(skus[1]));
        shop.Clock.Advance(TimeSpan.FromMinutes(31));
        JsonElement parcel = Assert.Single(await Booked(shopper, 1));
        Assert.Equal($"{skus[0]}×2", Content(parcel));
        await shop.AtCourier(parcel, "deliver");
        await shopper.OrderUntil("completed");
        Assert.Equal("fulfilled", await Fulfilled(shopper));
    }

    [Fact]
    public async Task Two_who_cancel_the_same_articles_at_once_give_them_back_once()
    {
        var both = new TaskCompletionSource();
        await using ShopHost shop = await ShopHost.Start(configure: b =>
        {
            b.Configuration["Checkout:SendAfterMinutes"] = "30";
            b.Before(FulfilmentActivities.CancelName, () => both.Task);
        });
        var shopper = new Shopper(shop);
        string[] skus = await shop.Client.SkusOf("physical", 2);
        await shopper.Buy(shipped: true, (skus[0], 4), (skus[1], 1));
        await Until.True(async () => await shop.Service<DurableEngine>().Find($"{shopper.OrderId}-1", TestContext.Current.CancellationToken) is { Steps: >= 1 }, "the parcel to wait");
        int before = await shop.AvailableOf(skus[0]);
        await Apart(shop, shopper, (skus[0], 2));

        object twice = new { reason = "broken", lines = new[] { new { sku = skus[0], quantity = 2 } } };
        foreach (int _ in (int[])[1, 2]) await Until.True(async () => (await Post(shop, $"/v1/admin/orders/{shopper.OrderId}/cancel", twice)).StatusCode == HttpStatusCode.Accepted, "the parcels to wait");
        both.SetResult();
        await Until.True(async () => await Told("payment.refunded") == 1 && await Told("refund.refused") == 1, "both to be answered");

        shop.Clock.Advance(TimeSpan.FromMinutes(31));
        foreach (JsonElement parcel in await Booked(shopper, 2)) await shop.AtCourier(parcel, "deliver");
        await shopper.OrderUntil("completed");
        Assert.Equal(before + 2, await shop.AvailableOf(skus[0]));
        await Invariants.Hold(shop);

        async Task<int> Told(string type) => (await shopper.Order()).GetProperty("timeline").EnumerateArray().Count(e => e.GetProperty("type").GetString() == type);
    }

    [Fact]
    public async Task Both_parcels_are_cancelled_and_everything_goes_back_once()
    {
        await using ShopHost shop = await Patient();
        (Shopper shopper, string[] skus) = await Bought(shop);
        int before = await shop.AvailableOf(skus[0]);
        await Apart(shop, shopper, (skus[0], 1));

        await Until.True(async () => (await shop.Send(HttpMethod.Post, $"/v1/store/orders/{shopper.OrderId}/cancel?token={shopper.Token}", null, ("Idempotency-Key", "once"))).StatusCode == HttpStatusCode.Accepted, "the parcels to wait");
        await shopper.OrderUntil("cancelled");
        JsonElement order = await shopper.Order();
        Assert.Equal(("refunded", 2), (order.GetProperty("paymentStatus").GetString(), order.GetProperty("refunds").GetArrayLength()));
        Assert.Equal(order.GetProperty("totals").GetProperty("total").GetProperty("amount").GetInt64(), order.GetProperty("refunds").EnumerateArray().Sum(r => r.GetProperty("amount").GetProperty("amount").GetInt64()));
        Assert.Equal(before + 2, await shop.AvailableOf(skus[0]));
    }

    [Fact]
    public async Task A_parcel_of_two_that_comes_back_returns_its_money_and_no_more()
    {
        await using ShopHost shop = await Patient();
        (Shopper shopper, string[] skus) = await Bought(shop);
        await Apart(shop, shopper, (skus[1], 1));
        shop.Clock.Advance(TimeSpan.FromMinutes(31));
        JsonElement[] parcels = await Booked(shopper, 2);
        JsonElement back = parcels.Single(p => Content(p) == $"{skus[1]}×1"), arrives = parcels.Single(p => Content(p) == $"{skus[0]}×2");
        await shop.AtCourier(back, "fail");
        await Until.True(async () => await Works(shop, "parcel") == 1, "staff to be told");
        await shop.AtCourier(back, "return");
        await Until.True(async () => (await shopper.Order()).GetProperty("paymentStatus").GetString() == "partiallyRefunded", "the refund");
        JsonElement order = await shopper.Order();
        Assert.Equal("fulfilling", order.GetProperty("status").GetString());
        JsonElement line = order.GetProperty("lines").EnumerateArray().Single(l => l.GetProperty("sku").GetString() == skus[1]);
        Assert.Equal(line.GetProperty("total").ToString(), Assert.Single(order.GetProperty("refunds").EnumerateArray()).GetProperty("amount").ToString());
        // Somebody looks at it before it is sold again.
        string task = $"/v1/admin/worklist/parcel/{back.GetProperty("id").GetString()}/done";
        Assert.Equal((1, HttpStatusCode.NoContent, 0), (await Works(shop, "parcel"), (await Post(shop, task, null)).StatusCode, await Works(shop, "parcel")));

        await shop.AtCourier(arrives, "deliver");
        await shopper.OrderUntil("completed");
        Assert.Equal("partial", await Fulfilled(shopper));
    }

    [Fact]
    public async Task Goods_of_two_places_go_in_a_parcel_each()
    {
        await using ShopHost shop = await ShopHost.Start();
        string sku = await shop.PhysicalSku();
        int there = await shop.AvailableOf(sku);
        await Post(shop, "/v1/admin/locations", new { id = "bandung", name = "Bandung", priority = 200, address = Address("40111", "Jl. Gudang Selatan 22") });
        Assert.Equal(HttpStatusCode.OK, (await Post(shop, $"/v1/admin/stock/{sku}/receipts", new { quantity = 2, reference = "SJ-1", location = "bandung" })).StatusCode);
        await Until.True(() => shop.Service<LocationDirectory>().All.Count == 2 && shop.Service<global::Shop.Catalog.CatalogIndex>().Find(Sku.Parse(sku))!.Available == there + 2, "the goods");
        var shopper = new Shopper(shop);
        await shopper.Buy(shipped: true, (sku, there + 1));

        JsonElement[] parcels = await Booked(shopper, 2);
        Assert.Equal(there + 1, parcels.Sum(p => p.GetProperty("lines")[0].GetProperty("quantity").GetInt32()));
        JsonElement staff = await ShopClient.Json(await Staff(shop, HttpMethod.Get, $"/v1/admin/orders/{shopper.OrderId}"));
        Assert.Equal(["bandung", "main"], staff.GetProperty("parcels").EnumerateArray().Select(p => p.GetProperty("place").GetString()).Order());
        Assert.Equal(["10110", "40111"], (await Task.WhenAll(parcels.Select(p => AtCourier(shop, p)))).Select(p => p.GetProperty("origin").GetString()).Order());
        foreach (JsonElement parcel in parcels) await shop.AtCourier(parcel, "deliver");
        await shopper.OrderUntil("completed");
    }

    [Fact]
    public async Task What_is_there_goes_first_and_what_was_promised_follows()
    {
        await using ShopHost shop = await ShopHost.Start(configure: b => b.Configuration["Checkout:SendReadyFirst"] = "true");
        string sku = await shop.PhysicalSku();
        int there = await shop.AvailableOf(sku);
        HttpResponseMessage settings = await Staff(shop, HttpMethod.Get, $"/v1/admin/stock/{sku}/settings");
        await Staff(shop, HttpMethod.Put, $"/v1/admin/stock/{sku}/settings/policy", new { kind = "backorder", limit = 5 }, ("If-Match", settings.Headers.ETag!.Tag));
        await Until.True(() => shop.Service<global::Shop.Catalog.CatalogIndex>().Find(Sku.Parse(sku))!.Promise is not null, "the promise");
        var shopper = new Shopper(shop);
        await shopper.Buy(shipped: true, (sku, there + 2));

        JsonElement first = Assert.Single(await Booked(shopper, 1));
        Assert.Equal($"{sku}×{there}", Content(first));
        await shop.AtCourier(first, "deliver");
        await Until.True(async () => await Fulfilled(shopper) == "partial", "the first parcel");
        Assert.Equal(HttpStatusCode.OK, (await Post(shop, $"/v1/admin/stock/{sku}/receipts", new { quantity = 2, reference = "SJ-1" })).StatusCode);
        shop.Clock.Advance(TimeSpan.FromHours(1));
        JsonElement[] both = await Booked(shopper, 2);
        Assert.Equal($"{sku}×2", Content(both[1]));
        await shop.AtCourier(both[1], "deliver");
        await shopper.OrderUntil("completed");
    }

    [Fact]
    public async Task A_promise_that_is_not_kept_is_told_once_to_the_customer_and_to_staff()
    {
        await using ShopHost shop = await ShopHost.Start();
        var shopper = new Shopper(shop);
        await shopper.Buy(shipped: true, (await shop.PhysicalSku(), 1));
        JsonElement parcel = Assert.Single(await Booked(shopper, 1));
        JsonElement promise = (await shopper.Order()).GetProperty("promise");
        Assert.Equal(promise.GetProperty("deliverBy").GetString(), parcel.GetProperty("deliverBy").GetString());
        Assert.True(DateOnly.Parse(promise.GetProperty("shipBy").GetString()!) > shop.Service<ShopOptions>().DayOf(shop.Clock.GetUtcNow()));
        await shop.AtCourier(parcel, "hold");

        shop.Clock.Advance(shop.Service<ShopOptions>().StartOf(DateOnly.Parse(promise.GetProperty("shipBy").GetString()!).AddDays(1)) - shop.Clock.GetUtcNow());
        await Until.True(async () => await Missed(shopper) == 1, "the missed day");
        Assert.Equal(1, await Works(shop, "promise"));
        await shop.AtCourier(parcel, "move");
        await Until.True(async () => await Works(shop, "promise") == 0, "the list to be empty");
        shop.Clock.Advance(shop.Service<ShopOptions>().StartOf(DateOnly.Parse(promise.GetProperty("deliverBy").GetString()!).AddDays(1)) - shop.Clock.GetUtcNow());
        await Until.True(async () => await Missed(shopper) == 2, "the second one");
        Assert.Equal(2, (await shopper.Mails(4)).Count(m => m.GetProperty("subject").GetString()!.Contains("terlambat", StringComparison.Ordinal)));

        await shop.AtCourier(parcel, "deliver");
        await shopper.OrderUntil("completed");
        Assert.Equal((2, 0), (await Missed(shopper), await Works(shop, "promise")));
    }

    [Fact]
    public async Task What_is_collected_needs_no_address_and_is_over_when_it_was_collected()
    {
        await using ShopHost shop = await ShopHost.Start(configure: b => b.Configuration["Checkout:CollectWithinDays"] = "2");
        await Post(shop, "/v1/admin/shipping-zones", new { id = "indonesia", name = "Indonesia", area = new { country = "ID" }, rates = new[] { new { id = "toko", name = "Ambil di toko", kind = "pickup", place = "Jl. Braga 1", estimatedDays = new { min = 0, max = 0 } } } });
        var shopper = new Shopper(shop);
        await shopper.Fill((await shop.PhysicalSku(), 1));
        JsonElement options = await shop.Get($"/v1/store/carts/{shopper.CartId}/shipping-options");
        Assert.Equal(("toko", "pickup"), (Assert.Single(options.GetProperty("data").EnumerateArray()).GetProperty("id").GetString(), options.GetProperty("data")[0].GetProperty("kind").GetString()));
        await ShopClient.Json(await shop.Send(HttpMethod.Patch, $"/v1/store/carts/{shopper.CartId}", new { email = shopper.Email, paymentMethod = "card", shippingOption = "toko" }));
        await shopper.Checkout();
        await shopper.Pay();
        string parcel = Assert.Single(await Booked(shopper, 1)).GetProperty("id").GetString()!;

        string path = $"/v1/admin/orders/{shopper.OrderId}/shipments/{parcel}";
        Assert.Equal(HttpStatusCode.Conflict, (await Post(shop, path + "/collected", null)).StatusCode);
        await ShopClient.Json(await Post(shop, path + "/ready", null));
        await Until.True(async () => (await shopper.Order()).GetProperty("shipments")[0].GetProperty("status").GetString() == "ready", "it to be ready");
        Assert.Contains(await shopper.Mails(2), m => m.GetProperty("subject").GetString()!.Contains("siap diambil", StringComparison.Ordinal));
        Assert.Contains("Jl. Braga 1", await Label(shop, path + "/label"), StringComparison.Ordinal);
        shop.Clock.Advance(TimeSpan.FromDays(2));
        await Until.True(async () => await Works(shop, "promise") == 1, "staff to be told");
        await ShopClient.Json(await Post(shop, path + "/collected", null));
        await shopper.OrderUntil("completed");
        Assert.Equal(0, await Works(shop, "promise"));
    }

    [Fact]
    public async Task A_parcel_that_was_to_be_paid_at_the_door_comes_back_unpaid()
    {
        await using ShopHost shop = await ShopHost.Start(configure: b => b.Configuration["Review:CashOnDelivery"] = "false");
        var shopper = new Shopper(shop);
        await shopper.Fill((await shop.PhysicalSku(), 1));
        await shopper.Prepare(paymentMethod: "cash-on-delivery");
        await shopper.Checkout();
        JsonElement parcel = Assert.Single(await Booked(shopper, 1));
        Assert.Equal(HttpStatusCode.Conflict, (await Split(shop, shopper, (parcel.GetProperty("lines")[0].GetProperty("sku").GetString()!, 1))).StatusCode);
        Assert.Equal((await shopper.Order()).GetProperty("totals").GetProperty("total").GetProperty("amount").GetInt64(), (await AtCourier(shop, parcel)).GetProperty("collectCash").GetProperty("amount").GetInt64());
        await shop.AtCourier(parcel, "move", "fail", "return");

        await shopper.OrderUntil("cancelled");
        JsonElement order = await shopper.Order();
        Assert.Equal(("unpaid", "returned", 0), (order.GetProperty("paymentStatus").GetString(), order.GetProperty("fulfilmentStatus").GetString(), order.GetProperty("refunds").GetArrayLength()));
    }

    [Fact]
    public async Task A_shopper_has_second_thoughts_until_a_courier_is_called()
    {
        await using ShopHost shop = await Patient();
        var shopper = new Shopper(shop);
        await shopper.Fill((await shop.PhysicalSku(), 1));
        await shopper.Prepare();
        await shopper.Checkout();
        HttpResponseMessage read = await shop.Send(HttpMethod.Get, $"/v1/store/orders/{shopper.OrderId}?token={shopper.Token}");
        await Edit(shop, shopper, new { note = "Titip di satpam" }, HttpStatusCode.Accepted, read.Headers.ETag!.ToString());
        await Until.True(async () => (await shopper.Order()).GetProperty("note").GetString() == "Titip di satpam", "the note");
        await Edit(shop, shopper, new { note = "Titip di tetangga" }, HttpStatusCode.PreconditionFailed, read.Headers.ETag!.ToString());
        await shopper.Pay();
        await shopper.OrderUntil("paid");
        await Until.True(async () => await shop.Service<DurableEngine>().Find($"{shopper.OrderId}-1", TestContext.Current.CancellationToken) is not null, "the parcel to wait");

        await Edit(shop, shopper, new { shippingAddress = Address("40135", "Jl. Dago 9") }, HttpStatusCode.Accepted);
        await Until.True(async () => (await shopper.Order()).GetProperty("shippingAddress").GetProperty("line1").GetString() == "Jl. Dago 9", "the address");
        Assert.Contains("order.postage-differs", await Edit(shop, shopper, new { shippingAddress = Address("99111", "Jl. Sentani 1") }, HttpStatusCode.Conflict), StringComparison.Ordinal);
        JsonElement told = (await shopper.Order()).GetProperty("timeline").EnumerateArray().Last();
        Assert.Equal(("order.edited", "The shopper changed: address.", "shopper"), (told.GetProperty("type").GetString(), told.GetProperty("text").GetString(), told.GetProperty("actor").GetString()));

        shop.Clock.Advance(TimeSpan.FromMinutes(31));
        await Booked(shopper, 1);
        Assert.Contains("order.not-editable", await Edit(shop, shopper, new { phone = "+62 811" }, HttpStatusCode.Conflict), StringComparison.Ordinal);
    }

    [Fact]
    public async Task A_parcel_has_a_label_with_its_couriers_number()
    {
        await using ShopHost shop = await ShopHost.Start();
        var shopper = new Shopper(shop);
        await shopper.Buy(shipped: true, (await shop.PhysicalSku(), 1));
        JsonElement parcel = Assert.Single(await Booked(shopper, 1));
        string path = $"/v1/admin/orders/{shopper.OrderId}/shipments/{parcel.GetProperty("id").GetString()}/label";

        string text = await Label(shop, path);
        Assert.Contains(parcel.GetProperty("trackingNumber").GetString()!, text, StringComparison.Ordinal);
        Assert.Contains("Ayu Lestari", text, StringComparison.Ordinal);
        Assert.Equal(HttpStatusCode.NotFound, (await Staff(shop, HttpMethod.Get, path.Replace("-1/label", "-7/label", StringComparison.Ordinal))).StatusCode);
    }

    [Fact]
    public async Task A_courier_that_tells_of_a_parcel_nobody_knows_is_on_the_list_until_somebody_saw_to_it()
    {
        await using ShopHost shop = await ShopHost.Start(demo: false);
        HttpResponseMessage theirs = await shop.Send(
            HttpMethod.Post, "/emulator/courier/v1/orders",
            new
            {
                reference_id = "ord_01kar00000000000000000000-1", origin_contact_name = "Toko", origin_contact_phone = "021", origin_address = "Jl. Satu 1", origin_postal_code = 10110,
                destination_contact_name = "Siti", destination_contact_phone = "0812", destination_address = "Jl. Dua 2", destination_postal_code = 40111, courier_company = "jne", courier_type = "reg",
                delivery_type = "now", items = new[] { new { name = "Parcel", value = 1, quantity = 1, weight = 100 } },
            },
            ("Authorization", "courier_test_emulator"));
        foreach (string? booking in (string?[])["nobody's", (await ShopClient.Json(theirs)).GetProperty("id").GetString()])
            foreach (string status in (string[])["picked", "delivered"])
                Assert.Equal(HttpStatusCode.OK, (await shop.Tell(new { @event = "order.status", order_id = booking, status })).StatusCode);
        TableClient events = shop.Service<ShopStorage>().Table("CourierEvents");
        await Until.True(async () => await events.QueryAsync<TableEntity>(cancellationToken: TestContext.Current.CancellationToken).CountAsync(e => e.ContainsKey("ProcessedAt")) == 4, "what was told to be looked at");
        Assert.Equal(2, await Works(shop, "parcel"));

        JsonElement item = (await ShopClient.Json(await Staff(shop, HttpMethod.Get, "/v1/admin/worklist?kind=parcel"))).GetProperty("data")[0];
        string done = $"/v1/admin/worklist/parcel/{item.GetProperty("id").GetString()}/done";
        Assert.Equal(HttpStatusCode.NoContent, (await Post(shop, done, null)).StatusCode);
        Assert.Equal((HttpStatusCode.NotFound, 1), ((await Post(shop, done, null)).StatusCode, await Works(shop, "parcel")));
        Assert.Equal(HttpStatusCode.BadRequest, (await shop.Tell(new { @event = "order.status", order_id = "x", status = "delivered" }, "another secret")).StatusCode);
        Assert.Equal(1, await Works(shop, "parcel"));
    }

    private static object Address(string postalCode, string line1) => new { name = "Ayu Lestari", phone = "+62 812 3456 7890", line1, district = "Coblong", city = "Bandung", province = "Jawa Barat", postalCode, country = "ID" };

    private static Task<ShopHost> Patient() => ShopHost.Start(configure: builder => builder.Configuration["Checkout:SendAfterMinutes"] = "30");

    /// <summary>Two of one article and one of another, paid, waiting for a courier.</summary>
    private static async Task<(Shopper, string[])> Bought(ShopHost shop)
    {
        var shopper = new Shopper(shop);
        string[] skus = await shop.Client.SkusOf("physical", 2);
        await shopper.Buy(shipped: true, (skus[0], 2), (skus[1], 1));
        await Until.True(async () => await shop.Service<DurableEngine>().Find($"{shopper.OrderId}-1", TestContext.Current.CancellationToken) is { Steps: >= 1 }, "the parcel to wait");
        return (shopper, skus);
    }

    private static async Task Apart(ShopHost shop, Shopper shopper, params (string Sku, int Quantity)[] lines)
    {
        await ShopClient.Json(await Split(shop, shopper, lines));
        await Until.True(async () => (await ShopClient.Json(await Staff(shop, HttpMethod.Get, $"/v1/admin/orders/{shopper.OrderId}"))).GetProperty("parcels").GetArrayLength() == 2, "two parcels");
    }

    private static Task<HttpResponseMessage> Split(ShopHost shop, Shopper shopper, params (string Sku, int Quantity)[] lines) =>
        Post(shop, $"/v1/admin/orders/{shopper.OrderId}/shipments", new { lines = lines.Select(l => new { sku = l.Sku, quantity = l.Quantity }) });

    private static Task<JsonElement[]> Booked(Shopper shopper, int count) => Until.Found(
        async () => (await shopper.Order()).GetProperty("shipments").EnumerateArray().ToArray() is { } parcels && parcels.Length == count ? parcels : null, $"{count} parcels to be booked");

    private static string Content(JsonElement parcel) => string.Join(' ', parcel.GetProperty("lines").EnumerateArray().Select(l => $"{l.GetProperty("sku").GetString()}×{l.GetProperty("quantity").GetInt32()}"));

    private static async Task<string?> Fulfilled(Shopper shopper) => (await shopper.Order()).GetProperty("fulfilmentStatus").GetString();

    private static async Task<int> Missed(Shopper shopper) => (await shopper.Order()).GetProperty("timeline").EnumerateArray().Count(e => e.GetProperty("type").GetString() == "promise.missed");

    private static async Task<int> Works(ShopHost shop, string kind) => (await ShopClient.Json(await Staff(shop, HttpMethod.Get, $"/v1/admin/worklist?kind={kind}"))).GetProperty("data").GetArrayLength();

    private static async Task<JsonElement> AtCourier(ShopHost shop, JsonElement parcel) =>
        await ShopClient.Json(await shop.Send(HttpMethod.Get, $"/emulator/couriers/{parcel.GetProperty("trackingNumber").GetString()}", null, ("Accept", "application/json")));

    private static async Task<string> Edit(ShopHost shop, Shopper shopper, object patch, HttpStatusCode expected, string? seen = null)
    {
        HttpResponseMessage answer = await shop.Send(HttpMethod.Patch, $"/v1/store/orders/{shopper.OrderId}?token={shopper.Token}", patch, seen is null ? [] : [("If-Match", seen)]);
        string body = await answer.Content.ReadAsStringAsync(TestContext.Current.CancellationToken);
        Assert.Equal((expected, body), (answer.StatusCode, body));
        return body;
    }

    private static async Task<string> Label(ShopHost shop, string path)
    {
        HttpResponseMessage answer = await Staff(shop, HttpMethod.Get, path);
        Assert.Equal("application/pdf", answer.Content.Headers.ContentType?.MediaType);
        using PdfDocument document = PdfDocument.Open(await answer.Content.ReadAsByteArrayAsync(TestContext.Current.CancellationToken));
        return string.Join('\n', document.GetPages().Select(p => p.Text));
    }

    private static Task<HttpResponseMessage> Post(ShopHost shop, string path, object? body) => Staff(shop, HttpMethod.Post, path, body);

    private static async Task<HttpResponseMessage> Staff(ShopHost shop, HttpMethod method, string path, object? body = null, params (string, string)[] headers) =>
        await shop.Send(method, path, body, [await shop.StaffToken(), ("Idempotency-Key", Guid.NewGuid().ToString()), .. headers]);
}
