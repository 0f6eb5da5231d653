using System.Text.Json;
using Microsoft.DurableTask;
using Microsoft.DurableTask.Client;

namespace Shop.Common;

internal static class DurableStarts
{
    /// <summary>Begins a flow anew with the input that it had, unless it is in another state than those by now.</summary>
    /// <param name="flow">Read with its input.</param>
    public static Task BeginAnew(this DurableTaskClient durable, OrchestrationMetadata flow, IEnumerable<OrchestrationRuntimeStatus> ended, CancellationToken cancellationToken)
    {
        JsonElement? input = flow.SerializedInput is { } stated ? JsonDocument.Parse(stated).RootElement : null;
        OrchestrationRuntimeStatus[] others = [.. StartOrchestrationOptionsExtensions.ValidDedupeStatuses.Except(ended)];
        return durable.ScheduleNewOrchestrationInstanceAsync(flow.Name, input, new StartOrchestrationOptions(flow.InstanceId).WithDedupeStatuses(others), cancellationToken);
    }

    /// <summary>Starts an orchestration once under its id, whoever asks for it and however often: it may be over already.</summary>
    /// <returns>Whether this call started it.</returns>
    public static async Task<bool> StartOnce(this DurableTaskClient durable, string name, string id, object input, CancellationToken cancellationToken)
    {
        if (await durable.GetInstanceAsync(id, cancellationToken) is not null) return false;
        try
        {
            await durable.ScheduleNewOrchestrationInstanceAsync(
                name, input, new StartOrchestrationOptions(id).WithDedupeStatuses([.. StartOrchestrationOptionsExtensions.ValidDedupeStatuses]), cancellationToken);
            return true;
        }
        catch (Exception) when (!cancellationToken.IsCancellationRequested)
        {
            // Somebody else may have started it at this very moment.
            if (await durable.GetInstanceAsync(id, cancellationToken) is null) throw;
            return false;
        }
    }
}
