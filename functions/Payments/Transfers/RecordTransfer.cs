using System.ComponentModel.DataAnnotations;
using Shop.Common;
using Shop.Storage;

namespace Shop.Payments;

/// <param name="Attempt">Which of the order's payments it belongs to; the statement shows it behind the order's id.</param>
/// <param name="Amount">What came, whatever was asked for.</param>
/// <param name="BankReference">As the bank's statement names it.</param>
public sealed record TransferReceipt([property: Range(1, 50)] int Attempt, Money Amount, [property: StringLength(100, MinimumLength = 1)] string BankReference);

/// <summary>Writes down that a transfer came, and tells the order; the same statement line again changes nothing.</summary>
public sealed class RecordTransfer(TransferStore transfers, PaymentEventStore events, PaymentEventQueue queue, TimeProvider clock)
{
    public async Task<Result<ManualTransfer>> Run(string orderId, TransferReceipt receipt, string actor, CancellationToken cancellationToken)
    {
        string reference = ManualTransferGateway.Reference(orderId, receipt.Attempt);
        if (receipt.Amount.Amount is <= 0 or > Money.MaxAmount) return PaymentProblems.TransferAmount;
        while (true)
        {
            if (await transfers.Find(reference, cancellationToken) is not { } read) return PaymentProblems.TransferUnknown;
            if (receipt.Amount.Currency != read.Value.Asked.Currency) return PaymentProblems.TransferAmount;
            if (!await transfers.TryClaim(receipt.BankReference, reference, cancellationToken)) return PaymentProblems.TransferElsewhere;
            ManualTransfer received = read.Value with { Received = new ReceivedTransfer(receipt.Amount, receipt.BankReference, clock.GetUtcNow(), actor) };
            if (read.Value.Received is { } before)
            {
                if (before.BankReference == receipt.BankReference && before.Amount != receipt.Amount) return PaymentProblems.TransferReceived;
                if (before.BankReference != receipt.BankReference) return await Another(read.Value, received, cancellationToken);
                received = read.Value;
            }
            else if (!await transfers.TrySave(read, received, cancellationToken))
            {
                continue;
            }
            await Tell(received, cancellationToken);
            return received;
        }
    }

    /// <summary>The customer transferred once more. It is a transfer of its own, which no order waits for: it goes back.</summary>
    private async Task<Result<ManualTransfer>> Another(ManualTransfer first, ManualTransfer received, CancellationToken cancellationToken)
    {
        ManualTransfer another = received with { Reference = $"{first.Reference}-{DigestOf(received)[..10]}", Proofs = [], Cancelled = false };
        await transfers.Insert(another, cancellationToken);
        if (await transfers.Find(another.Reference, cancellationToken) is not { Value: { } kept } || kept.Received!.Amount != received.Received!.Amount) return PaymentProblems.TransferReceived;
        await Tell(kept, cancellationToken);
        return kept;
    }

    private async Task Tell(ManualTransfer received, CancellationToken cancellationToken)
    {
        string eventId = DigestOf(received);
        if (await events.Take(ManualTransferGateway.Name, eventId, "transfer.received", cancellationToken))
            await queue.Send(new PaymentChanged(ManualTransferGateway.Name, eventId, received.Reference, received.OrderId, Tracing.Parent), cancellationToken);
    }

    private static string DigestOf(ManualTransfer received) => Digest.Of($"{received.Reference}|{received.Received!.BankReference}");
}
