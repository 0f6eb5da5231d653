using System.Text.Json;
using Azure;
using Azure.Data.Tables;
using Azure.Storage.Queues;
using Shop.Common;
using Shop.Http;
using Shop.Storage;

namespace Shop.Shipping;

/// <summary>Version 1 of what waits in the queue <c>courier-events</c>: a parcel moved.</summary>
/// <param name="Reference">The shipment it was booked under.</param>
/// <param name="Told">Without the courier's words.</param>
/// <param name="Words">Those, sealed: they may name who took the parcel in.</param>
public sealed record ParcelMoved(string Courier, string EventId, string Reference, TrackingEvent Told, string? Traceparent, string? Words = null)
{
    public string Type { get; init; } = "parcel-moved";

    public int Version { get; init; } = 1;
}

/// <summary>The inbox of couriers' webhooks, table <c>CourierEvents</c>, and the queue behind it: each event once, under the courier's own id.</summary>
public sealed class CourierEventStore(ShopStorage storage, Sealing sealing, TimeProvider clock) : IRequiresStorage
{
    private readonly TableClient _table = storage.Table("CourierEvents");
    private readonly QueueClient _queue = storage.Queue("courier-events");

    public IEnumerable<StorageNeed> Needs => [new(StorageKind.Table, "CourierEvents"), new(StorageKind.Queue, "courier-events")];

    /// <summary>Stores what was told and hands it on; <c>false</c> for a repeat of something that was processed.</summary>
    public async Task<bool> Take(ParcelMoved moved, CancellationToken cancellationToken)
    {
        string partition = PartitionKey(moved.Courier, moved.EventId), row = RowKey(moved.Courier, moved.EventId);
        try
        {
            await _table.AddEntityAsync(new TableEntity(partition, row) { ["Reference"] = moved.Reference, ["Status"] = moved.Told.Status.ToString(), ["ReceivedAt"] = clock.GetUtcNow() }, cancellationToken);
        }
        catch (RequestFailedException repeated) when (repeated.Status == 409)
        {
            if ((await _table.Find(partition, row, cancellationToken))?.GetDateTimeOffset("ProcessedAt") is not null) return false;
        }
        ParcelMoved message = moved.Told.Text is { } words ? moved with { Told = moved.Told with { Text = null }, Words = sealing.Seal(moved.Reference, words) } : moved;
        await _queue.SendMessageAsync(BinaryData.FromBytes(JsonSerializer.SerializeToUtf8Bytes(message, ShopJson.Options)), cancellationToken: cancellationToken);
        return true;
    }

    public Task Finish(string courier, string eventId, CancellationToken cancellationToken) => _table.UpdateEntityAsync(
        new TableEntity(PartitionKey(courier, eventId), RowKey(courier, eventId)) { ["ProcessedAt"] = clock.GetUtcNow() }, ETag.All, TableUpdateMode.Merge, cancellationToken);

    /// <summary>Couriers name their events as they like.</summary>
    internal static string PartitionKey(string courier, string eventId) => $"{courier}|{Rows.Escape(eventId)}";

    internal static string RowKey(string courier, string eventId) => $"{courier}|{Rows.Escape(eventId)}|event";
}
