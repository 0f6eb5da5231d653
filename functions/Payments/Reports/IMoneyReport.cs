using Shop.Common;

namespace Shop.Payments;

/// <summary>A movement of money as its provider reports it.</summary>
/// <param name="Id">The provider's id of the movement.</param>
/// <param name="Reference">The provider's id of the payment; of a settlement, its own.</param>
/// <param name="Amount">Always positive; the kind says in which direction.</param>
/// <param name="Fee">What the provider kept for itself.</param>
public sealed record ReportedMovement(string Id, LedgerKind Kind, string Reference, Money Amount, Money Fee, DateTimeOffset At)
{
    /// <summary>The provider's id of the refund that it is about; <c>null</c> where it is about none, or nobody said.</summary>
    public string? RefundId { get; init; }
}

/// <summary>The port to a provider that can be asked what it did with the shop's money. Of others, staff send what they were given.</summary>
public interface IMoneyReport
{
    string Provider { get; }

    /// <summary>Everything that moved from a moment on, up to and without another.</summary>
    Task<IReadOnlyList<ReportedMovement>> Read(DateTimeOffset from, DateTimeOffset until, CancellationToken cancellationToken);
}
