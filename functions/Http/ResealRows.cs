using System.Security.Cryptography;
using Azure;
using Azure.Data.Tables;
using Microsoft.Extensions.Logging;
using Shop.Common;
using Shop.Storage;

namespace Shop.Http;

/// <summary>
/// Puts rows under the current data key, a page at a time: each step is one queue message, ends within seconds and says in the walk's row where the
/// next begins. A step that runs twice finds its rows done.
/// </summary>
public sealed partial class ResealRows(ResealStore walks, IEnumerable<ISealedStore> stores, Sealing sealing, ShopStorage storage, TimeProvider clock, ILogger<ResealRows> log)
{
    private const int RowsAStep = 500;

    private readonly ISealedStore[] _stores = [.. stores.OrderBy(s => s.SealedTable, StringComparer.Ordinal)];

    /// <summary>Begins a walk unless one is under way, which is moved on: its message may have been lost.</summary>
    public async Task<ResealJob> Begin(CancellationToken cancellationToken)
    {
        while (true)
        {
            Stored<ResealJob>? last = await walks.Find(cancellationToken);
            ResealJob job = last is { Value: { FinishedAt: null } under } && under.Key == sealing.Current ? under : Fresh(last?.Value);
            if (job != last?.Value && !await walks.TrySave(job, last?.ETag, cancellationToken)) continue;
            await walks.Send(job, cancellationToken);
            return job;
        }
    }

    /// <summary>Begins a walk when a key is new or the last walk still found others, and goes on with one that stands still.</summary>
    public async Task BeginWhereNeeded(CancellationToken cancellationToken)
    {
        if (await walks.Find(cancellationToken) is not { Value: { IsClean: true } last } || last.Key != sealing.Current) await Begin(cancellationToken);
    }

    public async Task Step(ResealMessage message, CancellationToken cancellationToken)
    {
        if (await walks.Find(cancellationToken) is not { } read || read.Value.StartedAt != message.StartedAt || read.Value.FinishedAt is not null) return;
        ResealJob job = read.Value;
        // A step that was saved and could not hand on: the repeat of its message does.
        if (message.Step == job.Step)
        {
            job = await Walk(job, cancellationToken) with { Step = job.Step + 1 };
            if (!await walks.TrySave(job, read.ETag, cancellationToken)) return;
        }
        if (job.FinishedAt is null) await walks.Send(job, cancellationToken);
        else Finished(job.Key, string.Join(", ", job.Found.Select(f => $"{f.Key} {f.Value}")), job.Unreadable);
    }

    private ResealJob Fresh(ResealJob? last)
    {
        DateTimeOffset now = clock.GetUtcNow();
        return new ResealJob(sealing.Current, last?.Key == sealing.Current ? last.KeySince : now, now);
    }

    private async Task<ResealJob> Walk(ResealJob job, CancellationToken cancellationToken)
    {
        // A store that an older version does not know, or that is gone, ends its table.
        if (_stores.FirstOrDefault(s => string.CompareOrdinal(s.SealedTable, job.Table ?? "") >= 0) is not { } store) return job with { FinishedAt = clock.GetUtcNow() };
        TableClient table = storage.Table(store.SealedTable);
        Dictionary<string, int> found = new(job.Found, StringComparer.Ordinal);
        int unreadable = job.Unreadable;
        string? continuation = null;
        await foreach (Azure.Page<TableEntity> page in table.QueryAsync<TableEntity>(cancellationToken: cancellationToken).AsPages(store.SealedTable == job.Table ? job.Continuation : null, RowsAStep))
        {
            foreach (TableEntity row in page.Values)
            {
                if (store.KeyOf(row) is not { } key) continue;
                found[key] = found.GetValueOrDefault(key) + 1;
                if (key != sealing.Current && !await TryRenew(table, store, row, cancellationToken)) unreadable++;
            }
            continuation = page.ContinuationToken;
            break;
        }
        ResealJob on = job with { Found = found, Unreadable = unreadable, Table = store.SealedTable, Continuation = continuation };
        if (continuation is not null) return on;
        return _stores.FirstOrDefault(s => string.CompareOrdinal(s.SealedTable, store.SealedTable) > 0) is { } next ? on with { Table = next.SealedTable } : on with { FinishedAt = clock.GetUtcNow() };
    }

    private async Task<bool> TryRenew(TableClient table, ISealedStore store, TableEntity row, CancellationToken cancellationToken)
    {
        for (TableEntity? now = row; now is not null && store.KeyOf(now) is { } key && key != sealing.Current; now = await table.Find(row.PartitionKey, row.RowKey, cancellationToken))
        {
            try
            {
                await table.UpdateEntityAsync(store.Renew(now), now.ETag, TableUpdateMode.Replace, cancellationToken);
                return true;
            }
            catch (RequestFailedException changed) when (changed.Status is 412 or 404)
            {
                // Whoever changed it may still have the old setting: look again.
            }
            catch (CryptographicException closed)
            {
                Closed(closed, store.SealedTable, row.RowKey);
                return false;
            }
        }
        return true;
    }

    [LoggerMessage(1031, LogLevel.Information, "Everything that is sealed was looked through for key {Key}; rows by key, as they were found: {Found}; {Unreadable} could not be opened.")]
    private partial void Finished(string key, string found, int unreadable);

    [LoggerMessage(1032, LogLevel.Error, "The row {RowKey} of {Table} cannot be opened: put its key back into Security__DataKeys.")]
    private partial void Closed(Exception exception, string table, string rowKey);
}
