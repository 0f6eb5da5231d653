using Microsoft.DurableTask.Client;
using Shop.Common;
using Shop.Email;
using Shop.Orders;

namespace Shop.Checkout;

/// <summary>Finds flows that stand still, tells staff of each once, and forgets those that go on.</summary>
public sealed class WatchFlows(AttentionStore attention, OrderStore orders, EmailQueue mail, CheckoutOptions options, ShopOptions shop, TimeProvider clock)
{
    /// <summary>Failures are not purged: older ones were told long ago.</summary>
    private static readonly TimeSpan LooksBack = TimeSpan.FromDays(60);

    internal static readonly OrchestrationRuntimeStatus[] Ends = [OrchestrationRuntimeStatus.Failed, OrchestrationRuntimeStatus.Terminated];

    public async Task Run(DurableTaskClient durable, CancellationToken cancellationToken)
    {
        HashSet<string> stuck = new(StringComparer.Ordinal);
        var query = new OrchestrationQuery(CreatedFrom: clock.GetUtcNow() - LooksBack, Statuses: Ends);
        await foreach (OrchestrationMetadata flow in durable.GetAllInstancesAsync(query).WithCancellation(cancellationToken))
        {
            // A parcel's flow stops with its order's, and goes on with it.
            if (flow.Name == FulfilmentOrchestration.Name) continue;
            string? orderId = flow.InstanceId.Split(':')[0] is var first && Ids.IsValid("ord", first) ? first : null;
            bool over = orderId is not null && await orders.Find(orderId, cancellationToken) is { Value.IsOver: true };
            if (over && (flow.Name == CheckoutOrchestration.Name || flow.RuntimeStatus == OrchestrationRuntimeStatus.Terminated)) continue;
            stuck.Add(flow.InstanceId);
            var found = new StuckFlow(flow.InstanceId, flow.Name, orderId, clock.GetUtcNow());
            if (!await attention.TryAdd(found, cancellationToken) || options.AlertEmail.Length == 0) continue;
            await mail.Send($"flow-stuck.{flow.InstanceId.Replace(':', '.')}.{found.Since.ToUnixTimeSeconds()}", "flow-stuck", shop.Locale, options.AlertEmail, found, cancellationToken);
        }
        foreach (StuckFlow told in await attention.All(cancellationToken))
            if (!stuck.Contains(told.InstanceId)) await attention.Remove(told.InstanceId, cancellationToken);
    }
}
