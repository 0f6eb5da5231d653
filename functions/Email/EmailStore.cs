using Azure.Data.Tables;
using Shop.Storage;

namespace Shop.Email;

/// <summary>Which mails were sent: table <c>Emails</c>, <c>PK=&lt;message id&gt; RK=&lt;message id&gt;|sent</c>.</summary>
public sealed class EmailStore(ShopStorage storage, TimeProvider clock) : IRequiresStorage
{
    /// <summary>A mail that was given up may be put back for a month, and a flow that stands still for another.</summary>
    internal static readonly TimeSpan Kept = TimeSpan.FromDays(90);

    private readonly TableClient _table = storage.Table("Emails");

    public IEnumerable<StorageNeed> Needs => [new(StorageKind.Table, "Emails")];

    public async Task<bool> WasSent(string messageId, CancellationToken cancellationToken) => await _table.Find(messageId, RowKey(messageId), cancellationToken) is not null;

    public Task MarkSent(string messageId, string template, CancellationToken cancellationToken) =>
        _table.UpsertEntityAsync(new TableEntity(messageId, RowKey(messageId)) { ["Template"] = template, ["SentAt"] = clock.GetUtcNow() }, TableUpdateMode.Replace, cancellationToken);

    /// <summary>Deletes what was sent so long ago that nothing sends it again, once a night.</summary>
    internal Task ForgetOld(CancellationToken cancellationToken) => _table.DeleteUnchanged(TableClient.CreateQueryFilter($"SentAt lt {clock.GetUtcNow() - Kept}"), cancellationToken);

    internal static string RowKey(string messageId) => messageId + "|sent";
}
