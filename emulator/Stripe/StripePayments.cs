using System.Collections.Concurrent;
using System.Text.Json.Nodes;
using Azure;
using Shop.Emulator.Clock;
using Shop.Emulator.Webhooks;

namespace Shop.Emulator.Stripe;

/// <summary>
/// Changes payments the way Stripe does: once per idempotency key, one change at a time whoever else tries, and never without the event
/// that tells of it.
/// </summary>
internal sealed class StripePayments(StripeStore store, WebhookDeliverer deliverer, IEnumerable<WebhookChannel> channels, EmulatorClock clock)
{
    public const string WebhookPath = "/v1/hooks/stripe";
    private static readonly TimeSpan KeysLive = TimeSpan.FromHours(24);

    /// <summary>Each round of a race has a winner, so this many callers at once all come through.</summary>
    private const int Rounds = 100;

    private readonly WebhookChannel _channel = channels.Single(c => c.Name == "stripe");
    private readonly ConcurrentDictionary<string, bool> _running = new(StringComparer.Ordinal);
    private PaymentMisbehaviour? _general;

    public async Task<StripeAnswer> Create(StripeCall call, Func<string, DateTimeOffset, Payment> make, Confirmation? confirmation)
    {
        string? keyToken = call.IdempotencyKey is { } key ? StripeIds.TokenOf(key) : null;
        if (await TryCreate(call, keyToken ?? StripeIds.NewToken(), keyToken, make, confirmation) is { } created) return created;

        UsedKey used = (await store.FindKey(keyToken!, call.Aborted))!;
        if (clock.GetUtcNow() - used.At <= KeysLive) return await Repeat(call, used) ?? throw InUse();
        // The key was forgotten meanwhile: it makes another payment, which needs a partition of its own.
        string token = StripeIds.NewToken();
        await store.Reclaim(Used(call, keyToken!, token), call.Aborted);
        return (await TryCreate(call, token, keyToken, make, confirmation))!;
    }

    private async Task<StripeAnswer?> TryCreate(StripeCall call, string token, string? keyToken, Func<string, DateTimeOffset, Payment> make, Confirmation? confirmation)
    {
        DateTimeOffset now = clock.GetUtcNow();
        Payment payment = make(token, now);
        PaymentMisbehaviour misbehaviour = await Misbehaviour(payment, call.Aborted);
        PaymentChange change = confirmation is null ? new PaymentChange(payment, []) : PaymentRules.Confirm(payment, confirmation, misbehaviour, now);
        StripeAnswer answer = Answer(call, change, p => IntentShape(call, p));
        IReadOnlyList<KeptEvent> events = Events(call, change, misbehaviour, now);
        Payment kept = Keep(change.Kept, keyToken, call, answer, events.Count, now);
        if (!await store.Insert(kept, keyToken is null ? null : Used(call, keyToken, token), events, call.Aborted)) return null;
        Tell(events);
        return answer;
    }

    /// <summary>Changes a payment under the call's idempotency key.</summary>
    /// <param name="call">Whose answer is kept under its key.</param>
    /// <param name="token">Of the payment.</param>
    /// <param name="missing">What the caller is told when there is no such payment.</param>
    /// <param name="decide">The change; called again on a newer state when somebody else was faster.</param>
    /// <param name="shape">What the caller sees; the payment intent where left out.</param>
    public async Task<StripeAnswer> Change(StripeCall call, string? token, StripeRefusal missing, Func<Payment, PaymentMisbehaviour, DateTimeOffset, PaymentChange> decide, Func<Payment, JsonObject>? shape = null)
    {
        if (token is null) throw missing;
        shape ??= payment => IntentShape(call, payment);
        if (call.IdempotencyKey is not { } key) return await Apply(call, token, null, missing, decide, shape);

        if (!_running.TryAdd(key, true)) throw InUse();
        try
        {
            string keyToken = StripeIds.TokenOf(key);
            if (!await store.Claim(Used(call, keyToken, token), call.Aborted))
            {
                UsedKey used = (await store.FindKey(keyToken, call.Aborted))!;
                if (clock.GetUtcNow() - used.At > KeysLive) await store.Reclaim(Used(call, keyToken, token), call.Aborted);
                else if (await Repeat(call, used) is { } repeated) return repeated;
                // Otherwise the process died between the claim and the change: this is the first run.
            }
            return await Apply(call, token, keyToken, missing, decide, shape);
        }
        finally
        {
            _running.TryRemove(key, out _);
        }
    }

