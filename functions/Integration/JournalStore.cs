using System.Globalization;
using Azure;
using Azure.Data.Tables;
using Shop.Common;
using Shop.Storage;

namespace Shop.Integration;

/// <summary>The journal: table <c>Journal</c>, a partition for each month of the shop's time zone, bookings in the order of their moments.</summary>
/// <example><c>PK=2026-11 RK=2026-11|20261123T101500.0000000|ord_…|order.paid</c></example>
public sealed class JournalStore(ShopStorage storage, ShopOptions shop) : IRequiresStorage
{
    private readonly TableClient _table = storage.Table("Journal");

    public IEnumerable<StorageNeed> Needs => [new(StorageKind.Table, "Journal")];

    /// <summary>Books once: the key is made of the event's own moment and id.</summary>
    public async Task Add(JournalEntry entry, CancellationToken cancellationToken)
    {
        try
        {
            await _table.AddEntityAsync(Rows.ToRow(Month(entry.At), RowKey(entry), entry), cancellationToken);
        }
        catch (RequestFailedException booked) when (booked.Status == 409)
        {
            // The event came twice.
        }
    }

    /// <param name="month">Such as <c>2026-11</c>.</param>
    /// <param name="after">The key that the page before ended with.</param>
    public async Task<(IReadOnlyList<JournalEntry> Entries, string? Next)> Read(string month, string? after, int limit, CancellationToken cancellationToken)
    {
        string from = after ?? month;
        List<TableEntity> rows = [];
        await foreach (TableEntity row in _table.QueryAsync<TableEntity>(TableClient.CreateQueryFilter($"PartitionKey eq {month} and RowKey gt {from}"), maxPerPage: limit + 1, cancellationToken: cancellationToken))
        {
            rows.Add(row);
            if (rows.Count > limit) break;
        }
        bool more = rows.Count > limit;
        if (more) rows.RemoveAt(limit);
        return ([.. rows.Select(Rows.FromRow<JournalEntry>)], more ? rows[^1].RowKey : null);
    }

    /// <summary>The bookings of a business day.</summary>
    public async Task<IReadOnlyList<JournalEntry>> Day(DateOnly day, CancellationToken cancellationToken)
    {
        (DateTimeOffset start, DateTimeOffset end) = (shop.StartOf(day), shop.StartOf(day.AddDays(1)));
        string month = Month(start), from = Moment(start), until = Moment(end);
        List<JournalEntry> entries = [];
        await foreach (TableEntity row in _table.QueryAsync<TableEntity>(TableClient.CreateQueryFilter($"PartitionKey eq {month} and RowKey ge {from} and RowKey lt {until}"), cancellationToken: cancellationToken))
            entries.Add(Rows.FromRow<JournalEntry>(row));
        return entries;

        string Moment(DateTimeOffset at) => string.Create(CultureInfo.InvariantCulture, $"{month}|{at.UtcDateTime:yyyyMMdd'T'HHmmss.fffffff}");
    }

    internal string RowKey(JournalEntry entry) => string.Create(CultureInfo.InvariantCulture, $"{Month(entry.At)}|{entry.At.UtcDateTime:yyyyMMdd'T'HHmmss.fffffff}|{entry.Id}");

    /// <summary>The month of the shop's time zone that a moment is booked in, such as <c>2026-11</c>.</summary>
    public string Month(DateTimeOffset at) => shop.DayOf(at).ToString("yyyy-MM", CultureInfo.InvariantCulture);
}
