using System.Net;
using Azure.Core.Pipeline;
using Azure.Storage.Blobs;
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

    [Fact]
    public async Task A_log_of_many_small_changes_is_folded_however_short_it_is()
    {
        CatalogRoom writer = await CatalogRoom.New();
        CatalogRoom folder = await writer.Another();
        await writer.Save.Run([Products.Write(Products.Simple("kopi", skus: "KOPI"))], Stop);
        for (int i = 1; i <= 5; i++) await writer.Log.Append([Stock("KOPI", i, i)], Stop);
        Assert.False(await folder.Fold.Run(Stop, foldAtBlocks: 8));
        await writer.Log.Append([Stock("KOPI", 6, 6)], Stop);
        Assert.True(await folder.Fold.Run(Stop, foldAtBlocks: 8));
        Assert.Equal(6, (await writer.Another()).Index.Find(Sku.Parse("KOPI"))!.Available);
    }

    [Fact]
    public async Task A_log_that_is_full_is_gone_on_in_the_next_by_everybody_and_nothing_is_lost()
    {
        CatalogRoom reader = await CatalogRoom.New();
        CatalogRoom[] writers = [await reader.Another(await FullAfter(4, reader)), await reader.Another(await FullAfter(4, reader))];
        for (int i = 0; i < 10; i++) await writers[i % 2].Save.Run([Products.Write(Products.Simple($"p-{i}"))], Stop);
        await reader.Follower.CatchUp(Stop);
        Assert.Equal(10, reader.Index.Count);
        Assert.Equal([1, 2, 3, 4], await reader.Log.Numbers(Stop));
        Assert.True(await reader.Fold.Run(Stop));
        Assert.Equal(10, (await reader.Another()).Index.Count);
    }

    [Fact]
    public async Task A_log_that_is_full_can_be_ended_and_begun_anew()
    {
        CatalogRoom reader = await CatalogRoom.New();
        CatalogRoom writer = await reader.Another(await FullAfter(2, reader));
        await writer.Save.Run([Products.Write(Products.Simple("a"))], Stop);
        Assert.Equal(2, await writer.Log.Restart(Stop));
        await writer.Save.Run([Products.Write(Products.Simple("b"))], Stop);
        await writer.Log.End(2, Stop);
        await writer.Save.Run([Products.Write(Products.Simple("c"))], Stop);
        await reader.Follower.CatchUp(Stop);
        Assert.Equal(3, reader.Index.Count);
    }

    /// <summary>A log over the room's storage, each part of which is full after so many blocks; a real one takes 50,000.</summary>
    private static async Task<CatalogLog> FullAfter(int blocks, CatalogRoom room)
    {
        var options = new BlobClientOptions { Transport = new HttpClientTransport(new BlockLimit(room.Storage.Container("catalog"), blocks)) };
        return new CatalogLog(new BlobServiceClient(await AzuriteFixture.ConnectionString(), options).GetBlobContainerClient(room.Storage.Container("catalog").Name));
    }

    private static CatalogLogLine Stock(string sku, int available, long version) => new() { Stock = [new AvailabilityFigure(Sku.Parse(sku), available, version)] };

    /// <summary>Answers like storage where an append blob has all the blocks that it takes.</summary>
    private sealed class BlockLimit(BlobContainerClient container, int blocks) : DelegatingHandler(new SocketsHttpHandler())
    {
        protected override async Task<HttpResponseMessage> SendAsync(HttpRequestMessage request, CancellationToken cancellationToken)
        {
            bool appends = request.RequestUri!.Query.Contains("comp=appendblock", StringComparison.Ordinal);
            if (!appends || (await container.GetBlobClient(new BlobUriBuilder(request.RequestUri).BlobName).GetPropertiesAsync(cancellationToken: cancellationToken)).Value.BlobCommittedBlockCount < blocks)
                return await base.SendAsync(request, cancellationToken);
            var full = new HttpResponseMessage(HttpStatusCode.Conflict);
            full.Headers.Add("x-ms-error-code", "BlockCountExceedsLimit");
            return full;
        }
    }
}
