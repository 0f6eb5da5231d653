using Microsoft.Extensions.Logging.Abstractions;
using Shop.Catalog;
using Shop.Common;
using Shop.Email;
using Shop.Http;
using Shop.Inventory;
using Shop.Storage;
using Shop.Tests.Catalog;
using Shop.Tests.Http;

namespace Shop.Tests.Inventory;

/// <summary>An instance's inventory over real storage; several of them over one storage are several instances.</summary>
internal sealed class StockRoom
{
    private StockRoom(ShopStorage storage, CatalogIndex index, InventoryOptions options)
    {
        (Storage, Index, Options) = (storage, index, options);
        Log = new CatalogLog(storage);
        Store = new InventoryStore(storage);
        Feed = new AvailabilityFeed(Log, index, TimeProvider.System, NullLogger<AvailabilityFeed>.Instance);
        LocationStore = new LocationStore(storage);
        Locations = new LocationDirectory(LocationStore, TimeProvider.System, NullLogger<LocationDirectory>.Instance);
        ChangeLocations = new ChangeLocations(LocationStore, Locations);
        Changes = new StockChanges(Store, Feed, new StockAlerts(storage), options, TimeProvider.System);
        Fill = new FillBackOrders(Store, Changes, Locations, TimeProvider.System);
        Hold = new HoldStock(Changes, Locations, Fill, index, TimeProvider.System);
        Commit = new CommitHolds(Changes, TimeProvider.System);
        Release = new ReleaseHolds(Changes, Fill, TimeProvider.System);
        var skus = new KnownSkus(index, new CatalogStore(storage));
        var known = new KnownStock(skus, Store);
        Read = new ReadStock(Store, index, skus);
        var move = new MoveStock(Changes, LocationStore, Locations, Fill, known, TimeProvider.System);
        (Receiving, Adjusting, Counting) = (new ReceiveStock(move), new AdjustStock(move), new CountLocation(move));
        Transfer = new TransferStock(Changes, move, Fill, known, TimeProvider.System);
        Count = new CountStock(Changes, Locations, Fill, TimeProvider.System);
        Settings = new SetStock(Changes, LocationStore, known);
        Repairs = new StockRepairs(storage);
        Follower = new CatalogFollower(Log, new CatalogSnapshots(storage, Log), index, TimeProvider.System, NullLogger<CatalogFollower>.Instance);
        Repair = new AvailabilityRepair(Store, Follower, index, Feed, Repairs, NullLogger<AvailabilityRepair>.Instance);
    }

    public ShopStorage Storage { get; }
    public InventoryOptions Options { get; }
    public CatalogIndex Index { get; }
    public CatalogLog Log { get; }
    public InventoryStore Store { get; }
    public AvailabilityFeed Feed { get; }
    public LocationStore LocationStore { get; }
    public LocationDirectory Locations { get; }
    public ChangeLocations ChangeLocations { get; }
    public StockChanges Changes { get; }
    public FillBackOrders Fill { get; }
    public HoldStock Hold { get; }
    public CommitHolds Commit { get; }
    public ReleaseHolds Release { get; }
    public ReceiveStock Receiving { get; }
    public AdjustStock Adjusting { get; }
    public CountLocation Counting { get; }
    public TransferStock Transfer { get; }
    public CountStock Count { get; }
    public SetStock Settings { get; }
    public ReadStock Read { get; }
    public StockRepairs Repairs { get; }
    public CatalogFollower Follower { get; }
    public AvailabilityRepair Repair { get; }

    public static Task<StockRoom> New(params (string Sku, int OnHand)[] stock) => New(new InventoryOptions(), stock);

    public static async Task<StockRoom> New(InventoryOptions options, params (string Sku, int OnHand)[] stock)
    {
        ShopStorage storage = await TestStorage.New(s => new InventoryStore(s), s => new CatalogLog(s), s => new LocationStore(s), s => new StockAlerts(s), s => new StockRepairs(s), s => new StockReports(s), s => new EmailQueue(s, HttpTesting.Sealing));
        var room = new StockRoom(storage, new CatalogIndex(Products.Shop), options);
        await room.Locations.StartAsync(Stop);
        await room.Locations.StopAsync(Stop);
        room.Index.Apply(stock.Select(s => new CatalogLogLine { Product = Products.Simple(s.Sku.ToLowerInvariant(), skus: s.Sku) }));
        foreach ((string sku, int onHand) in stock)
            if (onHand > 0) await room.Receive(sku, onHand, "opening");
        return room;
    }

    /// <summary>Another instance over the same storage, with the same catalogue and a memory of its own.</summary>
    public StockRoom Another(CatalogIndex? index = null)
    {
        if (index is null)
        {
            index = new CatalogIndex(Products.Shop);
            index.Apply(Index.Export());
        }
        return new StockRoom(Storage, index, Options);
    }

    public string Prefix => Storage.Table("Stock").Name[..^"Stock".Length];

    /// <summary>Another instance, which reaches the same storage by another way.</summary>
    public StockRoom Behind(string connectionString)
    {
        var index = new CatalogIndex(Products.Shop);
        index.Apply(Index.Export());
        return new StockRoom(new ShopStorage(new StorageOptions { NamePrefix = Prefix, ConnectionString = connectionString }), index, Options);
    }

    /// <summary>The word that this instance leaves of itself.</summary>
    public StockWatch Watch(TimeSpan hidden) => new(Repairs, Feed, TimeProvider.System, NullLogger<StockWatch>.Instance) { Hidden = hidden };

    public async Task<StockItem> Item(string sku) => await Store.FindItem(Sku.Parse(sku), Stop) ?? StockItem.None(Sku.Parse(sku));

    public async Task<StockItem> Receive(string sku, int quantity, string reference, string? location = null) =>
        (await Receiving.Run(Sku.Parse(sku), quantity, location, Entry(reference), Stop)).Value;

    public Task<Result<StockItem>> Adjust(string sku, int quantity, string reference, string? location = null) =>
        Adjusting.Run(Sku.Parse(sku), quantity, StockReason.Damaged, location, Entry(reference), Stop);

    public async Task AddLocation(string id, int priority) => Assert.True((await ChangeLocations.Add(new NewLocation(id, id, priority), Stop)).Ok);

    public async Task Promise(string sku, OversellKind kind, int limit, DateOnly? from = null) =>
        Assert.True((await Settings.Policy(Sku.Parse(sku), new StockPolicy(kind, limit, from), IfMatch.Anything, Stop)).Ok);

    public async Task<int> SumOfMovements(string sku) => (await Store.Movements(Sku.Parse(sku), 1000, null, Stop)).Sum(m => m.Quantity);

    public static StockEntry Entry(string reference) => new(reference, null, "staff:stf_1");

    public static IReadOnlyList<StockLine> Lines(params (string Sku, int Quantity)[] lines) => [.. lines.Select(l => new StockLine(Sku.Parse(l.Sku), l.Quantity))];

    private static CancellationToken Stop => TestContext.Current.CancellationToken;
}
