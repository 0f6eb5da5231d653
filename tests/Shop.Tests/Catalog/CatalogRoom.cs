using Azure.Core.Pipeline;
using Azure.Storage.Blobs;
using Microsoft.Extensions.Logging.Abstractions;
using Shop.Catalog;
using Shop.Common;
using Shop.Inventory;
using Shop.Storage;

namespace Shop.Tests.Catalog;

/// <summary>An instance's catalogue over real storage; several of them over one storage are several instances.</summary>
internal sealed class CatalogRoom
{
    public CatalogRoom(ShopStorage storage, CatalogLog? log = null)
    {
        Storage = storage;
        Index = new CatalogIndex(Products.Shop);
        Log = log ?? new CatalogLog(storage);
        Snapshots = new CatalogSnapshots(storage, Log);
        Follower = new CatalogFollower(Log, Snapshots, Index, TimeProvider.System, NullLogger<CatalogFollower>.Instance);
        Rebuilds = new RebuildStore(storage);
        Fold = new FoldCatalog(Log, Snapshots, Follower, Index, Rebuilds);
        Store = new CatalogStore(storage);
        Synonyms = new SynonymStore(storage);
        ChangeSynonyms = new ChangeSynonyms(Synonyms, Store, Log, Index, TimeProvider.System);
        Categories = new CategoryStore(storage);
        EditCategories = new EditCategories(Categories, Store, Log, Index, Follower, Products.Shop, TimeProvider.System);
        Rebuild = new RebuildCatalog(Rebuilds, Store, Synonyms, Categories, new AvailabilityFigures(new InventoryStore(storage)), Log, Snapshots, TimeProvider.System, NullLogger<RebuildCatalog>.Instance);
        Save = new SaveProducts(Store, Log, Index);
        Append = new AppendChange(Store, Synonyms, Categories, Log, Index, Follower, NullLogger<AppendChange>.Instance);
        Search = new ProductSearch(Index, NullLogger<ProductSearch>.Instance);
        Browse = new BrowseProducts(Index, Search);
        Inventory = new InventoryStore(storage);
        Feed = new AvailabilityFeed(Log, Index, TimeProvider.System, NullLogger<AvailabilityFeed>.Instance);
        Imports = new ImportStore(storage);
        Broken = new BreakOffImport(Imports, TimeProvider.System);
        Start = new StartImport(Imports, TimeProvider.System);
        Stock = new StockChanges(Inventory, Feed, new StockAlerts(storage), new InventoryOptions(), TimeProvider.System);
        var locations = new LocationDirectory(new LocationStore(storage), TimeProvider.System, NullLogger<LocationDirectory>.Instance);
        var fill = new FillBackOrders(Inventory, Stock, locations, TimeProvider.System);
        ImportProducts = new ImportProducts(Store, new ProductNames(Store), Save, new OwnPictures(new MediaStore(storage, new MediaOptions())), EditCategories, Index, new CountStock(Stock, locations, fill, TimeProvider.System), Products.Shop, TimeProvider.System);
        Import = new RunImport(Imports, ImportProducts, Follower, Products.Shop, TimeProvider.System, NullLogger<RunImport>.Instance);
    }

    public ShopStorage Storage { get; }
    public CatalogIndex Index { get; }
    public CatalogLog Log { get; }
    public CatalogSnapshots Snapshots { get; }
    public CatalogFollower Follower { get; }
    public RebuildStore Rebuilds { get; }
    public RebuildCatalog Rebuild { get; }
    public FoldCatalog Fold { get; }
    public CatalogStore Store { get; }
    public SynonymStore Synonyms { get; }
    public ChangeSynonyms ChangeSynonyms { get; }
    public CategoryStore Categories { get; }
    public EditCategories EditCategories { get; }
    public SaveProducts Save { get; }
    public AppendChange Append { get; }
    public ProductSearch Search { get; }
    public BrowseProducts Browse { get; }
    public InventoryStore Inventory { get; }
    public StockChanges Stock { get; }
    public AvailabilityFeed Feed { get; }
    public ImportStore Imports { get; }
    public BreakOffImport Broken { get; }
    public StartImport Start { get; }
    public ImportProducts ImportProducts { get; }
    public RunImport Import { get; }

    public static async Task<CatalogRoom> New()
    {
        var room = new CatalogRoom(await TestStorage.New(s => new CatalogStore(s), s => new CatalogLog(s), s => new ImportStore(s), s => new InventoryStore(s), s => new RebuildStore(s), s => new ExportStore(s)));
        await room.Follower.StartingAsync(TestContext.Current.CancellationToken);
        return room;
    }

    /// <summary>Another instance over the same storage that has just started.</summary>
    public async Task<CatalogRoom> Another(CatalogLog? log = null)
    {
        var room = new CatalogRoom(Storage, log);
        await room.Follower.StartingAsync(TestContext.Current.CancellationToken);
        return room;
    }

    /// <summary>One whose storage dies before anything is appended to the log.</summary>
    public async Task<CatalogRoom> Dying()
    {
        var broken = new BlobServiceClient(await AzuriteFixture.ConnectionString(), new BlobClientOptions { Transport = new HttpClientTransport(new NoAppends()), Retry = { MaxRetries = 0 } });
        return await Another(new CatalogLog(broken.GetBlobContainerClient(Storage.Container("catalog").Name)));
    }

    /// <summary>Imports a file as the worker does, and tells what became of it.</summary>
    public Task<(ImportJob Job, IReadOnlyList<ImportRowResult> Rows)> ImportCsv(byte[] csv) => ImportFile(csv, CatalogFileFormat.Csv);

    public async Task<(ImportJob Job, IReadOnlyList<ImportRowResult> Rows)> ImportFile(byte[] file, CatalogFileFormat format)
    {
        ImportJob job = await HandIn(file, format);
        await Import.Run(job.Id, TestContext.Current.CancellationToken);
        await Feed.Flush(TestContext.Current.CancellationToken);
        return ((await Imports.Find(job.Id, TestContext.Current.CancellationToken))!.Value, await Results(job.Id));
    }

    public Task<ImportJob> HandIn(byte[] file, CatalogFileFormat format = CatalogFileFormat.Csv) => Start.Run(new MemoryStream(file), format, "staff:stf_1", TestContext.Current.CancellationToken);

    public Task<IReadOnlyList<ImportRowResult>> Results(string importId, bool refused = false) => Imports.ReadResults(importId, refused, 0, int.MaxValue, TestContext.Current.CancellationToken);

    private sealed class NoAppends() : DelegatingHandler(new SocketsHttpHandler())
    {
        protected override Task<HttpResponseMessage> SendAsync(HttpRequestMessage request, CancellationToken cancellationToken) =>
            request.RequestUri!.Query.Contains("comp=appendblock", StringComparison.Ordinal) ? throw new HttpRequestException("gone") : base.SendAsync(request, cancellationToken);
    }
}
