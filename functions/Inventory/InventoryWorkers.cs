using Microsoft.Azure.Functions.Worker;
using Shop.Common;

namespace Shop.Inventory;

/// <summary>What wakes inventory besides people.</summary>
public sealed class InventoryWorkers(AlertLowStock alert, WalkStock walk, AvailabilityRepair repair)
{
    /// <summary>Tells staff of a SKU that became low.</summary>
    [Function("AlertLowStock")]
    public async Task Alert([QueueTrigger("%NamePrefix%-stock-alerts")] string message, CancellationToken cancellationToken)
    {
        StockAlert fell = QueueMessages.Read<StockAlert>(message, StockAlert.Name, 1);
        using var trace = Tracing.Continue("alert-low-stock", fell.Traceparent);
        await alert.Run(fell, cancellationToken);
    }

    /// <summary>Passes on the availability that a process took with it when it died.</summary>
    [Function("RepairAvailability")]
    public Task Repair([QueueTrigger("%NamePrefix%-stock-repairs")] string message, CancellationToken cancellationToken) =>
        repair.Run(QueueMessages.Read<StockRepair>(message, StockRepair.Name, 1), cancellationToken);

    /// <summary>Takes up a repair whose message was given up.</summary>
    [Function("PostponeRepair")]
    public Task Postpone([QueueTrigger("%NamePrefix%-stock-repairs-poison")] string message, CancellationToken cancellationToken) =>
        repair.Postpone(QueueMessages.Read<StockRepair>(message, StockRepair.Name, 1), cancellationToken);

    /// <summary>Frees holds whose checkout is gone.</summary>
    [Function("SweepHolds")]
    public Task Sweep([TimerTrigger("%StockSweepSchedule%")] TimerInfo timer, CancellationToken cancellationToken) => walk.Begin(StockJob.Sweep, cancellationToken);

    /// <summary>Nightly: adds up all stock, and finds out what to buy.</summary>
    [Function("StockNight")]
    public Task Night([TimerTrigger("%StockNightSchedule%")] TimerInfo timer, CancellationToken cancellationToken) => walk.Begin(StockJob.Night, cancellationToken);

    /// <summary>Goes one stretch of the way over all stock.</summary>
    [Function("WalkStock")]
    public Task Walk([QueueTrigger("%NamePrefix%-stock-walks")] string message, CancellationToken cancellationToken) =>
        walk.Run(QueueMessages.Read<StockWalk>(message, StockWalk.Name, 1), cancellationToken);
}
