using System.Text.Json.Serialization;
using Shop.Common;

namespace Shop.Payments;

public enum CreditKind
{
    /// <summary>Whoever knows its code may spend it.</summary>
    GiftCard,

    /// <summary>One customer's.</summary>
    StoreCredit,
}

/// <summary>Money that the shop owes, to be bought for. Its balance is the sum of its entries, which are never changed.</summary>
public sealed record CreditAccount
{
    /// <summary><c>crd_…</c>; follows from a gift card's code, or from customer and currency.</summary>
    public required string Id { get; init; }

    public required CreditKind Kind { get; init; }

    public required Money Balance { get; init; }

    /// <summary>Whose store credit it is; <c>null</c> for a gift card.</summary>
    public string? CustomerId { get; init; }

    /// <summary>The last four letters of a gift card's code, by which people tell cards apart.</summary>
    public string? Tail { get; init; }

    /// <summary>What a gift card was worth when it was issued.</summary>
    public Money? Face { get; init; }

    /// <summary>Where a gift card was mailed.</summary>
    [Personal]
    public string? Email { get; init; }

    /// <summary>From then on it cannot be spent; <c>null</c> for never.</summary>
    public DateTimeOffset? ExpiresAt { get; init; }

    /// <summary>It cannot be spent, whatever is on it.</summary>
    public bool IsDisabled { get; init; }

    public required DateTimeOffset CreatedAt { get; init; }

    /// <summary>How many entries it has.</summary>
    public int Entries { get; init; }

    [JsonIgnore]
    public Currency Currency => Balance.Currency;

    /// <summary>Such as <c>Gift card …7Q3M</c>; for people.</summary>
    [JsonIgnore]
    public string Name => Kind == CreditKind.GiftCard ? $"Gift card …{Tail}" : "Store credit";

    /// <summary>What can be spent of it.</summary>
    public Money Usable(DateTimeOffset now) => IsDisabled || ExpiresAt <= now ? Money.Zero(Currency) : Balance;
}

public enum CreditMovement
{
    /// <summary>It was made with this much on it.</summary>
    Issued,

    /// <summary>An order was paid with it.</summary>
    Spent,

    /// <summary>The order that it was kept for came to nothing.</summary>
    Released,

    /// <summary>An order that it had paid was refunded.</summary>
    Refunded,

    /// <summary>Staff gave it.</summary>
    Granted,

    /// <summary>Staff took it.</summary>
    Taken,

    /// <summary>What it was bought for was refunded, or its owner was erased.</summary>
    Withdrawn,
}

/// <summary>One movement, which explains a part of the balance.</summary>
/// <param name="Sequence">From 1, without gaps.</param>
/// <param name="Amount">Negative for what left.</param>
/// <param name="Balance">After it.</param>
/// <param name="Reference">The order that it is for, or the order and its refund.</param>
/// <param name="Actor">Such as <c>system</c> or <c>staff:stf_…</c>.</param>
public sealed record CreditEntry(int Sequence, DateTimeOffset At, CreditMovement Movement, Money Amount, Money Balance, string? Reference, [property: Personal] string? Reason, string Actor);

public enum CreditUseStatus { Held, Committed, Released }

/// <summary>What one order takes of an account.</summary>
public sealed record CreditUse(CreditUseStatus Status, Money Amount)
{
    /// <summary>The order gave it back, went on all the same and took it a second time.</summary>
    [JsonIgnore(Condition = JsonIgnoreCondition.WhenWritingDefault)]
    public bool Again { get; init; }
}

/// <summary>What an order is paid with besides money.</summary>
/// <param name="Id">The account's.</param>
/// <param name="Name">For people.</param>
public sealed record OrderCredit(string Id, CreditKind Kind, string Name, Money Amount);

/// <summary>An account as a cart remembers it; checkout reads it again.</summary>
public sealed record CreditTerms(string Id, CreditKind Kind, string Name, Money Balance)
{
    public static CreditTerms Of(CreditAccount account, DateTimeOffset now) => new(account.Id, account.Kind, account.Name, account.Usable(now));

    /// <summary>How much each gives of a sum, in this order: never more than it has, and together never more than the sum.</summary>
    public static IReadOnlyList<OrderCredit> Cover(IEnumerable<CreditTerms> terms, Money sum)
    {
        List<OrderCredit> credits = [];
        foreach (CreditTerms term in terms)
        {
            // A cart may have changed its currency since.
            if (term.Balance.Currency != sum.Currency) continue;
            Money given = term.Balance <= sum ? term.Balance : sum;
            if (given.Amount <= 0) continue;
            credits.Add(new OrderCredit(term.Id, term.Kind, term.Name, given));
            sum -= given;
        }
        return credits;
    }
}
