using System.Text.Json.Nodes;
using Shop.Emulator.Hosting;
using Shop.Emulator.Webhooks;

namespace Shop.Emulator.Stripe;

/// <summary><c>/v1/payment_intents</c>.</summary>
internal sealed class PaymentIntentCalls(StripePayments payments, StripeStore store, EmulatorAddresses addresses)
{
    /// <summary>What Stripe.js and mobile SDKs add to a confirmation, and what confirming here makes no difference for.</summary>
    private static readonly string[] ConfirmationParameters =
        ["payment_method", "client_secret", "return_url", "off_session", "error_on_requires_action", "receipt_email", "setup_future_usage", "capture_method", "use_stripe_sdk", "mandate_data", "shipping", "allowed_payment_method_types"];

    public Task<StripeAnswer> Create(StripeCall call)
    {
        RefuseNamedTypes(call.Parameters);
        StripeParameters sent = call.Parameters.Only(
            "amount", "currency", "metadata", "description", "capture_method", "confirmation_method", "payment_method", "allowed_payment_method_types", "automatic_payment_methods",
            "confirm", "off_session", "error_on_requires_action", "return_url", "receipt_email", "setup_future_usage", "statement_descriptor_suffix", "shipping", "payment_method_options");
        long amount = sent.Integer("amount") ?? throw StripeRefusal.Invalid("Missing required param: amount.", "amount", "parameter_missing");
        string currency = Amounts.Currency(sent.Required("currency"));
        Amounts.Check(amount, currency);
        sent.Word("confirmation_method", "automatic");
        string captureMethod = sent.Word("capture_method", "automatic", "automatic_async", "manual") ?? "automatic_async";
        IReadOnlyList<string>? types = AllowedTypes(sent);
        CardOnFile? method = Method(sent) is { } card ? new CardOnFile(StripeIds.NewPaymentMethod(), card) : null;
        Confirmation? confirmation = sent.Flag("confirm") == true ? Confirmation(sent) with { TestCard = null } : null;
        if (confirmation is null && (sent.Has("off_session") || sent.Has("error_on_requires_action") || sent.Has("return_url")))
            throw StripeRefusal.Invalid("You cannot provide `off_session`, `error_on_requires_action` or `return_url` without `confirm` set to true.");
        Dictionary<string, string> metadata = Metadata(sent);

        return payments.Create(call, Make, confirmation);

        Payment Make(string token, DateTimeOffset now)
        {
            string id = StripeIds.New("pi", token);
            return new Payment
            {
                Token = token,
                Id = id,
                ClientSecret = StripeIds.NewSecret(id),
                Amount = amount,
                Currency = currency,
                CaptureMethod = captureMethod,
                Created = now,
                Status = method is null ? PaymentStatus.RequiresPaymentMethod : PaymentStatus.RequiresConfirmation,
                PaymentMethod = method,
                AllowedTypes = types,
                AllowRedirects = AllowRedirects(sent),
                ActionUrl = $"{addresses.BaseUrl}/emulator/payments/{id}",
                Description = sent.Text("description"),
                ReceiptEmail = sent.Text("receipt_email"),
                StatementDescriptorSuffix = sent.Text("statement_descriptor_suffix"),
                SetupFutureUsage = sent.Word("setup_future_usage", "on_session", "off_session"),
                Metadata = metadata,
            };
        }
    }

    public async Task<StripeAnswer> Retrieve(StripeCall call, string id)
    {
        call.Parameters.Only("client_secret");
        StripeRefusal missing = Missing(id);
        Payment payment = (StripeIds.Token("pi", id) is { } token ? await store.Find(token, call.Aborted) : null)?.Payment is { } found && found.Id == id ? found : throw missing;
        StripePayments.CheckClientSecret(call, payment, missing);
        return new StripeAnswer(200, StripePayments.IntentShape(call, payment).ToJsonString());
    }