    /// <summary>A change that people or scripts ask the emulator for, outside Stripe's API.</summary>
    public async Task<Payment?> Change(string token, Func<Payment, PaymentMisbehaviour, DateTimeOffset, PaymentChange> decide, CancellationToken cancellationToken)
    {
        for (int round = 0; round < Rounds; round++)
        {
            if (await store.Find(token, cancellationToken) is not { } stored) return null;
            DateTimeOffset now = clock.GetUtcNow();
            PaymentMisbehaviour misbehaviour = await Misbehaviour(stored.Payment, cancellationToken);
            PaymentChange change = decide(stored.Payment, misbehaviour, now);
            IReadOnlyList<KeptEvent> events = Events(null, change, misbehaviour, now);
            Payment kept = change.Kept with { Events = change.Kept.Events + events.Count };
            if (!await store.Replace(kept, stored.ETag, events, cancellationToken)) continue;
            Tell(events);
            return kept;
        }
        throw LockTimeout();
    }

    public async Task<PaymentMisbehaviour> General(CancellationToken cancellationToken) =>
        _general ??= await store.FindGeneralMisbehaviour(cancellationToken) ?? PaymentMisbehaviour.None;

    public async Task SetGeneral(PaymentMisbehaviour misbehaviour, CancellationToken cancellationToken)
    {
        await store.SaveGeneralMisbehaviour(misbehaviour, cancellationToken);
        _general = misbehaviour;
    }

    /// <summary>Posts the newest event of a payment once more; <c>false</c> where there is none yet.</summary>
    public async Task<bool> TellAgain(string token, CancellationToken cancellationToken)
    {
        if (await store.EventsOf(token, cancellationToken) is not [.., var newest]) return false;
        deliverer.Post(_channel, newest.Webhook with { Copies = 1, Due = clock.GetUtcNow() });
        return true;
    }

    private async Task<StripeAnswer> Apply(StripeCall call, string token, string? keyToken, StripeRefusal missing, Func<Payment, PaymentMisbehaviour, DateTimeOffset, PaymentChange> decide, Func<Payment, JsonObject> shape)
    {
        for (int round = 0; round < Rounds; round++)
        {
            StoredPayment stored = await store.Find(token, call.Aborted) ?? throw missing;
            CheckClientSecret(call, stored.Payment, missing);
            DateTimeOffset now = clock.GetUtcNow();
            PaymentMisbehaviour misbehaviour = await Misbehaviour(stored.Payment, call.Aborted);
            PaymentChange change;
            try
            {
                change = decide(stored.Payment, misbehaviour, now);
            }
            catch (StripeRefusal refused) when (refused.Executed)
            {
                change = new PaymentChange(stored.Payment, []) { Refusal = refused };
                if (keyToken is null) return Answer(call, change, shape);
            }
            StripeAnswer answer = Answer(call, change, shape);
            IReadOnlyList<KeptEvent> events = Events(call, change, misbehaviour, now);
            if (!await store.Replace(Keep(change.Kept, keyToken, call, answer, events.Count, now), stored.ETag, events, call.Aborted)) continue;
            Tell(events);
            return answer;
        }
        throw LockTimeout();
    }

    public static void CheckClientSecret(StripeCall call, Payment payment, StripeRefusal missing)
    {
        if (!call.Publishable && !call.Parameters.Has("client_secret")) return;
        string secret = call.Parameters.Required("client_secret");
        if (!secret.StartsWith(payment.Id + "_secret_", StringComparison.Ordinal)) throw missing;
        if (secret != payment.ClientSecret)
        {
            throw StripeRefusal.Invalid(
                "The client_secret provided does not match the client_secret associated with the PaymentIntent.", "client_secret", "payment_intent_invalid_parameter");
        }
    }

    public static JsonObject IntentShape(StripeCall call, Payment payment)
    {
        bool expand = false;
        foreach (string path in call.Parameters.Values("expand"))
        {
            expand |= path == "latest_charge"
                ? true
                : throw StripeRefusal.Invalid($"This property cannot be expanded ({path}).", "expand");
        }
        JsonObject whole = StripeShapes.PaymentIntent(payment, expand);
        return call.Publishable ? StripeShapes.Public(whole) : whole;
    }

