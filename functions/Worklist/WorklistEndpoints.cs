using Microsoft.AspNetCore.Http;
using Microsoft.Azure.Functions.Worker;
using Shop.Common;
using Shop.Http;

namespace Shop.Worklist;

/// <summary>What people have to decide or find out.</summary>
public sealed class WorklistEndpoints(WorklistStore worklist, GivenUpMessages messages, Cursors cursors)
{
    /// <summary>Lists what waits for somebody: orders to look at, disputes to answer, money that does not agree.</summary>
    [Function("ListWork"), Staff(Role.Orders), ApiKeyScope("orders:read")]
    [QueryParameter("kind", typeof(WorkKind), "Only of this kind."), QueryParameter("limit", typeof(int), "1 to 100, 20 when absent."), QueryParameter("cursor", typeof(string), "Where the page before ended.")]
    [Answer<Page<WorkItem>>(200)]
    public async Task<IResult> List([HttpTrigger(AuthorizationLevel.Anonymous, "get", Route = "v1/admin/worklist")] HttpRequest request)
    {
        Query query = request.ReadQuery();
        (WorkKind? kind, int limit, string? after) = (query.Choice<WorkKind>("kind"), query.Limit(), query.Cursor(cursors));
        if (query.Problem is { } problem) return problem.ToHttp();
        (IReadOnlyList<WorkItem> page, string? last) = await worklist.List(kind, after, limit, request.HttpContext.RequestAborted);
        return Respond.Ok(new Page<WorkItem>(page, cursors.Next(request, last)));
    }

    /// <summary>Takes something from the list that somebody saw to. What is decided elsewhere goes by itself.</summary>
    [Function("CloseWork"), Staff(Role.Orders), ApiKeyScope("orders:write"), Idempotent]
    [Answer(204), Refusal(404, "worklist.unknown"), Refusal(409, "worklist.decided-elsewhere")]
    public async Task<IResult> Close([HttpTrigger(AuthorizationLevel.Anonymous, "post", Route = "v1/admin/worklist/{kind}/{itemId}/done")] HttpRequest request, string kind, string itemId)
    {
        if (!Enum.TryParse(kind, ignoreCase: true, out WorkKind known) || await worklist.Find(known, itemId, request.HttpContext.RequestAborted) is null) return WorklistProblems.Unknown.ToHttp();
        if (known is not (WorkKind.Promise or WorkKind.Parcel or WorkKind.Message or WorkKind.Cash or WorkKind.Report)) return WorklistProblems.DecidedElsewhere.ToHttp();
        if (known == WorkKind.Message) await messages.Drop(itemId, request.HttpContext.RequestAborted);
        await worklist.Remove(known, itemId, request.HttpContext.RequestAborted);
        return Respond.NoContent();
    }

    /// <summary>Puts a message that was given up back where it came from, once its cause is mended.</summary>
    [Function("RetryMessage"), Staff(Role.Orders), ApiKeyScope("orders:write"), Idempotent]
    [Answer(204), Refusal(404, "worklist.no-message")]
    public async Task<IResult> Retry([HttpTrigger(AuthorizationLevel.Anonymous, "post", Route = "v1/admin/worklist/message/{itemId}/retry")] HttpRequest request, string itemId)
    {
        if (!await messages.PutBack(itemId, request.HttpContext.RequestAborted)) return WorklistProblems.NoMessage.ToHttp();
        return Respond.NoContent();
    }
}
