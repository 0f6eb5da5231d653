using System.Security.Cryptography;
using System.Text;
using System.Text.RegularExpressions;
using Azure;
using Azure.Data.Tables;
using Azure.Storage.Queues;
using Shop.Common;
using Shop.Storage;

namespace Shop.Worklist;

/// <param name="Queue">Where it waited.</param>
/// <param name="Text">As it was sent; what is personal in it is sealed. <c>null</c> once it was put back.</param>
/// <param name="Since">When it was first given up.</param>
public sealed record GivenUpMessage(string Queue, string? Text, DateTimeOffset Since);

/// <summary>
/// Messages that failed every attempt, until somebody puts them back or gives them up, too: table <c>Worklist</c>, <c>PK=messages RK=messages|4f1a…</c>. Each is a task; its id is made of
/// what it says, so that the same message is one task. What tells of a person goes by itself after <see cref="Kept"/>; also one that was put back meanwhile and failed again.
/// </summary>
public sealed partial class GivenUpMessages(ShopStorage storage, WorklistStore worklist, TimeProvider clock) : IRequiresStorage
{
    internal static readonly TimeSpan Kept = TimeSpan.FromDays(30);

    /// <summary>The queues whose messages tell of a person, sealed, or name the booking of a parcel to one.</summary>
    private static readonly string[] Personal = ["mail", "accounts", "courier-events"];

    /// <summary>Storage drops a message that waits for so long: what was put back has come back by then, or never will.</summary>
    private static readonly TimeSpan LongestWait = TimeSpan.FromDays(8);

    private const string Messages = "messages";
    private const int MostAtOnce = 10_000;

    private readonly TableClient _table = storage.Table("Worklist");

    public IEnumerable<StorageNeed> Needs => [new(StorageKind.Table, "Worklist")];

    public async Task Keep(string queue, string text, CancellationToken cancellationToken)
    {
        string id = IdOf(queue, text);
        DateTimeOffset now = clock.GetUtcNow();
        DateTimeOffset since = await _table.Find(Messages, RowKey(id), cancellationToken) is { } before ? Rows.FromRow<GivenUpMessage>(before).Since : now;
        await _table.UpsertEntityAsync(ToRow(id, new GivenUpMessage(queue, text, since)), TableUpdateMode.Replace, cancellationToken);
        string? orderId = OrderId().Match(text) is { Success: true } named && Ids.IsValid("ord", named.Value) ? named.Value : null;
        await worklist.Put(
            new WorkItem(WorkKind.Message, id, orderId, $"A message of queue {queue} failed every attempt: find out why in the log, then put it back.", now, Personal.Contains(queue, StringComparer.Ordinal) ? since + Kept : null), cancellationToken);
    }

    /// <returns>Whether there was one.</returns>
    public async Task<bool> PutBack(string id, CancellationToken cancellationToken)
    {
        if (await _table.Find(Messages, RowKey(id), cancellationToken) is not { } row || Rows.FromRow<GivenUpMessage>(row) is not { Text: { } text } message) return false;
        QueueClient queue = storage.Queue(message.Queue);
        // In this order, and on condition: it may fail again before this is over, and is a task again.
        await worklist.Remove(WorkKind.Message, id, cancellationToken);
        await queue.SendMessageAsync(text, cancellationToken);
        // Only since when it is there is kept: one that fails again is not kept longer for it.
        await new Batch(_table).Replace(ToRow(id, message with { Text = null }), row.ETag).TrySubmit(cancellationToken);
        return true;
    }

    /// <summary>Deletes what has been there for too long, and its task, once a night.</summary>
    internal async Task ForgetOld(CancellationToken cancellationToken)
    {
        DateTimeOffset old = clock.GetUtcNow() - Kept;
        await foreach (TableEntity row in _table.QueryAsync<TableEntity>(TableClient.CreateQueryFilter($"PartitionKey eq {Messages} and Since lt {old}"), cancellationToken: cancellationToken).Take(MostAtOnce))
        {
            GivenUpMessage message = Rows.FromRow<GivenUpMessage>(row);
            if (message.Text is null ? message.Since > old - LongestWait : !Personal.Contains(message.Queue, StringComparer.Ordinal)) continue;
            await worklist.Remove(WorkKind.Message, row.RowKey[(Messages.Length + 1)..], cancellationToken);
            await new Batch(_table).Delete(row, row.ETag).TrySubmit(cancellationToken);
        }
    }

    private static TableEntity ToRow(string id, GivenUpMessage message)
    {
        TableEntity row = Rows.ToRow(Messages, RowKey(id), message);
        row["Since"] = message.Since;
        return row;
    }

    public Task Drop(string id, CancellationToken cancellationToken) => _table.DeleteEntityAsync(Messages, RowKey(id), ETag.All, cancellationToken);

    internal static string RowKey(string id) => $"{Messages}|{id}";

    internal static string IdOf(string queue, string text) => Convert.ToHexStringLower(SHA256.HashData(Encoding.UTF8.GetBytes($"{queue}|{text}")).AsSpan(0, 13));

    [GeneratedRegex("ord_[0-9a-z]+", RegexOptions.None, 1000)]
    private static partial Regex OrderId();
}
