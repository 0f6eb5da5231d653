using System.Text.Json;
using Azure;
using Azure.Data.Tables;
using Azure.Storage.Queues;
using Shop.Common;
using Shop.Storage;

namespace Shop.Shipping;

/// <summary>Version 1 of what waits in the queue <c>courier-events</c>: something happened to a parcel.</summary>
/// <param name="Booking">The courier's name of it, with which it is asked.</param>
/// <param name="Word">What the webhook said; nothing is done by it.</param>
public sealed record ParcelMoved(string Courier, string EventId, string Booking, string Word, string? Traceparent)
{
    public string Type { get; init; } = "parcel-moved";

    public int Version { get; init; } = 1;
}

/// <summary>The inbox of couriers' webhooks, table <c>CourierEvents</c>, and the queue behind it: each event once, by what it says, beside the others of its parcel.</summary>
public sealed class CourierEventStore(ShopStorage storage, TimeProvider clock) : IRequiresStorage
{
    private readonly TableClient _table = storage.Table("CourierEvents");
    private readonly QueueClient _queue = storage.Queue("courier-events");

    public IEnumerable<StorageNeed> Needs => [new(StorageKind.Table, "CourierEvents"), new(StorageKind.Queue, "courier-events")];

    /// <summary>
    /// Stores what was told and hands it on; <c>false</c> for a repeat of something that was processed. Events have neither ids nor times: the same words are told again of a second
    /// attempt at the door, so they are a repeat only where nothing else was told since. To be asked in vain changes nothing.
    /// </summary>
    /// <param name="moves">Whether anything is to be done about it.</param>
    public async Task<bool> Take(ParcelMoved moved, bool moves, CancellationToken cancellationToken)
    {
        (string partition, string key) = Key(moved);
        var row = new TableEntity(partition, key) { ["Booking"] = moved.Booking, ["Word"] = moved.Word, ["ReceivedAt"] = clock.GetUtcNow() };
        try
        {
            await _table.AddEntityAsync(row, cancellationToken);
        }
        catch (RequestFailedException repeated) when (repeated.Status == 409)
        {
            List<TableEntity> told = [];
            await foreach (TableEntity one in _table.QueryAsync<TableEntity>(TableClient.CreateQueryFilter($"PartitionKey eq {partition}"), cancellationToken: cancellationToken)) told.Add(one);
            bool done = told.Single(one => one.RowKey == key).GetDateTimeOffset("ProcessedAt") is not null;
            if (!moves || (done && told.MaxBy(one => one.GetDateTimeOffset("ReceivedAt"))!.RowKey == key)) return false;
            if (done) await _table.UpsertEntityAsync(row, TableUpdateMode.Replace, cancellationToken);
        }
        if (moves) await _queue.SendMessageAsync(BinaryData.FromBytes(JsonSerializer.SerializeToUtf8Bytes(moved, ShopJson.Options)), cancellationToken: cancellationToken);
        return true;
    }

    public Task Finish(ParcelMoved moved, CancellationToken cancellationToken)
    {
        (string partition, string key) = Key(moved);
        return _table.UpdateEntityAsync(new TableEntity(partition, key) { ["ProcessedAt"] = clock.GetUtcNow() }, ETag.All, TableUpdateMode.Merge, cancellationToken);
    }

    private static (string Partition, string Row) Key(ParcelMoved moved) => ($"{moved.Courier}|{Rows.Escape(moved.Booking)}", $"{moved.Courier}|{Rows.Escape(moved.Booking)}|{moved.EventId}");
}
