using Azure.Data.Tables;
using Shop.Storage;

namespace Shop.Email;

/// <summary>Which mails were sent: table <c>Emails</c>, <c>PK=&lt;message id&gt; RK=&lt;message id&gt;|sent</c>.</summary>
public sealed class EmailStore(ShopStorage storage, TimeProvider clock) : IRequiresStorage
{
    private readonly TableClient _table = storage.Table("Emails");

    public IEnumerable<StorageNeed> Needs => [new(StorageKind.Table, "Emails")];

    public async Task<bool> WasSent(string messageId, CancellationToken cancellationToken) => await _table.Find(messageId, RowKey(messageId), cancellationToken) is not null;

    public Task MarkSent(string messageId, string template, CancellationToken cancellationToken) =>
        _table.UpsertEntityAsync(new TableEntity(messageId, RowKey(messageId)) { ["Template"] = template, ["SentAt"] = clock.GetUtcNow() }, TableUpdateMode.Replace, cancellationToken);

    internal static string RowKey(string messageId) => messageId + "|sent";
}
