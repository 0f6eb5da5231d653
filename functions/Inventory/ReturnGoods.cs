using Shop.Common;

namespace Shop.Inventory;

/// <summary>
/// Undoes a part of a sale: goods that were sold lie where they were taken from again, and what was only promised is promised no more.
/// Once for each reference, however often it runs.
/// </summary>
public sealed class ReturnGoods(StockChanges stock, FillBackOrders fill, TimeProvider clock)
{
    /// <param name="orderId">Whose goods.</param>
    /// <param name="reference">Of this return: the same one brings the goods back once.</param>
    /// <param name="lines">What comes back.</param>
    /// <param name="restock">Whether it can be sold again; otherwise nothing is added to what is on hand.</param>
    /// <param name="actor">Who says so.</param>
    /// <param name="cancellationToken">Stops between articles.</param>
    /// <param name="place">The location from which it was to be sent, and where it lies again; <c>null</c> for goods that were to come, and where it does not matter.</param>
    /// <returns>409 <c>stock.not-sold</c> when the order was not sold so much; articles before it are back.</returns>
    public async Task<Result<StockLine[]>> Run(string orderId, string reference, IReadOnlyList<StockLine> lines, bool restock, string actor, CancellationToken cancellationToken, string? place = null)
    {
        StockLine[] sums = StockLines.Sum(lines);
        foreach (StockLine line in sums)
        {
            Result<StockItem> back = await stock.Run(line.Sku, orderId, holdExists: true, reference: null, state => Decide(reference, line.Quantity, restock, actor, place, state), cancellationToken);
            if (back.Problem is { } problem) return problem;
            await fill.Run(back, cancellationToken);
        }
        return sums;
    }

    private Result<StockChange?> Decide(string reference, int quantity, bool restock, string actor, string? place, StockState state)
    {
        if (state.Hold?.Value is not { Status: StockHoldStatus.Committed } hold) return InventoryProblems.NotSold;
        if (hold.Returns.Contains(reference, StringComparer.Ordinal)) return (StockChange?)null;
        // Goods that never came are given up before those that did, unless it is said which: those that lie there first.
        int there = hold.Shares.Where(share => share.Location == place).Sum(share => share.Quantity);
        int promised = Math.Min(Math.Max(0, quantity - there), hold.BackOrdered), left = quantity - promised;
        List<StockShare> back = [], kept = [];
        foreach (StockShare share in hold.Shares.OrderBy(share => share.Location == place ? 0 : 1))
        {
            int here = Math.Min(left, share.Quantity);
            left -= here;
            if (here > 0) back.Add(share with { Quantity = here });
            if (share.Quantity > here) kept.Add(share with { Quantity = share.Quantity - here });
        }
        if (left > 0) return InventoryProblems.NotSold;

        StockHold rest = hold with { Shares = kept, BackOrdered = hold.BackOrdered - promised, Returns = [.. hold.Returns, reference] };
        StockShare[] shelved = restock ? [.. back] : [];
        return StockMovements.Add(state.Item.Return(shelved, promised), StockMovementKind.Return, shelved, rest.OrderId, actor, clock.GetUtcNow(), rest);
    }
}
