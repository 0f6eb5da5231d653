using System.ComponentModel.DataAnnotations;
using System.Security.Cryptography;
using System.Text;
using Shop.Common;
using Shop.Http;

namespace Shop.Payments;

/// <param name="Email">Where the code is mailed; without it the answer shows the code, once.</param>
/// <param name="Locale">The language of the mail; the shop's own when absent.</param>
/// <param name="Reason">For staff.</param>
public sealed record NewGiftCard(
    Money Amount, [property: StringLength(EmailAddress.MaxLength)] string? Email = null, [property: StringLength(10)] string? Locale = null, DateTimeOffset? ExpiresAt = null, [property: StringLength(200)] string? Reason = null);

/// <param name="Amount">Negative to take it away.</param>
/// <param name="Reason">The customer reads it.</param>
public sealed record StoreCreditChange(Money Amount, [property: StringLength(200, MinimumLength = 1)] string Reason);

/// <summary>What staff do with gift cards and store credit. Every movement is entered in the ledger and told to accounting, under the name of the request that caused it.</summary>
public sealed class ChangeCredit(IssueCredit issue, MoveCredit move, LedgerStore ledger, IEventPublisher events, ShopOptions shop, TimeProvider clock)
{
    /// <param name="key">The request's idempotency key.</param>
    /// <returns>The card, and its code where nobody was mailed it.</returns>
    public async Task<Result<(CreditAccount Card, string? Code)>> Issue(NewGiftCard wanted, string key, string actor, CancellationToken cancellationToken)
    {
        if (Check(wanted.Amount, wanted.Amount.Amount > 0) is { } problem) return problem;
        if (wanted.Email is { } email && !EmailAddress.IsValid(email)) return CreditProblems.RecipientInvalid;
        if (wanted.ExpiresAt <= clock.GetUtcNow()) return CreditProblems.ExpiryPast;
        var card = new CardToIssue(new CreditGift(CreditMovement.Issued, wanted.Amount, null, wanted.Reason, actor), wanted.ExpiresAt, wanted.Email, wanted.Locale is { } locale && Locales.All.Contains(locale) ? locale : shop.Locale, null);
        (CreditAccount account, CreditEntry entry, string code) = await issue.Run($"request|{actor}|{key}", card, cancellationToken);
        await Tell(account, IssueCredit.EntryName, entry, cancellationToken);
        return (account, wanted.Email is null ? code : null);
    }

    /// <summary>Gives a customer store credit, or takes some of it.</summary>
    /// <param name="customerId">Of a customer who is there.</param>
    public async Task<Result<CreditAccount>> Change(string customerId, StoreCreditChange wanted, string key, string actor, CancellationToken cancellationToken)
    {
        if (Check(wanted.Amount, wanted.Amount.Amount != 0) is { } problem) return problem;
        string id = CreditCode.StoreCreditId(customerId, wanted.Amount.Currency), name = $"request|{HashOf(actor, key)}";
        if (wanted.Amount.Amount > 0)
        {
            var opened = new CreditAccount { Id = id, Kind = CreditKind.StoreCredit, Balance = Money.Zero(wanted.Amount.Currency), CustomerId = customerId, CreatedAt = clock.GetUtcNow() };
            (CreditAccount account, CreditEntry given) = await move.Give(opened, name, new CreditGift(CreditMovement.Granted, wanted.Amount, null, wanted.Reason, actor), cancellationToken);
            await Tell(account, name, given, cancellationToken);
            return account;
        }
        return await Take(id, name, new CreditGift(CreditMovement.Taken, -wanted.Amount, null, wanted.Reason, actor), cancellationToken);
    }

    /// <summary>Takes what belongs to nobody any more.</summary>
    public async Task<Result<CreditAccount>> Take(string accountId, string name, CreditGift gift, CancellationToken cancellationToken)
    {
        Result<CreditEntry> taken = await move.Take(accountId, name, gift, cancellationToken);
        if (taken.Problem is { } refused) return refused;
        Result<CreditAccount> now = await move.Say(accountId, account => account, cancellationToken);
        if (now.Ok) await Tell(now.Value, name, taken.Value, cancellationToken);
        return now;
    }

    private async Task Tell(CreditAccount account, string name, CreditEntry entry, CancellationToken cancellationToken)
    {
        bool given = entry.Amount.Amount > 0;
        await ledger.Add(new LedgerEntry(CreditGateway.Name, account.Id, given ? LedgerKind.Issue : LedgerKind.Withdrawal, name, null, given ? entry.Amount : -entry.Amount, entry.At), cancellationToken);
        await events.Publish([new DomainEvent($"{account.Id}|credit.changed|{name}", "credit.changed", 1, account.Id, entry.Sequence, entry.At, new CreditChanged(account.Kind, entry.Movement, entry.Amount))], cancellationToken);
    }

    private Problem? Check(Money amount, bool inRange) =>
        inRange && amount.Amount % amount.Currency.Increment == 0 && shop.AllCurrencies().Contains(amount.Currency) ? null : CreditProblems.AmountInvalid.At("/amount", "is not an amount that can be given");

    private static string HashOf(string actor, string key) => Convert.ToHexStringLower(SHA256.HashData(Encoding.UTF8.GetBytes($"{actor}|{key}")).AsSpan(0, 13));
}

/// <summary><c>credit.changed</c>, version 1.</summary>
/// <param name="Amount">Negative for what was taken.</param>
public sealed record CreditChanged(CreditKind Kind, CreditMovement Movement, Money Amount);
