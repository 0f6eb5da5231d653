using Microsoft.Azure.Functions.Worker;

namespace Shop.Http;

public sealed class IdempotencyWorkers(IdempotencyStore store, TimeProvider clock)
{
    /// <summary>Nightly, when the shop's first market sleeps: 02:15 in Jakarta.</summary>
    [Function("ForgetIdempotencyKeys")]
    public Task Forget([TimerTrigger("0 15 19 * * *")] TimerInfo timer, CancellationToken cancellationToken) => store.Forget(clock.GetUtcNow(), cancellationToken);
}
