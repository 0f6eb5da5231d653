using System.Globalization;
using Microsoft.Azure.Functions.Worker;
using Microsoft.DurableTask.Client;
using Shop.Common;
using Shop.Payments;
using Shop.Worklist;

namespace Shop.Reconciliation;

/// <summary>What happens at night with the money of the day before.</summary>
public sealed class ReconciliationWorkers(MoneyReports reports, PaymentGateways gateways, LedgerStore ledger, AwaitedDays awaited, ReconciliationStore store, WorklistStore worklist, ShopOptions shop, TimeProvider clock)
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

    /// <summary>
    /// Nightly: asks staff for what providers that cannot be asked report of days on which they moved money, or may have. Once for each day: who said that it is done is not asked again.
    /// </summary>
    [Function("AskForReports")]
    public async Task AskForReports([TimerTrigger("%ReconcileSchedule%")] TimerInfo timer, CancellationToken cancellationToken)
    {
        DateOnly yesterday = shop.DayOf(clock.GetUtcNow()).AddDays(-1);
        foreach (string provider in gateways.Names.Except([.. reports.Providers, CreditGateway.Name], StringComparer.Ordinal))
        {
            IReadOnlySet<DateOnly> may = await awaited.Since(provider, yesterday.AddDays(1 - LooksBackDays), cancellationToken);
            for (DateOnly day = yesterday; day > yesterday.AddDays(-LooksBackDays); day = day.AddDays(-1))
            {
                if (await store.IsSettled(provider, day, cancellationToken) || (!may.Contains(day) && (await ledger.Day(provider, day, cancellationToken)).Count == 0)) continue;
                string text = string.Create(CultureInfo.InvariantCulture, $"Send in what {provider} reports of {day:yyyy-MM-dd} (POST /v1/admin/reconciliations): until then nobody has compared its money with the ledger.");
                await worklist.Put(new WorkItem(WorkKind.Report, ReconcileDay.ReportId(provider, day), null, text, clock.GetUtcNow(), null), cancellationToken);
                await store.Ask(provider, day, cancellationToken);
            }
        }
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
