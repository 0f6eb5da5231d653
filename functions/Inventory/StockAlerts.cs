using System.Text.Json;
using Azure;
using Azure.Storage.Queues;
using Azure.Storage.Queues.Models;
using Shop.Common;
using Shop.Storage;

namespace Shop.Inventory;

/// <summary>Queues <c>stock-alerts</c>, SKUs that may have become low, and <c>stock-returns</c>, SKUs that somebody waits for and that may be there again.</summary>
public sealed class StockAlerts(ShopStorage storage) : IRequiresStorage
{
    /// <summary>The change itself is written after the message, which is shown when that is done; by itself only when it is long done, or its maker dead.</summary>
    private static readonly TimeSpan Hidden = TimeSpan.FromMinutes(3);
    private readonly QueueClient _queue = storage.Queue("stock-alerts"), _returns = storage.Queue("stock-returns");

    public IEnumerable<StorageNeed> Needs => [new(StorageKind.Queue, "stock-alerts"), new(StorageKind.Queue, "stock-returns")];

    internal Task<StockNote> Note(Sku sku, IReadOnlyList<ReorderRule> fell, CancellationToken cancellationToken) =>
        Note(_queue, new StockAlert(sku, [.. fell.Select(rule => new StockEpisode(rule.Location, rule.Episode, rule.LowSince ?? default))], Tracing.Parent), cancellationToken);

    internal Task<StockNote> NoteReturn(Sku sku, CancellationToken cancellationToken) => Note(_returns, new StockReturned(sku, Tracing.Parent), cancellationToken);

    /// <summary>Tells of a return that has happened.</summary>
    public Task EnqueueReturn(Sku sku, CancellationToken cancellationToken) =>
        _returns.SendMessageAsync(JsonSerializer.Serialize(new StockReturned(sku, Tracing.Parent), ShopJson.Options), cancellationToken: cancellationToken);

    /// <summary>The change is written: its message may be read.</summary>
    internal static Task Show(StockNote note, CancellationToken cancellationToken) =>
        Try(() => note.Queue.UpdateMessageAsync(note.Id, note.Receipt, visibilityTimeout: TimeSpan.Zero, cancellationToken: cancellationToken));

    /// <summary>The change was not made.</summary>
    internal static Task Drop(StockNote note, CancellationToken cancellationToken) => Try(() => note.Queue.DeleteMessageAsync(note.Id, note.Receipt, cancellationToken));

    private static async Task Try(Func<Task> change)
    {
        try
        {
            await change();
        }
        catch (RequestFailedException)
        {
            // It shows by itself, and whoever reads it looks whether it is true.
        }
    }

    private static async Task<StockNote> Note<T>(QueueClient queue, T message, CancellationToken cancellationToken)
    {
        SendReceipt sent = await queue.SendMessageAsync(JsonSerializer.Serialize(message, ShopJson.Options), Hidden, cancellationToken: cancellationToken);
        return new StockNote(queue, sent.MessageId, sent.PopReceipt);
    }
}

/// <summary>A message about a change that is on its way.</summary>
internal sealed record StockNote(QueueClient Queue, string Id, string Receipt);

/// <summary>Message of queue <c>stock-alerts</c>: these rules of a SKU were about to become low.</summary>
internal sealed record StockAlert(Sku Sku, IReadOnlyList<StockEpisode> Episodes, string? Traceparent)
{
    public const string Name = "stock.fell";

    public string Type { get; init; } = Name;

    public int Version { get; init; } = 1;
}

/// <summary>One time of being low.</summary>
/// <param name="Number">Of the rule's; a rule that is taken away and made again begins anew.</param>
/// <param name="Since">When it began: what this time is named by.</param>
internal sealed record StockEpisode(string? Location, int Number, DateTimeOffset Since);

/// <summary>Message of queue <c>stock-returns</c>: there were about to be more of a SKU that somebody waits for.</summary>
public sealed record StockReturned(Sku Sku, string? Traceparent)
{
    public const string Name = "stock.returned";

    public string Type { get; init; } = Name;

    public int Version { get; init; } = 1;
}
