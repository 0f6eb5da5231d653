using System.Globalization;
using Microsoft.AspNetCore.Http;
using Microsoft.Azure.Functions.Worker;
using Shop.Http;

namespace Shop.Integration;

public sealed class JournalEndpoints(JournalStore journal, Cursors cursors, TimeProvider clock)
{
    /// <summary>The bookings of a month, oldest first.</summary>
    [Function("JournalList"), Staff(Role.Reports), ApiKeyScope("accounting:read")]
    [QueryParameter("month", typeof(string), "Such as 2026-11; the present month when absent."), QueryParameter("limit", typeof(int), "1 to 100, 20 when absent."), QueryParameter("cursor", typeof(string), "Where the page before ended.")]
    [Answer<Page<JournalEntry>>(200)]
    public async Task<IResult> List([HttpTrigger(AuthorizationLevel.Anonymous, "get", Route = "v1/admin/journal")] HttpRequest request)
    {
        Query query = request.ReadQuery();
        (string? month, int limit, string? after) = (query.Text("month", 7), query.Limit(), query.Cursor(cursors));
        if (query.Problem is { } problem) return problem.ToHttp();
        if (month is not null && !DateTime.TryParseExact(month, "yyyy-MM", CultureInfo.InvariantCulture, DateTimeStyles.None, out _)) return HttpProblems.Invalid.At("?month", "must be a month such as 2026-11").ToHttp();
        (IReadOnlyList<JournalEntry> entries, string? next) = await journal.Read(month ?? journal.Month(clock.GetUtcNow()), after, limit, request.HttpContext.RequestAborted);
        return Respond.Ok(new Page<JournalEntry>(entries, cursors.Next(request, next)));
    }
}