    public Task<StripeAnswer> Update(StripeCall call, string id)
    {
        StripeParameters sent = call.Parameters.Only("amount", "currency", "metadata", "description", "payment_method", "receipt_email", "statement_descriptor_suffix");
        long? amount = sent.Integer("amount");
        string? currency = sent.Text("currency") is { } text ? Amounts.Currency(text) : null;
        string? method = Method(sent);
        Dictionary<string, string> metadata = Metadata(sent);
        return Change(call, id, (payment, _, _) =>
        {
            bool open = payment.Status is PaymentStatus.RequiresPaymentMethod or PaymentStatus.RequiresConfirmation or PaymentStatus.RequiresAction;
            if (!open && (amount is not null || currency is not null || method is not null))
            {
                string[] named = [.. new[] { "amount", "currency", "payment_method" }.Where(sent.Has)];
                throw StripeRefusal.UnexpectedState($"This PaymentIntent's {string.Join(", ", named)} could not be updated because it has a status of {payment.Status}.", payment);
            }
            if (amount is not null || currency is not null) Amounts.Check(amount ?? payment.Amount, currency ?? payment.Currency);
            return new PaymentChange(
                payment with
                {
                    Amount = amount ?? payment.Amount,
                    Currency = currency ?? payment.Currency,
                    Description = sent.Text("description") ?? payment.Description,
                    ReceiptEmail = sent.Text("receipt_email") ?? payment.ReceiptEmail,
                    StatementDescriptorSuffix = sent.Text("statement_descriptor_suffix") ?? payment.StatementDescriptorSuffix,
                    PaymentMethod = method is null ? payment.PaymentMethod : new CardOnFile(StripeIds.NewPaymentMethod(), method),
                    Status = method is null ? payment.Status : PaymentStatus.RequiresConfirmation,
                    Metadata = Merged(payment.Metadata, metadata),
                },
                []);
        });
    }

    public Task<StripeAnswer> Confirm(StripeCall call, string id)
    {
        StripeParameters sent = call.Parameters;
        RefuseNamedTypes(sent);
        // A browser's SDK says a lot about itself that changes nothing here.
        if (!call.Publishable) sent.Only(ConfirmationParameters);
        if (sent.Has("payment_method_data"))
        {
            throw StripeRefusal.Invalid(
                "Sending credit card numbers directly to the Stripe API is generally unsafe. To continue processing use Stripe.js, the Stripe mobile bindings, or Stripe Elements. " +
                "For more information, see https://dashboard.stripe.com/account/integration/settings.", "payment_method_data");
        }
        Confirmation confirmation = Confirmation(sent);
        string? receiptEmail = sent.Text("receipt_email"), captureMethod = sent.Word("capture_method", "automatic", "automatic_async", "manual");
        IReadOnlyList<string>? types = AllowedTypes(sent);
        return Change(call, id, (payment, misbehaviour, now) => PaymentRules.Confirm(
            payment with
            {
                ReceiptEmail = receiptEmail ?? payment.ReceiptEmail,
                CaptureMethod = captureMethod ?? payment.CaptureMethod,
                AllowedTypes = types ?? payment.AllowedTypes,
                AllowRedirects = types is null ? payment.AllowRedirects : null,
            },
            confirmation, misbehaviour, now));
    }

    public Task<StripeAnswer> Capture(StripeCall call, string id)
    {
        StripeParameters sent = call.Parameters.Only("amount_to_capture", "metadata", "statement_descriptor_suffix", "final_capture");
        long? amount = sent.Integer("amount_to_capture");
        Dictionary<string, string> metadata = Metadata(sent);
        return Change(call, id, (payment, _, now) => PaymentRules.Capture(payment with { Metadata = Merged(payment.Metadata, metadata) }, amount, now));
    }

    public Task<StripeAnswer> Cancel(StripeCall call, string id)
    {
        string? reason = call.Parameters.Only("cancellation_reason").Word("cancellation_reason", "duplicate", "fraudulent", "requested_by_customer", "abandoned");
        return Change(call, id, (payment, misbehaviour, now) => PaymentRules.Cancel(payment, reason, misbehaviour, now));
    }

    public async Task<StripeAnswer> List(StripeCall call)
    {
        StripePage page = StripePage.Read(call.Parameters.Only("limit", "starting_after", "ending_before", "created", "customer"), "pi");
        (IReadOnlyList<(string Token, string Id, DateTimeOffset Created)> rows, bool more) =
            page.Of(await store.List("payment", page.From, page.Until, [], call.Aborted));
        var data = new List<JsonNode>();
        foreach ((string token, _, _) in rows)
            if (await store.Find(token, call.Aborted) is { } stored) data.Add(StripeShapes.PaymentIntent(stored.Payment));
        return new StripeAnswer(200, StripeShapes.List("/v1/payment_intents", data, more).ToJsonString());
    }

