using Shop.Common;
using Stripe;

namespace Shop.Payments;

/// <summary>Stripe's balance transactions. https://docs.stripe.com/reports/balance-transaction-types</summary>
public sealed class StripeReport(IStripeClient stripe) : IMoneyReport
{
    private readonly BalanceTransactionService _movements = new(stripe);

    public string Provider => StripeGateway.Name;

    public async Task<IReadOnlyList<ReportedMovement>> Read(DateTimeOffset from, DateTimeOffset until, CancellationToken cancellationToken)
    {
        var wanted = new BalanceTransactionListOptions
        {
            Created = new DateRangeOptions { GreaterThanOrEqual = from.UtcDateTime, LessThan = until.UtcDateTime },
            Limit = 100,
            Expand = ["data.source"],
        };
        List<ReportedMovement> read = [];
        await foreach (BalanceTransaction movement in _movements.ListAutoPagingAsync(wanted, null, cancellationToken))
        {
            (LedgerKind? kind, string? reference) = movement.Source switch
            {
                Charge charge => (LedgerKind.Capture, charge.PaymentIntentId),
                Refund refund => (movement.Amount < 0 ? LedgerKind.Refund : LedgerKind.RefundReversed, refund.PaymentIntentId),
                Dispute dispute => (movement.Amount < 0 ? LedgerKind.Chargeback : LedgerKind.ChargebackReversed, dispute.PaymentIntentId),
                Payout payout => (LedgerKind.Settlement, payout.Id),
                _ => ((LedgerKind?)(movement.Fee == 0 && movement.Amount < 0 ? LedgerKind.Fee : null), movement.Id),
            };
            // What is none of these, such as money that the shop put in itself, is for people: it is reported as a capture that nobody knows.
            read.Add(new ReportedMovement(
                movement.Id, kind ?? LedgerKind.Capture, reference ?? movement.Id, StripeAmounts.FromStripe(Math.Abs(movement.Amount), movement.Currency), StripeAmounts.FromStripe(movement.Fee, movement.Currency),
                new DateTimeOffset(movement.Created)) { RefundId = (movement.Source as Refund)?.Id });
        }
        return read;
    }
}
