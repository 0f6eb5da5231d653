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
    public const string Table = "Timers";
    private readonly TableClient _table = storage.Table(Table);

    public async Task Run(CancellationToken stopping)
    {
        bool onStartup = ((TimerTriggerAttribute)function.TriggerAttribute).RunOnStartup;
        while (!stopping.IsCancellationRequested)
        {
            try
            {
                DateTimeOffset now = clock.GetUtcNow();
                TableEntity row = await Status(now, stopping);
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
        NullableResponse<TableEntity> found = await _table.GetEntityIfExistsAsync<TableEntity>(function.Name, function.Name, cancellationToken: cancellationToken);
        if (found.HasValue) return found.Value!;
        var row = new TableEntity(function.Name, function.Name) { ["Last"] = DateTimeOffset.UnixEpoch, ["Next"] = schedule.Next(now) };
        row.ETag = (await _table.UpsertEntityAsync(row, TableUpdateMode.Replace, cancellationToken)).Headers.ETag!.Value;
        return row;
    }

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
