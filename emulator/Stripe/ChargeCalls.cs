using System.Text.Json.Nodes;

namespace Shop.Emulator.Stripe;

/// <summary><c>/v1/charges</c>, <c>/v1/refunds</c> and <c>/v1/events</c>: what payments left behind.</summary>
internal sealed class ChargeCalls(StripePayments payments, StripeStore store)
{
    public async Task<StripeAnswer> RetrieveCharge(StripeCall call, string id)
    {
        call.Parameters.Only();
        Payment? payment = await Owner("ch", id, call.Aborted);
        Charge charge = payment?.Charges.FirstOrDefault(c => c.Id == id) ?? throw StripeRefusal.Missing("charge", id, "id");
        return new StripeAnswer(200, StripeShapes.Charge(payment, charge).ToJsonString());
    }

    public Task<StripeAnswer> Refund(StripeCall call)
    {
        StripeParameters sent = call.Parameters.Only("payment_intent", "charge", "amount", "reason", "metadata");
        string? intentId = sent.Text("payment_intent"), chargeId = sent.Text("charge");
        if (intentId is null && chargeId is null)
            throw StripeRefusal.Invalid("One of the following params should be provided for this request: payment_intent or charge.");
        long? amount = sent.Integer("amount");
        if (amount < 1) throw StripeRefusal.Invalid("Invalid positive integer", "amount", "parameter_invalid_integer");
        string? reason = sent.Word("reason", "duplicate", "fraudulent", "requested_by_customer");
        Dictionary<string, string> metadata = sent.Map("metadata");
        StripeRefusal missing = intentId is not null ? StripeRefusal.Missing("payment_intent", intentId, "payment_intent") : StripeRefusal.Missing("charge", chargeId!, "charge");

        Refund? made = null;
        return payments.Change(call, intentId is not null ? StripeIds.Token("pi", intentId) : StripeIds.Token("ch", chargeId), missing,
            (payment, _, now) =>
            {
                if (intentId is not null && payment.Id != intentId) throw missing;
                (PaymentChange change, made) = PaymentRules.Refund(payment, chargeId, amount, reason, metadata, now);
                return change;
            },
            payment => StripeShapes.Refund(payment, made!));
    }

    public async Task<StripeAnswer> RetrieveRefund(StripeCall call, string id)
    {
        call.Parameters.Only();
        Payment? payment = await Owner("re", id, call.Aborted);
        Refund refund = payment?.Refunds.FirstOrDefault(r => r.Id == id) ?? throw StripeRefusal.Missing("refund", id, "id");
        return new StripeAnswer(200, StripeShapes.Refund(payment, refund).ToJsonString());
    }

    /// <summary>The refunds of one payment, newest first; Stripe also lists all of an account, which nothing here asks for.</summary>
    public async Task<StripeAnswer> ListRefunds(StripeCall call)
    {
        StripeParameters sent = call.Parameters.Only("payment_intent", "charge", "limit", "starting_after", "ending_before");
        StripePage page = StripePage.Read(sent, "re");
        string id = sent.Text("payment_intent") ?? sent.Required("charge");
        Payment payment = await Owner(sent.Has("payment_intent") ? "pi" : "ch", id, call.Aborted) ?? throw StripeRefusal.Missing("payment_intent", id, "payment_intent");
        (IReadOnlyList<(string Token, string Id, DateTimeOffset Created)> rows, bool more) = page.Of([.. payment.Refunds.Reverse().Select(r => (payment.Token, r.Id, r.Created))]);
        IEnumerable<JsonNode> data = rows.Select(row => StripeShapes.Refund(payment, payment.Refunds.First(r => r.Id == row.Id)));
        return new StripeAnswer(200, StripeShapes.List("/v1/refunds", data, more).ToJsonString());
    }

    public async Task<StripeAnswer> RetrieveEvent(StripeCall call, string id)
    {
        call.Parameters.Only();
        KeptEvent found = (StripeIds.Token("evt", id) is { } token ? await store.FindEvent(token, id, call.Aborted) : null) ?? throw StripeRefusal.Missing("event", id, "id");
        return new StripeAnswer(200, found.Webhook.Body);
    }

    public async Task<StripeAnswer> ListEvents(StripeCall call)
    {
        StripeParameters sent = call.Parameters.Only("type", "types", "limit", "starting_after", "ending_before", "created", "delivery_success");
        StripePage page = StripePage.Read(sent, "evt");
        IReadOnlyList<string> types = sent.Text("type") is { } type ? [type] : sent.Values("types");
        (IReadOnlyList<(string Token, string Id, DateTimeOffset Created)> rows, bool more) = page.Of(await store.List("event", page.From, page.Until, types, call.Aborted));
        var data = new List<JsonNode>();
        foreach ((string token, string id, _) in rows)
            if (await store.FindEvent(token, id, call.Aborted) is { } found) data.Add(JsonNode.Parse(found.Webhook.Body)!);
        return new StripeAnswer(200, StripeShapes.List("/v1/events", data, more).ToJsonString());
    }

    private async Task<Payment?> Owner(string prefix, string id, CancellationToken cancellationToken) =>
        StripeIds.Token(prefix, id) is { } token ? (await store.Find(token, cancellationToken))?.Payment : null;
}
