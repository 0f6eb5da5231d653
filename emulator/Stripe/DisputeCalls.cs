namespace Shop.Emulator.Stripe;

/// <summary><c>/v1/disputes</c>: what cardholders told their banks.</summary>
internal sealed class DisputeCalls(StripePayments payments, StripeStore store)
{
    public async Task<StripeAnswer> Retrieve(StripeCall call, string id)
    {
        call.Parameters.Only();
        Payment? payment = StripeIds.Token("dp", id) is { } token ? (await store.Find(token, call.Aborted))?.Payment : null;
        return payment?.Dispute is { } dispute && dispute.Id == id ? new StripeAnswer(200, StripeShapes.Dispute(payment, dispute).ToJsonString()) : throw Missing(id);
    }

    /// <summary>Evidence goes to the bank when it is submitted, once.</summary>
    public Task<StripeAnswer> Update(StripeCall call, string id)
    {
        StripeParameters sent = call.Parameters.Only("evidence", "submit", "metadata");
        Dictionary<string, string> evidence = sent.Map("evidence");
        bool submit = sent.Flag("submit") ?? true;
        return payments.Change(
            call, StripeIds.Token("dp", id), Missing(id),
            (payment, _, now) => payment.Dispute?.Id == id ? PaymentRules.AnswerDispute(payment, evidence, submit, now) : throw Missing(id),
            payment => StripeShapes.Dispute(payment, payment.Dispute!));
    }

    private static StripeRefusal Missing(string id) => StripeRefusal.Missing("dispute", id, "id");
}
