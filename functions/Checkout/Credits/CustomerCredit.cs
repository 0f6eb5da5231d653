using Shop.Common;
using Shop.Customers;
using Shop.Payments;

namespace Shop.Checkout;

/// <summary>A customer's store credit, for them, for export and for erasure.</summary>
public sealed class CustomerCredit(CreditStore credits, ChangeCredit change, MoveCredit move, ShopOptions shop, TimeProvider clock) : IPersonalRecords
{
    public string Name => "storeCredit";

    /// <summary>One account a currency, with its movements; who moved it among staff is not the customer's to know.</summary>
    public async Task<IReadOnlyList<ExplainedCredit>> Of(string customerId, CancellationToken cancellationToken)
    {
        List<ExplainedCredit> found = [];
        foreach (Currency currency in shop.AllCurrencies())
        {
            if (await credits.Find(CreditCode.StoreCreditId(customerId, currency), cancellationToken) is not { Value: { } account }) continue;
            IReadOnlyList<CreditEntry> entries = await credits.Entries(account.Id, cancellationToken);
            found.Add(new ExplainedCredit(CreditResource.From(account, clock.GetUtcNow()), [.. entries.Select(e => e.Actor == "system" ? e : e with { Actor = "staff" })]));
        }
        return found;
    }

    public async Task<object?> Export(string customerId, CancellationToken cancellationToken) => await Of(customerId, cancellationToken);

    public Task<Problem?> Refuse(string customerId, CancellationToken cancellationToken) => Task.FromResult<Problem?>(null);

    /// <summary>Nobody is left to spend it. The account keeps its movements, which name nobody any more.</summary>
    public async Task<IReadOnlyList<HeldRecord>> Erase(string customerId, CancellationToken cancellationToken)
    {
        foreach (Currency currency in shop.AllCurrencies())
        {
            string id = CreditCode.StoreCreditId(customerId, currency);
            if (await credits.Find(id, cancellationToken) is not { Value: { } account }) continue;
            await move.Say(id, a => a with { IsDisabled = true, CustomerId = null }, cancellationToken);
            if (!account.Balance.IsZero) await change.Take(id, $"erased|{account.Entries}", new CreditGift(CreditMovement.Withdrawn, account.Balance, null, "its owner was erased", "system"), cancellationToken);
        }
        return [];
    }

    /// <summary>Nothing is held.</summary>
    public Task Release(HeldRecord held, CancellationToken cancellationToken) => Task.CompletedTask;
}
