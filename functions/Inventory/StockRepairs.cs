using System.Text.Json;
using Azure;
using Azure.Storage.Queues;
using Azure.Storage.Queues.Models;
using Shop.Common;
using Shop.Storage;

namespace Shop.Inventory;

/// <summary>Queue <c>stock-repairs</c>: what is to be looked through for figures that the catalogue was not told.</summary>
public sealed class StockRepairs(ShopStorage storage) : IRequiresStorage
{
    private readonly QueueClient _queue = storage.Queue("stock-repairs");

    public IEnumerable<StorageNeed> Needs => [new(StorageKind.Queue, "stock-repairs")];

    /// <summary>Asks for the rest of a walk, at once or later.</summary>
    internal Task Enqueue(StockRepair repair, CancellationToken cancellationToken, TimeSpan? hidden = null) => _queue.SendMessageAsync(Json(repair), hidden, cancellationToken: cancellationToken);

    /// <summary>Leaves word that has to be put off again and again, or it is found.</summary>
    internal async Task<RepairNote> Leave(DateTimeOffset? since, TimeSpan hidden, CancellationToken cancellationToken)
    {
        Response<SendReceipt> sent = await _queue.SendMessageAsync(Json(new StockRepair(since)), hidden, cancellationToken: cancellationToken);
        return new RepairNote(sent.Value.MessageId, sent.Value.PopReceipt, StoragesClock(sent));
    }

    /// <returns><c>null</c> when it was found meanwhile.</returns>
    internal async Task<RepairNote?> PutOff(RepairNote note, DateTimeOffset since, TimeSpan hidden, CancellationToken cancellationToken)
    {
        try
        {
            Response<UpdateReceipt> updated = await _queue.UpdateMessageAsync(note.Id, note.Receipt, Json(new StockRepair(since)), hidden, cancellationToken);
            return new RepairNote(note.Id, updated.Value.PopReceipt, StoragesClock(updated));
        }
        catch (RequestFailedException found) when (found.Status is 400 or 404)
        {
            return null;
        }
    }

    internal async Task Drop(RepairNote note, CancellationToken cancellationToken)
    {
        try
        {
            await _queue.DeleteMessageAsync(note.Id, note.Receipt, cancellationToken);
        }
        catch (RequestFailedException found) when (found.Status is 400 or 404)
        {
            // Somebody looks for what is not missing.
        }
    }

    private static string Json(StockRepair repair) => JsonSerializer.Serialize(repair, ShopJson.Options);

    /// <summary>Rows carry storage's time, and neither this machine's clock nor the shop's need agree with it.</summary>
    private static DateTimeOffset StoragesClock<T>(Response<T> response) =>
        response.GetRawResponse().Headers.Date ?? throw new InvalidOperationException("Storage did not say what time it is.");
}

/// <summary>A message that is hidden, and when storage heard of it last.</summary>
internal sealed record RepairNote(string Id, string Receipt, DateTimeOffset At);

/// <summary>Message of queue <c>stock-repairs</c>.</summary>
/// <param name="Since">Only rows written since then, by storage's clock; all where it is <c>null</c>.</param>
/// <param name="From">Where in the table to go on; from its beginning where it is <c>null</c>.</param>
internal sealed record StockRepair(DateTimeOffset? Since, string? From = null)
{
    public const string Name = "stock.repair";

    public string Type { get; init; } = Name;

    public int Version { get; init; } = 1;
}
