using Microsoft.DurableTask.Client;
using Shop.Common;
using Shop.Email;
using Shop.Orders;

namespace Shop.Checkout;

/// <summary>Finds flows that stand still, tells staff of each once, and forgets those that go on.</summary>
public sealed class WatchFlows(AttentionStore attention, OrderStore orders, EmailQueue mail, CheckoutOptions options, ShopOptions shop, TimeProvider clock)
{
    internal static readonly OrchestrationRuntimeStatus[] Ends = [OrchestrationRuntimeStatus.Failed, OrchestrationRuntimeStatus.Terminated];

    public async Task Run(DurableTaskClient durable, CancellationToken cancellationToken)
    {
        HashSet<string> stuck = new(StringComparer.Ordinal);
        // However old: a return or a dispute may stand still months after it was begun.
        var query = new OrchestrationQuery(Statuses: Ends);
        await foreach (OrchestrationMetadata flow in durable.GetAllInstancesAsync(query).WithCancellation(cancellationToken))
        {
            // A parcel's flow stops with its order's, and goes on with it.
            if (FulfilmentOrchestration.Is(flow.Name)) continue;
            string? orderId = flow.InstanceId.Split(':')[0] is var first && Ids.IsValid("ord", first) ? first : null;
            if (await IsOver(orderId, cancellationToken) && (CheckoutOrchestration.Is(flow.Name) || flow.RuntimeStatus == OrchestrationRuntimeStatus.Terminated)) continue;
            stuck.Add(flow.InstanceId);
            var found = new StuckFlow(flow.InstanceId, flow.Name, orderId, clock.GetUtcNow());
            if (!await attention.TryAdd(found, cancellationToken) || options.AlertEmail.Length == 0) continue;
            await mail.Send($"flow-stuck.{flow.InstanceId.Replace(':', '.')}.{found.Since.ToUnixTimeSeconds()}", "flow-stuck", shop.Locale, options.AlertEmail, found, cancellationToken);
        }
        foreach (StuckFlow told in await attention.All(cancellationToken))
            if (!stuck.Contains(told.InstanceId) && await IsMended(told, durable, cancellationToken)) await attention.Remove(told.InstanceId, cancellationToken);
    }

    /// <summary>A flow that is gone from the engine mends nothing: its order says whether anything is left to do. What is still tried says itself when it is done.</summary>
    private async Task<bool> IsMended(StuckFlow told, DurableTaskClient durable, CancellationToken cancellationToken) =>
        told.OrderId is null || await IsOver(told.OrderId, cancellationToken) || (await durable.GetInstanceAsync(told.InstanceId, cancellationToken) is { } flow && !Ends.Contains(flow.RuntimeStatus) && (!told.Tried || flow.IsCompleted));

    private async Task<bool> IsOver(string? orderId, CancellationToken cancellationToken) => orderId is not null && await orders.Find(orderId, cancellationToken) is { Value.IsOver: true };
}
