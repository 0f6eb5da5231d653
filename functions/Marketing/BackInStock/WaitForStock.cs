using System.Buffers.Text;
using Shop.Catalog;
using Shop.Common;
using Shop.Customers;
using Shop.Email;
using Shop.Http;
using Shop.Inventory;
using Shop.Storage;

namespace Shop.Marketing;

/// <summary>
/// Somebody wants to be told when a SKU is there again. A customer's address is known to be theirs; a guest's only once the link that was mailed to it is opened,
/// so that nobody gets mail that somebody else asked for.
/// </summary>
public sealed class WaitForStock(
    WaiterStore waiters, AwaitReturn returns, StockAlerts alerts, CatalogIndex catalog, OpenCustomer customers, OneTimeTokens tokens, AccountLimits limits, AccountPages pages, EmailQueue mail,
    Signing signing, BackInStockOptions options, ShopOptions shop, TimeProvider clock)
{
    private const string Purpose = "back-in-stock", LeaveUse = "back-in-stock-leave";
    private const int SignatureBytes = 16;

    public async Task<Result<Waiting>> Ask(WaitFor wanted, Principal caller, string locale, string clientAddress, CancellationToken cancellationToken)
    {
        if (catalog.Find(wanted.Sku) is not { } variant) return CatalogProblems.SkuUnknown.At("/sku", "is not sold");
        if (variant.InStock) return BackInStockProblems.Available;
        if (caller.Kind == PrincipalKind.Customer)
        {
            Result<Stored<Customer>> customer = await customers.Run(caller, cancellationToken);
            if (customer.Problem is { } unknown) return unknown;
            await Enter(New(wanted.Sku, customer.Value.Value.Details.Email, customer.Value.Value.Locale), cancellationToken);
            return new Waiting(wanted.Sku, WaitingStep.Wait);
        }

        if (!EmailAddress.IsValid(wanted.Email)) return AccountProblems.EmailInvalid;
        if (await limits.Count("wait-mail", EmailAddress.Key(wanted.Email!), clientAddress, cancellationToken) is { } locked) return locked;
        StockWaiter waiter = New(wanted.Sku, wanted.Email!, locale);
        string token = await tokens.Issue(Purpose, waiter, TimeSpan.FromHours(options.ConfirmWithinHours), cancellationToken);
        var model = new ConfirmWaitMail(variant.Title(locale), pages.Of("back-in-stock/confirm", token), LeaveUrl(waiter), options.ConfirmWithinHours);
        await mail.Send($"{waiter.Id}.back-in-stock-confirm", "back-in-stock-confirm", locale, waiter.Email, model, cancellationToken);
        return new Waiting(wanted.Sku, WaitingStep.OpenMail);
    }

    /// <summary>The guest opened the mailed link.</summary>
    public async Task<Result<Waiting>> Confirm(string token, string clientAddress, CancellationToken cancellationToken)
    {
        if (await limits.Count("back-in-stock", token, clientAddress, cancellationToken) is { } locked) return locked;
        if (await tokens.Look<StockWaiter>(Purpose, token, cancellationToken) is not { } waiter) return AccountProblems.TokenInvalid;
        await Enter(waiter with { Since = clock.GetUtcNow() }, cancellationToken);
        // Last, so that a crash before it leaves the link good for another try.
        await tokens.Redeem<StockWaiter>(Purpose, token, cancellationToken);
        return new Waiting(waiter.Sku, WaitingStep.Wait);
    }

    /// <param name="token">From the link in the mails. It names one person and one SKU, and works as often as it is opened.</param>
    public async Task<Problem?> Leave(string token, CancellationToken cancellationToken)
    {
        Result<(string Person, Sku Sku)> leaving = WhoLeaves(token);
        if (leaving.Problem is { } unknown) return unknown;
        await waiters.Remove(leaving.Value.Sku, leaving.Value.Person, cancellationToken);
        return null;
    }

    /// <summary>Whom a link in the mails names.</summary>
    internal Result<(string Person, Sku Sku)> WhoLeaves(string token)
    {
        if (token.Split('.', 3) is not [var person, var text, var rest] || !Sku.TryParse(rest, out Sku sku) || !Base64Url.IsValid(text)) return AccountProblems.TokenInvalid;
        return signing.Verify(LeaveUse, $"{person}|{sku}", Base64Url.DecodeFromChars(text)) ? (person, sku) : AccountProblems.TokenInvalid;
    }

    internal string LeaveUrl(StockWaiter waiter)
    {
        string signature = Base64Url.EncodeToString(signing.Sign(LeaveUse, $"{waiter.Person}|{waiter.Sku}").AsSpan(0, SignatureBytes));
        return $"{shop.PublicUrl.ToString().TrimEnd('/')}/v1/store/back-in-stock/leave?token={waiter.Person}.{signature}.{waiter.Sku}";
    }

    private StockWaiter New(Sku sku, string email, string locale) => new(Ids.New("wtr", clock), sku, email, locale, clock.GetUtcNow());

    private async Task Enter(StockWaiter waiter, CancellationToken cancellationToken)
    {
        await waiters.Add(waiter, cancellationToken);
        // Some came while the link was on its way: nothing more need happen for this one to be told.
        if (await returns.Run(waiter.Sku, awaited: true, cancellationToken) > 0) await alerts.EnqueueReturn(waiter.Sku, cancellationToken);
    }
}

public enum WaitingStep { Wait, OpenMail }

/// <param name="Sku">What is waited for.</param>
/// <param name="Next">What to do now: nothing but wait, or open the mail that was sent.</param>
public sealed record Waiting(Sku Sku, WaitingStep Next);

/// <param name="Url">The storefront's page; its address ends in <c>#token=…</c>.</param>
/// <param name="LeaveUrl">A page with a button that ends the wait.</param>
public sealed record ConfirmWaitMail(string Title, string Url, string LeaveUrl, int WithinHours);
