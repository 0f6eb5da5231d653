using System.Net;
using System.Text.Json;
using System.Text.Json.Nodes;
using Azure.Storage.Queues;
using Shop.Catalog;
using Shop.Common;
using Shop.Inventory;
using Shop.Storage;
using Shop.Tests.Journeys;

namespace Shop.Tests.Catalog;

/// <summary>What the catalogue promises of changes, with whole instances: how soon they are seen elsewhere, and that none is lost.</summary>
public sealed class CatalogPromiseTests
{
    private static readonly TimeSpan Promised = TimeSpan.FromSeconds(3);

    private static CancellationToken Stop => TestContext.Current.CancellationToken;

    [Fact]
    public async Task A_change_made_at_one_instance_is_visible_at_another_within_three_seconds()
    {
        await using ShopHost one = await ShopHost.Start(demo: false);
        await using ShopHost other = await ShopHost.Start(one.Prefix, demo: false);
        StaffProducts staff = await StaffProducts.Of(one);
        JsonObject draft = StaffProducts.Draft("kopi");
        (string id, string etag) = await staff.Make(draft);
        await Until.True(async () => (await other.Send(HttpMethod.Get, "/v1/store/products/kopi")).StatusCode == HttpStatusCode.OK, "the product at the other instance", Promised);

        draft["texts"]!["id"]!["title"] = "Kopi Toraja";
        Assert.Equal(HttpStatusCode.OK, (await staff.Put(id, draft, etag)).StatusCode);
        await Until.True(async () => (await other.Get("/v1/store/products?q=toraja")).GetProperty("data").GetArrayLength() == 1, "the new title at the other instance", Promised);

        Assert.Equal(HttpStatusCode.OK, (await one.Send(HttpMethod.Post, "/v1/admin/stock/KOPI/receipts", new { quantity = 7, reference = "SJ-1" }, await one.StaffToken(), ("Idempotency-Key", "once"))).StatusCode);
        await Until.True(async () => Available(await other.Get("/v1/store/products/kopi")) == 7, "the goods at the other instance", Promised);
    }

    [Fact]
    public async Task Word_of_a_change_that_was_given_up_comes_back_and_staff_can_read_of_it()
    {
        await using ShopHost shop = await ShopHost.Start(demo: false);
        var storage = shop.Service<ShopStorage>();
        (string Queue, object Message, string Log)[] given =
        [
            ("catalog-changes", new CatalogChange(CatalogChange.Name, 1, ["prd_01kar0000000000000000000aa"], null), "Shoppers do not see a change of prd_01kar0000000000000000000aa yet"),
            ("stock-repairs", new StockRepair(DateTimeOffset.UnixEpoch), "Shoppers may see availability from before"),
        ];
        foreach ((string name, object message, string log) in given)
        {
            QueueClient queue = storage.Queue(name), poison = storage.Queue($"{name}-poison");
            int before = await Waiting(queue);
            await poison.CreateIfNotExistsAsync(cancellationToken: Stop);
            await poison.SendMessageAsync(JsonSerializer.Serialize(message, ShopJson.Options), Stop);
            await Until.True(async () => await Waiting(queue) == before + 1 && await Waiting(poison) == 0, $"the message in {name} again");
            Assert.Contains(shop.Logs.Lines, line => line.Contains(log, StringComparison.Ordinal));
        }
    }

    /// <summary>Hidden ones too.</summary>
    private static async Task<int> Waiting(QueueClient queue) => (await queue.GetPropertiesAsync(Stop)).Value.ApproximateMessagesCount;

    private static int Available(JsonElement product) => product.GetProperty("variants")[0].GetProperty("available").GetInt32();
}
