using Microsoft.Azure.Functions.Worker;
using Shop.Common;

namespace Shop.Http;

public sealed class DataKeyWorkers(ResealRows reseal)
{
    /// <summary>One step of a walk.</summary>
    [Function("ResealStep")]
    public Task Step([QueueTrigger("%NamePrefix%-reseal")] string message, CancellationToken cancellationToken) =>
        reseal.Step(QueueMessages.Read<ResealMessage>(message, "reseal.step", 1), cancellationToken);

    /// <summary>Nightly, when the shop's first market sleeps: 02:45 in Jakarta.</summary>
    [Function("ResealNightly")]
    public Task Nightly([TimerTrigger("0 45 19 * * *")] TimerInfo timer, CancellationToken cancellationToken) => reseal.BeginWhereNeeded(cancellationToken);
}
