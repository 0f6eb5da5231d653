using System.Net;
using System.Text.Json;
using Microsoft.DurableTask.Client;
using Microsoft.Extensions.DependencyInjection;
using Shop.Checkout;
using Shop.Common;
using Shop.Integration;

namespace Shop.Tests.Journeys;

public sealed class StaffOrderJourneys
{
    [Fact]
    public async Task Staff_find_orders_by_number_by_address_and_by_how_they_stand()
    {
        await using ShopHost shop = await ShopHost.Start();
        Shopper ayu = await Shopper.CheckedOut(shop), budi = await Shopper.CheckedOut(shop);
        JsonElement order = await ayu.Order();

        Assert.Equal([budi.OrderId, ayu.OrderId], Ids(await Staff(shop, HttpMethod.Get, "/v1/admin/orders")));
        Assert.Equal([ayu.OrderId], Ids(await Staff(shop, HttpMethod.Get, $"/v1/admin/orders?number={order.GetProperty("number").GetString()}")));
        Assert.Equal([ayu.OrderId], Ids(await Staff(shop, HttpMethod.Post, "/v1/admin/order-searches", new { email = ayu.Email.ToUpperInvariant() })));
        Assert.Empty(Ids(await Staff(shop, HttpMethod.Get, "/v1/admin/orders?status=cancelled")));

        JsonElement first = await Staff(shop, HttpMethod.Get, "/v1/admin/orders?limit=1&status=awaitingPayment");
        JsonElement second = await Staff(shop, HttpMethod.Get, $"/v1/admin/orders?limit=1&status=awaitingPayment&cursor={Uri.EscapeDataString(first.GetProperty("nextCursor").GetString()!)}");
        Assert.Equal([budi.OrderId, ayu.OrderId], Ids(first).Concat(Ids(second)));
    }

    [Fact]
    public async Task The_timeline_is_read_as_of_any_moment()
    {
        await using ShopHost shop = await ShopHost.Start();
        Shopper ayu = await Shopper.CheckedOut(shop);
        shop.Clock.Advance(TimeSpan.FromMinutes(5));
        string before = Uri.EscapeDataString(shop.Clock.GetUtcNow().ToString("yyyy-MM-ddTHH:mm:ss.fffffffZ", System.Globalization.CultureInfo.InvariantCulture));
        shop.Clock.Advance(TimeSpan.FromMinutes(5));
        await ShopClient.Json(await shop.Send(HttpMethod.Post, $"/v1/admin/orders/{ayu.OrderId}/cancel", new { reason = "a test" }, await shop.StaffToken(), ("Idempotency-Key", Guid.NewGuid().ToString())));
        await ayu.OrderUntil("cancelled");

        JsonElement then = await Staff(shop, HttpMethod.Get, $"/v1/admin/orders/{ayu.OrderId}/timeline?asOf={before}"), now = await Staff(shop, HttpMethod.Get, $"/v1/admin/orders/{ayu.OrderId}/timeline");
        Assert.Equal(("awaitingPayment", "cancelled"), (then.GetProperty("status").GetString(), now.GetProperty("status").GetString()));
        Assert.StartsWith("staff:stf_", now.GetProperty("entries").EnumerateArray().Last().GetProperty("actor").GetString(), StringComparison.Ordinal);
        JsonElement told = (await ayu.Order()).GetProperty("timeline").EnumerateArray().Last();
        Assert.Equal(("staff", "The order was cancelled before it was paid: a test."), (told.GetProperty("actor").GetString(), told.GetProperty("text").GetString()));

        // Nor does a shopper learn of the shop's keys.
        Shopper budi = await Shopper.CheckedOut(shop);
        string key = (await ShopClient.Json(await shop.Send(HttpMethod.Post, "/v1/admin/api-keys", new { name = "kasir", scopes = new[] { "orders:write" } }, await shop.StaffToken()))).GetProperty("key").GetString()!;
        await ShopClient.Json(await shop.Send(HttpMethod.Post, $"/v1/admin/orders/{budi.OrderId}/cancel", new { reason = "a test" }, ("Authorization", "Bearer " + key), ("Idempotency-Key", Guid.NewGuid().ToString())));
        await budi.OrderUntil("cancelled");
        Assert.Equal("staff", (await budi.Order()).GetProperty("timeline").EnumerateArray().Last().GetProperty("actor").GetString());
    }

    [Fact]
    public async Task Notes_are_for_staff_only_and_are_written_once()
    {
        await using ShopHost shop = await ShopHost.Start();
        Shopper ayu = await Shopper.CheckedOut(shop);
        string key = Guid.NewGuid().ToString();
        foreach (int _ in (int[])[1, 2])
            Assert.Equal(HttpStatusCode.Created, (await shop.Send(HttpMethod.Post, $"/v1/admin/orders/{ayu.OrderId}/notes", new { text = "asked for a bow" }, await shop.StaffToken(), ("Idempotency-Key", key))).StatusCode);

        JsonElement seen = await Staff(shop, HttpMethod.Get, $"/v1/admin/orders/{ayu.OrderId}");
        Assert.Equal("asked for a bow", Assert.Single(seen.GetProperty("notes").EnumerateArray()).GetProperty("text").GetString());
        Assert.DoesNotContain("bow", (await ayu.Order()).ToString(), StringComparison.Ordinal);
    }

