using System.Globalization;
using Azure;
using Azure.Data.Tables;
using Shop.Common;
using Shop.Storage;

namespace Shop.Orders;

/// <summary>
/// Numbers for people: table <c>Numbers</c>, a partition for each series. Order numbers are taken a hundred at a time, so gaps are allowed.
/// An invoice number has no gaps: {the counter, the row that gives the number to its order} is one transaction.
/// </summary>
/// <example><c>PK=invoice|2026 RK=invoice|2026|next</c> and <c>PK=invoice|2026 RK=invoice|2026|ord_…</c></example>
public sealed class NumberStore(ShopStorage storage, ShopOptions shop, TimeProvider clock) : IRequiresStorage, IDisposable
{
    private const int OrderNumbersAtOnce = 100;

    /// <summary>No step of an order is tried for longer.</summary>
    private const int RetriedForDays = 7;

    private readonly TableClient _table = storage.Table("Numbers");
    private readonly SemaphoreSlim _orders = new(1);
    private readonly SemaphoreSlim _invoices = new(1);
    private (long Next, long End) _block;
    private (string Series, long Next, ETag ETag)? _counter;

    public IEnumerable<StorageNeed> Needs => [new(StorageKind.Table, "Numbers")];

    /// <summary>Such as <c>10042</c>.</summary>
    public async Task<string> NextOrderNumber(CancellationToken cancellationToken)
    {
        await _orders.WaitAsync(cancellationToken);
        try
        {
            if (_block.Next == _block.End) _block = await TakeBlock(cancellationToken);
            return (10_000 + _block.Next++).ToString(CultureInfo.InvariantCulture);
        }
        finally
        {
            _orders.Release();
        }
    }

    /// <summary>Such as <c>INV-2026-000042</c>, of the year that it is in the shop's time zone; the same order gets the same number again.</summary>
    public async Task<string> InvoiceNumber(string orderId, CancellationToken cancellationToken)
    {
        DateOnly today = shop.DayOf(clock.GetUtcNow());
        string series = InvoiceSeries(today.Year);
        // A step that began before midnight may be tried again in the new year.
        string lastYears = InvoiceSeries(today.Year - 1);
        if (today.DayOfYear <= RetriedForDays && await _table.Find(lastYears, AllocationKey(lastYears, orderId), cancellationToken) is { } before)
            return Format(lastYears, before.GetInt64("Number")!.Value);
        await _invoices.WaitAsync(cancellationToken);
        try
        {
            while (true)
            {
                if (_counter is not { } counter || counter.Series != series) counter = await ReadCounter(series, cancellationToken);
                var row = new TableEntity(series, CounterKey(series)) { ["Next"] = counter.Next + 1 };
                Batch batch = new Batch(_table).Insert(new TableEntity(series, AllocationKey(series, orderId)) { ["Number"] = counter.Next });
                IReadOnlyList<ETag>? versions = await (counter.ETag == default ? batch.Insert(row) : batch.Replace(row, counter.ETag)).Submit(cancellationToken);
                _counter = versions is null ? null : (series, counter.Next + 1, versions[1]);
                if (versions is not null) return Format(series, counter.Next);
                if (await _table.Find(series, AllocationKey(series, orderId), cancellationToken) is { } given) return Format(series, given.GetInt64("Number")!.Value);
            }
        }
        finally
        {
            _invoices.Release();
        }
    }

    public void Dispose()
    {
        _orders.Dispose();
        _invoices.Dispose();
    }

    private static string InvoiceSeries(int year) => string.Create(CultureInfo.InvariantCulture, $"invoice|{year}");

    internal static string CounterKey(string series) => series + "|next";

    internal static string AllocationKey(string series, string orderId) => $"{series}|{orderId}";

    private async Task<(long Next, long End)> TakeBlock(CancellationToken cancellationToken)
    {
        const string series = "order";
        while (true)
        {
            (_, long next, ETag read) = await ReadCounter(series, cancellationToken);
            var row = new TableEntity(series, CounterKey(series)) { ["Next"] = next + OrderNumbersAtOnce };
            Batch batch = new(_table);
            if (await (read == default ? batch.Insert(row) : batch.Replace(row, read)).TrySubmit(cancellationToken)) return (next, next + OrderNumbersAtOnce);
        }
    }

    private async Task<(string Series, long Next, ETag ETag)> ReadCounter(string series, CancellationToken cancellationToken) =>
        await _table.Find(series, CounterKey(series), cancellationToken) is { } row ? (series, row.GetInt64("Next")!.Value, row.ETag) : (series, 1, default);

    private static string Format(string series, long number) => string.Create(CultureInfo.InvariantCulture, $"INV-{series.Split('|')[1]}-{number:d6}");
}
