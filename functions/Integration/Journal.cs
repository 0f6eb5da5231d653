using Shop.Common;

namespace Shop.Integration;

/// <summary>One booking of the double-entry journal: what is debited and what is credited is the same, or it is not made.</summary>
/// <param name="Id">The event that caused it.</param>
/// <param name="Reference">The order's number, for people.</param>
public sealed record JournalEntry(string Id, DateTimeOffset At, string Reference, string Text, IReadOnlyList<JournalLine> Lines)
{
    /// <returns><c>null</c> where nothing moves: an order that cost nothing.</returns>
    /// <exception cref="InvalidOperationException">Debits and credits differ: an invariant is broken.</exception>
    public static JournalEntry? Balanced(string id, DateTimeOffset at, string reference, string text, params IEnumerable<JournalLine> lines)
    {
        JournalLine[] booked = [.. lines.Where(l => !l.Debit.IsZero || !l.Credit.IsZero)];
        if (booked.Length == 0) return null;
        Currency currency = booked[0].Debit.Currency;
        if (booked.Select(l => l.Debit).Sum(currency) != booked.Select(l => l.Credit).Sum(currency))
            throw new InvalidOperationException($"The booking {id} does not balance.");
        return new JournalEntry(id, at, reference, text, booked);
    }

    /// <summary>What it moves at the payment providers and on what customers have as credit: positive for what came.</summary>
    public Money Clearing()
    {
        JournalLine[] moved = [.. Lines.Where(l => l.Account == Accounts.Clearing.Number || l.Account == Accounts.GiftCards.Number || l.Account == Accounts.StoreCredit.Number)];
        Currency currency = Lines[0].Debit.Currency;
        return moved.Select(l => l.Debit).Sum(currency) - moved.Select(l => l.Credit).Sum(currency);
    }
}

public sealed record JournalLine(string Account, string Name, Money Debit, Money Credit);

/// <summary>The accounts the shop books on, by number and name.</summary>
internal static class Accounts
{
    public static JournalLine Debit(this (string Number, string Name) account, Money amount) => new(account.Number, account.Name, amount, Money.Zero(amount.Currency));

    public static JournalLine Credit(this (string Number, string Name) account, Money amount) => new(account.Number, account.Name, Money.Zero(amount.Currency), amount);

    /// <summary>The shop's own account.</summary>
    public static (string Number, string Name) Bank { get; } = ("1110", "Bank");

    /// <summary>Money at the payment provider, until it is paid out.</summary>
    public static (string Number, string Name) Clearing { get; } = ("1120", "Payment provider clearing");

    /// <summary>Money that buyers' banks hold until they have decided.</summary>
    public static (string Number, string Name) Disputed { get; } = ("1130", "Disputed payments");

    /// <summary>What providers keep for themselves.</summary>
    public static (string Number, string Name) ProviderFees { get; } = ("6120", "Payment provider fees");

    /// <summary>Money of customers that belongs to no sale.</summary>
    public static (string Number, string Name) CustomerMoney { get; } = ("2190", "Money owed to customers");

    /// <summary>What is left on gift cards.</summary>
    public static (string Number, string Name) GiftCards { get; } = ("2150", "Gift cards");

    public static (string Number, string Name) StoreCredit { get; } = ("2160", "Store credit");

    /// <summary>What buyers got twice: from the shop, and from their bank.</summary>
    public static (string Number, string Name) DisputeLosses { get; } = ("6140", "Dispute losses");

    /// <summary>What the shop gives away.</summary>
    public static (string Number, string Name) Goodwill { get; } = ("6130", "Goodwill");

    /// <summary>Where a kind of credit is owed.</summary>
    public static (string Number, string Name) OfCredit(string kind) => kind switch
    {
        "giftCard" => GiftCards,
        "storeCredit" => StoreCredit,
        _ => throw new InvalidDataException($"There is no account for credit of the kind '{kind}'."),
    };

    public static (string Number, string Name) OutputTax { get; } = ("2110", "Output tax (PPN)");

    public static (string Number, string Name) Sales { get; } = ("4100", "Sales");

    public static (string Number, string Name) SalesReturns { get; } = ("4190", "Sales returns");

    public static (string Number, string Name) ShippingIncome { get; } = ("4200", "Shipping income");
}