    [Fact]
    public async Task An_order_that_stands_still_is_told_and_goes_on_where_it_stopped()
    {
        await using ShopHost shop = await ShopHost.Start(configure: builder => builder.Configuration["Checkout:SendAfterMinutes"] = "30");
        var ayu = new Shopper(shop);
        string sku = await shop.PhysicalSku();
        int before = await shop.AvailableOf(sku);
        await ayu.Buy(shipped: true, (sku, 1));
        DurableTaskClient durable = shop.Service<DurableTaskClient>();
        // A parcel's flow that is ended by hand takes the order's with it.
        await Until.True(async () => await durable.GetInstanceAsync($"{ayu.OrderId}-1", TestContext.Current.CancellationToken) is not null, "the parcel's flow");
        await durable.TerminateInstanceAsync($"{ayu.OrderId}-1", null, TestContext.Current.CancellationToken);
        await Until.True(async () => await durable.GetInstanceAsync(ayu.OrderId, TestContext.Current.CancellationToken) is { IsCompleted: true }, "the order's flow to stop");

        await Until.True(
            async () =>
            {
                shop.Clock.Advance(TimeSpan.FromHours(1));
                return (await Staff(shop, HttpMethod.Get, "/v1/admin/attention")).GetProperty("data").EnumerateArray().Any(f => f.GetProperty("orderId").GetString() == ayu.OrderId);
            }, "the flow to be told");
        await Until.True(
            async () => (await ShopClient.Json(await shop.Send(HttpMethod.Get, "/emulator/mailbox", null, ("Accept", "application/json")))).ToString().Contains("Pesanan berhenti: CheckoutV1", StringComparison.Ordinal), "the mail");

        // However long ago it was begun.
        shop.Clock.Advance(TimeSpan.FromDays(61));
        await Ran(shop);
        Assert.Single((await Staff(shop, HttpMethod.Get, "/v1/admin/attention")).GetProperty("data").EnumerateArray(), f => f.GetProperty("orderId").GetString() == ayu.OrderId);

        await Staff(shop, HttpMethod.Post, $"/v1/admin/attention/{ayu.OrderId}/restart");
        Assert.Empty((await Staff(shop, HttpMethod.Get, "/v1/admin/attention")).GetProperty("data").EnumerateArray());
        await Until.True(async () => await durable.GetInstanceAsync($"{ayu.OrderId}-1", TestContext.Current.CancellationToken) is { IsCompleted: false }, "the parcel to be followed again");
        shop.Clock.Advance(TimeSpan.FromMinutes(31));
        await shop.MoveUntilOver(ayu);
        Assert.Equal(before - 1, await shop.AvailableOf(sku));
        Assert.Single((await ayu.Mails()), m => m.GetProperty("subject").GetString()!.StartsWith("Pembayaran diterima", StringComparison.Ordinal));
    }

