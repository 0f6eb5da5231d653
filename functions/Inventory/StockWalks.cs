using System.Text.Json;
using Azure.Storage.Queues;
using Shop.Common;
using Shop.Storage;

namespace Shop.Inventory;

/// <summary>Queue <c>stock-walks</c>: how far the jobs that go over all rows of stock have come. Each message is one stretch of the way.</summary>
public sealed class StockWalks(ShopStorage storage) : IRequiresStorage
{
    private readonly QueueClient _queue = storage.Queue("stock-walks");

    public IEnumerable<StorageNeed> Needs => [new(StorageKind.Queue, "stock-walks")];

    internal Task Enqueue(StockWalk walk, CancellationToken cancellationToken) => _queue.SendMessageAsync(JsonSerializer.Serialize(walk, ShopJson.Options), cancellationToken);
}

internal enum StockJob { Sweep, Night }

/// <summary>Message of queue <c>stock-walks</c>.</summary>
/// <param name="Job">What is done on the way.</param>
/// <param name="At">When it began.</param>
/// <param name="From">Where the next stretch begins: the sweep's mark of storage, or the last SKU that the night has added up; <c>null</c> at the beginning.</param>
/// <param name="Part">How many stretches are done.</param>
internal sealed record StockWalk(StockJob Job, DateTimeOffset At, string? From = null, int Part = 0)
{
    public const string Name = "stock.walk";

    public string Type { get; init; } = Name;

    public int Version { get; init; } = 1;
}

/// <summary>Goes one stretch, and asks for the next: no job is longer than a function may run, and one that dies goes on where it was.</summary>
public sealed class WalkStock(StockWalks walks, SweepHolds sweep, StockNight night, TimeProvider clock)
{
    internal Task Begin(StockJob job, CancellationToken cancellationToken) => walks.Enqueue(new StockWalk(job, clock.GetUtcNow()), cancellationToken);

    internal async Task Run(StockWalk walk, CancellationToken cancellationToken)
    {
        StockWalk? next = walk.Job == StockJob.Sweep ? await sweep.Run(walk, cancellationToken) : await night.Run(walk, cancellationToken);
        if (next is not null) await walks.Enqueue(next, cancellationToken);
    }
}
