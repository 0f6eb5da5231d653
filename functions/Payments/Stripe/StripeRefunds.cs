using Shop.Common;
using Stripe;

namespace Shop.Payments;

/// <summary>What became of refunds of cards. https://docs.stripe.com/refunds#failed-refunds</summary>
public sealed class StripeRefunds(IStripeClient stripe) : IRefunds
{
    private readonly RefundService _refunds = new(stripe);
    private readonly PaymentIntentService _intents = new(stripe);

    public string Provider => StripeGateway.Name;

    public async Task<GivenRefund> Find(string id, CancellationToken cancellationToken)
    {
        Refund refund = await _refunds.GetAsync(id, null, null, cancellationToken);
        PaymentIntent intent = await _intents.GetAsync(refund.PaymentIntentId, null, null, cancellationToken);
        return new GivenRefund(
            StripeGateway.Name, refund.Id, intent.Id, StripeGateway.OrderOf(intent), StripeAmounts.FromStripe(refund.Amount, refund.Currency), Failed(refund) ? refund.FailureReason ?? refund.Status : null,
            refund.BalanceTransactionId is not null);
    }

    /// <summary>The money is with the shop again, or never left.</summary>
    internal static bool Failed(Refund refund) => refund.Status is "failed" or "canceled";
}
