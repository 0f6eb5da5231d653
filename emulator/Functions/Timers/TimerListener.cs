using Azure;
using Azure.Data.Tables;
using Microsoft.Azure.Functions.Worker;
using Microsoft.Extensions.Logging;
using Shop.Emulator.Clock;
using Shop.Emulator.Storage;

namespace Shop.Emulator.Functions.Timers;

/// <summary>
/// One timer trigger on the shop's clock. Its last and next run are kept in storage: a run that was missed while nothing ran is made up
/// for once, as past due, and of several processes the one that claims the row runs it.
/// </summary>
internal sealed partial class TimerListener(
    FunctionDescriptor function, TimerSchedule schedule, EmulatorStorage storage, TriggerInvoker invoker, EmulatorClock clock, ILogger logger)
{
    private const string Timers = "timers";
    private readonly TableClient _table = storage.Table("Timers");
    private TableEntity? _found;

    /// <summary>Reads what storage knows of all of them, and writes down those that it does not know: three operations, however many there are.</summary>
    public static async Task Prepare(IReadOnlyCollection<TimerListener> timers, DateTimeOffset now, CancellationToken cancellationToken)
    {
        if (timers.FirstOrDefault() is not { _table: { } table }) return;
        await table.CreateIfNotExistsAsync(cancellationToken);
        await Find(timers, table, cancellationToken);
        foreach (TimerListener[] unknown in timers.Where(t => t._found is null).Chunk(100))
        {
            try
            {
                await table.SubmitTransactionAsync(unknown.Select(t => new TableTransactionAction(TableTransactionActionType.Add, t.First(now))), cancellationToken);
            }
            catch (TableTransactionFailedException)
            {
                // Another process begins at this moment; each timer looks for itself.
            }
            await Find(unknown, table, cancellationToken);
        }
    }

    public async Task Run(CancellationToken stopping)
    {
        bool onStartup = ((TimerTriggerAttribute)function.TriggerAttribute).RunOnStartup;
        while (!stopping.IsCancellationRequested)
        {
            try
            {
                DateTimeOffset now = clock.GetUtcNow();
                TableEntity row = Interlocked.Exchange(ref _found, null) ?? await Status(now, stopping);
                DateTimeOffset next = row.GetDateTimeOffset("Next")!.Value;
                if (next > now && !onStartup)
                {
                    await clock.WaitUntil(next, stopping);
                    continue;
                }
                var info = new TimerInfo
                {
                    IsPastDue = now - next > TimeSpan.FromSeconds(1) && !onStartup,
                    ScheduleStatus = new ScheduleStatus { Last = row.GetDateTimeOffset("Last")!.Value.UtcDateTime, Next = next.UtcDateTime, LastUpdated = now.UtcDateTime },
                };
                onStartup = false;
                if (await Claim(row, now, stopping)) await Invoke(info, stopping);
            }
            catch (OperationCanceledException) when (stopping.IsCancellationRequested)
            {
                return;
            }
            catch (Exception outage) when (outage is RequestFailedException or AggregateException)
            {
                StatusUnknown(outage.Message, function.Name);
                await Task.Delay(TimeSpan.FromSeconds(1), TimeProvider.System, CancellationToken.None);
            }
        }
    }

    private async Task<TableEntity> Status(DateTimeOffset now, CancellationToken cancellationToken)
    {
        NullableResponse<TableEntity> found = await _table.GetEntityIfExistsAsync<TableEntity>(Timers, function.Name, cancellationToken: cancellationToken);
        if (found.HasValue) return found.Value!;
        TableEntity row = First(now);
        row.ETag = (await _table.UpsertEntityAsync(row, TableUpdateMode.Replace, cancellationToken)).Headers.ETag!.Value;
        return row;
    }

    private TableEntity First(DateTimeOffset now) => new(Timers, function.Name) { ["Last"] = DateTimeOffset.UnixEpoch, ["Next"] = schedule.Next(now) };

    private static async Task Find(IReadOnlyCollection<TimerListener> timers, TableClient table, CancellationToken cancellationToken)
    {
        Dictionary<string, TableEntity> rows = new(StringComparer.Ordinal);
        await foreach (TableEntity row in table.QueryAsync<TableEntity>($"PartitionKey eq '{Timers}'", cancellationToken: cancellationToken)) rows[row.RowKey] = row;
        foreach (TimerListener timer in timers) timer._found = rows.GetValueOrDefault(timer.Name);
    }

    private string Name => function.Name;

    private async Task<bool> Claim(TableEntity row, DateTimeOffset now, CancellationToken cancellationToken)
    {
        (row["Last"], row["Next"]) = (now, schedule.Next(now));
        try
        {
            await _table.UpdateEntityAsync(row, row.ETag, TableUpdateMode.Replace, cancellationToken);
            return true;
        }
        catch (RequestFailedException taken) when (taken.Status == 412)
        {
            return false;
        }
    }

    private async Task Invoke(TimerInfo info, CancellationToken stopping)
    {
        try
        {
            await invoker.Invoke(function, _ => info, null, null, stopping);
        }
        catch (Exception)
        {
            // Recorded and logged by the pipeline; a timer is not retried before its next moment.
        }
    }

    [LoggerMessage(1, LogLevel.Warning, "The schedule of {Function} cannot be read: {Reason}")]
    private partial void StatusUnknown(string reason, string function);
}
