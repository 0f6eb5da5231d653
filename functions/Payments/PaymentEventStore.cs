using Azure;
using Azure.Data.Tables;
using Shop.Storage;

namespace Shop.Payments;

/// <summary>The inbox of providers' webhooks: each event once, under the provider's own id.</summary>
public sealed class PaymentEventStore(ShopStorage storage, TimeProvider clock) : IRequiresStorage
{
    private readonly TableClient _table = storage.Table("PaymentEvents");

    public IEnumerable<StorageNeed> Needs => [new(StorageKind.Table, "PaymentEvents")];

    /// <returns>Whether the event still has to be processed: it is new, or an earlier delivery was not finished.</returns>
    public async Task<bool> Take(string provider, string eventId, string type, CancellationToken cancellationToken)
    {
        try
        {
            await _table.AddEntityAsync(new TableEntity(PartitionKey(provider, eventId), RowKey(provider, eventId)) { ["Type"] = type, ["ReceivedAt"] = clock.GetUtcNow() }, cancellationToken);
            return true;
        }
        catch (RequestFailedException repeated) when (repeated.Status == 409)
        {
            TableEntity? row = await _table.Find(PartitionKey(provider, eventId), RowKey(provider, eventId), cancellationToken);
            return row?.GetDateTimeOffset("ProcessedAt") is null;
        }
    }

    public Task Finish(string provider, string eventId, CancellationToken cancellationToken) =>
        _table.UpdateEntityAsync(new TableEntity(PartitionKey(provider, eventId), RowKey(provider, eventId)) { ["ProcessedAt"] = clock.GetUtcNow() }, ETag.All, TableUpdateMode.Merge, cancellationToken);

    internal static string PartitionKey(string provider, string eventId) => $"{provider}|{eventId}";

    internal static string RowKey(string provider, string eventId) => $"{provider}|{eventId}|event";
}
