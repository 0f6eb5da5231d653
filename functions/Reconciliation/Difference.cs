using Shop.Common;
using Shop.Payments;

namespace Shop.Reconciliation;

public enum DifferenceKind
{
    /// <summary>The provider moved money that the ledger does not know.</summary>
    NotInLedger,

    /// <summary>The ledger says that money moved, and the provider does not.</summary>
    NotReported,

    /// <summary>Both know of it, with other amounts.</summary>
    OtherAmount,

    /// <summary>The journal does not book what the ledger says of an order.</summary>
    OtherInJournal,
}

/// <summary>What does not agree; it stays open until somebody says why.</summary>
/// <param name="Id">Of the difference: the same one is found under the same id.</param>
/// <param name="Movement">What kind of movement it is; <c>null</c> for the journal's.</param>
/// <param name="Reported">By the provider, or in the ledger where the journal is compared with it.</param>
/// <param name="Booked">In the ledger, or in the journal. Negative for what left.</param>
public sealed record Difference(
    string Id, string Provider, DateOnly Day, DifferenceKind Kind, LedgerKind? Movement, string Reference, string? OrderId, Money? Reported, Money? Booked)
{
    public string? ClosedBy { get; init; }

    public DateTimeOffset? ClosedAt { get; init; }

    /// <summary>Why it is none, or what was done.</summary>
    public string? Note { get; init; }
}

/// <summary>How a day was compared.</summary>
/// <param name="Compared">How many movements.</param>
/// <param name="Differences">How many were found, whether or not they are closed by now.</param>
public sealed record ReconciledDay(string Provider, DateOnly Day, int Compared, int Differences, DateTimeOffset At);
