using Azure;
using Azure.Data.Tables;
using Shop.Common;
using Shop.Http;
using Shop.Storage;

namespace Shop.Payments;

/// <summary>
/// Gift cards and store credit: table <c>Credits</c>, a partition for each account. <c>crd_…|account</c> is what is on it, <c>crd_…|order|ord_…</c> what one order
/// takes of it, <c>crd_…|entry|…</c> a movement, under the name of its cause so that it is made once; they change in one transaction. The partition
/// <c>cards</c> lists gift cards, newest first.
/// </summary>
public sealed class CreditStore(ShopStorage storage, SealedRows rows) : IRequiresStorage, ISealedStore
{
    private const string Name = "Credits", Cards = "cards", IdColumn = "AccountId";
    private readonly TableClient _table = storage.Table(Name);

    public IEnumerable<StorageNeed> Needs => [new(StorageKind.Table, Name)];

    /// <summary>One operation; <c>null</c> also for what cannot be an id.</summary>
    public async Task<Stored<CreditAccount>?> Find(string id, CancellationToken cancellationToken) =>
        Ids.IsValid("crd", id) && await _table.Find(id, AccountKey(id), cancellationToken) is { } row ? new Stored<CreditAccount>(rows.FromRow<CreditAccount>(row), row.ETag) : null;

    internal async Task<Stored<CreditUse>?> FindUse(string id, string orderId, CancellationToken cancellationToken) =>
        await _table.Find(id, OrderKey(id, orderId), cancellationToken) is { } row ? new Stored<CreditUse>(Rows.FromRow<CreditUse>(row), row.ETag) : null;

    internal async Task<CreditEntry?> FindEntry(string id, string name, CancellationToken cancellationToken) =>
        await _table.Find(id, EntryKey(id, name), cancellationToken) is { } row ? rows.FromRow<CreditEntry>(row) : null;

    /// <summary>Everything that moved, oldest first.</summary>
    public async Task<IReadOnlyList<CreditEntry>> Entries(string id, CancellationToken cancellationToken)
    {
        string from = EntryKey(id, ""), to = $"{id}|entry}}"; // '}' is the character after '|'.
        List<CreditEntry> entries = [];
        await foreach (TableEntity row in _table.QueryAsync<TableEntity>(TableClient.CreateQueryFilter($"PartitionKey eq {id} and RowKey ge {from} and RowKey lt {to}"), cancellationToken: cancellationToken))
            entries.Add(rows.FromRow<CreditEntry>(row));
        return [.. entries.OrderBy(e => e.Sequence)];
    }

    /// <summary>Makes a movement: account, entry and what an order takes change together, or not at all.</summary>
    /// <param name="read">The version that was read; <c>null</c> where there was no account.</param>
    /// <param name="name">Of the entry's cause.</param>
    /// <param name="use">What an order takes from now on, with the version that was read of it.</param>
    /// <returns><c>false</c> when something changed meanwhile.</returns>
    internal Task<bool> TryMove(ETag? read, CreditAccount account, string name, CreditEntry entry, (string OrderId, CreditUse Use, ETag? Read)? use, CancellationToken cancellationToken)
    {
        TableEntity row = rows.ToRow(account.Id, AccountKey(account.Id), account);
        Batch batch = read is { } version ? new Batch(_table).Replace(row, version) : new Batch(_table).Insert(row);
        batch.Insert(rows.ToRow(account.Id, EntryKey(account.Id, name), entry));
        if (use is { } taken)
        {
            TableEntity order = Rows.ToRow(account.Id, OrderKey(account.Id, taken.OrderId), taken.Use);
            _ = taken.Read is { } before ? batch.Replace(order, before) : batch.Insert(order);
        }
        return batch.TrySubmit(cancellationToken);
    }

    /// <summary>Changes what is said of an account, not what is on it.</summary>
    internal Task<bool> TryReplace(Stored<CreditAccount> read, CreditAccount account, CancellationToken cancellationToken) =>
        new Batch(_table).Replace(rows.ToRow(account.Id, AccountKey(account.Id), account), read.ETag).TrySubmit(cancellationToken);

    internal Task<bool> TryInsert(string id, string orderId, CreditUse use, CancellationToken cancellationToken) =>
        new Batch(_table).Insert(Rows.ToRow(id, OrderKey(id, orderId), use)).TrySubmit(cancellationToken);

    internal Task<bool> TryReplace(string id, string orderId, Stored<CreditUse> read, CreditUse use, CancellationToken cancellationToken) =>
        new Batch(_table).Replace(Rows.ToRow(id, OrderKey(id, orderId), use), read.ETag).TrySubmit(cancellationToken);

    /// <summary>After the card is there, with its own moment: the same again changes nothing.</summary>
    internal Task List(CreditAccount card, CancellationToken cancellationToken) =>
        _table.UpsertEntityAsync(new TableEntity(Cards, CardKey(card)) { [IdColumn] = card.Id }, TableUpdateMode.Replace, cancellationToken);

    /// <summary>Gift cards, newest first.</summary>
    public async Task<(IReadOnlyList<CreditAccount> Accounts, string? Next)> Page(string? after, int limit, CancellationToken cancellationToken)
    {
        string from = after ?? "";
        List<TableEntity> listed = [];
        await foreach (TableEntity row in _table.QueryAsync<TableEntity>(TableClient.CreateQueryFilter($"PartitionKey eq {Cards} and RowKey gt {from}"), maxPerPage: limit + 1, cancellationToken: cancellationToken))
        {
            listed.Add(row);
            if (listed.Count > limit) break;
        }
        Stored<CreditAccount>?[] accounts = await Task.WhenAll(listed.Take(limit).Select(r => Find(r.GetString(IdColumn), cancellationToken)));
        return ([.. accounts.OfType<Stored<CreditAccount>>().Select(a => a.Value)], listed.Count > limit ? listed[limit - 1].RowKey : null);
    }

    internal static string AccountKey(string id) => id + "|account";

    internal static string OrderKey(string id, string orderId) => $"{id}|order|{orderId}";

    internal static string EntryKey(string id, string name) => $"{id}|entry|{name}";

    internal static string CardKey(CreditAccount card) => $"cards|{DateTimeOffset.MaxValue.UtcTicks - card.CreatedAt.UtcTicks:d19}|{card.Id}";

    string ISealedStore.SealedTable => Name;

    string? ISealedStore.KeyOf(TableEntity row) => row.RowKey == AccountKey(row.PartitionKey) || row.RowKey.StartsWith(EntryKey(row.PartitionKey, ""), StringComparison.Ordinal) ? SealedRows.KeyOf(row) : null;

    TableEntity ISealedStore.Renew(TableEntity row) => row.RowKey == AccountKey(row.PartitionKey) ? rows.Renew<CreditAccount>(row) : rows.Renew<CreditEntry>(row);
}
