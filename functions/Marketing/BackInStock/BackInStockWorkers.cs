using Microsoft.Azure.Functions.Worker;
using Shop.Common;
using Shop.Inventory;

namespace Shop.Marketing;

public sealed class BackInStockWorkers(TellWaiters tell, WaiterStore waiters, BackInStockOptions options, TimeProvider clock)
{
    /// <summary>Tells those who wait for a SKU that is there again.</summary>
    [Function("TellWaiters")]
    public async Task Tell([QueueTrigger("%NamePrefix%-stock-returns")] string message, CancellationToken cancellationToken)
    {
        StockReturned returned = QueueMessages.Read<StockReturned>(message, StockReturned.Name, 1);
        using var trace = Tracing.Continue("tell-waiters", returned.Traceparent);
        await tell.Run(returned.Sku, cancellationToken);
    }

    /// <summary>Nightly, when the shop's first market sleeps: 02:40 in Jakarta.</summary>
    [Function("ForgetWaiters")]
    public Task Forget([TimerTrigger("0 40 19 * * *")] TimerInfo timer, CancellationToken cancellationToken) => waiters.Forget(clock.GetUtcNow().AddDays(-options.ForgetAfterDays), cancellationToken);
}
