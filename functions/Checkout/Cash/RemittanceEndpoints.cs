using Microsoft.AspNetCore.Http;
using Microsoft.Azure.Functions.Worker;
using Microsoft.DurableTask.Client;
using Shop.Common;
using Shop.Http;

namespace Shop.Checkout;

/// <summary>Cash that couriers collected.</summary>
public sealed class RemittanceEndpoints(TakeRemittance take)
{
    /// <summary>Takes a courier's list of what it collected; each parcel is answered by itself, and one that does not fit changes nothing.</summary>
    [Function("TakeRemittance"), Staff(Role.Orders), ApiKeyScope("payments:write"), Idempotent]
    [Body<Remittance>, Answer<RemittanceResult>(200)]
    public Task<IResult> Take([HttpTrigger(AuthorizationLevel.Anonymous, "post", Route = "v1/admin/remittances")] HttpRequest request, [DurableClient] DurableTaskClient durable) =>
        request.ReadBody<Remittance>()
            .Then(remittance => take.Run(remittance, request.Principal().Actor, durable, request.HttpContext.RequestAborted))
            .ToHttp(result => Respond.Ok(result));
}
