using Shop.Common;

namespace Shop.Payments;

/// <summary>A refund as its provider has it.</summary>
/// <param name="Reference">The provider's id of the payment.</param>
/// <param name="OrderId">Whose payment it is; <c>null</c> for one that is not ours.</param>
/// <param name="Failure">Why it came back, in a word of the provider's such as <c>expired_or_canceled_card</c>; <c>null</c> for one that did not.</param>
/// <param name="Moved">It took money off the balance, whether or not it is there again.</param>
public sealed record GivenRefund(string Provider, string Id, string Reference, string? OrderId, Money Amount, string? Failure, bool Moved);

/// <summary>The port to a provider whose refunds may come back after they were taken.</summary>
public interface IRefunds
{
    string Provider { get; }

    /// <summary>The refund as the provider has it now.</summary>
    Task<GivenRefund> Find(string id, CancellationToken cancellationToken);
}
