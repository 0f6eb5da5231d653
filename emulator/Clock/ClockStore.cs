using Azure;
using Azure.Data.Tables;
using Shop.Emulator.Storage;

namespace Shop.Emulator.Clock;

/// <summary>Keeps the clock's offset in storage, so that a restart goes on from it and every process on the same data has the same time.</summary>
internal sealed class ClockStore(EmulatorStorage storage)
{
    public const string TableName = "Clock";
    private const string Key = "offset";
    private readonly TableClient _table = storage.Table(TableName);

    public async Task<TimeSpan> Read(CancellationToken cancellationToken) => Offset((await Find(cancellationToken))?.Row);

    /// <summary>Adds to the offset, whoever else does so at the same moment; the new offset.</summary>
    public async Task<TimeSpan> Add(TimeSpan by, CancellationToken cancellationToken)
    {
        while (true)
        {
            (TableEntity Row, ETag ETag)? found = await Find(cancellationToken);
            TimeSpan offset = Offset(found?.Row) + by;
            var row = new TableEntity(Key, Key) { ["Ticks"] = offset.Ticks };
            try
            {
                if (found is { } known) await _table.UpdateEntityAsync(row, known.ETag, TableUpdateMode.Replace, cancellationToken);
                else await _table.AddEntityAsync(row, cancellationToken);
                return offset;
            }
            catch (RequestFailedException raced) when (raced.Status is 409 or 412)
            {
                // Another process moved the clock; both moves count.
            }
        }
    }

    private async Task<(TableEntity Row, ETag ETag)?> Find(CancellationToken cancellationToken)
    {
        NullableResponse<TableEntity> row = await _table.GetEntityIfExistsAsync<TableEntity>(Key, Key, cancellationToken: cancellationToken);
        return row.HasValue ? (row.Value!, row.Value!.ETag) : null;
    }

    private static TimeSpan Offset(TableEntity? row) => TimeSpan.FromTicks(row?.GetInt64("Ticks") ?? 0);
}
