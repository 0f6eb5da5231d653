using System.Net;
using System.Text.Json;
using System.Text.Json.Nodes;
using Microsoft.Extensions.Configuration;
using Shop.Tests.Catalog;
using Shop.Tests.Journeys;

namespace Shop.Tests.Faults;

/// <summary>Ten orders stand at ten different storage operations of the app and the engine when their process gets a real SIGKILL; another one finishes them.</summary>
public sealed class SigkillTests
{
    /// <summary>Two more than are wanted: of two that tell the same, only one comes.</summary>
    private const int Points = 12;

    [Fact]
    public async Task What_a_killed_process_left_halfway_is_finished_once()
    {
        string storage = await AzuriteFixture.ConnectionString(), prefix = AzuriteFixture.NewPrefix();
        var plan = new FaultPlan();
        ShopProcess? alive = null;
        using var http = new HttpClient(new PatientHandler(() => alive?.BaseUrl)) { BaseAddress = new Uri("http://shop.test") };
        var client = new ShopClient(http);
        await using StorageGate first = await StorageGate.Open(storage, prefix, plan, countsOperations: true), second = await StorageGate.Open(storage, prefix, plan);
        ShopProcess dying = alive = await ShopProcess.Start(prefix, first.ConnectionString, 0, "--no-demo");
        await Offer(client);

        (Shopper model, FaultSubject recorded) = await Prepared(client, plan, null);
        await Run(client, model);
        // What is done once is done each time; how often something is read depends on how quickly it is answered.
        FaultPoint[] all = [.. recorded.Steps.Where(s => s.Number == 1).SelectMany(s => (FaultPoint[])[new(s, Moment.Before, Harm.Kill), new(s, Moment.After, Harm.Kill)])];
        FaultPoint[] points = [.. Enumerable.Range(0, Points).Select(i => all[i * all.Length / Points])];
        List<(Task Flow, FaultSubject Subject)> running = [];
        foreach (FaultPoint point in points)
        {
            (Shopper shopper, FaultSubject subject) = await Prepared(client, plan, point);
            running.Add((Run(client, shopper), subject));
        }
        // An order that never comes to its point simply goes on.
        await Task.WhenAll(running.Select(r => Task.WhenAny(r.Subject.Reached, r.Flow)));

        alive = null;
        await dying.Kill();
        first.Kill();
        await dying.DisposeAsync();
        alive = await ShopProcess.Start(prefix, second.ConnectionString, 0, "--no-demo");
        await Task.WhenAll(running.Select(r => r.Flow));
        await alive.DisposeAsync();
        await using ShopHost shop = await ShopHost.Start(prefix, demo: false, builder => builder.Configuration["Emulator:LongestLease"] = "00:00:03");
        await Invariants.Hold(shop);
        int reached = running.Count(r => r.Subject.Reached.IsCompleted);
        TestContext.Current.SendDiagnosticMessage($"SIGKILL at {reached} of {Points} points: {string.Join(", ", points.AsEnumerable())}");
        Assert.True(reached >= Points - 2, $"Only {reached} of {Points} points were reached.");
    }

    private static async Task Offer(ShopClient client)
    {
        JsonElement session = await ShopClient.Json(await client.Send(HttpMethod.Post, "/v1/admin/sessions", new { email = ShopHost.StaffEmail, password = ShopHost.StaffPassword }));
        (string, string) staff = ("Authorization", "Bearer " + session.GetProperty("accessToken").GetString());
        JsonObject draft = StaffProducts.Draft("kopi");
        await ShopClient.Json(await client.Send(HttpMethod.Post, "/v1/admin/products", draft, staff));
        await ShopClient.Json(await client.Send(HttpMethod.Post, "/v1/admin/stock/KOPI/receipts", new { quantity = 1_000, reference = "SJ-1" }, staff, ("Idempotency-Key", "stock")));
        await Until.True(async () => await client.Send(HttpMethod.Get, "/v1/store/products?inStock=true") is { StatusCode: HttpStatusCode.OK } shown && (await ShopClient.Json(shown)).GetProperty("data").GetArrayLength() == 1, "the catalogue");
    }

    private static async Task<(Shopper, FaultSubject)> Prepared(ShopClient client, FaultPlan plan, FaultPoint? point)
    {
        var shopper = new Shopper(client);
        await shopper.Fill(("KOPI", 1));
        await shopper.Prepare();
        return (shopper, plan.Watch(shopper.CartId, point));
    }

    /// <summary>An order waits at its point for all others to come to theirs, and the clock goes only as fast as they are asked about: how long that takes is the machine's affair.</summary>
    private static readonly TimeSpan Long = TimeSpan.FromMinutes(8);

    /// <summary>Buys, pays and moves the clock until the parcel is there.</summary>
    private static async Task Run(ShopClient client, Shopper shopper)
    {
        shopper.Placed(await ShopClient.Json(await shopper.TryCheckout()));
        bool paid = false;
        await Until.True(
            async () =>
            {
                using HttpResponseMessage answer = await client.Send(HttpMethod.Get, $"/v1/store/orders/{shopper.OrderId}?token={shopper.Token}");
                if (answer.StatusCode == HttpStatusCode.NotFound) return false;
                JsonElement order = await ShopClient.Json(answer);
                if (!paid && shopper.Instructed(order)) paid = (await shopper.Pay()).IsSuccessStatusCode;
                await client.Send(HttpMethod.Post, "/emulator/clock", new { advance = "PT3S" });
                return order.GetProperty("status").GetString() is "completed" or "cancelled";
            },
            $"{shopper.OrderId} to be over",
            Long);
    }
}
