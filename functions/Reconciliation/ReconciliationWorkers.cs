using System.Globalization;
using Microsoft.Azure.Functions.Worker;
using Microsoft.DurableTask;
using Microsoft.DurableTask.Client;
using Shop.Common;
using Shop.Payments;

namespace Shop.Reconciliation;

public sealed class ReconciliationWorkers(MoneyReports reports, ShopOptions shop, TimeProvider clock)
{
    /// <summary>Nightly: compares yesterday's money.</summary>
    [Function("ReconcileNightly")]
    public async Task Nightly([TimerTrigger("%ReconcileSchedule%")] TimerInfo timer, [DurableClient] DurableTaskClient durable, CancellationToken cancellationToken)
    {
        DateOnly yesterday = shop.DayOf(clock.GetUtcNow()).AddDays(-1);
        foreach (string provider in reports.Providers.Append(ReconcileDay.Journal)) await Start(durable, new ReconcileStep(provider, yesterday, null), "nightly", cancellationToken);
    }

    /// <param name="occasion">The same day is compared once for each.</param>
    internal static async Task Start(DurableTaskClient durable, ReconcileStep step, string occasion, CancellationToken cancellationToken)
    {
        string id = string.Create(CultureInfo.InvariantCulture, $"reconcile:{step.Provider}:{step.Day:yyyy-MM-dd}:{occasion}");
        if (await durable.GetInstanceAsync(id, cancellationToken) is not null) return;
        await durable.ScheduleNewOrchestrationInstanceAsync(
            ReconcileDay.Name, step, new StartOrchestrationOptions(id).WithDedupeStatuses([.. StartOrchestrationOptionsExtensions.ValidDedupeStatuses]), cancellationToken);
    }
}
