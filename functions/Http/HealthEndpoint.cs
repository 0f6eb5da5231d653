using Microsoft.AspNetCore.Http;
using Microsoft.Azure.Functions.Worker;

namespace Shop.Http;

public sealed class HealthEndpoint
{
    /// <summary>Tells that the process answers.</summary>
    /// <remarks>Asks nothing of storage, so that load balancers may call it as often as they like.</remarks>
    [Function("Health"), Access(Caller.Anyone), Answer<Health>(200)]
    public IResult Run([HttpTrigger(AuthorizationLevel.Anonymous, "get", Route = "health")] HttpRequest request) => Respond.Ok(new Health("ok"));
}

/// <param name="Status">Always <c>ok</c>.</param>
public sealed record Health(string Status);
