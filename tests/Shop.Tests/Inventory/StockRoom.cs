using Microsoft.Extensions.Logging.Abstractions;
using Shop.Catalog;
using Shop.Common;
using Shop.Inventory;
using Shop.Storage;
using Shop.Tests.Catalog;

namespace Shop.Tests.Inventory;

/// <summary>An instance's inventory over real storage; several of them over one storage are several instances.</summary>
internal sealed class StockRoom
{
    private StockRoom(ShopStorage storage, CatalogIndex index)
    {
        Index = index;
        Log = new CatalogLog(storage);
        Store = new InventoryStore(storage);
        Feed = new AvailabilityFeed(Log, index, TimeProvider.System, NullLogger<AvailabilityFeed>.Instance);
        var changes = new StockChanges(Store, Feed, TimeProvider.System);
        Hold = new HoldStock(changes, index, TimeProvider.System);
        Commit = new CommitHolds(changes, TimeProvider.System);
        Release = new ReleaseHolds(changes, TimeProvider.System);
        Receive = new ReceiveStock(changes, index, TimeProvider.System);
        Adjust = new AdjustStock(changes, index, TimeProvider.System);
        Count = new CountStock(changes, TimeProvider.System);
        Storage = storage;
    }

    public ShopStorage Storage { get; }
    public CatalogIndex Index { get; }
    public CatalogLog Log { get; }
    public InventoryStore Store { get; }
    public AvailabilityFeed Feed { get; }
    public HoldStock Hold { get; }
    public CommitHolds Commit { get; }
    public ReleaseHolds Release { get; }
    public ReceiveStock Receive { get; }
    public AdjustStock Adjust { get; }
    public CountStock Count { get; }

    public static async Task<StockRoom> New(params (string Sku, int OnHand)[] stock)
    {
        ShopStorage storage = await TestStorage.New(s => new InventoryStore(s), s => new CatalogLog(s));
        var room = new StockRoom(storage, new CatalogIndex(Products.Shop));
        room.Index.Apply(stock.Select(s => new CatalogLogLine { Product = Products.Simple(s.Sku.ToLowerInvariant(), skus: s.Sku) }));
        foreach ((string sku, int onHand) in stock)
            if (onHand > 0) Assert.True((await room.Receive.Run(Sku.Parse(sku), onHand, "opening", Stop)).Ok);
        return room;
    }

    /// <summary>Another instance over the same storage, with the same catalogue and a memory of its own.</summary>
    public StockRoom Another()
    {
        var index = new CatalogIndex(Products.Shop);
        index.Apply(Index.Export());
        return new StockRoom(Storage, index);
    }

    public async Task<StockLevel> Level(string sku) => await Store.FindLevel(Sku.Parse(sku), Stop) ?? StockLevel.None(Sku.Parse(sku));

    public async Task<int> SumOfMovements(string sku) => (await Store.Movements(Sku.Parse(sku), int.MaxValue, Stop)).Sum(m => m.Quantity);

    public static IReadOnlyList<StockLine> Lines(params (string Sku, int Quantity)[] lines) => [.. lines.Select(l => new StockLine(Sku.Parse(l.Sku), l.Quantity))];

    private static CancellationToken Stop => TestContext.Current.CancellationToken;
}
