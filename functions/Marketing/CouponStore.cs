using System.Text.RegularExpressions;
using Azure;
using Azure.Data.Tables;
using Shop.Storage;

namespace Shop.Marketing;

public enum RedemptionStatus { Held, Committed, Freed }

/// <summary>What an order took of a coupon.</summary>
/// <param name="Customer">Who, by a keyed hash of the e-mail address; empty once they were erased.</param>
internal sealed record Redemption(RedemptionStatus Status, string Customer, ETag ETag);

/// <summary>
/// Coupons: table <c>Coupons</c>, a partition each. <c>CODE|coupon</c> counts the orders that use it, <c>CODE|order|ord_…</c> is what one
/// order took, <c>CODE|customer|…</c> counts those of one customer; they change in one transaction. A partition for each customer lists what they used,
/// <c>…|use|CODE|ord_…</c>; the partition <c>codes</c> lists the coupons, each with a copy of what carts need to know of it. Whoever changes that takes the copy out first and
/// puts the new one in afterwards, unless somebody else took it out meanwhile: so a copy that is there is right, and where there is none the coupon itself is read.
/// </summary>
public sealed partial class CouponStore(ShopStorage storage) : IRequiresStorage
{
    /// <summary>Of codes as staff and shoppers type them.</summary>
    public const string CodePattern = "^[A-Za-z0-9][A-Za-z0-9-]{2,31}$";

    private const string List = "codes", StatusColumn = "Status", CustomerColumn = "Customer", TakenColumn = "Taken";
    private readonly TableClient _table = storage.Table("Coupons");

    public IEnumerable<StorageNeed> Needs => [new(StorageKind.Table, "Coupons")];

    /// <summary>One operation; <c>null</c> also for what cannot be a code.</summary>
    public async Task<Stored<Coupon>?> Find(string code, CancellationToken cancellationToken) =>
        Code().IsMatch(code) && await _table.Find(Normal(code), CouponKey(Normal(code)), cancellationToken) is { } row ? new Stored<Coupon>(Rows.FromRow<Coupon>(row), row.ETag) : null;

    /// <summary>Lists the code first, so that no coupon can be forgotten; a code without its coupon is not shown.</summary>
    /// <returns><c>null</c> when the code is taken.</returns>
    public async Task<Stored<Coupon>?> Insert(Coupon coupon, CancellationToken cancellationToken)
    {
        if (await Find(coupon.Code, cancellationToken) is not null) return null;
        ETag taken = await TakeCopyOut(coupon.Code, cancellationToken);
        if (await new Batch(_table).Insert(ToRow(coupon)).Submit(cancellationToken) is not [var version]) return null;
        await PutCopyIn(coupon, taken, cancellationToken);
        return new Stored<Coupon>(coupon, version);
    }

    /// <returns><c>null</c> when the coupon changed since it was read.</returns>
    public async Task<Stored<Coupon>?> Replace(Stored<Coupon> before, Coupon coupon, CancellationToken cancellationToken)
    {
        ETag taken = await TakeCopyOut(coupon.Code, cancellationToken);
        if (await new Batch(_table).Replace(ToRow(coupon), before.ETag).Submit(cancellationToken) is not [var version]) return null;
        await PutCopyIn(coupon, taken, cancellationToken);
        return new Stored<Coupon>(coupon, version);
    }

    /// <summary>Every coupon, with the count of orders as it was when the coupon was last changed, used up or free again. One operation for a thousand, and one for each that is being changed.</summary>
    internal async Task<IReadOnlyList<Coupon>> All(CancellationToken cancellationToken)
    {
        List<Coupon> all = [];
        List<string> changing = [];
        await foreach (TableEntity row in _table.QueryAsync<TableEntity>(TableClient.CreateQueryFilter($"PartitionKey eq {List}"), cancellationToken: cancellationToken))
        {
            if (row.ContainsKey(Rows.Json)) all.Add(Rows.FromRow<Coupon>(row));
            else changing.Add(row.RowKey);
        }
        foreach (string code in changing)
            if (await Find(code, cancellationToken) is { } coupon) all.Add(coupon.Value);
        return all;
    }

    /// <summary>By code.</summary>
    public async Task<(IReadOnlyList<Coupon> Coupons, string? Next)> Page(string? after, int limit, CancellationToken cancellationToken)
    {
        string from = after ?? "";
        List<string> codes = [];
        await foreach (TableEntity row in _table.QueryAsync<TableEntity>(TableClient.CreateQueryFilter($"PartitionKey eq {List} and RowKey gt {from}"), maxPerPage: limit + 1, cancellationToken: cancellationToken))
        {
            codes.Add(row.RowKey);
            if (codes.Count > limit) break;
        }
        Stored<Coupon>?[] coupons = await Task.WhenAll(codes.Take(limit).Select(code => Find(code, cancellationToken)));
        return ([.. coupons.OfType<Stored<Coupon>>().Select(c => c.Value)], codes.Count > limit ? codes[limit - 1] : null);
    }

    internal async Task<Redemption?> FindRedemption(string code, string orderId, CancellationToken cancellationToken) =>
        await _table.Find(code, OrderKey(code, orderId), cancellationToken) is { } row
            ? new Redemption(Enum.Parse<RedemptionStatus>(row.GetString(StatusColumn)), row.GetString(CustomerColumn), row.ETag)
            : null;

    /// <summary>An order that took nothing takes nothing later, either.</summary>
    internal Task<bool> TryRefuse(string code, string orderId, CancellationToken cancellationToken) =>
        new Batch(_table).Insert(new TableEntity(code, OrderKey(code, orderId)) { [StatusColumn] = nameof(RedemptionStatus.Freed), [CustomerColumn] = "" }).TrySubmit(cancellationToken);

