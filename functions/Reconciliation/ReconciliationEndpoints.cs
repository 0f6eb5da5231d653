using System.ComponentModel.DataAnnotations;
using System.Globalization;
using System.Security.Cryptography;
using System.Text;
using Microsoft.AspNetCore.Http;
using Microsoft.Azure.Functions.Worker;
using Microsoft.DurableTask.Client;
using Shop.Common;
using Shop.Http;
using Shop.Payments;
using Shop.Worklist;

namespace Shop.Reconciliation;

/// <param name="Provider">Such as <c>stripe</c>; <c>journal</c> compares the ledger with the journal.</param>
/// <param name="Movements">What the provider reports of that day; absent, a provider that can be asked is asked.</param>
public sealed record ReconciliationRequest([property: StringLength(32, MinimumLength = 1)] string Provider, DateOnly Day, [property: MaxLength(5000)] IReadOnlyList<SentMovement>? Movements = null);

/// <param name="Reference">The payment at its provider.</param>
public sealed record SentMovement(LedgerKind Kind, [property: StringLength(200, MinimumLength = 1)] string Reference, Money Amount, DateTimeOffset At);

public sealed record ReconciliationStarted(string Provider, DateOnly Day);

/// <param name="Note">Why it is none, or what was done.</param>
public sealed record DifferenceClosing([property: StringLength(1000, MinimumLength = 3)] string Note);

/// <summary>A compared day with what was found.</summary>
public sealed record ReconciliationResource(ReconciledDay Day, IReadOnlyList<Difference> Differences);

/// <summary>What providers, the ledger and the journal say of the shop's money.</summary>
public sealed class ReconciliationEndpoints(ReconciliationStore store, MoneyReports reports, PaymentGateways gateways, WorklistStore worklist, ShopOptions shop, TimeProvider clock)
{
    private const string Route = "v1/admin/reconciliations";

    /// <summary>Compares a day anew: with what a provider is asked for, or with what staff were given of it.</summary>
    [Function("StartReconciliation"), Staff(Role.Orders, Role.Reports), ApiKeyScope("payments:write"), Idempotent, BodyLimit(2 * 1024 * 1024)]
    [Body<ReconciliationRequest>, Answer<ReconciliationStarted>(202), Refusal(422, "reconciliation.provider-unknown", "reconciliation.report-missing", "reconciliation.not-over")]
    public async Task<IResult> Start([HttpTrigger(AuthorizationLevel.Anonymous, "post", Route = Route)] HttpRequest request, [DurableClient] DurableTaskClient durable)
    {
        Result<ReconciliationRequest> read = await request.ReadBody<ReconciliationRequest>();
        if (read.Problem is { } problem) return problem.ToHttp();
        ReconciliationRequest wanted = read.Value;
        if (wanted.Provider != ReconcileDay.Journal && !gateways.Names.Contains(wanted.Provider)) return ReconciliationProblems.ProviderUnknown.At("/provider", "is not known").ToHttp();
        if (wanted.Provider != ReconcileDay.Journal && wanted.Movements is null && !reports.Providers.Contains(wanted.Provider)) return ReconciliationProblems.ReportMissing.At("/movements", "are missing").ToHttp();
        if (shop.StartOf(wanted.Day.AddDays(1)) > clock.GetUtcNow()) return ReconciliationProblems.NotOver.At("/day", "is not over").ToHttp();
        ReportedMovement[]? sent = wanted.Movements is null ? null : [.. wanted.Movements.Select((m, i) => new ReportedMovement(i.ToString(CultureInfo.InvariantCulture), m.Kind, m.Reference, m.Amount, Money.Zero(m.Amount.Currency), m.At))];
        string occasion = Convert.ToHexStringLower(SHA256.HashData(Encoding.UTF8.GetBytes(request.Headers["Idempotency-Key"].ToString())).AsSpan(0, 13));
        await ReconciliationWorkers.Start(durable, new ReconcileStep(wanted.Provider, wanted.Day, sent), occasion, request.HttpContext.RequestAborted);
        return Respond.Accepted(new ReconciliationStarted(wanted.Provider, wanted.Day));
    }

    /// <summary>How a day was compared, and what does not agree.</summary>
    [Function("GetReconciliation"), Staff(Role.Orders, Role.Reports), ApiKeyScope("payments:read")]
    [Answer<ReconciliationResource>(200), Refusal(404, "reconciliation.unknown")]
    public async Task<IResult> Get([HttpTrigger(AuthorizationLevel.Anonymous, "get", Route = Route + "/{provider}/{day}")] HttpRequest request, string provider, string day)
    {
        if (!TryDay(day, out DateOnly date)) return ReconciliationProblems.Unknown.ToHttp();
        (ReconciledDay? compared, IReadOnlyList<Difference> found) = await store.Read(provider, date, request.HttpContext.RequestAborted);
        return compared is null ? ReconciliationProblems.Unknown.ToHttp() : Respond.Ok(new ReconciliationResource(compared, found));
    }

    /// <summary>Says why something does not agree, or what was done about it: it is nobody's task any more.</summary>
    [Function("CloseDifference"), Staff(Role.Orders, Role.Reports), ApiKeyScope("payments:write"), Idempotent]
    [Body<DifferenceClosing>, Answer<Difference>(200), Refusal(404, "reconciliation.unknown")]
    public async Task<IResult> Close([HttpTrigger(AuthorizationLevel.Anonymous, "post", Route = Route + "/{provider}/{day}/differences/{differenceId}/close")] HttpRequest request, string provider, string day, string differenceId)
    {
        Result<DifferenceClosing> read = await request.ReadBody<DifferenceClosing>();
        if (read.Problem is { } problem) return problem.ToHttp();
        if (!TryDay(day, out DateOnly date) || await store.Close(provider, date, differenceId, read.Value.Note, request.Principal().Actor, clock.GetUtcNow(), request.HttpContext.RequestAborted) is not { } closed)
            return ReconciliationProblems.Unknown.ToHttp();
        await worklist.Remove(WorkKind.Difference, closed.Id, request.HttpContext.RequestAborted);
        return Respond.Ok(closed);
    }

    private static bool TryDay(string text, out DateOnly day) => DateOnly.TryParseExact(text, "yyyy-MM-dd", CultureInfo.InvariantCulture, DateTimeStyles.None, out day);
}
