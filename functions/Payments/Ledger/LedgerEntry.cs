using Shop.Common;

namespace Shop.Payments;

public enum LedgerKind
{
    /// <summary>A customer's money arrived at the provider.</summary>
    Capture,

    /// <summary>The provider gave money back.</summary>
    Refund,

    /// <summary>What it had given back did not arrive, and is there again.</summary>
    RefundReversed,

    /// <summary>A buyer's bank took money away.</summary>
    Chargeback,

    /// <summary>The bank gave it back: the shop was right.</summary>
    ChargebackReversed,

    /// <summary>The provider paid money out to the shop's bank account.</summary>
    Settlement,

    /// <summary>The provider kept money for itself.</summary>
    Fee,

    /// <summary>People paid money back from the shop's own account.</summary>
    PayOut,

    /// <summary>Credit was put on a gift card or a store credit.</summary>
    Issue,

    /// <summary>Credit was taken away again.</summary>
    Withdrawal,
}

/// <summary>One movement of money.</summary>
/// <param name="Provider">Where it moved.</param>
/// <param name="Reference">The provider's id of the payment.</param>
/// <param name="Id">Of the movement: the same one is entered once.</param>
/// <param name="OrderId">Whose; <c>null</c> for what is between the shop and the provider.</param>
/// <param name="Amount">Always positive; the kind says in which direction.</param>
public sealed record LedgerEntry(string Provider, string Reference, LedgerKind Kind, string Id, string? OrderId, Money Amount, DateTimeOffset At);
