using System.Globalization;
using Microsoft.Azure.Functions.Worker;
using Microsoft.DurableTask;
using Shop.Common;
using Shop.Integration;
using Shop.Payments;
using Shop.Worklist;

namespace Shop.Reconciliation;

/// <param name="Reported">What staff were given of a provider that cannot be asked; <c>null</c> to ask it.</param>
public sealed record ReconcileStep(string Provider, DateOnly Day, IReadOnlyList<ReportedMovement>? Reported);

/// <summary>Compares what a provider reports of a day with the ledger, or the ledger with the journal. Every difference is somebody's task until it is closed.</summary>
public sealed class ReconcileDay(
    MoneyReports reports, PaymentGateways gateways, LedgerStore ledger, JournalStore journal, ReconciliationStore store, WorklistStore worklist, IEventPublisher events, ShopOptions shop, TimeProvider clock)
{
    public const string Name = "ReconcileV1";
    public const string CompareName = "ReconcileCompareV1";

    /// <summary>Names the comparison of the ledger with the journal, where a provider's name stands otherwise.</summary>
    public const string Journal = "journal";

    [Function(Name)]
    public static Task Run([OrchestrationTrigger] TaskOrchestrationContext context) =>
        context.CallActivityAsync(CompareName, context.GetInput<ReconcileStep>(), TaskOptions.FromRetryPolicy(new RetryPolicy(100, TimeSpan.FromSeconds(5), 2, TimeSpan.FromMinutes(15))));

    [Function(CompareName)]
    public async Task CompareDay([ActivityTrigger] ReconcileStep step, CancellationToken cancellationToken)
    {
        (int compared, IReadOnlyList<Difference> found) = step.Provider == Journal ? await WithJournal(step.Day, cancellationToken) : await WithLedger(step, cancellationToken);
        foreach (Difference difference in found)
        {
            if (!await store.Add(difference, cancellationToken)) continue;
            await worklist.Put(new WorkItem(WorkKind.Difference, difference.Id, difference.OrderId, Text(difference), clock.GetUtcNow(), null), cancellationToken);
        }
        await store.Save(new ReconciledDay(step.Provider, step.Day, compared, found.Count, clock.GetUtcNow()), cancellationToken);
        await worklist.Remove(WorkKind.Report, ReportId(step.Provider, step.Day), cancellationToken);
    }

    /// <summary>Of the task to send in what a provider reports of a day.</summary>
    internal static string ReportId(string provider, DateOnly day) => string.Create(CultureInfo.InvariantCulture, $"{provider}-{day:yyyy-MM-dd}");

    private async Task<(int, IReadOnlyList<Difference>)> WithLedger(ReconcileStep step, CancellationToken cancellationToken)
    {
        DateTimeOffset start = shop.StartOf(step.Day);
        IReadOnlyList<ReportedMovement> reported = step.Reported ?? await reports.Of(step.Provider).Read(start.AddDays(-1), start.AddDays(2), cancellationToken);
        List<LedgerEntry> booked = [];
        for (int offset = -1; offset <= 1; offset++) booked.AddRange(await ledger.Day(step.Provider, step.Day.AddDays(offset), cancellationToken));
        ReportedMovement[] ofDay = [.. reported.Where(r => shop.DayOf(r.At) == step.Day)];
        IReadOnlyList<Difference> fees = await Book(step, ofDay, booked, start, cancellationToken);
        return (ofDay.Length, [.. Compare.WithLedger(step.Provider, step.Day, reported, booked, shop.DayOf), .. fees]);
    }

    /// <summary>What a provider paid out to the bank and kept for itself is known from its report alone.</summary>
    /// <returns>Fees that an earlier report of the day said otherwise, and that are booked.</returns>
    private async Task<IReadOnlyList<Difference>> Book(ReconcileStep step, ReportedMovement[] ofDay, IReadOnlyList<LedgerEntry> booked, DateTimeOffset start, CancellationToken cancellationToken)
    {
        List<DomainEvent> told = [];
        List<Difference> otherwise = [];
        foreach (ReportedMovement paid in ofDay.Where(r => r.Kind == LedgerKind.Settlement))
        {
            await ledger.Add(new LedgerEntry(step.Provider, paid.Reference, paid.Kind, paid.Reference, null, paid.Amount, paid.At), cancellationToken);
            told.Add(new DomainEvent($"{step.Provider}|provider.paid-out|{paid.Reference}", "provider.paid-out", 1, step.Provider, 0, paid.At, new ProviderSettled(step.Provider, paid.Reference, paid.Amount)));
        }
        foreach (IGrouping<Currency, Money> fees in ofDay.SelectMany(r => (Money[])(r.Kind == LedgerKind.Fee ? [r.Amount] : [r.Fee])).Where(f => !f.IsZero).GroupBy(f => f.Currency))
        {
            Money fee = fees.Sum(fees.Key);
            string reference = $"fees-{step.Day:yyyy-MM-dd}-{fees.Key}";
            if (booked.FirstOrDefault(b => b.Kind == LedgerKind.Fee && b.Reference == reference) is { } known)
            {
                if (known.Amount != fee) otherwise.Add(Compare.Fees(step.Provider, step.Day, reference, fee, known.Amount));
                continue;
            }
            DateTimeOffset at = start.AddDays(1).AddSeconds(-1);
            await ledger.Add(new LedgerEntry(step.Provider, reference, LedgerKind.Fee, reference, null, fee, at), cancellationToken);
            told.Add(new DomainEvent($"{step.Provider}|provider.charged|{reference}", "provider.charged", 1, step.Provider, 0, at, new ProviderSettled(step.Provider, reference, fee)));
        }
        await events.Publish(told, cancellationToken);
        return otherwise;
    }

    private async Task<(int, IReadOnlyList<Difference>)> WithJournal(DateOnly day, CancellationToken cancellationToken)
    {
        Dictionary<string, Money> known = new(StringComparer.Ordinal), booked = new(StringComparer.Ordinal);
        int compared = 0;
        foreach (string provider in gateways.Names)
        {
            foreach (LedgerEntry entry in await ledger.Day(provider, day, cancellationToken))
            {
                // What staff give and take is of an account of credit, and of no order.
                if ((entry.OrderId ?? (provider == CreditGateway.Name ? entry.Reference : null)) is not { } subject) continue;
                Add(known, subject, entry.Kind is LedgerKind.Capture or LedgerKind.RefundReversed or LedgerKind.ChargebackReversed or LedgerKind.Withdrawal ? entry.Amount : -entry.Amount);
                compared++;
            }
        }
        foreach (JournalEntry entry in await journal.Day(day, cancellationToken))
            if (entry.Id.Split('|')[0] is var order && (Ids.IsValid("ord", order) || Ids.IsValid("crd", order))) Add(booked, order, entry.Clearing());
        return (compared, Compare.WithJournal(Journal, day, known, booked));

        static void Add(Dictionary<string, Money> sums, string order, Money amount) => sums[order] = sums.TryGetValue(order, out Money before) ? before + amount : amount;
    }

    private static string Text(Difference found) => found.Kind switch
    {
        DifferenceKind.NotInLedger => $"{found.Provider} moved {found.Reported} for {found.Reference} on {found.Day:yyyy-MM-dd}, and the ledger does not know why.",
        DifferenceKind.NotReported => $"The ledger has {found.Booked} for {found.Reference} on {found.Day:yyyy-MM-dd}, and {found.Provider} does not report it.",
        DifferenceKind.OtherAmount => $"{found.Provider} reports {found.Reported} for {found.Reference} on {found.Day:yyyy-MM-dd}, and the ledger has {found.Booked}.",
        _ => $"The journal books {found.Booked?.ToString() ?? "nothing"} for order {found.Reference} on {found.Day:yyyy-MM-dd}, and the ledger has {found.Reported?.ToString() ?? "nothing"}.",
    };
}

/// <summary><c>provider.paid-out</c> and <c>provider.charged</c>, version 1.</summary>
/// <param name="Reference">The provider's id of the payout; of fees, the day and the currency.</param>
public sealed record ProviderSettled(string Provider, string Reference, Money Amount);
