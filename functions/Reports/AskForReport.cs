using Shop.Common;

namespace Shop.Reports;

/// <param name="Kind">What it reports on.</param>
/// <param name="From">The first business day, such as 2026-11-01.</param>
/// <param name="To">The last one, included; at most 366 days in all.</param>
public sealed record ReportRequest(ReportKind Kind, DateOnly From, DateOnly To);

/// <summary>Has a report built by a worker.</summary>
public sealed class AskForReport(ReportStore store, TimeProvider clock)
{
    public const int MostDays = 366;

    public async Task<Result<ReportJob>> Run(ReportRequest asked, CancellationToken cancellationToken)
    {
        if (Check(asked) is { } problem) return problem;
        ReportJob job = Job(Ids.New("rep", clock), asked);
        await store.TryAdd(job, cancellationToken);
        await store.Enqueue(job.Id, cancellationToken);
        return job;
    }

    /// <summary>The report of one day that exists once, however often it is asked for.</summary>
    public async Task RunOnce(DateOnly day, CancellationToken cancellationToken)
    {
        ReportJob job = Job(NightlyId(day), new ReportRequest(ReportKind.Sales, day, day));
        // One that is still queued may have been left behind between these two steps; a second message for it changes nothing.
        if (await store.TryAdd(job, cancellationToken) || await store.Find(job.Id, cancellationToken) is { Status: ReportStatus.Queued }) await store.Enqueue(job.Id, cancellationToken);
    }

    internal static string NightlyId(DateOnly day) => $"rep_sales-{BusinessDays.Text(day)}";

    /// <summary>Whether the text could be the id of a report, so that nonsense is refused before storage is asked.</summary>
    internal static bool IsId(string text) =>
        Ids.IsValid("rep", text) || (text.StartsWith("rep_sales-", StringComparison.Ordinal) && DateOnly.TryParseExact(text["rep_sales-".Length..], "yyyy-MM-dd", out _));

    private static Problem? Check(ReportRequest asked) =>
        asked.To < asked.From ? ReportProblems.RangeInvalid.At("/to", "is before from")
        : asked.To.DayNumber - asked.From.DayNumber >= MostDays ? ReportProblems.RangeInvalid.At("/to", $"is more than {MostDays} days from from")
        : null;

    private ReportJob Job(string id, ReportRequest asked) => new(id, asked.Kind, asked.From, asked.To, ReportStatus.Queued, clock.GetUtcNow(), null, []);
}
