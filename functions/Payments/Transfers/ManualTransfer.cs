using Shop.Common;

namespace Shop.Payments;

/// <summary>Money that a shopper transfers by hand, and that a person sees come.</summary>
/// <param name="Reference">The order with its attempt.</param>
/// <param name="Asked">What the order costs.</param>
/// <param name="OpenedAt">Since when it is awaited.</param>
public sealed record ManualTransfer(string Reference, string OrderId, Money Asked, DateTimeOffset OpenedAt)
{
    public bool Cancelled { get; init; }

    /// <summary>What the shopper sent to show that they paid, oldest first.</summary>
    [Personal]
    public IReadOnlyList<PaymentProof> Proofs { get; init; } = [];

    /// <summary>What came; <c>null</c> while nothing did.</summary>
    [Personal]
    public ReceivedTransfer? Received { get; init; }
}

/// <param name="File">Its name among the proofs.</param>
public sealed record PaymentProof(string File, string ContentType, DateTimeOffset SentAt);

/// <param name="BankReference">As the bank's statement names it.</param>
/// <param name="By">The member of staff who saw it.</param>
public sealed record ReceivedTransfer(Money Amount, string BankReference, DateTimeOffset At, string By);
