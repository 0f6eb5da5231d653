using Shop.Catalog;
using Shop.Common;
using Shop.Email;
using Shop.Inventory;

namespace Shop.Marketing;

/// <summary>
/// A SKU is there again: tells those who wait longest, as many as makes sense for what is there, each once, and then forgets them. It may run twice: a mail carries
/// the waiter's own id.
/// </summary>
public sealed class TellWaiters(WaiterStore waiters, ReadStock stock, AwaitReturn returns, CatalogIndex catalog, EmailQueue mail, WaitForStock wait, BackInStockOptions options, ShopOptions shop)
{
    private readonly StorefrontPages _pages = new(shop);

    /// <returns>How many were told.</returns>
    public async Task<int> Run(Sku sku, CancellationToken cancellationToken)
    {
        // What was announced and then not done, or is sold again by now, is nothing to tell of.
        if (await stock.Find(sku.Value, cancellationToken) is not { Available: > 0 and var available } || catalog.Find(sku) is not { } variant) return 0;
        IReadOnlyList<StockWaiter> waiting = await waiters.Of(sku, cancellationToken);
        StockWaiter[] told = [.. waiting.Take((int)Math.Min(waiting.Count, (long)available * options.MailsPerPiece))];
        foreach (StockWaiter waiter in told)
        {
            var model = new BackInStockMail(variant.Title(waiter.Locale), _pages.Of(variant.ProductEntry, waiter.Locale), wait.LeaveUrl(waiter));
            await mail.Send($"{waiter.Id}.back-in-stock", "back-in-stock", waiter.Locale, waiter.Email, model, cancellationToken);
            await waiters.Remove(sku, waiter.Person, cancellationToken);
        }
        if (told.Length < waiting.Count) return told.Length;

        await returns.Run(sku, awaited: false, cancellationToken);
        // Who came in between found the mark still there, and must not wait in vain.
        if ((await waiters.Of(sku, cancellationToken)).Count > 0) await returns.Run(sku, awaited: true, cancellationToken);
        return told.Length;
    }
}

/// <param name="Url">Of the product's page.</param>
/// <param name="LeaveUrl">For who gets the mail in spite of having left.</param>
public sealed record BackInStockMail(string Title, string Url, string LeaveUrl);
