using System.Text.Json;
using Azure.Storage.Queues;
using Shop.Common;
using Shop.Storage;

namespace Shop.Inventory;

/// <summary>Queues <c>stock-alerts</c>, SKUs that may have become low, and <c>stock-returns</c>, SKUs that somebody waits for and that may be there again.</summary>
public sealed class StockAlerts(ShopStorage storage) : IRequiresStorage
{
    /// <summary>The change itself is written after the message: it is looked at when that has long happened.</summary>
    private static readonly TimeSpan AfterTheChange = TimeSpan.FromSeconds(3);
    private readonly QueueClient _queue = storage.Queue("stock-alerts"), _returns = storage.Queue("stock-returns");

    public IEnumerable<StorageNeed> Needs => [new(StorageKind.Queue, "stock-alerts"), new(StorageKind.Queue, "stock-returns")];

    internal Task Enqueue(Sku sku, IReadOnlyList<ReorderRule> fell, CancellationToken cancellationToken)
    {
        var alert = new StockAlert(sku, [.. fell.Select(rule => new StockEpisode(rule.Location, rule.Episode))], Tracing.Parent);
        return _queue.SendMessageAsync(JsonSerializer.Serialize(alert, ShopJson.Options), AfterTheChange, cancellationToken: cancellationToken);
    }

    public Task EnqueueReturn(Sku sku, CancellationToken cancellationToken) =>
        _returns.SendMessageAsync(JsonSerializer.Serialize(new StockReturned(sku, Tracing.Parent), ShopJson.Options), AfterTheChange, cancellationToken: cancellationToken);
}

/// <summary>Message of queue <c>stock-alerts</c>: these rules of a SKU were about to become low.</summary>
internal sealed record StockAlert(Sku Sku, IReadOnlyList<StockEpisode> Episodes, string? Traceparent)
{
    public const string Name = "stock.fell";

    public string Type { get; init; } = Name;

    public int Version { get; init; } = 1;
}

/// <summary>One time of being low.</summary>
internal sealed record StockEpisode(string? Location, int Number);

/// <summary>Message of queue <c>stock-returns</c>: there were about to be more of a SKU that somebody waits for.</summary>
public sealed record StockReturned(Sku Sku, string? Traceparent)
{
    public const string Name = "stock.returned";

    public string Type { get; init; } = Name;

    public int Version { get; init; } = 1;
}
