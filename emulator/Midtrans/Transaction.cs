using Shop.Emulator.Webhooks;

namespace Shop.Emulator.Midtrans;

internal static class TransactionStatus
{
    public const string Pending = "pending";
    public const string Settlement = "settlement";
    public const string Expire = "expire";
    public const string Cancel = "cancel";
    public const string Deny = "deny";
    public const string Refund = "refund";
    public const string PartialRefund = "partial_refund";
}

/// <summary>A transaction with all that hangs on it, kept as one row. Amounts are whole rupiah.</summary>
internal sealed record Transaction
{
    public required string OrderId { get; init; }

    /// <summary>A UUID.</summary>
    public required string TransactionId { get; init; }

    /// <summary>Id of a <see cref="PaymentWay"/>.</summary>
    public required string Way { get; init; }

    /// <summary>What was asked for and, once it is paid, what came.</summary>
    public required long Amount { get; init; }

    public required string Status { get; init; }

    public required DateTimeOffset Created { get; init; }

    public required DateTimeOffset ExpiresAt { get; init; }

    public DateTimeOffset? SettledAt { get; init; }

    /// <summary>A virtual account, or the key of a bill.</summary>
    public string? Number { get; init; }

    public string? QrString { get; init; }

    public IReadOnlyList<TransactionRefund> Refunds { get; init; } = [];

    /// <summary>The <c>Idempotency-Key</c> of the charge.</summary>
    public string? IdempotencyKey { get; init; }

    /// <summary>How many notifications there have been.</summary>
    public int Notices { get; init; }

    /// <summary>What this transaction was told to do wrong; <c>null</c> leaves it to the general order.</summary>
    public PaymentMisbehaviour? Misbehaviour { get; init; }
}

/// <param name="Key">The merchant's; the same key is the same refund.</param>
/// <param name="Amount">Whole rupiah.</param>
internal sealed record TransactionRefund(int Number, string Key, long Amount, string? Reason, DateTimeOffset At, bool Direct);
