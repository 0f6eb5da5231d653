using Shop.Common;

namespace Shop.Reconciliation;

public static class ReconciliationProblems
{
    public static Problem Unknown { get; } = new(404, "reconciliation.unknown", "That day was not compared, or there is no such difference.");

    public static Problem ProviderUnknown { get; } = new(422, "reconciliation.provider-unknown", "There is no such payment provider; 'journal' compares the ledger with the journal.");

    public static Problem ReportMissing { get; } = new(422, "reconciliation.report-missing", "This provider cannot be asked: send the movements of its report.");

    public static Problem NotOver { get; } = new(422, "reconciliation.not-over", "That day is not over: what moves until midnight would never be booked.");
}
