using System.Net;
using System.Text.Json;
using System.Text.Json.Nodes;
using Shop.Tests.Catalog;
using Shop.Tests.Journeys;

namespace Shop.Tests.Faults;

/// <summary>Two processes of the shop on one storage: the second leaves orchestrations to the first, and does everything else.</summary>
public sealed class ScaleOutTests : IAsyncLifetime
{
    private readonly string _prefix = AzuriteFixture.NewPrefix();
    private ShopProcess[] _processes = [];
    private ShopClient[] _clients = [];
    private (string, string) _staff;

    public async ValueTask InitializeAsync()
    {
        string storage = await AzuriteFixture.ConnectionString();
        _processes = [await ShopProcess.Start(_prefix, storage, 0, "--no-demo"), await ShopProcess.Start(_prefix, storage, 0, "--no-demo", "--no-orchestrations")];
        _clients = [.. _processes.Select(p => new ShopClient(p.Http))];
        _staff = ("Authorization", "Bearer " + await _clients[0].SignInOwner());
    }

    public async ValueTask DisposeAsync()
    {
        foreach (ShopProcess process in _processes) await process.DisposeAsync();
    }

    [Fact]
    public async Task Both_serve_and_stock_carts_coupons_and_catalogue_stay_right()
    {
        string scarce = await Offer("langka", 20), plenty = await Offer("banyak", 1_000);
        await ShopClient.Json(await _clients[0].Send(HttpMethod.Post, "/v1/admin/coupons", new { code = "LIMA", coupon = new { name = "Lima", percentOff = 10, limit = 5 } }, _staff));

        // Forty want one of twenty, each at both processes by turns.
        bool[] got = await Task.WhenAll(Enumerable.Range(0, 40).Select(i => Bought(i, scarce, null)));
        Assert.Equal(20, got.Count(g => g));
        JsonElement levels = await ShopClient.Json(await _clients[1].Send(HttpMethod.Get, $"/v1/admin/stock/{scarce}/levels", null, _staff));
        Assert.Equal((20, 20, 0), (levels.GetProperty("onHand").GetInt32(), levels.GetProperty("held").GetInt32(), levels.GetProperty("available").GetInt32()));

        got = await Task.WhenAll(Enumerable.Range(0, 12).Select(i => Bought(i, plenty, "LIMA")));
        Assert.Equal(5, got.Count(g => g));

        await NothingIsLostInACart(plenty);
        await AChangeIsSeenByBoth("banyak");
        await APaidOrderIsFollowedByBoth(plenty);
    }

    private async Task NothingIsLostInACart(string sku)
    {
        string cart = (await ShopClient.Json(await _clients[0].Send(HttpMethod.Post, "/v1/store/carts"))).GetProperty("id").GetString()!;
        await Task.WhenAll(Enumerable.Range(0, 16).Select(i => Until.True(
            async () => (await _clients[i % 2].Send(HttpMethod.Post, $"/v1/store/carts/{cart}/lines", new { sku, quantity = 1 })).IsSuccessStatusCode, "a line to be added")));
        foreach (ShopClient client in _clients) Assert.Equal(16, (await client.Get($"/v1/store/carts/{cart}")).GetProperty("lines")[0].GetProperty("quantity").GetInt32());
    }

    private async Task AChangeIsSeenByBoth(string handle)
    {
        JsonElement found = await _clients[0].Get("/v1/store/products?limit=10");
        string id = found.GetProperty("data").EnumerateArray().First(p => p.GetProperty("slug").GetString() == handle).GetProperty("id").GetString()!;
        HttpResponseMessage read = await _clients[0].Send(HttpMethod.Get, $"/v1/admin/products/{id}", null, _staff);
        JsonObject draft = StaffProducts.Without(StaffProducts.Draft(handle, rupiah: 123_000), "handle");
        await ShopClient.Json(await _clients[1].Send(HttpMethod.Put, $"/v1/admin/products/{id}", draft, _staff, ("If-Match", read.Headers.ETag!.ToString())));
        foreach (ShopClient client in _clients)
            await Until.True(async () => (await client.Get($"/v1/store/products/{handle}")).ToString().Contains("12300000", StringComparison.Ordinal), "the new price", TimeSpan.FromSeconds(3));
    }

