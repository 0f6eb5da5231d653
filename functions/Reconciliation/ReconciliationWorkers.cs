using System.Globalization;
using Microsoft.Azure.Functions.Worker;
using Microsoft.DurableTask.Client;
using Shop.Common;
using Shop.Payments;

namespace Shop.Reconciliation;

public sealed class ReconciliationWorkers(MoneyReports reports, ReconciliationStore store, ShopOptions shop, TimeProvider clock)
{
    /// <summary>A day that was left out is looked for so far back.</summary>
    internal const int LooksBackDays = 31;

    /// <summary>Nightly: compares yesterday's money, and that of days on which nobody was there to do it.</summary>
    [Function("ReconcileNightly")]
    public async Task Nightly([TimerTrigger("%ReconcileSchedule%")] TimerInfo timer, [DurableClient] DurableTaskClient durable, CancellationToken cancellationToken)
    {
        DateOnly yesterday = shop.DayOf(clock.GetUtcNow()).AddDays(-1);
        foreach (string provider in reports.Providers.Append(ReconcileDay.Journal))
            foreach (DateOnly day in await LeftOut(provider, yesterday, cancellationToken)) await Start(durable, new ReconcileStep(provider, day, null), "nightly", cancellationToken);
    }

    /// <summary>Yesterday, and the days before it back to the first that was compared: before that there was no shop to compare.</summary>
    private async Task<IReadOnlyList<DateOnly>> LeftOut(string provider, DateOnly yesterday, CancellationToken cancellationToken)
    {
        List<DateOnly> leftOut = [], since = [yesterday];
        for (int back = 1; back < LooksBackDays; back++)
        {
            DateOnly day = yesterday.AddDays(-back);
            if (!await store.WasCompared(provider, day, cancellationToken))
            {
                leftOut.Add(day);
                continue;
            }
            since.AddRange(leftOut);
            leftOut.Clear();
        }
        return since;
    }

    /// <param name="occasion">The same day is compared once for each.</param>
    internal static Task Start(DurableTaskClient durable, ReconcileStep step, string occasion, CancellationToken cancellationToken) =>
        durable.StartOnce(ReconcileDay.Name, string.Create(CultureInfo.InvariantCulture, $"reconcile:{step.Provider}:{step.Day:yyyy-MM-dd}:{occasion}"), step, cancellationToken);
}
