using Microsoft.Azure.Functions.Worker;

namespace Shop.Carts;

public sealed class CartWorkers(AbandonCarts abandon, CartStore carts, CartOptions options, TimeProvider clock)
{
    /// <summary>Every quarter of an hour.</summary>
    [Function("AbandonCarts")]
    public Task Abandon([TimerTrigger("0 */15 * * * *")] TimerInfo timer, CancellationToken cancellationToken) => abandon.Run(cancellationToken);

    /// <summary>Nightly, when the shop's first market sleeps: 02:30 in Jakarta.</summary>
    [Function("ForgetCarts")]
    public Task Forget([TimerTrigger("0 30 19 * * *")] TimerInfo timer, CancellationToken cancellationToken) =>
        carts.Forget(clock.GetUtcNow().AddDays(-options.ExpireAfterDays), cancellationToken);
}
