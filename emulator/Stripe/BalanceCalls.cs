using System.Text.Json.Nodes;
using Shop.Emulator.Clock;

namespace Shop.Emulator.Stripe;

/// <summary><c>/v1/balance_transactions</c>: everything that moved the balance. Reads all payments: for nightly reports.</summary>
internal sealed class BalanceCalls(StripeStore store, EmulatorClock clock)
{
    public async Task<StripeAnswer> List(StripeCall call)
    {
        StripeParameters sent = call.Parameters.Only("limit", "starting_after", "ending_before", "created", "type", "payout", "currency");
        StripePage page = StripePage.Read(sent, "txn");
        bool withSource = sent.Values("expand").Contains("data.source");
        var all = new Dictionary<string, JsonObject>(StringComparer.Ordinal);
        var order = new List<(string Token, string Id, DateTimeOffset Created)>();
        foreach ((string token, _, _) in await store.List("payment", null, null, [], call.Aborted))
        {
            if (await store.Find(token, call.Aborted) is not { Payment: { } payment }) continue;
            foreach (Movement movement in payment.Movements) Add(movement, payment.Currency, withSource ? Source(payment, movement) : null);
        }
        foreach (Payout payout in await store.Payouts(call.Aborted)) Add(payout.Movement, payout.Currency, withSource ? new JsonObject { ["id"] = payout.Movement.Source, ["object"] = "payout" } : null);
        (IReadOnlyList<(string Token, string Id, DateTimeOffset Created)> rows, bool more) = page.Of([.. order.OrderByDescending(o => o.Created).ThenByDescending(o => o.Id, StringComparer.Ordinal)]);
        return new StripeAnswer(200, StripeShapes.List("/v1/balance_transactions", rows.Select(row => all[row.Id]), more).ToJsonString());

        void Add(Movement movement, string currency, JsonNode? source)
        {
            if (movement.At < (page.From ?? DateTimeOffset.MinValue) || movement.At > (page.Until ?? DateTimeOffset.MaxValue)) return;
            all.Add(movement.Id, StripeShapes.Movement(movement, currency, source));
            order.Add(("", movement.Id, movement.At));
        }
    }

    /// <summary>Stripe pays the balance of a currency out to the bank account.</summary>
    public async Task<Movement?> PayOut(string currency, CancellationToken cancellationToken)
    {
        long balance = (await store.Payouts(cancellationToken)).Where(p => p.Currency == currency).Sum(p => p.Movement.Amount);
        foreach ((string token, _, _) in await store.List("payment", null, null, [], cancellationToken))
            if (await store.Find(token, cancellationToken) is { Payment: { } payment } && payment.Currency == currency) balance += payment.Movements.Sum(m => m.Amount - m.Fee);
        if (balance <= 0) return null;
        string made = StripeIds.NewToken();
        var movement = new Movement(StripeIds.New("txn", made), "payout", StripeIds.New("po", made), -balance, 0, clock.GetUtcNow());
        await store.Add(new Payout(currency, movement), cancellationToken);
        return movement;
    }

    private static JsonObject Source(Payment payment, Movement movement) => movement.Type switch
    {
        "charge" => StripeShapes.Charge(payment, payment.Charges.First(c => c.Id == movement.Source)),
        "refund" or "refund_failure" => StripeShapes.Refund(payment, payment.Refunds.First(r => r.Id == movement.Source)),
        _ => StripeShapes.Dispute(payment, payment.Dispute!),
    };
}

/// <param name="Currency">As Stripe writes it.</param>
internal sealed record Payout(string Currency, Movement Movement);
