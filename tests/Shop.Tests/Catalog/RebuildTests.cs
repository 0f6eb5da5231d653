using System.Net;
using System.Text.Json;
using Azure.Storage.Blobs;
using Azure.Storage.Blobs.Models;
using Azure.Storage.Blobs.Specialized;
using Shop.Catalog;
using Shop.Common;
using Shop.Storage;
using Shop.Tests.Journeys;

namespace Shop.Tests.Catalog;

public sealed class RebuildTests
{
    private static CancellationToken Stop => TestContext.Current.CancellationToken;

    [Fact]
    public async Task A_catalogue_whose_log_and_snapshot_are_lost_is_made_again_from_the_tables()
    {
        CatalogRoom room = await Filled(lines: 30);
        await room.Fold.Run(Stop, foldAtBytes: 1);
        string before = Everything(room);
        foreach (string blob in await Blobs(room.Storage)) await Container(room.Storage).GetBlobClient(blob).DeleteAsync(DeleteSnapshotsOption.None, await Condition(room.Storage, blob), Stop);

        CatalogRoom started = await room.Another();
        Assert.Equal(0, started.Index.Count);
        CatalogRebuild asked = await room.Rebuild.Start("staff:stf_1", Stop);
        await room.Rebuild.Run(asked.Id, Stop);
        await started.Follower.CatchUp(Stop);
        await room.Follower.CatchUp(Stop);
        Assert.Equal((before, before, before), (Everything(started), Everything(room), Everything(await room.Another())));
        CatalogRebuild done = (await room.Rebuilds.Read(Stop))!.Value;
        Assert.Equal((RebuildStatus.Completed, 31, 1), (done.Status, done.Products, done.StockFigures));
        Assert.DoesNotContain(await Blobs(room.Storage), name => name.StartsWith("rebuild/", StringComparison.Ordinal));
    }

    [Fact]
    public async Task A_garbled_snapshot_and_a_garbled_log_do_not_keep_a_shop_from_starting_and_a_rebuild_mends_both()
    {
        CatalogRoom room = await Filled(lines: 5);
        await room.Fold.Run(Stop, foldAtBytes: 1);
        string before = Everything(room);
        foreach (string blob in (await Blobs(room.Storage)).Where(name => name.StartsWith("snapshot/", StringComparison.Ordinal)))
            await Container(room.Storage).GetBlobClient(blob).UploadAsync(BinaryData.FromString("not a snapshot"), overwrite: true, Stop);
        int newest = (await room.Log.Numbers(Stop))[^1];
        using (var garbage = new MemoryStream("{\"product\": nonsense\n"u8.ToArray()))
            await Container(room.Storage).GetAppendBlobClient(CatalogLog.LogName(newest)).AppendBlockAsync(garbage, cancellationToken: Stop);

        CatalogRoom started = await room.Another();
        await room.Follower.CatchUp(Stop);
        CatalogRebuild asked = await room.Rebuild.Start("staff:stf_1", Stop);
        await room.Rebuild.Run(asked.Id, Stop);
        await started.Follower.CatchUp(Stop);
        Assert.Equal((before, before), (Everything(started), Everything(await room.Another())));
    }

    [Fact]
    public async Task What_changes_while_the_tables_are_read_is_in_the_new_catalogue_and_what_they_do_not_know_is_not()
    {
        CatalogRoom room = await Filled(lines: 5);
        // Somebody doubts the log for this: it tells of a product that nobody made, and of a price that nobody set.
        Product real = room.Index.FindByHandle("p-1")!.Product;
        await room.Log.Append([new CatalogLogLine { Product = Products.Simple("hantu", skus: "HANTU") }, new CatalogLogLine { Product = real with { Version = 99, Variants = [Products.Variant("P-1", 1, [])] } }], Stop);
        await room.Follower.CatchUp(Stop);
        Assert.NotNull(room.Index.Find(Sku.Parse("HANTU")));

        CatalogRebuild asked = await room.Rebuild.Start("staff:stf_1", Stop);
        CatalogRoom other = await room.Another();
        for (int slice = 0; (await room.Rebuilds.Read(Stop))!.Value.Status == RebuildStatus.Running; slice++)
        {
            await other.Save.Run([Products.Write(Products.Simple($"selama-{slice}", skus: $"SELAMA-{slice}"))], Stop);
            // A fold would throw away what the rebuild needs.
            Assert.False(await other.Fold.Run(Stop, foldAtBytes: 1));
            Assert.NotNull(other.Index.Find(Sku.Parse($"SELAMA-{slice}")));
            await room.Rebuild.Run(asked.Id, Stop, pagesAtOnce: 1);
        }
        foreach (CatalogRoom one in (CatalogRoom[])[room, other, await room.Another()])
        {
            await one.Follower.CatchUp(Stop);
            Assert.Null(one.Index.Find(Sku.Parse("HANTU")));
            Assert.Equal(7_500_000, one.Index.Find(Sku.Parse("P-1"))!.PriceIn(Currency.Idr)!.Amount.Amount);
            Assert.NotNull(one.Index.Find(Sku.Parse("SELAMA-0")));
            Assert.NotNull(one.Index.Find(Sku.Parse("SELAMA-3")));
        }
        Assert.True(await other.Fold.Run(Stop, foldAtBytes: 1));
        Assert.Equal(Everything(other), Everything(await room.Another()));
    }

