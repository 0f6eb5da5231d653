using Microsoft.AspNetCore.Http;
using Microsoft.Azure.Functions.Worker;
using Microsoft.DurableTask.Client;
using Shop.Common;
using Shop.Http;

namespace Shop.Checkout;

/// <summary>Flows that stand still, and what staff do about them.</summary>
public sealed class AttentionEndpoints(AttentionStore attention, RestartFlow restart)
{
    private const string Route = "v1/admin/attention";

    /// <summary>Lists the flows that stand still: they failed after days of tries, were ended before their time, or have tried one step for an hour.</summary>
    [Function("ListAttention"), Staff(Role.Orders), ApiKeyScope("orders:read"), Answer<Page<StuckFlow>>(200)]
    public async Task<IResult> List([HttpTrigger(AuthorizationLevel.Anonymous, "get", Route = Route)] HttpRequest request) =>
        request.ReadQuery().Problem is { } problem ? problem.ToHttp() : Respond.Ok(new Page<StuckFlow>(await attention.All(request.HttpContext.RequestAborted), null));

    /// <summary>Begins a flow anew once its cause is mended: what it did before is not done again.</summary>
    [Function("RestartFlow"), Staff(Role.Owner), ApiKeyScope("orders:write"), Idempotent]
    [Answer<StuckFlow>(202), Refusal(404, "attention.unknown"), Refusal(409, "attention.parcel-moves")]
    public Task<IResult> Restart([HttpTrigger(AuthorizationLevel.Anonymous, "post", Route = Route + "/{instanceId}/restart")] HttpRequest request, string instanceId, [DurableClient] DurableTaskClient durable) =>
        restart.Run(instanceId, durable, request.HttpContext.RequestAborted).ToHttp(flow => Respond.Accepted(flow));
}
