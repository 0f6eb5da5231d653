using System.Diagnostics;
using Microsoft.DurableTask;
using Microsoft.DurableTask.Client;

namespace Shop.Emulator.Durable;

/// <summary>The durable client that functions bind.</summary>
internal sealed class EmulatedDurableClient(DurableEngine engine) : DurableTaskClient("emulator")
{
    public override ValueTask DisposeAsync() => ValueTask.CompletedTask;

    public override async Task<string> ScheduleNewOrchestrationInstanceAsync(TaskName orchestratorName, object? input = null, StartOrchestrationOptions? options = null, CancellationToken cancellation = default)
    {
        if (options?.StartAt is not null) throw new NotSupportedException("The emulator starts orchestrations at once; let the orchestrator wait on a timer.");
        string id = options?.InstanceId ?? Guid.NewGuid().ToString("n");
        await engine.Start(id, new ExecutionStarted(orchestratorName, engine.Payloads.Serialize(input), null, Activity.Current?.Id), options?.DedupeStatuses ?? [], cancellation);
        return id;
    }

    public override Task RaiseEventAsync(string instanceId, string eventName, object? eventPayload = null, CancellationToken cancellation = default) =>
        engine.Send(instanceId, new EventRaised(eventName, engine.Payloads.Serialize(eventPayload)), cancellation);

    public override Task SuspendInstanceAsync(string instanceId, string? reason = null, CancellationToken cancellation = default) =>
        engine.Send(instanceId, new ExecutionSuspended(reason), cancellation);

    public override Task ResumeInstanceAsync(string instanceId, string? reason = null, CancellationToken cancellation = default) =>
        engine.Send(instanceId, new ExecutionResumed(reason), cancellation);

    public override Task TerminateInstanceAsync(string instanceId, TerminateInstanceOptions? options = null, CancellationToken cancellation = default) =>
        engine.Send(instanceId, new ExecutionTerminated(engine.Payloads.Serialize(options?.Output), options?.Recursive ?? false), cancellation);

    public override async Task<OrchestrationMetadata> WaitForInstanceStartAsync(string instanceId, bool getInputsAndOutputs = false, CancellationToken cancellation = default) =>
        await GetInstancesAsync(instanceId, getInputsAndOutputs, cancellation) ?? throw Missing(instanceId);

    public override async Task<OrchestrationMetadata> WaitForInstanceCompletionAsync(string instanceId, bool getInputsAndOutputs = false, CancellationToken cancellation = default)
    {
        await engine.WaitForEnd(instanceId, cancellation);
        return await GetInstancesAsync(instanceId, getInputsAndOutputs, cancellation) ?? throw Missing(instanceId);
    }

    public override async Task<OrchestrationMetadata?> GetInstancesAsync(string instanceId, bool getInputsAndOutputs = false, CancellationToken cancellation = default) =>
        await engine.Find(instanceId, cancellation) is { } instance ? ToMetadata(instance, getInputsAndOutputs) : null;

    public override AsyncPageable<OrchestrationMetadata> GetAllInstancesAsync(OrchestrationQuery? filter = null) => new Instances(this, filter ?? new OrchestrationQuery());

    public override async Task<PurgeResult> PurgeInstanceAsync(string instanceId, PurgeInstanceOptions? options = null, CancellationToken cancellation = default)
    {
        if (options is { Recursive: true }) throw new NotSupportedException("The emulator purges one instance at a time.");
        if (await engine.Store.Find(instanceId, cancellation) is not { IsFinished: true }) return new PurgeResult(0);
        await engine.Store.Delete(instanceId, null, cancellation);
        return new PurgeResult(1);
    }

    public override async Task<PurgeResult> PurgeAllInstancesAsync(PurgeInstancesFilter filter, PurgeInstanceOptions? options = null, CancellationToken cancellation = default)
    {
        int purged = 0;
        await foreach (Instance instance in engine.Store.All(cancellation))
        {
            bool wanted = instance.IsFinished && (filter.CreatedFrom is not { } from || instance.CreatedAt >= from) && (filter.CreatedTo is not { } to || instance.CreatedAt <= to)
                && (filter.Statuses is not { } statuses || statuses.Contains(instance.Status));
            if (wanted) purged += (await PurgeInstanceAsync(instance.Id, options, cancellation)).PurgedInstanceCount;
        }
        return new PurgeResult(purged);
    }

    private static ArgumentException Missing(string instanceId) => new($"There is no orchestration instance with the id '{instanceId}'.");

    private OrchestrationMetadata ToMetadata(Instance instance, bool withPayloads) => new(instance.Name, instance.Id)
    {
        RuntimeStatus = instance.Status,
        CreatedAt = instance.CreatedAt,
        LastUpdatedAt = instance.UpdatedAt,
        SerializedInput = withPayloads ? instance.Input : null,
        SerializedOutput = withPayloads ? instance.Output : null,
        SerializedCustomStatus = withPayloads ? instance.CustomStatus : null,
        FailureDetails = instance.Failure?.ToDetails(),
        Deserialize = engine.Payloads.Deserialize,
    };

    private sealed class Instances(EmulatedDurableClient client, OrchestrationQuery query) : AsyncPageable<OrchestrationMetadata>
    {
        public override async IAsyncEnumerable<Page<OrchestrationMetadata>> AsPages(string? continuationToken = null, int? pageSizeHint = null)
        {
            List<OrchestrationMetadata> page = [];
            await foreach (Instance instance in client.EngineStore.All(CancellationToken.None))
            {
                bool wanted = (query.CreatedFrom is not { } from || instance.CreatedAt >= from) && (query.CreatedTo is not { } to || instance.CreatedAt <= to)
                    && (query.Statuses is not { } statuses || statuses.Contains(instance.Status))
                    && (query.InstanceIdPrefix is not { } prefix || instance.Id.StartsWith(prefix, StringComparison.Ordinal));
                if (!wanted) continue;
                page.Add(client.ToMetadata(instance, query.FetchInputsAndOutputs));
                if (page.Count < (pageSizeHint ?? query.PageSize)) continue;
                yield return new Page<OrchestrationMetadata>(page, instance.Id);
                page = [];
            }
            yield return new Page<OrchestrationMetadata>(page);
        }
    }

    private InstanceStore EngineStore => engine.Store;
}
