using Shop.Common;
using Shop.Storage;

namespace Shop.Payments;

/// <summary>Takes a picture or PDF with which a shopper shows that they paid; staff look at it beside the bank's statement.</summary>
public sealed class SendProof(TransferStore transfers, TimeProvider clock)
{
    private const int MostProofs = 5;

    public async Task<Result<PaymentProof>> Run(string reference, byte[] content, CancellationToken cancellationToken)
    {
        if (TypeOf(content) is not { } type) return PaymentProblems.ProofUnreadable;
        while (true)
        {
            if (await transfers.Find(reference, cancellationToken) is not { } read) return PaymentProblems.TransferUnknown;
            if (read.Value.Proofs.Count >= MostProofs) return PaymentProblems.ProofsTooMany;
            var proof = new PaymentProof($"{reference}/{Ids.NewUnguessable("prf", clock)}", type, clock.GetUtcNow());
            await transfers.PutProof(proof, content, cancellationToken);
            if (await transfers.TrySave(read, read.Value with { Proofs = [.. read.Value.Proofs, proof] }, cancellationToken)) return proof;
        }
    }

    /// <summary>By its first bytes, not by what its sender calls it.</summary>
    private static string? TypeOf(ReadOnlySpan<byte> content) =>
        content.StartsWith((ReadOnlySpan<byte>)[0xFF, 0xD8, 0xFF]) ? "image/jpeg"
        : content.StartsWith((ReadOnlySpan<byte>)[0x89, .. "PNG\r\n"u8]) ? "image/png"
        : content.StartsWith("%PDF-"u8) ? "application/pdf"
        : null;
}
