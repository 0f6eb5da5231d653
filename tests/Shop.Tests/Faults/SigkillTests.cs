using System.Net;
using System.Text.Json;
using Microsoft.Extensions.Configuration;
using Shop.Tests.Catalog;
using Shop.Tests.Journeys;

namespace Shop.Tests.Faults;

/// <summary>Ten orders stand at ten different storage operations of the app and the engine when their process gets a real SIGKILL; another one finishes them.</summary>
public sealed class SigkillTests
{
    /// <summary>Two more than are wanted: of two that tell the same, only one comes.</summary>
    private const int Points = 12;

    /// <summary>The first order stands until the last has come to its point.</summary>
    private static readonly TimeSpan Long = TimeSpan.FromMinutes(8);

    [Fact]
    public async Task What_a_killed_process_left_halfway_is_finished_once()
    {
        string storage = await AzuriteFixture.ConnectionString(), prefix = AzuriteFixture.NewPrefix();
        var plan = new FaultPlan();
        ShopProcess? alive = null;
        // A request that stands at a point waits for the kill.
        using var http = new HttpClient(new PatientHandler(() => alive?.BaseUrl)) { BaseAddress = new Uri("http://shop.test"), Timeout = Timeout.InfiniteTimeSpan };
        var client = new ShopClient(http);
        await using StorageGate first = await StorageGate.Open(storage, prefix, plan, countsOperations: true), second = await StorageGate.Open(storage, prefix, plan);
        await using ShopProcess dying = await ShopProcess.Start(prefix, first.ConnectionString, 0, "--no-demo");
        alive = dying;
        await Offer(client);

        (Shopper model, FaultSubject recorded) = await Prepared(client, plan, 0, null);
        await Run(client, model, () => false);
        // What is done once is done each time; how often something is read depends on how quickly it is answered.
        FaultPoint[] all = [.. recorded.Steps.Where(s => s.Number == 1).SelectMany(s => (FaultPoint[])[new(s, Moment.Before, Harm.Kill), new(s, Moment.After, Harm.Kill)])];
        FaultPoint[] points = [.. Enumerable.Range(0, Points).Select(i => all[i * all.Length / Points])];
        List<(Task Flow, FaultSubject Subject)> running = [];
        // Who stands in the middle of a step may keep others from it, as of the next invoice number: those who come later stop before it.
        foreach ((int i, FaultPoint point) in points.Index().Reverse())
        {
            (Shopper shopper, FaultSubject subject) = await Prepared(client, plan, i + 1, point);
            Task flow = Run(client, shopper, () => subject.Reached.IsCompleted && !first.End.IsCompleted);
            running.Add((flow, subject));
            // An order that never comes to its point simply goes on.
            await Task.WhenAny(subject.Reached, flow);
        }

        alive = null;
        await dying.Kill();
        first.Kill();
        await using (alive = await ShopProcess.Start(prefix, second.ConnectionString, 0, "--no-demo")) await Task.WhenAll(running.Select(r => r.Flow));
        await using ShopHost shop = await ShopHost.Start(prefix, demo: false, builder => builder.Configuration["Emulator:LongestLease"] = "00:00:03");
        await Invariants.Hold(shop);
        int reached = running.Count(r => r.Subject.Reached.IsCompleted);
        TestContext.Current.SendDiagnosticMessage($"SIGKILL at {reached} of {Points} points: {string.Join(", ", points.AsEnumerable())}");
        Assert.True(reached >= Points - 2, $"Only {reached} of {Points} points were reached.");
    }

    private static async Task Offer(ShopClient client)
    {
        (string, string) staff = ("Authorization", "Bearer " + await client.SignInOwner());
        for (int i = 0; i <= Points; i++)
        {
            await ShopClient.Json(await client.Send(HttpMethod.Post, "/v1/admin/products", StaffProducts.Draft($"kopi-{i}"), staff));
            await ShopClient.Json(await client.Send(HttpMethod.Post, $"/v1/admin/stock/{Sku(i)}/receipts", new { quantity = 10, reference = "SJ-1" }, staff, ("Idempotency-Key", $"stock-{i}")));
        }
        await Until.True(async () => await client.Send(HttpMethod.Get, "/v1/store/products?inStock=true") is { StatusCode: HttpStatusCode.OK } shown && (await ShopClient.Json(shown)).GetProperty("data").GetArrayLength() == Points + 1, "the catalogue");
    }

    /// <summary>Each order has an article of its own: who stands while its stock is written keeps others from it.</summary>
    private static string Sku(int order) => $"KOPI-{order}";

    private static async Task<(Shopper, FaultSubject)> Prepared(ShopClient client, FaultPlan plan, int order, FaultPoint? point)
    {
        var shopper = new Shopper(client);
        await shopper.Fill((Sku(order), 1));
        await shopper.Prepare();
        return (shopper, plan.Watch(shopper.CartId, point));
    }

    /// <summary>Buys, pays and moves the clock until the parcel is there.</summary>
    /// <param name="stands">Whether it waits for the kill: until then nothing is asked and no time goes by.</param>
    private static async Task Run(ShopClient client, Shopper shopper, Func<bool> stands)
    {
        shopper.Placed(await ShopClient.Json(await shopper.TryCheckout()));
        bool paid = false;
        await Until.True(
            async () =>
            {
                while (stands()) await Task.Delay(TimeSpan.FromMilliseconds(10), TimeProvider.System, TestContext.Current.CancellationToken);
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
