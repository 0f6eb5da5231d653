using System.Text.Json;
using Azure.Storage.Queues;
using Shop.Common;
using Shop.Storage;

namespace Shop.Payments;

/// <summary>Version 1 of what waits in the queue <c>payment-events</c>: a payment changed at its provider.</summary>
/// <param name="Reference">The payment at the provider.</param>
public sealed record PaymentChanged(string Provider, string EventId, string Reference, string OrderId, string? Traceparent)
{
    public string Type { get; init; } = "payment-changed";

    public int Version { get; init; } = 1;
}

/// <summary>Version 1 of what waits there too: a buyer disputes a payment, or their bank went on with it.</summary>
public sealed record DisputeChanged(string Provider, string EventId, string DisputeId, string? Traceparent)
{
    public string Type { get; init; } = "dispute-changed";

    public int Version { get; init; } = 1;
}

/// <summary>Version 1 of what waits there too: a refund that the provider had taken came back.</summary>
public sealed record RefundFailed(string Provider, string EventId, string RefundId, string? Traceparent)
{
    public string Type { get; init; } = "refund-failed";

    public int Version { get; init; } = 1;
}

/// <summary>Between the webhook, which answers at once, and the orchestration that the payment belongs to.</summary>
public sealed class PaymentEventQueue(ShopStorage storage) : IRequiresStorage
{
    private readonly QueueClient _queue = storage.Queue("payment-events");

    public IEnumerable<StorageNeed> Needs => [new(StorageKind.Queue, "payment-events")];

    public Task Send(PaymentChanged message, CancellationToken cancellationToken) => Put(message, cancellationToken);

    public Task Send(RefundFailed message, CancellationToken cancellationToken) => Put(message, cancellationToken);

    public Task Send(DisputeChanged message, CancellationToken cancellationToken) => Put(message, cancellationToken);

    private Task Put<T>(T message, CancellationToken cancellationToken) =>
        _queue.SendMessageAsync(BinaryData.FromBytes(JsonSerializer.SerializeToUtf8Bytes(message, ShopJson.Options)), cancellationToken: cancellationToken);
}
