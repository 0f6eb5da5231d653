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

/// <summary>Between the webhook, which answers at once, and the orchestration that the payment belongs to.</summary>
public sealed class PaymentEventQueue(ShopStorage storage) : IRequiresStorage
{
    private readonly QueueClient _queue = storage.Queue("payment-events");

    public IEnumerable<StorageNeed> Needs => [new(StorageKind.Queue, "payment-events")];

    public Task Send(PaymentChanged message, CancellationToken cancellationToken) =>
        _queue.SendMessageAsync(BinaryData.FromBytes(JsonSerializer.SerializeToUtf8Bytes(message, ShopJson.Options)), cancellationToken: cancellationToken);
}
