using Azure;
using Azure.Data.Tables;
using Shop.Common;
using Shop.Storage;

namespace Shop.Payments;

/// <summary>Money that people have to pay out, because the way it came does not lead back.</summary>
/// <param name="RefundId">Of the order's refund.</param>
/// <param name="Since">When it became due.</param>
public sealed record DuePayout(string OrderId, string RefundId, string OrderNumber, Money Amount, DateTimeOffset Since);

/// <summary>What is due, oldest order first: table <c>Payouts</c>, <c>PK=due RK=due|ord_…|rfd_…</c>; a row goes when it is paid out.</summary>
public sealed class PayoutStore(ShopStorage storage) : IRequiresStorage
{
    private const string Due = "due";

    private readonly TableClient _table = storage.Table("Payouts");

    public IEnumerable<StorageNeed> Needs => [new(StorageKind.Table, "Payouts")];

    public Task Add(DuePayout payout, CancellationToken cancellationToken) =>
        _table.UpsertEntityAsync(Rows.ToRow(Due, RowKey(payout.OrderId, payout.RefundId), payout), TableUpdateMode.Replace, cancellationToken);

    public Task Remove(string orderId, string refundId, CancellationToken cancellationToken) => _table.DeleteEntityAsync(Due, RowKey(orderId, refundId), ETag.All, cancellationToken);

    /// <param name="after">What the page before gave as its end.</param>
    public async Task<(IReadOnlyList<DuePayout> Page, string? Last)> List(string? after, int limit, CancellationToken cancellationToken)
    {
        string from = after ?? Due;
        List<TableEntity> rows = [];
        await foreach (TableEntity row in _table.QueryAsync<TableEntity>(r => r.PartitionKey == Due && r.RowKey.CompareTo(from) > 0, maxPerPage: limit + 1, cancellationToken: cancellationToken))
        {
            rows.Add(row);
            if (rows.Count > limit) break;
        }
        TableEntity[] page = [.. rows.Take(limit)];
        return ([.. page.Select(Rows.FromRow<DuePayout>)], rows.Count > limit ? page[^1].RowKey : null);
    }

    internal static string RowKey(string orderId, string refundId) => $"{Due}|{orderId}|{Rows.Escape(refundId)}";
}
