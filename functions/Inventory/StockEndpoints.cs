using Microsoft.AspNetCore.Http;
using Microsoft.Azure.Functions.Worker;
using Shop.Catalog;
using Shop.Common;
using Shop.Http;

namespace Shop.Inventory;

/// <summary>What staff does with the stock of a SKU.</summary>
public sealed class StockEndpoints(
    ReadStock read, InventoryStore store, ReceiveStock receive, AdjustStock adjust, CountLocation count, TransferStock transfer, SetStock set, Cursors cursors)
{
    private const string Route = "v1/admin/stock/{sku}";

    /// <summary>Shows how much of a SKU there is, where it lies and what of it is kept for orders.</summary>
    [Function("GetStockLevels"), Staff(Role.Catalog), ApiKeyScope("stock:read"), Answer<StockResource>(200), Refusal(404, "catalog.sku-unknown")]
    public async Task<IResult> Levels([HttpTrigger(AuthorizationLevel.Anonymous, "get", Route = Route + "/levels")] HttpRequest request, string sku) =>
        await read.Find(sku, request.HttpContext.RequestAborted) is { } item ? Respond.Ok(StockResource.From(item)) : CatalogProblems.SkuUnknown.ToHttp();

    /// <summary>Lists what changed the figure on hand, newest first.</summary>
    [Function("ListStockMovements"), Staff(Role.Catalog), ApiKeyScope("stock:read"), Answer<Page<StockMovement>>(200), Refusal(404, "catalog.sku-unknown")]
    [QueryParameter("limit", typeof(int), "How many, 1 to 100; 20 when absent."), QueryParameter("cursor", typeof(string), "Where the list goes on.")]
    public async Task<IResult> Movements([HttpTrigger(AuthorizationLevel.Anonymous, "get", Route = Route + "/movements")] HttpRequest request, string sku)
    {
        Query query = request.ReadQuery();
        int limit = query.Limit();
        string? after = query.Cursor(cursors);
        if (query.Problem is { } problem) return problem.ToHttp();
        if (!Sku.TryParse(sku, out Sku known)) return CatalogProblems.SkuUnknown.ToHttp();
        IReadOnlyList<StockMovement> movements = await store.Movements(known, limit, after is null ? null : long.Parse(after), request.HttpContext.RequestAborted);
        string? next = movements.Count == limit && movements[^1].Sequence > 1 ? $"{movements[^1].Sequence}" : null;
        return Respond.Ok(new Page<StockMovement>(movements, cursors.Next(request, next)));
    }

    /// <summary>Takes goods in.</summary>
    /// <remarks>The reference, such as a delivery note's number, is taken once for a SKU: the same again changes nothing, and something else under it is refused.</remarks>
    [Function("ReceiveStock"), Staff(Role.Catalog), ApiKeyScope("stock:write"), Idempotent]
    [Body<StockReceipt>, Answer<StockResource>(200), Refusal(404, "catalog.sku-unknown", "stock.location-unknown"), Refusal(409, "stock.location-closed"), Refusal(422, "stock.too-much", "stock.reference-used")]
    public Task<IResult> Receive([HttpTrigger(AuthorizationLevel.Anonymous, "post", Route = Route + "/receipts")] HttpRequest request, string sku) =>
        Move<StockReceipt>(request, sku, (known, body, aborted) => receive.Run(known, body.Quantity, body.Location, Entry(request, body.Reference, body.Note), aborted));

    /// <summary>Corrects what is on hand, up or down.</summary>
    /// <remarks>What is held for orders cannot be taken away. The reference is taken once for a SKU.</remarks>
    [Function("AdjustStock"), Staff(Role.Catalog), ApiKeyScope("stock:write"), Idempotent]
    [Body<StockAdjustment>, Answer<StockResource>(200), Refusal(404, "catalog.sku-unknown", "stock.location-unknown"), Refusal(409, "stock.below-held", "stock.location-closed"), Refusal(422, "stock.too-much", "stock.reference-used")]
    public Task<IResult> Adjust([HttpTrigger(AuthorizationLevel.Anonymous, "post", Route = Route + "/adjustments")] HttpRequest request, string sku) =>
        Move<StockAdjustment>(request, sku, (known, body, aborted) => adjust.Run(known, body.Quantity, body.Reason, body.Location, Entry(request, body.Reference, body.Note), aborted));

    /// <summary>Takes what was counted; the difference becomes a movement.</summary>
    /// <remarks>With what was expected when the counting began, what was sold since then stays sold. The reference is taken once for a SKU.</remarks>
    [Function("CountStock"), Staff(Role.Catalog), ApiKeyScope("stock:write"), Idempotent]
    [Body<StockCount>, Answer<StockResource>(200), Refusal(404, "catalog.sku-unknown", "stock.location-unknown"), Refusal(409, "stock.below-held"), Refusal(422, "stock.too-much", "stock.reference-used")]
    public Task<IResult> Count([HttpTrigger(AuthorizationLevel.Anonymous, "post", Route = Route + "/counts")] HttpRequest request, string sku) =>
        Move<StockCount>(request, sku, (known, body, aborted) => count.Run(known, body.Counted, body.Expected, body.Reason, body.Location, Entry(request, body.Reference, body.Note), aborted));

    /// <summary>Brings goods from one location to another.</summary>
    /// <remarks>Where they travel they are in transit, on hand nowhere, until their arrival is told. The reference is taken once for a SKU.</remarks>
    [Function("TransferStock"), Staff(Role.Catalog), ApiKeyScope("stock:write"), Idempotent]
    [Body<StockTransfer>, Answer<StockResource>(200), Refusal(404, "catalog.sku-unknown", "stock.location-unknown")]
    [Refusal(409, "stock.below-held", "stock.location-closed", "stock.too-many-transfers"), Refusal(422, "stock.same-location", "stock.reference-used")]
    public Task<IResult> Transfer([HttpTrigger(AuthorizationLevel.Anonymous, "post", Route = Route + "/transfers")] HttpRequest request, string sku) =>
        Move<StockTransfer>(request, sku, (known, body, aborted) => transfer.Run(known, body.Quantity, body.From, body.To, body.Travels, Entry(request, body.Reference, body.Note), aborted));

    /// <summary>Tells that the goods of a transfer have come.</summary>
    [Function("ArriveTransfer"), Staff(Role.Catalog), ApiKeyScope("stock:write"), Idempotent]
    [Answer<StockResource>(200), Refusal(404, "catalog.sku-unknown", "stock.transfer-unknown")]
    public async Task<IResult> Arrive([HttpTrigger(AuthorizationLevel.Anonymous, "post", Route = Route + "/transfers/{reference}/arrivals")] HttpRequest request, string sku, string reference) =>
        !Sku.TryParse(sku, out Sku known) ? CatalogProblems.SkuUnknown.ToHttp()
        : !StockReferences.IsValid(reference) ? InventoryProblems.TransferUnknown.ToHttp()
        : (await transfer.Arrive(known, reference, request.Principal().Actor, request.HttpContext.RequestAborted)).ToHttp(item => Respond.Ok(StockResource.From(item)));

    /// <summary>Shows what staff has set for a SKU, with the version for <c>If-Match</c>.</summary>
    [Function("GetStockSettings"), Staff(Role.Catalog), ApiKeyScope("stock:read"), Answer<StockSettings>(200), Refusal(404, "catalog.sku-unknown")]
    public async Task<IResult> Settings([HttpTrigger(AuthorizationLevel.Anonymous, "get", Route = Route + "/settings")] HttpRequest request, string sku) =>
        await read.Find(sku, request.HttpContext.RequestAborted) is { } item ? Show(item) : CatalogProblems.SkuUnknown.ToHttp();

    /// <summary>Says whether more may be sold than there is: not, as a back-order, or as a pre-order, up to a limit and with a date.</summary>
    /// <remarks>What was promised already stays promised.</remarks>
    [Function("SetStockPolicy"), Staff(Role.Catalog), ApiKeyScope("stock:write"), Body<StockPolicyBody>, Answer<StockSettings>(200), Refusal(404, "catalog.sku-unknown")]
    public Task<IResult> SetPolicy([HttpTrigger(AuthorizationLevel.Anonymous, "put", Route = Route + "/settings/policy")] HttpRequest request, string sku) =>
        Set<StockPolicyBody>(request, sku, (known, body, aborted) => set.Policy(known, new StockPolicy(body.Kind, body.Limit, body.AvailableFrom), request.IfMatch(), aborted));

    /// <summary>Says when a SKU is to be bought again, as a whole and for each location that has its own rule.</summary>
    [Function("SetReorderPoints"), Staff(Role.Catalog), ApiKeyScope("stock:write"), Body<ReorderPoints>, Answer<StockSettings>(200), Refusal(404, "catalog.sku-unknown"), Refusal(422, "stock.reorder-invalid")]
    public Task<IResult> SetReorder([HttpTrigger(AuthorizationLevel.Anonymous, "put", Route = Route + "/settings/reorder")] HttpRequest request, string sku) =>
        Set<ReorderPoints>(request, sku, (known, body, aborted) => set.Reorder(known, body.Data, request.IfMatch(), aborted));

    private static Reply Show(StockItem item) => Respond.Ok(StockSettings.Of(item), StockSettings.Version(item));

    private static async Task<IResult> Set<T>(HttpRequest request, string sku, Func<Sku, T, CancellationToken, Task<Result<StockItem>>> run) where T : notnull =>
        Sku.TryParse(sku, out Sku known)
            ? await request.ReadBody<T>().Then(body => run(known, body, request.HttpContext.RequestAborted)).ToHttp(Show)
            : CatalogProblems.SkuUnknown.ToHttp();

    private static StockEntry Entry(HttpRequest request, string reference, string? note) => new(reference, note, request.Principal().Actor);

    private static async Task<IResult> Move<T>(HttpRequest request, string sku, Func<Sku, T, CancellationToken, Task<Result<StockItem>>> run) where T : notnull
    {
        if (!Sku.TryParse(sku, out Sku known)) return CatalogProblems.SkuUnknown.ToHttp();
        return await request.ReadBody<T>().Then(body => run(known, body, request.HttpContext.RequestAborted)).ToHttp(item => Respond.Ok(StockResource.From(item)));
    }
}
