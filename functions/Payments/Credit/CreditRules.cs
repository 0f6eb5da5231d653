using Shop.Common;

namespace Shop.Payments;

/// <summary>How an account moves. Pure: what would leave less than nothing is no movement.</summary>
public static class CreditRules
{
    /// <summary>Credit that a refund brings back to a card whose time is over, or nearly, can be spent for so long.</summary>
    internal static readonly TimeSpan ReturnedIsGoodFor = TimeSpan.FromDays(90);

    /// <param name="amount">Negative for what leaves.</param>
    /// <exception cref="InvalidOperationException">More would leave than is there.</exception>
    public static (CreditAccount Account, CreditEntry Entry) Move(
        this CreditAccount account, CreditMovement movement, Money amount, string? reference, string? reason, string actor, DateTimeOffset at)
    {
        Money balance = account.Balance + amount;
        if (balance.Amount < 0) throw new InvalidOperationException($"{account.Id} would have less than nothing.");
        DateTimeOffset? until = movement is CreditMovement.Refunded && account.ExpiresAt < at + ReturnedIsGoodFor ? at + ReturnedIsGoodFor : account.ExpiresAt;
        CreditAccount moved = account with { Balance = balance, Entries = account.Entries + 1, ExpiresAt = until };
        return (moved, new CreditEntry(moved.Entries, at, movement, amount, balance, reference, reason, actor));
    }
}