    [Fact]
    public async Task What_broke_off_in_its_middle_is_finished_when_it_is_begun_anew()
    {
        bool refuses = false;
        await using ShopHost shop = await ShopHost.Start(configure: b =>
        {
            (b.Configuration["Checkout:SendAfterMinutes"], b.Configuration["Returns:ApproveAutomatically"]) = ("30", "true");
            b.Provider("stripe", (request, _) => Task.FromResult(refuses && request.RequestUri!.AbsolutePath.EndsWith("/refunds", StringComparison.Ordinal) ? new HttpResponseMessage(HttpStatusCode.ServiceUnavailable) : null));
        });
        DurableTaskClient durable = shop.Service<DurableTaskClient>();
        string sku = await shop.PhysicalSku();
        var (returns, cancels) = (new Shopper(shop), new Shopper(shop));
        Task Packed(Shopper shopper) => Until.True(async () => await durable.GetInstanceAsync($"{shopper.OrderId}-1", TestContext.Current.CancellationToken) is not null, "the parcel's flow");
        Task Refund(Shopper shopper, string status) => Until.True(async () => (await shopper.Order()).GetProperty("refunds").EnumerateArray().ToArray() is [var refund] && refund.GetProperty("status").GetString() == status, $"the refund to be {status}");
        await returns.Buy(shipped: true, (sku, 1));
        await Packed(returns);
        shop.Clock.Advance(TimeSpan.FromMinutes(31));
        await shop.MoveUntilOver(returns);
        int before = await shop.AvailableOf(sku);
        string id = (await ShopClient.Json(await shop.Send(HttpMethod.Post, $"/v1/store/orders/{returns.OrderId}/returns?token={returns.Token}", new { lines = new[] { new { sku, quantity = 1 } }, reason = "damaged" }, ("Idempotency-Key", "once")))).GetProperty("id").GetString()!;
        Task Return(string status) => Until.True(async () => (await returns.Order()).GetProperty("returns").EnumerateArray().Any(r => r.GetProperty("status").GetString() == status), $"the return to be {status}");
        await Return("approved");
        await Staff(shop, HttpMethod.Post, $"/v1/admin/orders/{returns.OrderId}/returns/{id}/receipt");
        await Return("received");
        await cancels.Buy(shipped: true, (sku, 1));
        await Packed(cancels);

        refuses = true;
        await Staff(shop, HttpMethod.Post, $"/v1/admin/orders/{returns.OrderId}/returns/{id}/inspection", new { lines = new[] { new { sku, restocked = 1, writtenOff = 0, rejected = 0 } } });
        await ShopClient.Json(await shop.Send(HttpMethod.Post, $"/v1/store/orders/{cancels.OrderId}/cancel?token={cancels.Token}", null, ("Idempotency-Key", "once")));
        await Refund(returns, "pending");
        await Refund(cancels, "pending");
        foreach (string flow in (string[])[id, $"{cancels.OrderId}-1"]) await durable.TerminateInstanceAsync(flow, null, TestContext.Current.CancellationToken);
        foreach (string flow in (string[])[id, cancels.OrderId]) await Until.True(async () => await durable.GetInstanceAsync(flow, TestContext.Current.CancellationToken) is { IsCompleted: true }, "the flows to stop");

        refuses = false;
        foreach (string flow in (string[])[id, cancels.OrderId]) await Staff(shop, HttpMethod.Post, $"/v1/admin/attention/{flow}/restart");
        await Return("completed");
        await Refund(returns, "done");
        await Until.True(
            async () =>
            {
                shop.Clock.Advance(TimeSpan.FromMinutes(5));
                return (await cancels.Order()).GetProperty("status").GetString() == "cancelled";
            }, "the cancellation");
        await Refund(cancels, "done");
        Assert.Equal((0, before + 1), ((await cancels.Order()).GetProperty("shipments").GetArrayLength(), await shop.AvailableOf(sku)));
    }

    [Fact]
    public async Task A_paid_order_whose_step_fails_for_an_hour_is_told_while_it_is_tried()
    {
        bool broken = true;
        await using ShopHost shop = await ShopHost.Start(configure: b =>
            b.Services.AddSingleton<IEventPublisher>(p => new Breaking(ActivatorUtilities.CreateInstance<ServiceBusPublisher>(p), told => broken && told.Type == "order.paid")));
        Shopper ayu = await Shopper.CheckedOut(shop);
        await ayu.Pay();
        await ayu.OrderUntil("paid");
        async Task<JsonElement[]> Stuck() => [.. (await Staff(shop, HttpMethod.Get, "/v1/admin/attention")).GetProperty("data").EnumerateArray()];
        Assert.Empty(await Stuck());

        shop.Clock.Advance(TellSlow.Patience + TimeSpan.FromMinutes(6));
        await Until.True(
            async () =>
            {
                shop.Clock.Advance(TimeSpan.FromMinutes(1));
                return await Stuck() is [var flow] && flow.GetProperty("orderId").GetString() == ayu.OrderId && flow.GetProperty("tried").GetBoolean();
            }, "the order to be told");
        await Until.True(
            async () => (await ShopClient.Json(await shop.Send(HttpMethod.Get, "/emulator/mailbox", null, ("Accept", "application/json")))).ToString().Contains("Pesanan berhenti: CheckoutV1", StringComparison.Ordinal), "the mail");
        await Ran(shop);
        Assert.Single(await Stuck());

        broken = false;
        await Until.True(
            async () =>
            {
                shop.Clock.Advance(TimeSpan.FromMinutes(1));
                return (await Stuck()).Length == 0;
            }, "the step to be done");
        await Until.True(async () => (await ayu.Order()).GetProperty("shipments").GetArrayLength() == 1, "the order to go on");
    }

    /// <summary>Fails where a test says so.</summary>
    private sealed class Breaking(IEventPublisher whole, Func<DomainEvent, bool> breaks) : IEventPublisher
    {
        public Task Publish(IReadOnlyCollection<DomainEvent> events, CancellationToken cancellationToken) =>
            events.Any(breaks) ? throw new InvalidOperationException("The topic is away.") : whole.Publish(events, cancellationToken);
    }

    private static Task Ran(ShopHost shop) => shop.Service<WatchFlows>().Run(shop.Service<DurableTaskClient>(), TestContext.Current.CancellationToken);

    private static IEnumerable<string?> Ids(JsonElement page) => page.GetProperty("data").EnumerateArray().Select(o => o.GetProperty("id").GetString());

    private static async Task<JsonElement> Staff(ShopHost shop, HttpMethod method, string path, object? body = null) =>
        await ShopClient.Json(await shop.Send(method, path, body, await shop.StaffToken(), ("Idempotency-Key", Guid.NewGuid().ToString())));
}
