using Microsoft.AspNetCore.Http;
using Microsoft.Azure.Functions.Worker;
using Shop.Catalog;
using Shop.Common;
using Shop.Http;

namespace Shop.Inventory;

/// <summary>What staff asks of stock as a whole. The lists of the night say when they were made.</summary>
public sealed class StockReportEndpoints(ReadStock read, ExplainStock explain, StockReports reports, Cursors cursors)
{
    private const string LimitText = "How many, 1 to 100; 20 when absent.";
    private const string CursorText = "Where the list goes on.";

    /// <summary>Lists the stock of every article, by SKU.</summary>
    /// <remarks>What is no longer sold is listed until nothing of it is left; a page may have fewer than were asked for and still not be the last.</remarks>
    [Function("ListStock"), Staff(Role.Catalog), ApiKeyScope("stock:read"), Answer<Page<StockResource>>(200)]
    [QueryParameter("limit", typeof(int), LimitText), QueryParameter("cursor", typeof(string), CursorText)]
    public async Task<IResult> List([HttpTrigger(AuthorizationLevel.Anonymous, "get", Route = "v1/admin/stock")] HttpRequest request)
    {
        Query query = request.ReadQuery();
        int limit = query.Limit();
        string? after = query.Cursor(cursors);
        if (query.Problem is { } problem) return problem.ToHttp();
        (IReadOnlyList<StockItem> items, Sku? next) = await read.List(after, limit, request.HttpContext.RequestAborted);
        return Respond.Ok(new Page<StockResource>([.. items.Select(StockResource.From)], cursors.Next(request, next?.Value)));
    }

    /// <summary>Explains the figures of a SKU by the movements and holds behind them.</summary>
    [Function("ExplainStock"), Staff(Role.Catalog), ApiKeyScope("stock:read"), Answer<StockExplanation>(200), Refusal(404, "catalog.sku-unknown")]
    public async Task<IResult> Explain([HttpTrigger(AuthorizationLevel.Anonymous, "get", Route = "v1/admin/stock/{sku}/explain")] HttpRequest request, string sku) =>
        await read.Find(sku, request.HttpContext.RequestAborted) is { } item ? Respond.Ok(await explain.Run(item, request.HttpContext.RequestAborted)) : CatalogProblems.SkuUnknown.ToHttp();

    /// <summary>Lists what should be bought and how many, what sells fastest first.</summary>
    /// <remarks>Made every night from recent sales, lead times and reorder points; empty before the first night.</remarks>
    [Function("ListPurchaseSuggestions"), Staff(Role.Catalog, Role.Reports), ApiKeyScope("stock:read"), Answer<StockReportPage<PurchaseSuggestion>>(200)]
    [QueryParameter("limit", typeof(int), LimitText), QueryParameter("cursor", typeof(string), CursorText)]
    public Task<IResult> Suggestions([HttpTrigger(AuthorizationLevel.Anonymous, "get", Route = "v1/admin/stock/suggestions")] HttpRequest request) =>
        Show<PurchaseSuggestion>(request, StockReports.Suggestions, null);

    /// <summary>Lists what lies around: too much at the present speed, or not sold for long.</summary>
    /// <remarks>Made every night; empty before the first.</remarks>
    [Function("ListStockSurpluses"), Staff(Role.Catalog, Role.Reports), ApiKeyScope("stock:read"), Answer<StockReportPage<StockSurplus>>(200)]
    [QueryParameter("kind", typeof(string), "One kind only.", Values = ["overstock", "deadStock"])]
    [QueryParameter("limit", typeof(int), LimitText), QueryParameter("cursor", typeof(string), CursorText)]
    public Task<IResult> Surpluses([HttpTrigger(AuthorizationLevel.Anonymous, "get", Route = "v1/admin/stock/surpluses")] HttpRequest request) =>
        Show<StockSurplus>(request, StockReports.Surpluses, query => query.Choice<SurplusKind>("kind") is { } kind ? surplus => surplus.Kind == kind : null);

    /// <summary>Lists the figures that their movements and holds did not explain last night. There should be none.</summary>
    [Function("ListStockDifferences"), Staff(Role.Catalog, Role.Reports), ApiKeyScope("stock:read"), Answer<StockReportPage<StockDifference>>(200)]
    [QueryParameter("limit", typeof(int), LimitText), QueryParameter("cursor", typeof(string), CursorText)]
    public Task<IResult> Differences([HttpTrigger(AuthorizationLevel.Anonymous, "get", Route = "v1/admin/stock/differences")] HttpRequest request) =>
        Show<StockDifference>(request, StockReports.Differences, null);

    private async Task<IResult> Show<T>(HttpRequest request, string report, Func<Query, Func<T, bool>?>? filter)
    {
        Query query = request.ReadQuery();
        int limit = query.Limit();
        string? after = query.Cursor(cursors);
        Func<T, bool>? wanted = filter?.Invoke(query);
        if (query.Problem is { } problem) return problem.ToHttp();
        StockReport<T> found = await reports.Read<T>(report, request.HttpContext.RequestAborted) ?? new StockReport<T>(default, []);
        int from = after is null ? 0 : int.Parse(after);
        T[] rows = [.. (wanted is null ? found.Data : found.Data.Where(wanted)).Skip(from).Take(limit + 1)];
        string? next = rows.Length > limit ? $"{from + limit}" : null;
        return Respond.Ok(new StockReportPage<T>([.. rows.Take(limit)], cursors.Next(request, next), found.AsOf == default ? null : found.AsOf));
    }
}

/// <summary>One page of a list of the night.</summary>
/// <param name="Data">The entries.</param>
/// <param name="NextCursor">Send it as <c>cursor</c> for the next page; <c>null</c> on the last.</param>
/// <param name="AsOf">When the list was made; <c>null</c> before the first night.</param>
public sealed record StockReportPage<T>(IReadOnlyList<T> Data, string? NextCursor, DateTimeOffset? AsOf);
