using Azure.Messaging.ServiceBus;
using Microsoft.Azure.Functions.Worker;
using Shop.Common;

namespace Shop.Reports;

/// <summary>What wakes reports besides staff.</summary>
public sealed class ReportWorkers(SalesFactStore facts, AskForReport ask, BuildReport build, BusinessDays days, TimeProvider clock)
{
    /// <summary>Keeps what an event says about sales.</summary>
    [Function("ProjectSales")]
    public async Task Project([ServiceBusTrigger("%NamePrefix%-events", "reports", Connection = "ServiceBus")] ServiceBusReceivedMessage message, CancellationToken cancellationToken)
    {
        using var trace = Tracing.Continue("project-sales", ReceivedEvent.TraceOf(message));
        if (SalesProjection.Of(ReceivedEvent.From(message)) is { } fact) await facts.Add(fact, cancellationToken);
    }

    /// <summary>Builds a report that was asked for.</summary>
    [Function("BuildReport")]
    public async Task Build([QueueTrigger("%NamePrefix%-reports")] string message, CancellationToken cancellationToken)
    {
        ReportMessage asked = QueueMessages.Read<ReportMessage>(message, ReportMessage.Name, 1);
        using var trace = Tracing.Continue("build-report", asked.Traceparent);
        await build.Run(asked.ReportId, cancellationToken);
    }

    /// <summary>Nightly, when a business day is over and its last events have come: asks for yesterday's report.</summary>
    [Function("NightlyReport")]
    public Task Nightly([TimerTrigger("%ReportsSchedule%")] TimerInfo timer, CancellationToken cancellationToken) =>
        ask.RunOnce(days.Of(clock.GetUtcNow()).AddDays(-1), cancellationToken);
}
