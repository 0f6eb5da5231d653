using Shop.Common;
using Stripe;

namespace Shop.Payments;

/// <summary>Chargebacks of cards. https://docs.stripe.com/disputes/api</summary>
public sealed class StripeDisputes(IStripeClient stripe) : IDisputes
{
    private readonly DisputeService _disputes = new(stripe);
    private readonly PaymentIntentService _intents = new(stripe);

    public string Provider => StripeGateway.Name;

    public async Task<ProviderDispute> Find(string id, CancellationToken cancellationToken) => await ToDispute(await _disputes.GetAsync(id, null, null, cancellationToken), cancellationToken);

    public async Task<ProviderDispute> Answer(string id, DisputeEvidence evidence, string key, CancellationToken cancellationToken)
    {
        var update = new DisputeUpdateOptions
        {
            Submit = true,
            Evidence = new DisputeEvidenceOptions
            {
                UncategorizedText = evidence.Explanation,
                ProductDescription = evidence.Goods,
                CustomerEmailAddress = evidence.Email,
                CustomerName = evidence.Name,
                ShippingAddress = evidence.ShippingAddress,
                ShippingCarrier = evidence.Courier,
                ShippingTrackingNumber = evidence.TrackingNumber,
                ShippingDate = evidence.ShippedOn,
            },
        };
        return await ToDispute(await _disputes.UpdateAsync(id, update, new RequestOptions { IdempotencyKey = key }, cancellationToken), cancellationToken);
    }

    private async Task<ProviderDispute> ToDispute(Dispute dispute, CancellationToken cancellationToken)
    {
        PaymentIntent intent = await _intents.GetAsync(dispute.PaymentIntentId, null, null, cancellationToken);
        DisputeStatus status = dispute.Status switch
        {
            "won" or "warning_closed" or "prevented" => DisputeStatus.Won,
            "lost" => DisputeStatus.Lost,
            "under_review" or "warning_under_review" => DisputeStatus.UnderReview,
            _ => DisputeStatus.NeedsResponse,
        };
        return new ProviderDispute(
            StripeGateway.Name, dispute.Id, intent.Id, StripeGateway.OrderOf(intent), StripeAmounts.FromStripe(dispute.Amount, dispute.Currency), dispute.Reason, status,
            new DateTimeOffset(dispute.EvidenceDetails?.DueBy ?? dispute.Created.AddDays(7)))
        {
            // https://docs.stripe.com/disputes/how-disputes-work#inquiries
            IsInquiry = dispute.Status.StartsWith("warning_", StringComparison.Ordinal),
        };
    }
}