    private Task<StripeAnswer> Change(StripeCall call, string id, Func<Payment, PaymentMisbehaviour, DateTimeOffset, PaymentChange> decide)
    {
        StripeRefusal missing = Missing(id);
        return payments.Change(call, StripeIds.Token("pi", id), missing, (payment, misbehaviour, now) => payment.Id == id ? decide(payment, misbehaviour, now) : throw missing);
    }

    private static StripeRefusal Missing(string id) => StripeRefusal.Missing("payment_intent", id, "intent");

    private static Confirmation Confirmation(StripeParameters sent) =>
        new(Method(sent), ReturnUrl(sent), sent.Flag("off_session") == true || sent.Flag("error_on_requires_action") == true);

    private static string? ReturnUrl(StripeParameters sent) =>
        sent.Text("return_url") is not { } url ? null
        : Uri.TryCreate(url, UriKind.Absolute, out _) ? url
        : throw StripeRefusal.Invalid("Not a valid URL", "return_url", "url_invalid");

    private static string? Method(StripeParameters sent) =>
        sent.Text("payment_method") is not { } id ? null
        : TestCards.Find(id) is not null ? id
        : throw StripeRefusal.Missing("PaymentMethod", id, "payment_method");

    /// <summary>Since 2026-09-30 <c>payment_method_types</c> is answered but no longer taken.</summary>
    private static void RefuseNamedTypes(StripeParameters sent)
    {
        if (!sent.Has("payment_method_types")) return;
        throw StripeRefusal.Invalid(
            "The `payment_method_types` parameter is no longer supported. Use `allowed_payment_method_types`, `excluded_payment_method_types` or dynamic payment methods instead.",
            "payment_method_types", "payment_method_types_no_longer_supported");
    }

    /// <summary>Types that do not fit are left out in silence; that none is left is an error.</summary>
    private static IReadOnlyList<string>? AllowedTypes(StripeParameters sent)
    {
        if (!sent.Has("allowed_payment_method_types")) return null;
        if (sent.Has("automatic_payment_methods"))
            throw StripeRefusal.Invalid("You may only specify one of these parameters: automatic_payment_methods, allowed_payment_method_types.");
        IReadOnlyList<string> types = sent.Values("allowed_payment_method_types");
        return types.Contains("card")
            ? types
            : throw StripeRefusal.Invalid("No valid payment method types for this Payment Intent. Please ensure that you have activated payment methods compatible with your chosen currency in your dashboard.");
    }

    /// <summary>Naming no types means "whatever the dashboard says", redirects included.</summary>
    private static string? AllowRedirects(StripeParameters sent)
    {
        Dictionary<string, string> automatic = sent.Map("automatic_payment_methods");
        if (sent.Has("allowed_payment_method_types") || automatic.GetValueOrDefault("enabled") == "false") return null;
        return automatic.GetValueOrDefault("allow_redirects") ?? "always";
    }

    private static Dictionary<string, string> Metadata(StripeParameters sent)
    {
        Dictionary<string, string> metadata = sent.Map("metadata");
        if (metadata.Count > 50) throw StripeRefusal.Invalid("You may only specify up to 50 metadata keys.", "metadata");
        foreach ((string key, string value) in metadata)
        {
            if (key.Length > 40) throw StripeRefusal.Invalid($"Metadata keys must be under 40 characters; you provided: {key}", "metadata");
            if (value.Length > 500) throw StripeRefusal.Invalid($"Metadata values can have up to 500 characters, but you passed in a value that is {value.Length} characters.", $"metadata[{key}]");
        }
        return metadata;
    }

    private static Dictionary<string, string> Merged(IReadOnlyDictionary<string, string> before, Dictionary<string, string> sent)
    {
        var merged = new Dictionary<string, string>(before, StringComparer.Ordinal);
        foreach ((string key, string value) in sent)
        {
            if (value.Length == 0) merged.Remove(key);
            else merged[key] = value;
        }
        return merged;
    }
}
