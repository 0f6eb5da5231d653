using Shop.Catalog;
using Shop.Common;
using Shop.Storage;

namespace Shop.Tests.Catalog;

public sealed class CatalogLogTests
{
    private static CancellationToken Stop => TestContext.Current.CancellationToken;

    [Fact]
    public async Task Another_instance_sees_what_was_appended()
    {
        CatalogRoom one = await CatalogRoom.New();
        CatalogRoom other = await one.Another();
        await one.Save.Run([Products.Write(Products.Simple("kopi", skus: "KOPI"))], Stop);
        Assert.NotNull(one.Index.Find(Sku.Parse("KOPI")));
        Assert.Null(other.Index.Find(Sku.Parse("KOPI")));
        await other.Follower.CatchUp(Stop);
        Assert.NotNull(other.Index.Find(Sku.Parse("KOPI")));
    }

    [Fact]
    public async Task Following_a_quiet_log_costs_one_operation()
    {
        CatalogRoom room = await CatalogRoom.New();
        await room.Save.Run([Products.Write(Products.Simple("kopi"))], Stop);
        await room.Follower.CatchUp(Stop);
        using StorageMeter.Scope meter = StorageMeter.Begin();
        await room.Follower.CatchUp(Stop);
        Assert.Equal(1, meter.Total);
    }

    [Fact]
    public void The_highest_version_stays_in_whatever_order_lines_come()
    {
        var index = new CatalogIndex(Products.Shop);
        Product first = Products.Simple("kopi", 80_000, skus: "KOPI");
        Product second = first with { Version = 2, Variants = [Products.Variant("KOPI", 90_000, [])] };
        index.Apply([new CatalogLogLine { Product = second }, new CatalogLogLine { Product = first }]);
        index.Apply([Stock("KOPI", 5, 7), Stock("KOPI", 9, 6)]);
        Assert.Equal((9_000_000L, 5), (index.Find(Sku.Parse("KOPI"))!.PriceIn(Currency.Idr)!.Amount.Amount, index.Find(Sku.Parse("KOPI"))!.Available));
    }

    [Fact]
    public void Stock_that_is_known_before_its_product_is_not_forgotten()
    {
        var index = new CatalogIndex(Products.Shop);
        index.Apply([Stock("KOPI", 5, 1)]);
        index.Apply([new CatalogLogLine { Product = Products.Simple("kopi", skus: "KOPI") }]);
        Assert.Equal(5, index.Find(Sku.Parse("KOPI"))!.Available);
    }

    [Fact]
    public async Task A_folded_log_is_a_snapshot_and_what_came_after_it()
    {
        CatalogRoom room = await CatalogRoom.New();
        await room.Save.Run([.. Enumerable.Range(0, 20).Select(i => Products.Write(Products.Simple($"lama-{i}")))], Stop);
        await room.Log.Append([Stock("LAMA-1", 3, 1)], Stop);
        Assert.True(await room.Fold.Run(Stop, foldAtBytes: 1));
        await room.Save.Run([Products.Write(Products.Simple("baru"))], Stop);

        CatalogRoom other = await room.Another();
        Assert.Equal(21, other.Index.Count);
        Assert.Equal(3, other.Index.Find(Sku.Parse("LAMA-1"))!.Available);
        Assert.False(await room.Fold.Run(Stop));
    }

    [Fact]
    public async Task A_snapshot_is_not_seen_before_it_is_whole()
    {
        CatalogRoom room = await CatalogRoom.New();
        await room.Snapshots.Write(new SnapshotPlace(1, new LogPosition(1, 0)), async _ => Assert.Empty(await room.Snapshots.Places(Stop)), Stop);
        Assert.Single(await room.Snapshots.Places(Stop));
    }

    [Fact]
    public async Task Whoever_appends_to_an_ended_log_goes_on_in_the_next_and_readers_lose_nothing()
    {
        CatalogRoom one = await CatalogRoom.New();
        CatalogRoom other = await one.Another();
        await other.Save.Run([Products.Write(Products.Simple("a"))], Stop);
        await one.Log.End(1, Stop);
        await one.Log.End(1, Stop);
        await other.Save.Run([Products.Write(Products.Simple("b"))], Stop);
        await one.Follower.CatchUp(Stop);
        Assert.Equal(2, one.Index.Count);
    }

    [Fact]
    public async Task A_reader_that_was_away_while_logs_were_deleted_starts_from_the_snapshot()
    {
        CatalogRoom away = await CatalogRoom.New();
        CatalogRoom room = await away.Another();
        for (int i = 0; i < 4; i++)
        {
            await room.Save.Run([Products.Write(Products.Simple($"p-{i}"))], Stop);
            Assert.True(await room.Fold.Run(Stop, foldAtBytes: 1));
        }
        Assert.Equal([4, 5], await room.Log.Numbers(Stop));
        await away.Follower.CatchUp(Stop);
        Assert.Equal(4, away.Index.Count);
    }

    private static CatalogLogLine Stock(string sku, int available, long version) => new() { Stock = [new AvailabilityFigure(Sku.Parse(sku), available, version)] };
}
