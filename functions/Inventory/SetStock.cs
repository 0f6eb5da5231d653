using Shop.Catalog;
using Shop.Common;
using Shop.Http;

namespace Shop.Inventory;

/// <summary>Staff says what may be promised of a SKU, and when it is to be bought again.</summary>
public sealed class SetStock(StockChanges stock, LocationStore locations, KnownStock known)
{
    /// <summary>What was promised already stays promised, also beyond a lower limit.</summary>
    public Task<Result<StockItem>> Policy(Sku sku, StockPolicy policy, IfMatch match, CancellationToken cancellationToken) =>
        Run(sku, match, item => item with { Policy = policy.Kind == OversellKind.Deny ? StockPolicy.Deny : policy }, cancellationToken);

    /// <summary>Rules that stay keep what is known of them, so that nobody is told of the same shortage again.</summary>
    public async Task<Result<StockItem>> Reorder(Sku sku, IReadOnlyList<ReorderPoint> points, IfMatch match, CancellationToken cancellationToken)
    {
        HashSet<string> places = [.. (await locations.All(cancellationToken)).Select(location => location.Value.Id)];
        Problem problem = InventoryProblems.ReorderInvalid;
        for (int i = 0; i < points.Count; i++)
        {
            if (points[i].Location is { } location && !places.Contains(location)) problem = problem.At($"/data/{i}/location", "is no location");
            if (points[i].Target < points[i].Point) problem = problem.At($"/data/{i}/target", "is below the point");
            if (points.Take(i).Any(other => other.Location == points[i].Location)) problem = problem.At($"/data/{i}/location", "has a rule already");
        }
        if (problem.Errors.Count > 0) return problem;
        return await Run(sku, match, item => item with
        {
            Reorder = [.. points.Select(point => (item.Reorder.FirstOrDefault(rule => rule.Location == point.Location) ?? new ReorderRule(point.Location, 0, 0)) with
            {
                Point = point.Point,
                Target = point.Target,
                LeadTimeDays = point.LeadTimeDays,
            })],
        }, cancellationToken);
    }

    private async Task<Result<StockItem>> Run(Sku sku, IfMatch match, Func<StockItem, StockItem> change, CancellationToken cancellationToken)
    {
        if (!await known.Has(sku, cancellationToken)) return CatalogProblems.SkuUnknown;
        return await stock.Run(sku, null, holdExists: true, reference: null, state =>
        {
            if (match.Check(StockSettings.Version(state.Item)) is { } stale) return stale;
            StockItem changed = change(state.Item);
            return StockSettings.Of(changed).SameAs(StockSettings.Of(state.Item)) ? (StockChange?)null : new StockChange(changed with { Version = state.Item.Version + 1 });
        }, cancellationToken);
    }
}