    private async Task<StripeAnswer?> Repeat(StripeCall call, UsedKey used)
    {
        if (used.Request != call.Request)
        {
            throw new StripeRefusal(400, "idempotency_error",
                $"Keys for idempotent requests can only be used for the same endpoint they were first used for ('{call.Request}' vs '{used.Request}'). " +
                $"Try using a key other than '{call.IdempotencyKey}' if you meant to execute a different request.");
        }
        if (used.Fingerprint != call.Parameters.Fingerprint())
        {
            throw new StripeRefusal(400, "idempotency_error",
                "Keys for idempotent requests can only be used with the same parameters they were first used with. " +
                $"Try using a key other than '{call.IdempotencyKey}' if you meant to execute a different request.");
        }
        return await store.Find(used.PaymentToken, call.Aborted) is { } stored && stored.Payment.Answers.TryGetValue(used.KeyToken, out KeptAnswer? kept)
            ? new StripeAnswer(kept.Status, kept.Body) { OriginalRequest = kept.RequestId }
            : null;
    }

    private UsedKey Used(StripeCall call, string keyToken, string paymentToken) =>
        new(keyToken, call.Request, call.Parameters.Fingerprint(), paymentToken, clock.GetUtcNow());

    private static StripeAnswer Answer(StripeCall call, PaymentChange change, Func<Payment, JsonObject> shape)
    {
        if (change.Refusal is not { } refusal) return new StripeAnswer(200, shape(change.Answered).ToJsonString());
        JsonObject error = refusal.ToJson(call.RequestId);
        if (call.Publishable && error["error"]!["payment_intent"] is JsonObject whole) error["error"]!["payment_intent"] = StripeShapes.Public(whole);
        return new StripeAnswer(refusal.Status, error.ToJsonString());
    }

    private static Payment Keep(Payment payment, string? keyToken, StripeCall call, StripeAnswer answer, int events, DateTimeOffset now)
    {
        payment = payment with { Events = payment.Events + events };
        if (keyToken is null) return payment;
        var answers = payment.Answers.Where(kept => now - kept.Value.At <= KeysLive).ToDictionary(StringComparer.Ordinal);
        answers[keyToken] = new KeptAnswer(answer.Status, answer.Body, call.RequestId, now);
        return payment with { Answers = answers };
    }

    private List<KeptEvent> Events(StripeCall? call, PaymentChange change, PaymentMisbehaviour misbehaviour, DateTimeOffset now)
    {
        var events = new List<KeptEvent>();
        foreach (PaymentEvent told in change.Events)
        {
            string token = told.Payment.Token, id = StripeIds.New("evt", token);
            (string partition, string row) = StripeStore.EventKey(token, id);
            (TimeSpan wait, int copies) = misbehaviour.Delivery(told.Payment.Events + events.Count);
            string body = StripeShapes.Event(id, told, now, call?.RequestId, call?.IdempotencyKey).ToJsonString();
            events.Add(new KeptEvent(id, told.Type, new Webhook(partition, row, WebhookPath, body, now, now + wait) { Copies = copies }));
        }
        return events;
    }

    private void Tell(IEnumerable<KeptEvent> events)
    {
        foreach (KeptEvent kept in events) deliverer.Post(_channel, kept.Webhook);
    }

    private async Task<PaymentMisbehaviour> Misbehaviour(Payment payment, CancellationToken cancellationToken)
    {
        if (payment.Misbehaviour is { } own) return own;
        PaymentMisbehaviour general = await General(cancellationToken);
        return general.IsFor(payment.Token) ? general : PaymentMisbehaviour.None;
    }

    private static StripeRefusal InUse() =>
        new(409, "idempotency_error", "There is currently another in-progress request using this Stripe account with the same Idempotent Key. Please try again later.") { Code = "idempotency_key_in_use" };

    private static StripeRefusal LockTimeout() =>
        new(429, "invalid_request_error", "This object cannot be accessed right now because another API request or Stripe process is currently accessing it. If you see this error intermittently, retry the request.")
        {
            Code = "lock_timeout",
        };
}
