using System.Security.Cryptography;
using System.Text;
using Shop.Common;
using Shop.Payments;

namespace Shop.Reconciliation;

/// <summary>Finds what does not agree. Pure.</summary>
public static class Compare
{
    private sealed record Movement(LedgerKind Kind, string Reference, Money Amount, DateOnly Day, string? OrderId);

    private static readonly LedgerKind[] Compared = [LedgerKind.Capture, LedgerKind.Refund, LedgerKind.RefundReversed, LedgerKind.Chargeback, LedgerKind.ChargebackReversed];

    /// <summary>
    /// A provider's report with the ledger. Both list the days around it too: what one of them saw just before midnight, the other may have seen just after.
    /// </summary>
    /// <param name="day">Which day's movements have to have a counterpart.</param>
    /// <param name="dayOf">The business day of a moment.</param>
    public static IReadOnlyList<Difference> WithLedger(string provider, DateOnly day, IEnumerable<ReportedMovement> reported, IEnumerable<LedgerEntry> booked, Func<DateTimeOffset, DateOnly> dayOf)
    {
        List<Movement> report = [.. reported.Where(r => Compared.Contains(r.Kind)).Select(r => new Movement(r.Kind, r.Reference, r.Amount, dayOf(r.At), null))];
        List<Movement> ledger = [.. booked.Where(b => Compared.Contains(b.Kind)).Select(b => new Movement(b.Kind, b.Reference, b.Amount, dayOf(b.At), b.OrderId))];
        foreach (Movement movement in report.ToArray())
        {
            int match = ledger.FindIndex(l => l.Kind == movement.Kind && l.Reference == movement.Reference && l.Amount == movement.Amount);
            if (match < 0) continue;
            ledger.RemoveAt(match);
            report.Remove(movement);
        }
        List<Difference> found = [];
        foreach (Movement movement in report.Where(m => m.Day == day))
        {
            int other = ledger.FindIndex(l => l.Kind == movement.Kind && l.Reference == movement.Reference);
            Movement? known = other < 0 ? null : ledger[other];
            if (known is not null) ledger.RemoveAt(other);
            found.Add(Found(provider, day, known is null ? DifferenceKind.NotInLedger : DifferenceKind.OtherAmount, movement.Kind, movement.Reference, known?.OrderId, movement.Amount, known?.Amount));
        }
        found.AddRange(ledger.Where(m => m.Day == day).Select(m => Found(provider, day, DifferenceKind.NotReported, m.Kind, m.Reference, m.OrderId, null, m.Amount)));
        return found;
    }

    /// <summary>Fees of a day that were booked by another report of it.</summary>
    public static Difference Fees(string provider, DateOnly day, string reference, Money reported, Money booked) =>
        Found(provider, day, DifferenceKind.OtherAmount, LedgerKind.Fee, reference, null, reported, booked);

    /// <summary>What the ledger says of each order with what the journal booked for it.</summary>
    /// <param name="ledger">By order: what came, less what left.</param>
    /// <param name="journal">By order, likewise.</param>
    public static IReadOnlyList<Difference> WithJournal(string name, DateOnly day, IReadOnlyDictionary<string, Money> ledger, IReadOnlyDictionary<string, Money> journal) =>
    [
        .. from order in ledger.Keys.Union(journal.Keys, StringComparer.Ordinal)
           let known = ledger.TryGetValue(order, out Money inLedger) ? inLedger : (Money?)null
           let booked = journal.TryGetValue(order, out Money inJournal) ? inJournal : (Money?)null
           where !(known?.Amount ?? 0).Equals(booked?.Amount ?? 0)
           select Found(name, day, DifferenceKind.OtherInJournal, null, order, Ids.IsValid("ord", order) ? order : null, known, booked),
    ];

    private static Difference Found(string provider, DateOnly day, DifferenceKind kind, LedgerKind? movement, string reference, string? orderId, Money? reported, Money? booked)
    {
        string what = $"{provider}|{day:O}|{kind}|{movement}|{reference}|{reported}|{booked}";
        return new Difference("dif_" + Convert.ToHexStringLower(SHA256.HashData(Encoding.UTF8.GetBytes(what)).AsSpan(0, 13)), provider, day, kind, movement, reference, orderId, reported, booked);
    }
}
