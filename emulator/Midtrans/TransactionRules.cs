using Shop.Emulator.Webhooks;

namespace Shop.Emulator.Midtrans;

/// <summary>What came of a call: the transaction as it is kept, and as it stood at each moment that the shop is told of, in order.</summary>
internal sealed record TransactionChange(Transaction Kept, IReadOnlyList<Transaction> Told)
{
    /// <summary>The transaction as the caller sees it, where later money already changed what is kept.</summary>
    public Transaction Answered { get; init; } = Kept;

    public static TransactionChange None(Transaction transaction) => new(transaction, []);
}

/// <summary>The life of a transaction. Pure: values in, values or refusals out.</summary>
internal static class TransactionRules
{
    public static TransactionChange Pay(Transaction transaction, PaymentMisbehaviour misbehaviour, DateTimeOffset now) =>
        transaction.Status == TransactionStatus.Pending ? Settle(transaction, misbehaviour, now) : throw MidtransRefusal.NotAllowed();

    /// <summary>The wallet's owner, or the bank, says no.</summary>
    public static TransactionChange Deny(Transaction transaction) =>
        transaction.Status == TransactionStatus.Pending ? Told(transaction with { Status = TransactionStatus.Deny }) : throw MidtransRefusal.NotAllowed();

    /// <summary>Cancels or expires a transaction that is not paid.</summary>
    public static TransactionChange Close(Transaction transaction, string status, PaymentMisbehaviour misbehaviour, DateTimeOffset now)
    {
        if (transaction.Status != TransactionStatus.Pending) throw MidtransRefusal.NotAllowed();
        TransactionChange closed = Told(transaction with { Status = status });
        if (!misbehaviour.Late) return closed;
        TransactionChange late = Settle(closed.Kept, misbehaviour, now);
        return new TransactionChange(late.Kept, [.. closed.Told, .. late.Told]) { Answered = closed.Kept };
    }

    public static TransactionChange ExpireWhenDue(Transaction transaction, PaymentMisbehaviour misbehaviour, DateTimeOffset now) =>
        transaction.Status == TransactionStatus.Pending && transaction.ExpiresAt <= now ? Close(transaction, TransactionStatus.Expire, misbehaviour, now) : TransactionChange.None(transaction);

    /// <summary>Money that arrives although nobody waits for it any more.</summary>
    public static TransactionChange PayLate(Transaction transaction, PaymentMisbehaviour misbehaviour, DateTimeOffset now) =>
        transaction.Status is TransactionStatus.Expire or TransactionStatus.Cancel ? Settle(transaction, misbehaviour, now) : throw MidtransRefusal.NotAllowed();

    /// <param name="amount">All that is left where it is left out.</param>
    public static TransactionChange Refund(Transaction transaction, string key, long? amount, string? reason, bool direct, DateTimeOffset now)
    {
        PaymentWay way = PaymentWay.Of(transaction);
        if (transaction.Refunds.FirstOrDefault(r => r.Key == key) is { } before)
            return amount is null || amount == before.Amount ? TransactionChange.None(transaction) : throw MidtransRefusal.Duplicate("refund_key has been used for another refund.");
        if (way.RefundDays is not { } days || (direct && !way.RefundsDirectly)) throw MidtransRefusal.NotAllowed("This payment type cannot be refunded this way.");
        if (transaction.Status is not (TransactionStatus.Settlement or TransactionStatus.PartialRefund)) throw MidtransRefusal.NotAllowed();
        if (now - transaction.SettledAt > TimeSpan.FromDays(days)) throw MidtransRefusal.NotAllowed("The time for a refund of this payment type is over.");
        long left = transaction.Amount - Refunded(transaction), back = amount ?? left;
        if (back < 1) throw MidtransRefusal.Invalid("amount must be greater than or equal to 1");
        if (back > left) throw MidtransRefusal.NotAllowed("The amount is more than what is left of the transaction.");
        return Told(transaction with
        {
            Status = back == left ? TransactionStatus.Refund : TransactionStatus.PartialRefund,
            Refunds = [.. transaction.Refunds, new TransactionRefund(transaction.Refunds.Count + 1, key, back, reason, now, direct)],
        });
    }

    public static long Refunded(Transaction transaction) => transaction.Refunds.Sum(r => r.Amount);

    private static TransactionChange Settle(Transaction transaction, PaymentMisbehaviour misbehaviour, DateTimeOffset now) =>
        Told(transaction with { Status = TransactionStatus.Settlement, SettledAt = now, Amount = misbehaviour.WrongAmount ?? transaction.Amount });

    private static TransactionChange Told(Transaction transaction) => new(transaction, [transaction]);
}
