using Azure;
using Azure.Data.Tables;
using Shop.Common;
using Shop.Http;
using Shop.Storage;

namespace Shop.Payments;

/// <summary>Money that people have to pay out, because the way it came does not lead back.</summary>
/// <param name="RefundId">Of the order's refund.</param>
/// <param name="Since">When it became due.</param>
public sealed record DuePayout(string OrderId, string RefundId, string OrderNumber, Money Amount, DateTimeOffset Since)
{
    /// <summary>Where to; <c>null</c> while the buyer has not said so.</summary>
    public PayoutAccount? Account { get; init; }
}

/// <summary>
/// What is due, oldest order first: table <c>Payouts</c>, <c>PK=due RK=due|ord_…|rfd_…</c>, and to which account, <c>PK=account RK=account|ord_…|rfd_…</c>; both rows go
/// when it is paid out.
/// </summary>
public sealed class PayoutStore(ShopStorage storage, SealedRows sealedRows) : IRequiresStorage, ISealedStore
{
    private const string Name = "Payouts", Due = "due", Account = "account";

    private readonly TableClient _table = storage.Table(Name);

    public IEnumerable<StorageNeed> Needs => [new(StorageKind.Table, Name)];

    public Task Add(DuePayout payout, CancellationToken cancellationToken) =>
        _table.UpsertEntityAsync(Rows.ToRow(Due, RowKey(payout.OrderId, payout.RefundId), payout), TableUpdateMode.Replace, cancellationToken);

    /// <summary>What is due goes first: an account without it is nobody's.</summary>
    public async Task Remove(string orderId, string refundId, CancellationToken cancellationToken)
    {
        await _table.DeleteEntityAsync(Due, RowKey(orderId, refundId), ETag.All, cancellationToken);
        await ForgetAccount(orderId, refundId, cancellationToken);
    }

    /// <summary>Keeps where the money is to go, in place of what was said before.</summary>
    /// <returns>Whether it is still due.</returns>
    public async Task<bool> TakeAccount(string orderId, string refundId, PayoutAccount account, CancellationToken cancellationToken)
    {
        await _table.UpsertEntityAsync(sealedRows.ToRow(Account, AccountKey(orderId, refundId), account), TableUpdateMode.Replace, cancellationToken);
        if (await _table.Find(Due, RowKey(orderId, refundId), cancellationToken) is not null) return true;
        await ForgetAccount(orderId, refundId, cancellationToken);
        return false;
    }

    public Task ForgetAccount(string orderId, string refundId, CancellationToken cancellationToken) => _table.DeleteEntityAsync(Account, AccountKey(orderId, refundId), ETag.All, cancellationToken);

    /// <param name="after">What the page before gave as its end.</param>
    public async Task<(IReadOnlyList<DuePayout> Page, string? Last)> List(string? after, int limit, CancellationToken cancellationToken)
    {
        string from = after ?? Due;
        List<TableEntity> rows = [];
        await foreach (TableEntity row in _table.QueryAsync<TableEntity>(TableClient.CreateQueryFilter($"PartitionKey eq {Due} and RowKey gt {from}"), maxPerPage: limit + 1, cancellationToken: cancellationToken))
        {
            rows.Add(row);
            if (rows.Count > limit) break;
        }
        DuePayout[] page = [.. rows.Take(limit).Select(Rows.FromRow<DuePayout>)];
        DuePayout[] withAccounts = await Task.WhenAll(page.Select(async due => due with { Account = await FindAccount(due.OrderId, due.RefundId, cancellationToken) }));
        return (withAccounts, rows.Count > limit ? rows[limit - 1].RowKey : null);
    }

    public async Task<PayoutAccount?> FindAccount(string orderId, string refundId, CancellationToken cancellationToken) =>
        await _table.Find(Account, AccountKey(orderId, refundId), cancellationToken) is { } row ? sealedRows.FromRow<PayoutAccount>(row) : null;

    internal static string RowKey(string orderId, string refundId) => $"{Due}|{orderId}|{Rows.Escape(refundId)}";

    internal static string AccountKey(string orderId, string refundId) => $"{Account}|{orderId}|{Rows.Escape(refundId)}";

    string ISealedStore.SealedTable => Name;

    string? ISealedStore.KeyOf(TableEntity row) => row.PartitionKey == Account ? SealedRows.KeyOf(row) : null;

    TableEntity ISealedStore.Renew(TableEntity row) => sealedRows.Renew<PayoutAccount>(row);
}
