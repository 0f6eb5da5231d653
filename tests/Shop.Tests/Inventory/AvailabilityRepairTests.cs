using Azure.Storage.Queues;
using Azure.Storage.Queues.Models;
using Shop.Catalog;
using Shop.Common;
using Shop.Inventory;
using Shop.Storage;
using Shop.Tests.Faults;

namespace Shop.Tests.Inventory;

public sealed class AvailabilityRepairTests
{
    private static readonly TimeSpan Long = TimeSpan.FromMinutes(2), Short = TimeSpan.FromSeconds(1);

    private static CancellationToken Stop => TestContext.Current.CancellationToken;

    [Fact]
    public async Task A_change_whose_answer_was_lost_is_told_to_shoppers_all_the_same()
    {
        StockRoom room = await StockRoom.New(("KOPI", 20));
        string orderId = Ids.New("ord", TimeProvider.System);
        var plan = new FaultPlan();
        plan.Watch(orderId, new FaultPoint(new Step("POST Stock", 1), Moment.After, Harm.Fail));
        await using StorageGate gate = await StorageGate.Open(await AzuriteFixture.ConnectionString(), room.Prefix, plan, countsOperations: true);
        StockRoom behind = room.Behind(gate.ConnectionString);
        await Assert.ThrowsAnyAsync<Azure.RequestFailedException>(() => behind.Hold.Run(orderId, StockRoom.Lines(("KOPI", 5)), Stop));
        Assert.Equal(5, (await room.Item("KOPI")).Held);
        Assert.False(behind.Feed.IsEmpty);

        await behind.Feed.Flush(Stop);

        Assert.Equal(15, behind.Index.Find(Sku.Parse("KOPI"))!.Available);
        await room.Follower.CatchUp(Stop);
        Assert.Equal(15, room.Index.Find(Sku.Parse("KOPI"))!.Available);
        Assert.True(behind.Feed.IsEmpty);
    }

    [Fact]
    public async Task What_a_killed_process_did_not_pass_on_is_passed_on_by_whoever_finds_its_word()
    {
        StockRoom killed = await StockRoom.New(("KOPI", 20), ("TEH", 5));
        using StockWatch watch = killed.Watch(Short);
        await watch.StartingAsync(Stop);
        await killed.Feed.Flush(Stop);
        await killed.Hold.Run("ord_1", StockRoom.Lines(("KOPI", 5)), Stop); // Announced in memory, never flushed.

        StockRoom other = await Started(killed);
        StockRepair word = await Found(killed.Storage);
        Assert.Equal(20, other.Index.Find(Sku.Parse("KOPI"))!.Available);
        Assert.Equal(1, await other.Repair.Run(word, Stop));
        Assert.Equal(15, other.Index.Find(Sku.Parse("KOPI"))!.Available);
        StockRoom third = await Started(killed);
        Assert.Equal(15, third.Index.Find(Sku.Parse("KOPI"))!.Available);
        Assert.Equal(0, await third.Repair.Run(word, Stop));
    }

    [Fact]
    public async Task A_start_costs_two_operations_and_a_sign_of_life_one_however_many_SKUs_there_are()
    {
        StockRoom room = await StockRoom.New([.. Enumerable.Range(0, 30).Select(i => ($"SKU-{i}", 3))]);
        await room.Feed.Flush(Stop);
        using StockWatch watch = room.Watch(Long);
        using (StorageMeter.Scope start = StorageMeter.Begin())
        {
            await watch.StartingAsync(Stop);
            Assert.Equal((2, 2), (start.Queues, start.Total));
        }
        using StorageMeter.Scope alive = StorageMeter.Begin();
        await watch.PutOff(Stop);
        Assert.Equal((1, 1), (alive.Queues, alive.Total));
    }

    [Fact]
    public async Task A_repair_reads_pages_of_what_was_written_lately_and_goes_on_in_another_message()
    {
        StockRoom room = await StockRoom.New([.. Enumerable.Range(0, 30).Select(i => ($"SKU-{i}", 3))]);
        await room.Feed.Flush(Stop);
        using (StorageMeter.Scope meter = StorageMeter.Begin())
        {
            // One page of the table, and the log.
            Assert.Equal(0, await room.Repair.Run(new StockRepair(null), Stop));
            Assert.Equal((1, 0), (meter.Tables, meter.Queues));
        }
        (IReadOnlyList<StockItem> items, _) = await room.Store.Items(DateTimeOffset.MaxValue.AddYears(-1), null, Stop);
        Assert.Empty(items);

        // A thousand movements and more: several pages.
        for (int i = 0; i < 12; i++)
            await Task.WhenAll(Enumerable.Range(0, 90).Select(n => room.Receive("SKU-0", 1, $"SJ-{i}-{n}")));
        Assert.Equal(0, await room.Repair.Run(new StockRepair(null), Stop, pagesAtOnce: 1));
        StockRepair rest = await Found(room.Storage);
        Assert.NotNull(rest.From);
        Assert.Equal(0, await room.Repair.Run(rest, Stop));
        Assert.Null(await Receive(room.Storage));
    }

    [Fact]
    public async Task Who_stops_in_order_leaves_no_word_and_who_cannot_pass_on_its_figures_leaves_it()
    {
        StockRoom room = await StockRoom.New(("KOPI", 20));
        using (StockWatch watch = room.Watch(Short))
        {
            await watch.StartingAsync(Stop);
            await room.Feed.StopAsync(Stop);
            await watch.StopAsync(Stop);
        }
        using (StockWatch watch = room.Watch(Short))
        {
            await watch.StartingAsync(Stop);
            await room.Hold.Run("ord_1", StockRoom.Lines(("KOPI", 5)), Stop);
            await watch.StopAsync(Stop);
        }
        Assert.NotNull((await Found(room.Storage)).Since);
        Assert.Null(await Receive(room.Storage));
    }

    [Fact]
    public async Task Whose_word_was_found_while_it_lived_leaves_word_anew()
    {
        StockRoom room = await StockRoom.New(("KOPI", 20));
        using StockWatch watch = room.Watch(Short);
        await watch.StartingAsync(Stop);
        await Found(room.Storage);
        await watch.PutOff(Stop);
        await Found(room.Storage);
    }

    private static async Task<StockRoom> Started(StockRoom first)
    {
        StockRoom other = first.Another(index: new CatalogIndex(Catalog.Products.Shop));
        other.Index.Apply(first.Index.View.All.Select(e => new CatalogLogLine { Product = e.Product }));
        await other.Follower.StartingAsync(Stop);
        return other;
    }

    /// <summary>What has come to light, as the worker gets it.</summary>
    private static async Task<StockRepair> Found(ShopStorage storage)
    {
        string? body = null;
        await Until.True(async () => (body = await Receive(storage)) is not null, "the word to come to light");
        return QueueMessages.Read<StockRepair>(body!, StockRepair.Name, 1);
    }

    private static async Task<string?> Receive(ShopStorage storage)
    {
        QueueClient queue = storage.Queue("stock-repairs");
        if ((await queue.ReceiveMessageAsync(cancellationToken: Stop)).Value is not QueueMessage message) return null;
        await queue.DeleteMessageAsync(message.MessageId, message.PopReceipt, Stop);
        return message.Body.ToString();
    }
}
