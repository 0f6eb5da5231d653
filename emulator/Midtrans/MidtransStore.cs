using System.Globalization;
using Azure;
using Azure.Data.Tables;
using Shop.Emulator.Storage;
using Shop.Emulator.Webhooks;

namespace Shop.Emulator.Midtrans;

internal sealed record StoredTransaction(Transaction Transaction, ETag ETag);

/// <summary>A notification, and the status that it tells.</summary>
internal sealed record Notice(string Status, Webhook Webhook);

/// <summary>A transaction is a partition, named by its order_id: its row, and a row for each notification, written in the change's batch.</summary>
internal sealed class MidtransStore(EmulatorStorage storage)
{
    public const string TableName = "midtrans";

    public TableClient Table { get; } = storage.Table(TableName);

    public static (string PartitionKey, string RowKey) TransactionKey(string orderId) => (orderId, $"{orderId}|transaction");

    public static (string PartitionKey, string RowKey) NoticeKey(string orderId, int number) => (orderId, string.Create(CultureInfo.InvariantCulture, $"{orderId}|notice|{number:D4}"));

    public async Task<StoredTransaction?> Find(string orderId, CancellationToken cancellationToken)
    {
        (string partition, string key) = TransactionKey(orderId);
        return await Table.Find(partition, key, cancellationToken) is { } row ? new StoredTransaction(row.GetJson<Transaction>(), row.ETag) : null;
    }

    /// <summary>The order_id of a transaction_id. Reads the table: merchants ask by their own id.</summary>
    public async Task<string?> OrderOf(Guid transactionId, CancellationToken cancellationToken)
    {
        string filter = TableClient.CreateQueryFilter($"TransactionId eq {transactionId.ToString()}");
        await foreach (TableEntity row in Table.QueryAsync<TableEntity>(filter, select: ["PartitionKey"], cancellationToken: cancellationToken)) return row.PartitionKey;
        return null;
    }

    /// <returns><c>false</c> when the order_id was used before.</returns>
    public async Task<bool> Insert(Transaction transaction, IEnumerable<Notice> notices, CancellationToken cancellationToken) =>
        await Table.TrySubmit([new(TableTransactionActionType.Add, Row(transaction)), .. notices.Select(Add)], cancellationToken) is not null;

    /// <returns><c>false</c> when somebody else changed it meanwhile.</returns>
    public async Task<bool> Replace(Transaction transaction, ETag etag, IEnumerable<Notice> notices, CancellationToken cancellationToken) =>
        await Table.TrySubmit([new(TableTransactionActionType.UpdateReplace, Row(transaction), etag), .. notices.Select(Add)], cancellationToken) is not null;

    /// <summary>Every transaction, newest first: for the page and, those that wait, for a new process. Reads the table.</summary>
    public async Task<IReadOnlyList<Transaction>> List(CancellationToken cancellationToken)
    {
        var transactions = new List<Transaction>();
        await foreach (TableEntity row in Table.QueryAsync<TableEntity>("TransactionId gt ''", cancellationToken: cancellationToken)) transactions.Add(row.GetJson<Transaction>());
        return [.. transactions.OrderByDescending(t => t.Created)];
    }

    /// <summary>What the shop was told of a transaction, oldest first.</summary>
    public async Task<IReadOnlyList<Notice>> NoticesOf(string orderId, CancellationToken cancellationToken)
    {
        string from = $"{orderId}|notice|";
        string filter = TableClient.CreateQueryFilter($"PartitionKey eq {orderId} and RowKey ge {from} and RowKey lt {from + "~"}");
        var notices = new List<Notice>();
        await foreach (TableEntity row in Table.QueryAsync<TableEntity>(filter, cancellationToken: cancellationToken)) notices.Add(new Notice(row.GetString("Status"), Webhook.FromRow(row)));
        return notices;
    }

    public async Task<PaymentMisbehaviour?> FindGeneralMisbehaviour(CancellationToken cancellationToken) =>
        (await Table.Find("misbehaviour", "misbehaviour|midtrans", cancellationToken))?.GetJson<PaymentMisbehaviour>();

    public async Task SaveGeneralMisbehaviour(PaymentMisbehaviour misbehaviour, CancellationToken cancellationToken)
    {
        var row = new TableEntity("misbehaviour", "misbehaviour|midtrans");
        row.SetJson(misbehaviour);
        await Table.UpsertEntityAsync(row, TableUpdateMode.Replace, cancellationToken);
    }

    private static TableEntity Row(Transaction transaction)
    {
        (string partition, string key) = TransactionKey(transaction.OrderId);
        var row = new TableEntity(partition, key) { ["TransactionId"] = transaction.TransactionId };
        row.SetJson(transaction);
        return row;
    }

    private static TableTransactionAction Add(Notice notice)
    {
        TableEntity row = notice.Webhook.ToRow();
        row["Status"] = notice.Status;
        return new TableTransactionAction(TableTransactionActionType.Add, row);
    }
}
