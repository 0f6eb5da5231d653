using Shop.Catalog;
using Shop.Common;

namespace Shop.Inventory;

/// <summary>
/// Keeps an order's goods for it: all of its lines or none. Running it again gives the same answer and holds nothing twice. SKUs are taken
/// in one order everywhere, so that two orders over the same goods cannot each end with half of them.
/// </summary>
public sealed class HoldStock(StockChanges stock, LocationDirectory locations, FillBackOrders fill, CatalogIndex catalog, TimeProvider clock)
{
    /// <param name="orderId">Names the holds. An order that gave its stock back cannot take it again under the same name.</param>
    /// <param name="lines">The order's lines; a SKU on two lines adds up. Digital lines need no stock and are left out by the caller.</param>
    /// <param name="cancellationToken">Stops between SKUs; what was taken by then stays for the next run.</param>
    /// <returns>409 <c>stock.insufficient</c> with a pointer such as <c>/lines/1/quantity</c> for every line that is short.</returns>
    public Task<Result<StockLine[]>> Run(string orderId, IReadOnlyList<StockLine> lines, CancellationToken cancellationToken) => Run(orderId, lines, again: false, cancellationToken);

    /// <summary>As above for an order that gave its goods back and goes on all the same. Whoever calls it releases what it took when something is refused.</summary>
    public Task<Result<StockLine[]>> RunAgain(string orderId, IReadOnlyList<StockLine> lines, CancellationToken cancellationToken) => Run(orderId, lines, again: true, cancellationToken);

    private async Task<Result<StockLine[]>> Run(string orderId, IReadOnlyList<StockLine> lines, bool again, CancellationToken cancellationToken)
    {
        StockLine[] sums = StockLines.Sum(lines);
        for (int i = 0; i < sums.Length; i++)
        {
            StockLine line = sums[i];
            Result<StockItem> held = await stock.Run(line.Sku, orderId, holdExists: again, reference: null, state => Decide(line, orderId, again, state), cancellationToken);
            if (held.Ok) continue;
            foreach (StockLine taken in again ? [] : sums.Take(i)) await Undo(taken.Sku, orderId, cancellationToken);
            return held.Problem!.Code == InventoryProblems.Insufficient.Code ? Short(lines, sums, i) : held.Problem;
        }
        return sums;
    }

    private Result<StockChange?> Decide(StockLine line, string orderId, bool again, StockState state) => state.Hold?.Value switch
    {
        { Status: StockHoldStatus.Held or StockHoldStatus.Committed } existing when existing.Quantity != line.Quantity => throw new InvalidOperationException($"{orderId} holds {existing.Quantity} of {line.Sku} and now asks for {line.Quantity}."),
        { Status: StockHoldStatus.Held or StockHoldStatus.Committed } => (StockChange?)null,
        { } when !again => InventoryProblems.HoldReleased,
        _ => state.Item.Hold(line.Quantity, locations.All).Map(taken => (StockChange?)new StockChange(taken.Item, new StockHold(orderId, line.Quantity, StockHoldStatus.Held, clock.GetUtcNow())
        {
            Shares = taken.Shares,
            BackOrdered = taken.BackOrdered,
            Queue = taken.BackOrdered > 0 ? taken.Item.Version : null,
        })),
    };

    // The hold vanishes rather than being released: the order got nothing, and a repeat is to decide afresh.
    private async Task Undo(Sku sku, string orderId, CancellationToken cancellationToken)
    {
        Result<StockItem> undone = await stock.Run(sku, orderId, holdExists: true, reference: null, state => state.Hold is { Value.Status: StockHoldStatus.Held } hold
            ? new StockChange(state.Item.Release(hold.Value)) { RemoveHold = true }
            : (StockChange?)null, cancellationToken);
        await fill.Run(undone, cancellationToken);
    }

    /// <summary>Names the line that was refused and, as far as this instance knows, those that would be refused next.</summary>
    private Problem Short(IReadOnlyList<StockLine> lines, StockLine[] sums, int refused)
    {
        HashSet<Sku> shortSkus = [sums[refused].Sku];
        foreach (StockLine sum in sums.Skip(refused + 1))
            if (catalog.Find(sum.Sku) is { Sellable: { } sellable } && sellable < sum.Quantity) shortSkus.Add(sum.Sku);
        Problem problem = InventoryProblems.Insufficient;
        for (int i = 0; i < lines.Count; i++)
            if (shortSkus.Contains(lines[i].Sku)) problem = problem.At($"/lines/{i}/quantity", $"{lines[i].Sku}: {catalog.Find(lines[i].Sku)?.Sellable ?? 0} available");
        return problem;
    }
}