    internal async Task<(int Taken, ETag ETag)> FindCustomer(string code, string customer, CancellationToken cancellationToken) =>
        await _table.Find(code, CustomerRowKey(code, customer), cancellationToken) is { } row ? (row.GetInt32(TakenColumn) ?? 0, row.ETag) : (0, default);

    /// <summary>Counts an order in, or out again, everywhere or nowhere: one operation, and two more where it uses the coupon up, or frees it.</summary>
    /// <param name="read">The coupon as it was read.</param>
    /// <param name="taken">Its new count.</param>
    /// <param name="redemption">What the order takes, or gives back.</param>
    /// <param name="customer">The customer's orders as they were read, and as they are now.</param>
    /// <returns><c>false</c> when something changed meanwhile.</returns>
    internal async Task<bool> TryCount(Stored<Coupon> read, int taken, string orderId, Redemption redemption, (int Taken, ETag ETag) customer, CancellationToken cancellationToken)
    {
        string code = read.Value.Code;
        Coupon counted = read.Value with { Taken = taken };
        ETag? copy = counted.IsUsedUp == read.Value.IsUsedUp ? null : await TakeCopyOut(code, cancellationToken);
        var order = new TableEntity(code, OrderKey(code, orderId)) { [StatusColumn] = redemption.Status.ToString(), [CustomerColumn] = redemption.Customer };
        Batch batch = new Batch(_table).Replace(ToRow(counted), read.ETag);
        _ = redemption.ETag == default ? batch.Insert(order) : batch.Replace(order, redemption.ETag);
        if (redemption.Customer.Length > 0)
        {
            var count = new TableEntity(code, CustomerRowKey(code, redemption.Customer)) { [TakenColumn] = customer.Taken };
            _ = customer.ETag == default ? batch.Insert(count) : batch.Replace(count, customer.ETag);
        }
        if (!await batch.TrySubmit(cancellationToken)) return false;
        if (copy is { } takenOut) await PutCopyIn(counted, takenOut, cancellationToken);
        return true;
    }

    internal Task Commit(string code, string orderId, CancellationToken cancellationToken) => _table.UpdateEntityAsync(
        new TableEntity(code, OrderKey(code, orderId)) { [StatusColumn] = nameof(RedemptionStatus.Committed) }, ETag.All, TableUpdateMode.Merge, cancellationToken);

    /// <summary>A customer is about to use a coupon: listed first, so that no export leaves it out and no erasure forgets it.</summary>
    internal Task ListUse(string customer, string code, string orderId, CancellationToken cancellationToken) =>
        _table.UpsertEntityAsync(new TableEntity(customer, UseKey(customer, code, orderId)), TableUpdateMode.Replace, cancellationToken);

    /// <summary>Which orders of a customer used which coupons.</summary>
    internal async Task<IReadOnlyList<(string Code, string OrderId)>> UsesOf(string customer, CancellationToken cancellationToken)
    {
        List<(string, string)> uses = [];
        await foreach (TableEntity row in _table.QueryAsync<TableEntity>(TableClient.CreateQueryFilter($"PartitionKey eq {customer}"), select: ["RowKey"], cancellationToken: cancellationToken))
            if (row.RowKey.Split('|') is [_, _, var code, var orderId]) uses.Add((code, orderId));
        return uses;
    }

    /// <summary>An order's use stays and names nobody; what was counted for its customer goes. Everybody else's counts stay as they are.</summary>
    internal async Task ForgetUse(string customer, string code, string orderId, CancellationToken cancellationToken)
    {
        while (await FindRedemption(code, orderId, cancellationToken) is { } taken && taken.Customer == customer)
        {
            (_, ETag version) = await FindCustomer(code, customer, cancellationToken);
            Batch batch = new Batch(_table).Replace(new TableEntity(code, OrderKey(code, orderId)) { [StatusColumn] = taken.Status.ToString(), [CustomerColumn] = "" }, taken.ETag);
            if (version != default) batch.Delete(new TableEntity(code, CustomerRowKey(code, customer)), version);
            if (await batch.TrySubmit(cancellationToken)) break;
        }
        await _table.DeleteEntityAsync(customer, UseKey(customer, code, orderId), ETag.All, cancellationToken);
    }

    /// <summary>After the coupon was read and before it is written, so that whoever writes it later has taken the copy out later, too.</summary>
    private async Task<ETag> TakeCopyOut(string code, CancellationToken cancellationToken) =>
        (await _table.UpsertEntityAsync(new TableEntity(List, code), TableUpdateMode.Replace, cancellationToken)).Headers.ETag!.Value;

    private async Task PutCopyIn(Coupon coupon, ETag takenOut, CancellationToken cancellationToken)
    {
        try
        {
            await _table.UpdateEntityAsync(Rows.ToRow(List, coupon.Code, coupon), takenOut, TableUpdateMode.Replace, cancellationToken);
        }
        catch (RequestFailedException changed) when (changed.Status == 412)
        {
            // Somebody else is changing it.
        }
    }

    internal static string UseKey(string customer, string code, string orderId) => $"{customer}|use|{code}|{orderId}";

    internal static string Normal(string code) => code.Trim().ToUpperInvariant();

    internal static string CouponKey(string code) => code + "|coupon";

    internal static string OrderKey(string code, string orderId) => $"{code}|order|{orderId}";

    internal static string CustomerRowKey(string code, string customer) => $"{code}|customer|{customer}";

    private static TableEntity ToRow(Coupon coupon) => Rows.ToRow(coupon.Code, CouponKey(coupon.Code), coupon);

    [GeneratedRegex(CodePattern, RegexOptions.CultureInvariant, 1000)]
    private static partial Regex Code();
}
