using Microsoft.DurableTask;
using Microsoft.DurableTask.Client;
using Shop.Common;
using Shop.Http;
using Shop.Storage;

namespace Shop.Customers;

/// <summary>Begins to erase the customer who is signed in. Nothing is written but the start of the orchestration, so that there is nothing to break off.</summary>
public sealed class AskErasure(OpenCustomer open, ErasureLinks links, IEnumerable<IPersonalRecords> records)
{
    public async Task<Result<ErasureResource>> Run(Principal caller, DurableTaskClient durable, CancellationToken cancellationToken)
    {
        Result<Stored<Customer>> me = await open.Run(caller, cancellationToken);
        if (me.Problem is { } unknown) return unknown;
        foreach (IPersonalRecords module in records)
            if (await module.Refuse(caller.Id, cancellationToken) is { } problem) return problem;

        string id = links.IdOf(caller.Id);
        await Start(new ErasureInput(id, caller.Id), durable, cancellationToken);
        return new ErasureResource(id, ErasureStatus.Pending, links.UrlOf(id), null);
    }

    /// <summary>Starts the orchestration unless it is running; one that failed is started anew.</summary>
    internal static async Task Start(ErasureInput input, DurableTaskClient durable, CancellationToken cancellationToken)
    {
        if (await durable.GetInstanceAsync(input.ErasureId, cancellationToken) is { IsCompleted: false }) return;
        await durable.ScheduleNewOrchestrationInstanceAsync(ErasureOrchestration.Name, input, new StartOrchestrationOptions(input.ErasureId), cancellationToken);
    }
}
