using System.ComponentModel.DataAnnotations;
using Microsoft.AspNetCore.Http;
using Microsoft.Azure.Functions.Worker;
using Shop.Catalog;
using Shop.Common;
using Shop.Http;

namespace Shop.Inventory;

/// <summary>What staff does with stock.</summary>
public sealed class StockEndpoints(InventoryStore store, ReceiveStock receive, AdjustStock adjust)
{
    /// <summary>How many of the newest movements are shown.</summary>
    private const int MostMovements = 100;

    /// <summary>Shows the stock of a SKU and its newest movements.</summary>
    [Function("GetStock"), Staff(Role.Catalog), ApiKeyScope("stock:read"), Answer<StockResource>(200), Refusal(404, "catalog.sku-unknown")]
    public async Task<IResult> Get([HttpTrigger(AuthorizationLevel.Anonymous, "get", Route = "v1/admin/stock/{sku}")] HttpRequest request, string sku)
    {
        CancellationToken aborted = request.HttpContext.RequestAborted;
        if (!Sku.TryParse(sku, out Sku known) || await store.FindLevel(known, aborted) is not { } level) return CatalogProblems.SkuUnknown.ToHttp();
        return Respond.Ok(StockResource.From(level, await store.Movements(known, MostMovements, aborted)));
    }

    /// <summary>Takes goods in.</summary>
    /// <remarks>The reference, such as a delivery note's number, is taken once for a SKU: the same again changes nothing.</remarks>
    [Function("ReceiveStock"), Staff(Role.Catalog), ApiKeyScope("stock:write"), Idempotent]
    [Body<StockReceipt>, Answer<StockResource>(200), Refusal(404, "catalog.sku-unknown"), Refusal(422, "stock.too-much")]
    public Task<IResult> Receive([HttpTrigger(AuthorizationLevel.Anonymous, "post", Route = "v1/admin/stock/{sku}/receipts")] HttpRequest request, string sku) =>
        Move<StockReceipt>(request, sku, (known, body, aborted) => receive.Run(known, body.Quantity, body.Reference, aborted));

    /// <summary>Corrects what is on hand, up or down.</summary>
    /// <remarks>What is held for orders cannot be taken away. The reference is taken once for a SKU.</remarks>
    [Function("AdjustStock"), Staff(Role.Catalog), ApiKeyScope("stock:write"), Idempotent]
    [Body<StockAdjustment>, Answer<StockResource>(200), Refusal(404, "catalog.sku-unknown"), Refusal(409, "stock.below-held"), Refusal(422, "stock.too-much")]
    public Task<IResult> Adjust([HttpTrigger(AuthorizationLevel.Anonymous, "post", Route = "v1/admin/stock/{sku}/adjustments")] HttpRequest request, string sku) =>
        Move<StockAdjustment>(request, sku, (known, body, aborted) => adjust.Run(known, body.Quantity, body.Reason, body.Reference, aborted));

    private static async Task<IResult> Move<T>(HttpRequest request, string sku, Func<Sku, T, CancellationToken, Task<Result<StockLevel>>> run) where T : notnull
    {
        if (!Sku.TryParse(sku, out Sku known)) return CatalogProblems.SkuUnknown.ToHttp();
        return await request.ReadBody<T>().Then(body => run(known, body, request.HttpContext.RequestAborted)).ToHttp(level => Respond.Ok(StockResource.From(level, [])));
    }
}

/// <summary>The stock of a SKU.</summary>
/// <param name="Sku">Which.</param>
/// <param name="Location">Where it lies.</param>
/// <param name="OnHand">What lies there.</param>
/// <param name="Held">What of it is held for orders.</param>
/// <param name="Available">What can still be sold.</param>
/// <param name="Movements">The newest changes of what is on hand, newest first.</param>
public sealed record StockResource(Sku Sku, string Location, int OnHand, int Held, int Available, IReadOnlyList<StockMovement> Movements)
{
    internal static StockResource From(StockLevel level, IReadOnlyList<StockMovement> movements) => new(level.Sku, level.Location, level.OnHand, level.Held, level.Available, movements);
}

/// <param name="Quantity">How many came.</param>
/// <param name="Reference">The delivery note's number.</param>
public sealed record StockReceipt(
    [property: Range(1, StockLevel.Most)] int Quantity,
    [property: RegularExpression(StockReferences.Pattern), StringLength(64, MinimumLength = 1)] string Reference);

/// <param name="Quantity">How many more, or negative how many fewer.</param>
/// <param name="Reason">Why, for whoever reads the movements.</param>
/// <param name="Reference">Makes it happen once.</param>
public sealed record StockAdjustment(
    [property: Range(-StockLevel.Most, StockLevel.Most)] int Quantity,
    [property: StringLength(200, MinimumLength = 1)] string Reason,
    [property: RegularExpression(StockReferences.Pattern), StringLength(64, MinimumLength = 1)] string Reference);

internal static class StockReferences
{
    /// <summary>It becomes part of a row's key.</summary>
    public const string Pattern = "^[A-Za-z0-9._-]+$";
}
