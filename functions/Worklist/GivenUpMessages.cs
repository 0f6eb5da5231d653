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
/// <param name="Text">As it was sent; what is personal in it is sealed.</param>
public sealed record GivenUpMessage(string Queue, string Text);

/// <summary>
/// Messages that failed every attempt, until somebody puts them back or gives them up, too: table <c>Worklist</c>, <c>PK=messages RK=messages|4f1a…</c>. Each is a task; its id is made of
/// what it says, so that the same message is one task.
/// </summary>
public sealed partial class GivenUpMessages(ShopStorage storage, WorklistStore worklist, TimeProvider clock) : IRequiresStorage
{
    private const string Messages = "messages";

    private readonly TableClient _table = storage.Table("Worklist");

    public IEnumerable<StorageNeed> Needs => [new(StorageKind.Table, "Worklist")];

    public async Task Keep(string queue, string text, CancellationToken cancellationToken)
    {
        string id = IdOf(queue, text);
        await _table.UpsertEntityAsync(Rows.ToRow(Messages, RowKey(id), new GivenUpMessage(queue, text)), TableUpdateMode.Replace, cancellationToken);
        string? orderId = OrderId().Match(text) is { Success: true } named && Ids.IsValid("ord", named.Value) ? named.Value : null;
        await worklist.Put(new WorkItem(WorkKind.Message, id, orderId, $"A message of queue {queue} failed every attempt: find out why in the log, then put it back.", clock.GetUtcNow(), null), cancellationToken);
    }

    /// <returns>Whether there was one.</returns>
    public async Task<bool> PutBack(string id, CancellationToken cancellationToken)
    {
        if (await _table.Find(Messages, RowKey(id), cancellationToken) is not { } row) return false;
        GivenUpMessage message = Rows.FromRow<GivenUpMessage>(row);
        QueueClient queue = storage.Queue(message.Queue);
        // In this order, and on condition: it may fail again before this is over, and is a task again.
        await worklist.Remove(WorkKind.Message, id, cancellationToken);
        await queue.SendMessageAsync(message.Text, cancellationToken);
        try
        {
            await _table.DeleteEntityAsync(Messages, RowKey(id), row.ETag, cancellationToken);
        }
        catch (RequestFailedException again) when (again.Status == 412)
        {
            // It was kept anew.
        }
        return true;
    }

    public Task Drop(string id, CancellationToken cancellationToken) => _table.DeleteEntityAsync(Messages, RowKey(id), ETag.All, cancellationToken);

    internal static string RowKey(string id) => $"{Messages}|{id}";

    internal static string IdOf(string queue, string text) => Convert.ToHexStringLower(SHA256.HashData(Encoding.UTF8.GetBytes($"{queue}|{text}")).AsSpan(0, 13));

    [GeneratedRegex("ord_[0-9a-z]+", RegexOptions.None, 1000)]
    private static partial Regex OrderId();
}