    /// <summary>Paid at the second, packed by the first, told by whichever is free.</summary>
    private async Task APaidOrderIsFollowedByBoth(string sku)
    {
        var shopper = new Shopper(_clients[1]);
        await shopper.Fill((sku, 1));
        await shopper.Prepare();
        await shopper.Checkout();
        await shopper.Pay();
        await shopper.OrderUntil("fulfilling");
        await Until.True(async () =>
        {
            await ShopClient.Json(await _clients[0].Send(HttpMethod.Post, "/emulator/clock", new { advance = "PT11S" }));
            return (await shopper.Order()).GetProperty("status").GetString() == "completed";
        }, "the parcel");
        Assert.Equal(3, (await shopper.Mails(3)).Length);
        // Every shopper of this test asked at both; mails and webhooks came from queues and topics that both listen to.
        foreach (ShopClient client in _clients)
        {
            Assert.True(await Invocations(client, "CartGet", "CartAddLine", "CartCreate") > 0);
            // Whoever is free takes a message, mostly who sent it: so both are asked for something until each had its share.
            await Until.True(async () =>
            {
                if (await Invocations(client, "Accounting", "Analytics", "SendMail", "PaymentEvents", "CourierEvents", "AppendCatalogChange", "RunExport") > 0) return true;
                await ShopClient.Json(await client.Send(HttpMethod.Post, "/v1/admin/exports", new { format = "ndjson" }, _staff));
                return false;
            }, "work from a queue");
        }
        Assert.True(await Invocations(_clients[0], "CheckoutPrepareV1") > 0);
        Assert.Equal(0, await Invocations(_clients[1], "CheckoutPrepareV1"));
    }

    private static async Task<long> Invocations(ShopClient client, params string[] functions)
    {
        JsonElement listed = await client.Get("/emulator/functions");
        return listed.GetProperty("data").EnumerateArray().Where(f => functions.Contains(f.GetProperty("name").GetString())).Sum(f => f.GetProperty("count").GetInt64());
    }

    private async Task<string> Offer(string handle, int quantity)
    {
        string sku = handle.ToUpperInvariant();
        await ShopClient.Json(await _clients[0].Send(HttpMethod.Post, "/v1/admin/products", StaffProducts.Draft(handle), _staff));
        // Staff need not know that the other process hears of it a moment later only.
        await ShopClient.Json(await _clients[1].Send(HttpMethod.Post, $"/v1/admin/stock/{sku}/receipts", new { quantity, reference = "SJ-1" }, _staff, ("Idempotency-Key", $"stock-{sku}")));
        foreach (ShopClient client in _clients)
            await Until.True(async () => await client.Send(HttpMethod.Get, $"/v1/store/products/{handle}") is { StatusCode: HttpStatusCode.OK } shown
                && (await ShopClient.Json(shown)).GetProperty("variants")[0].GetProperty("available").GetInt32() >= Math.Min(quantity, 20), $"{handle} to be seen");
        return sku;
    }

    /// <returns>Whether the order could be placed. Its cart was begun at one process and is checked out at the other.</returns>
    private async Task<bool> Bought(int number, string sku, string? coupon)
    {
        var shopper = new Shopper(_clients[number % 2]);
        await shopper.Fill((sku, 1));
        ShopClient other = _clients[(number + 1) % 2];
        if (coupon is not null && !(await other.Send(HttpMethod.Post, $"/v1/store/carts/{shopper.CartId}/coupons", new { code = coupon })).IsSuccessStatusCode) return false;
        Shopper there = shopper.At(other);
        await there.Prepare();
        HttpResponseMessage answer = await there.TryCheckout();
        if (answer.StatusCode is HttpStatusCode.Conflict or HttpStatusCode.UnprocessableEntity) return false;
        there.Placed(await ShopClient.Json(answer));
        return true;
    }
}
