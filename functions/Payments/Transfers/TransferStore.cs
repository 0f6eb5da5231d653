using System.Globalization;
using Azure;
using Azure.Data.Tables;
using Azure.Storage.Blobs;
using Azure.Storage.Blobs.Models;
using Shop.Common;
using Shop.Http;
using Shop.Storage;

namespace Shop.Payments;

/// <summary>
/// Transfers by hand: table <c>Transfers</c>, <c>PK=ord_…-1 RK=ord_…-1|transfer</c>; <c>PK=awaited RK=awaited|ord_…-1</c> lists those that wait,
/// oldest first; <c>PK=cancelled RK=cancelled|zzz…</c> those that nobody waits for any more and that may come all the same, newest first; <c>PK=line|9f86… RK=line|9f86…</c> says whose a line of the bank's statement is. What shoppers send to show that they paid lies in the container <c>payment-proofs</c>, which is never public.
/// </summary>
public sealed class TransferStore(ShopStorage storage, SealedRows rows) : IRequiresStorage, ISealedStore
{
    private const string Name = "Transfers", Awaited = "awaited", Cancelled = "cancelled", PaymentColumn = "Payment";

    private readonly TableClient _table = storage.Table(Name);
    private readonly BlobContainerClient _proofs = storage.Container("payment-proofs");

    public IEnumerable<StorageNeed> Needs => [new(StorageKind.Table, Name), new(StorageKind.Blob, "payment-proofs")];

    public async Task<Stored<ManualTransfer>?> Find(string reference, CancellationToken cancellationToken) =>
        await _table.Find(reference, RowKey(reference), cancellationToken) is { } row ? new Stored<ManualTransfer>(rows.FromRow<ManualTransfer>(row), row.ETag) : null;

    /// <summary>A transfer is awaited from now on; the same again changes nothing.</summary>
    public async Task Open(ManualTransfer transfer, CancellationToken cancellationToken)
    {
        // Listed first: a row without its transfer is passed over, a transfer without its row would be seen by nobody.
        await _table.UpsertEntityAsync(new TableEntity(Awaited, AwaitedKey(transfer.Reference)), TableUpdateMode.Replace, cancellationToken);
        await Insert(transfer, cancellationToken);
    }

    /// <summary>Keeps one that came unasked; the same again changes nothing.</summary>
    public Task Insert(ManualTransfer transfer, CancellationToken cancellationToken) =>
        new Batch(_table).Insert(rows.ToRow(transfer.Reference, RowKey(transfer.Reference), transfer)).TrySubmit(cancellationToken);

    /// <summary>A line of the bank's statement is one payment's.</summary>
    /// <returns>Whether it is this one's.</returns>
    public async Task<bool> TryClaim(string bankReference, string reference, CancellationToken cancellationToken)
    {
        string line = LineKey(bankReference);
        return await new Batch(_table).Insert(new TableEntity(line, line) { [PaymentColumn] = reference }).TrySubmit(cancellationToken)
            || (await _table.Find(line, line, cancellationToken))?.GetString(PaymentColumn) == reference;
    }

    /// <returns>Whether it was saved: <c>false</c> when it changed since it was read.</returns>
    public async Task<bool> TrySave(Stored<ManualTransfer> read, ManualTransfer transfer, CancellationToken cancellationToken)
    {
        bool mayCome = transfer is { Cancelled: true, Received: null };
        if (mayCome) await _table.UpsertEntityAsync(new TableEntity(Cancelled, CancelledKey(transfer.Reference)) { [PaymentColumn] = transfer.Reference }, TableUpdateMode.Replace, cancellationToken);
        if (!await new Batch(_table).Replace(rows.ToRow(transfer.Reference, RowKey(transfer.Reference), transfer), read.ETag).TrySubmit(cancellationToken)) return false;
        if (transfer.Cancelled || transfer.Received is not null) await _table.DeleteEntityAsync(Awaited, AwaitedKey(transfer.Reference), ETag.All, cancellationToken);
        if (transfer.Cancelled && !mayCome) await _table.DeleteEntityAsync(Cancelled, CancelledKey(transfer.Reference), ETag.All, cancellationToken);
        return true;
    }

    /// <summary>A page of those that did not come.</summary>
    /// <param name="cancelled">Those that nobody waits for any more, newest order first; else those that wait, oldest first.</param>
    /// <param name="after">The reference that the page before ended with.</param>
    public async Task<(IReadOnlyList<ManualTransfer> Page, string? Last)> NotCome(bool cancelled, string? after, int limit, CancellationToken cancellationToken)
    {
        string list = cancelled ? Cancelled : Awaited, from = after is null ? list + "|" : cancelled ? CancelledKey(after) : AwaitedKey(after);
        List<string> references = [];
        await foreach (TableEntity row in _table.QueryAsync<TableEntity>(TableClient.CreateQueryFilter($"PartitionKey eq {list} and RowKey gt {from}"), maxPerPage: limit + 1, cancellationToken: cancellationToken))
        {
            references.Add(cancelled ? row.GetString(PaymentColumn) : row.RowKey[(list.Length + 1)..]);
            if (references.Count > limit) break;
        }
        string[] page = [.. references.Take(limit)];
        Stored<ManualTransfer>?[] found = await Task.WhenAll(page.Select(reference => Find(reference, cancellationToken)));
        return ([.. found.OfType<Stored<ManualTransfer>>().Select(t => t.Value).Where(t => t.Cancelled == cancelled && t.Received is null)], references.Count > limit ? page[^1] : null);
    }

    public Task PutProof(PaymentProof proof, byte[] content, CancellationToken cancellationToken) => _proofs.GetBlobClient(proof.File).UploadAsync(
        BinaryData.FromBytes(content), new BlobUploadOptions { HttpHeaders = new BlobHttpHeaders { ContentType = proof.ContentType } }, cancellationToken);

    public async Task<byte[]> ReadProof(PaymentProof proof, CancellationToken cancellationToken) => (await _proofs.GetBlobClient(proof.File).DownloadContentAsync(cancellationToken)).Value.Content.ToArray();

    /// <summary>Forgets what the shopper sent to show that they paid. The same again changes nothing.</summary>
    public async Task RemoveProofs(string reference, CancellationToken cancellationToken)
    {
        while (await Find(reference, cancellationToken) is { Value.Proofs: { Count: > 0 } proofs } read)
        {
            foreach (PaymentProof proof in proofs) await _proofs.DeleteBlobIfExistsAsync(proof.File, cancellationToken: cancellationToken);
            if (await TrySave(read, read.Value with { Proofs = [] }, cancellationToken)) return;
        }
    }

    internal static string RowKey(string reference) => reference + "|transfer";

    internal static string AwaitedKey(string reference) => string.Create(CultureInfo.InvariantCulture, $"{Awaited}|{reference}");

    internal static string CancelledKey(string reference) => $"{Cancelled}|{Ids.Descending(reference)}";

    /// <summary>Banks write lines in letters of either size, and people copy them with more or fewer spaces.</summary>
    internal static string LineKey(string bankReference) =>
        "line|" + Digest.Of(string.Join(' ', bankReference.Split(' ', StringSplitOptions.RemoveEmptyEntries)).ToUpperInvariant());

    string ISealedStore.SealedTable => Name;

    string? ISealedStore.KeyOf(TableEntity row) => row.RowKey == RowKey(row.PartitionKey) ? SealedRows.KeyOf(row) : null;

    TableEntity ISealedStore.Renew(TableEntity row) => rows.Renew<ManualTransfer>(row);
}
