using Shop.Common;

namespace Shop.Customers;

/// <summary>Takes away what was left of erased customers for the tax office, when the years are over.</summary>
public sealed class EndHolds(ErasureStore erasures, IEnumerable<IPersonalRecords> records, ShopOptions shop, TimeProvider clock)
{
    /// <summary>A night's work; the rest comes the night after.</summary>
    private const int MostReceipts = 200;

    public async Task Run(CancellationToken cancellationToken)
    {
        DateOnly today = shop.DayOf(clock.GetUtcNow());
        foreach (ErasureReceipt receipt in await erasures.HeldUntilBefore(today, MostReceipts, cancellationToken))
        {
            foreach (HeldRecord held in receipt.Held.Where(h => h.Until < today))
                foreach (IPersonalRecords module in records) await module.Release(held, cancellationToken);
            await erasures.Released(receipt, today, cancellationToken);
        }
    }
}
