using Shop.Common;
using Shop.Inventory;
using Shop.Orders;

namespace Shop.Checkout;

/// <param name="Waits">Something has not come, and the rest waits for it.</param>
/// <param name="Parts">What goes in which parcel; one where it all goes together.</param>
/// <param name="Reason">Why there are several.</param>
internal sealed record PackingPlan(bool Waits, IReadOnlyList<(string? Place, IReadOnlyList<ParcelLine> Lines)> Parts, string Reason = "");

/// <summary>What of a parcel goes together, by where its goods lie and what has not come yet. Pure.</summary>
internal static class PackingRules
{
    public static PackingPlan Plan(Order order, FulfilmentInput input, IReadOnlyList<ParcelLine> packed, IReadOnlyDictionary<Sku, StockHold> holds)
    {
        List<(string Place, ParcelLine Line)> there = [];
        List<ParcelLine> later = [];
        foreach (ParcelLine line in packed)
        {
            StockHold? hold = holds.GetValueOrDefault(line.Sku);
            // Where some of it went in other parcels, what has not come is in this one.
            int missing = Math.Min(line.Quantity, hold?.BackOrdered ?? 0), left = line.Quantity - missing;
            if (missing > 0) later.Add(line with { Quantity = missing });
            foreach (StockShare share in hold?.Shares ?? [])
            {
                int here = Math.Min(left, share.Quantity);
                left -= here;
                if (here > 0) there.Add((share.Location, line with { Quantity = here }));
            }
        }
        // Cash is collected once; and what was taken out of another parcel has its place already.
        bool together = order.IsCash || order.Parcels.Count > 0;
        if (later.Count > 0 && (together || !input.Sending.SendReadyFirst || there.Count == 0)) return new PackingPlan(true, []);
        if (there.Count == 0 || (later.Count == 0 && (together || !input.Sending.SplitByLocation))) return new PackingPlan(false, [(there.Select(t => t.Place).FirstOrDefault(), packed)]);
        string[] places = [.. there.Select(t => t.Place).Distinct(StringComparer.Ordinal)];
        List<(string? Place, IReadOnlyList<ParcelLine> Lines)> parts = input.Sending.SplitByLocation && places.Length > 1
            ? [.. places.Select(place => ((string?)place, (IReadOnlyList<ParcelLine>)[.. there.Where(t => t.Place == place).Select(t => t.Line)]))]
            : [(places[0], [.. packed.Select(l => l with { Quantity = l.Quantity - later.Where(w => w.Sku == l.Sku).Sum(w => w.Quantity) }).Where(l => l.Quantity > 0)])];
        if (later.Count > 0) parts.Add((null, later));
        return new PackingPlan(false, parts, later.Count > 0 ? "some of it has not come yet" : "its goods lie at several places");
    }
}
