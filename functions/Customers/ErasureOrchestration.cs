using Microsoft.Azure.Functions.Worker;
using Microsoft.DurableTask;
using Microsoft.DurableTask.Client;

namespace Shop.Customers;

/// <param name="CustomerId">An id and nothing that tells who it was: the engine keeps every input.</param>
public sealed record ErasureInput(string ErasureId, string CustomerId);

/// <param name="Again">When the next pass is due; <c>null</c> when everything is done.</param>
public sealed record ErasurePass(DateTimeOffset? Again);

/// <summary>Repeats passes of an erasure until one ends it. Its instance id is the erasure's.</summary>
public sealed class ErasureOrchestration(EraseCustomer erase, EndHolds holds, ErasureStore erasures, TimeProvider clock)
{
    public const string Name = "ErasureV1";
    public const string PassName = "ErasurePassV1";

    /// <summary>The history begins anew after so many passes; an order may be open for weeks.</summary>
    private const int PassesAtMost = 40;

    /// <summary>An erasure that stood still for so long lost its orchestration.</summary>
    private static readonly TimeSpan StandsStill = TimeSpan.FromHours(1);

    private static readonly TaskOptions Patiently = TaskOptions.FromRetryPolicy(new RetryPolicy(900, TimeSpan.FromSeconds(1), 2, TimeSpan.FromMinutes(5)));

    [Function(Name)]
    public static async Task Run([OrchestrationTrigger] TaskOrchestrationContext context)
    {
        ErasureInput input = context.GetInput<ErasureInput>()!;
        for (int pass = 0; pass < PassesAtMost; pass++)
        {
            if ((await context.CallActivityAsync<ErasurePass>(PassName, input, Patiently)).Again is not { } again) return;
            await context.CreateTimer(again.UtcDateTime, CancellationToken.None);
        }
        context.ContinueAsNew(input);
    }

    [Function(PassName)]
    public async Task<ErasurePass> Pass([ActivityTrigger] ErasureInput input, CancellationToken cancellationToken) => new(await erase.Run(input, cancellationToken));

    /// <summary>Nightly: 03:00 in Jakarta. Strips what need not be held any longer, and goes on with erasures that nobody drives.</summary>
    [Function("ErasuresNightly")]
    public async Task Nightly([TimerTrigger("0 0 20 * * *")] TimerInfo timer, [DurableClient] DurableTaskClient durable, CancellationToken cancellationToken)
    {
        await holds.Run(cancellationToken);
        foreach (ErasureJob job in await erasures.UnderWay(cancellationToken))
            if (job.BegunAt + StandsStill < clock.GetUtcNow()) await AskErasure.Start(new ErasureInput(job.Id, job.CustomerId), durable, cancellationToken);
    }
}