    [Fact]
    public async Task Staff_has_it_rebuilt_while_shoppers_are_served()
    {
        await using ShopHost shop = await ShopHost.Start();
        StaffProducts staff = await StaffProducts.Of(shop);
        Assert.Equal(HttpStatusCode.NotFound, (await staff.Send(HttpMethod.Get, "/v1/admin/catalog/rebuild")).StatusCode);
        string before = Listed(await shop.Get("/v1/store/products?limit=100&sort=title"));
        var storage = shop.Service<ShopStorage>();
        foreach (string blob in await Blobs(storage))
            if (blob.StartsWith("log/", StringComparison.Ordinal)) await Container(storage).GetBlobClient(blob).DeleteAsync(cancellationToken: Stop);

        Assert.Equal(HttpStatusCode.Accepted, (await staff.Send(HttpMethod.Post, "/v1/admin/catalog/rebuild")).StatusCode);
        Assert.Equal(HttpStatusCode.Created, (await staff.Post(StaffProducts.Draft("selama-dibangun"))).StatusCode);
        await Until.True(async () =>
        {
            Assert.Contains("\"title\"", (await shop.Get("/v1/store/products?limit=1")).ToString(), StringComparison.Ordinal);
            return (await ShopClient.Json(await staff.Send(HttpMethod.Get, "/v1/admin/catalog/rebuild"))).GetProperty("status").GetString() == "completed";
        }, "the rebuild");
        await Until.True(() => Task.FromResult(shop.Service<CatalogIndex>().Generation == 1), "the swap");
        Assert.Equal(HttpStatusCode.OK, (await shop.Send(HttpMethod.Get, "/v1/store/products/selama-dibangun")).StatusCode);
        Assert.Equal(before, Listed(await shop.Get("/v1/store/products?limit=100&sort=title")));
        // Whatever numbers the products have now, a search finds those that it means.
        Assert.Equal("selama-dibangun", (await shop.Get("/v1/store/products?q=dibangun")).GetProperty("data")[0].GetProperty("slug").GetString());
    }

    [Fact]
    public async Task Readers_meet_no_gap_while_the_catalogue_is_replaced()
    {
        CatalogRoom room = await Filled(lines: 300);
        CatalogLogLine[] lines = [.. room.Index.Export()];
        using var done = CancellationTokenSource.CreateLinkedTokenSource(Stop);
        Task<int> reader = Task.Run(() =>
        {
            int fewest = int.MaxValue;
            while (!done.IsCancellationRequested) fewest = Math.Min(fewest, room.Index.View.Numbers(ProductSort.Title, 0).Length);
            return fewest;
        }, Stop);
        for (int generation = 1; generation < 30; generation++) room.Index.Replace(generation, lines);
        await done.CancelAsync();
        Assert.Equal(301, await reader);
    }

    private static string Listed(JsonElement page) =>
        string.Join('\n', page.GetProperty("data").EnumerateArray().Where(p => p.GetProperty("slug").GetString() != "selama-dibangun").Select(p => p.GetRawText()));

    private static async Task<CatalogRoom> Filled(int lines)
    {
        CatalogRoom room = await CatalogRoom.New();
        await room.Save.Run([.. Enumerable.Range(0, lines).Select(i => Products.Write(Products.Simple($"p-{i}", skus: $"P-{i}")))], Stop);
        (ImportJob job, _) = await room.ImportCsv(Csv.Of(Csv.Row("stok", "STOK", ("stock", "12"))));
        Assert.Equal(ImportStatus.Completed, job.Status);
        return room;
    }

    private static string Everything(CatalogRoom room) => string.Join('\n', room.Index.Export()
        .SelectMany(line => line.Product is { } product ? [JsonSerializer.Serialize(product, ShopJson.Options)] : (line.Stock ?? []).Select(f => JsonSerializer.Serialize(f, ShopJson.Options)))
        .Order(StringComparer.Ordinal));

    private static BlobContainerClient Container(ShopStorage storage) => storage.Container("catalog");

    private static async Task<IReadOnlyList<string>> Blobs(ShopStorage storage)
    {
        List<string> names = [];
        await foreach (BlobItem blob in Container(storage).GetBlobsAsync(BlobTraits.None, BlobStates.None, null, Stop)) names.Add(blob.Name);
        return names;
    }

    /// <summary>An ended log is leased, so that nobody writes into it by mistake.</summary>
    private static async Task<BlobRequestConditions?> Condition(ShopStorage storage, string blob)
    {
        BlobProperties properties = await Container(storage).GetBlobClient(blob).GetPropertiesAsync(cancellationToken: Stop);
        if (properties.LeaseState != LeaseState.Leased) return null;
        await Container(storage).GetBlobClient(blob).GetBlobLeaseClient().BreakAsync(TimeSpan.Zero, cancellationToken: Stop);
        return null;
    }
}
