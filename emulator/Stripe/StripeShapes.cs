using System.Text.Json.Nodes;

namespace Shop.Emulator.Stripe;

/// <summary>Stripe's JSON, field by field, as the API version below has it.</summary>
internal static class StripeShapes
{
    /// <summary>The version that Stripe.net 53.1.0 is made for; its webhook reader refuses events of another release.</summary>
    public const string ApiVersion = "2026-10-28.endive";

    /// <summary>What a publishable key may see: no metadata, no charge.</summary>
    private static readonly string[] PublicFields =
    [
        "id", "object", "amount", "amount_details", "automatic_payment_methods", "canceled_at", "cancellation_reason", "capture_method", "client_secret",
        "confirmation_method", "created", "currency", "description", "last_payment_error", "livemode", "next_action", "payment_method",
        "payment_method_configuration_details", "payment_method_types", "processing", "receipt_email", "setup_future_usage", "shipping", "source", "status",
    ];

    public static JsonObject PaymentIntent(Payment payment, bool expandLatestCharge = false) => new()
    {
        ["id"] = payment.Id,
        ["object"] = "payment_intent",
        ["amount"] = payment.Amount,
        ["allowed_payment_method_types"] = payment.AllowedTypes is null ? null : new JsonArray([.. payment.AllowedTypes.Select(type => JsonValue.Create(type))]),
        ["amount_capturable"] = payment.AmountCapturable,
        ["amount_details"] = new JsonObject { ["tip"] = new JsonObject() },
        ["amount_received"] = payment.AmountReceived,
        ["application"] = null,
        ["application_fee_amount"] = null,
        ["automatic_payment_methods"] = payment.AllowRedirects is null ? null : new JsonObject { ["allow_redirects"] = payment.AllowRedirects, ["enabled"] = true },
        ["canceled_at"] = payment.CanceledAt?.ToUnixTimeSeconds(),
        ["cancellation_reason"] = payment.CancellationReason,
        ["capture_method"] = payment.CaptureMethod,
        ["client_secret"] = payment.ClientSecret,
        ["confirmation_method"] = "automatic",
        ["created"] = payment.Created.ToUnixTimeSeconds(),
        ["currency"] = payment.Currency,
        ["customer"] = null,
        ["description"] = payment.Description,
        ["last_payment_error"] = payment.LastError is { } error ? LastPaymentError(error, payment.Created) : null,
        ["latest_charge"] = payment.LatestCharge is not { } charge ? null : expandLatestCharge ? Charge(payment, charge) : charge.Id,
        ["livemode"] = false,
        ["metadata"] = Metadata(payment.Metadata),
        ["next_action"] = payment.Status == PaymentStatus.RequiresAction ? NextAction(payment) : null,
        ["on_behalf_of"] = null,
        ["payment_method"] = payment.PaymentMethod?.Id,
        ["payment_method_configuration_details"] = null,
        ["payment_method_options"] = new JsonObject
        {
            ["card"] = new JsonObject { ["installments"] = null, ["mandate_options"] = null, ["network"] = null, ["request_three_d_secure"] = "automatic" },
        },
        ["payment_method_types"] = new JsonArray("card"),
        ["processing"] = null,
        ["receipt_email"] = payment.ReceiptEmail,
        ["review"] = null,
        ["setup_future_usage"] = payment.SetupFutureUsage,
        ["shipping"] = null,
        ["source"] = null,
        ["statement_descriptor"] = null,
        ["statement_descriptor_suffix"] = payment.StatementDescriptorSuffix,
        ["status"] = payment.Status,
        ["transfer_data"] = null,
        ["transfer_group"] = null,
    };

    public static JsonObject Public(JsonObject paymentIntent) =>
        new(PublicFields.Where(paymentIntent.ContainsKey).Select(field => KeyValuePair.Create(field, paymentIntent[field]?.DeepClone())));

    public static JsonObject Charge(Payment payment, Charge charge)
    {
        TestCard card = TestCards.Find(charge.PaymentMethod.TestCard)!;
        bool paid = charge.Failure is null;
        return new JsonObject
        {
            ["id"] = charge.Id,
            ["object"] = "charge",
            ["amount"] = charge.Amount,
            ["amount_captured"] = charge.AmountCaptured,
            ["amount_refunded"] = charge.AmountRefunded,
            ["balance_transaction"] = null,
            ["billing_details"] = NoBillingDetails(),
            ["captured"] = charge.Captured,
            ["created"] = charge.Created.ToUnixTimeSeconds(),
            ["currency"] = payment.Currency,
            ["customer"] = null,
            ["description"] = payment.Description,
            ["disputed"] = payment.Dispute?.Charge == charge.Id,
            ["failure_code"] = charge.Failure?.Code,
            ["failure_message"] = charge.Failure?.Message,
            ["fraud_details"] = new JsonObject(),
            ["livemode"] = false,
            ["metadata"] = Metadata(payment.Metadata),
            ["outcome"] = new JsonObject
            {
                ["network_status"] = paid ? "approved_by_network" : "declined_by_network",
                ["reason"] = charge.Failure?.DeclineCode,
                ["risk_level"] = card.RiskLevel,
                ["seller_message"] = paid ? "Payment complete." : "The bank did not return any further details with this decline.",
                ["type"] = paid ? "authorized" : "issuer_declined",
            },
            ["paid"] = paid,
            ["payment_intent"] = payment.Id,
            ["payment_method"] = charge.PaymentMethod.Id,
            ["payment_method_details"] = new JsonObject
            {
                ["card"] = new JsonObject
                {
                    ["amount_authorized"] = charge.Amount,
                    ["brand"] = card.Brand,
                    ["country"] = "US",
                    ["exp_month"] = 12,
                    ["exp_year"] = payment.Created.Year + 2,
                    ["funding"] = "credit",
                    ["last4"] = card.Last4,
                    ["network"] = card.Brand,
                },
                ["type"] = "card",
            },
            ["receipt_email"] = payment.ReceiptEmail,
            ["refunded"] = charge.AmountRefunded > 0 && charge.AmountRefunded == charge.AmountCaptured,
            ["shipping"] = null,
            ["status"] = paid ? "succeeded" : "failed",
        };
    }

    public static JsonObject Refund(Payment payment, Refund refund)
    {
        JsonObject shape = new()
        {
            ["id"] = refund.Id,
            ["object"] = "refund",
            ["amount"] = refund.Amount,
            ["balance_transaction"] = MovementOf("refund"),
            ["charge"] = refund.Charge,
            ["created"] = refund.Created.ToUnixTimeSeconds(),
            ["currency"] = payment.Currency,
            ["destination_details"] = new JsonObject { ["card"] = new JsonObject { ["reference_status"] = "pending", ["type"] = "refund" }, ["type"] = "card" },
            ["metadata"] = Metadata(refund.Metadata),
            ["payment_intent"] = payment.Id,
            ["reason"] = refund.Reason,
            ["receipt_number"] = null,
            ["source_transfer_reversal"] = null,
            ["status"] = refund.Status,
            ["transfer_reversal"] = null,
        };
        if (refund.Status == RefundStatus.Pending) shape["pending_reason"] = "processing";
        if (refund.Status != RefundStatus.Failed) return shape;
        shape["failure_balance_transaction"] = MovementOf("refund_failure");
        shape["failure_reason"] = refund.FailureReason;
        return shape;

        string? MovementOf(string type) => payment.Movements.FirstOrDefault(m => m.Type == type && m.Source == refund.Id)?.Id;
    }

    public static JsonObject Dispute(Payment payment, Dispute dispute) => new()
    {
        ["id"] = dispute.Id,
        ["object"] = "dispute",
        ["amount"] = dispute.Amount,
        ["balance_transactions"] = new JsonArray(),
        ["charge"] = dispute.Charge,
        ["created"] = dispute.Created.ToUnixTimeSeconds(),
        ["currency"] = payment.Currency,
        ["evidence"] = Metadata(dispute.Evidence),
        ["evidence_details"] = new JsonObject
        {
            ["due_by"] = dispute.Due.ToUnixTimeSeconds(), ["has_evidence"] = dispute.Evidence.Count > 0, ["past_due"] = false, ["submission_count"] = dispute.Submissions,
        },
        ["is_charge_refundable"] = false,
        ["livemode"] = false,
        ["metadata"] = new JsonObject(),
        ["payment_intent"] = payment.Id,
        ["reason"] = dispute.Reason,
        ["status"] = dispute.Status,
    };

    /// <param name="source">The charge, refund or dispute itself, where the caller asked for it.</param>
    public static JsonObject Movement(Movement movement, string currency, JsonNode? source) => new()
    {
        ["id"] = movement.Id,
        ["object"] = "balance_transaction",
        ["amount"] = movement.Amount,
        ["available_on"] = movement.At.AddDays(2).ToUnixTimeSeconds(),
        ["created"] = movement.At.ToUnixTimeSeconds(),
        ["currency"] = currency,
        ["description"] = null,
        ["exchange_rate"] = null,
        ["fee"] = movement.Fee,
        ["fee_details"] = new JsonArray(),
        ["net"] = movement.Amount - movement.Fee,
        ["reporting_category"] = movement.Type == "adjustment" ? "dispute" : movement.Type,
        ["source"] = source ?? movement.Source,
        ["status"] = "available",
        ["type"] = movement.Type,
    };

    public static JsonObject PaymentMethod(CardOnFile method, DateTimeOffset created)
    {
        TestCard card = TestCards.Find(method.TestCard)!;
        return new JsonObject
        {
            ["id"] = method.Id,
            ["object"] = "payment_method",
            ["billing_details"] = NoBillingDetails(),
            ["card"] = new JsonObject
            {
                ["brand"] = card.Brand,
                ["country"] = "US",
                ["exp_month"] = 12,
                ["exp_year"] = created.Year + 2,
                ["funding"] = "credit",
                ["last4"] = card.Last4,
            },
            ["created"] = created.ToUnixTimeSeconds(),
            ["customer"] = null,
            ["livemode"] = false,
            ["metadata"] = new JsonObject(),
            ["type"] = "card",
        };
    }

    public static JsonObject Event(string id, PaymentEvent told, DateTimeOffset at, string? requestId, string? idempotencyKey)
    {
        JsonObject about = told.Dispute is { } dispute ? Dispute(told.Payment, dispute)
            : told.Refund is { } refund ? Refund(told.Payment, refund)
            : told.Charge is { } charge ? Charge(told.Payment, charge)
            : PaymentIntent(told.Payment);
        var data = new JsonObject { ["object"] = about };
        if (told.StatusBefore is { } before) data["previous_attributes"] = new JsonObject { ["status"] = before };
        if (told.Charge is not null) data["previous_attributes"] = new JsonObject { ["amount_refunded"] = told.RefundedBefore, ["refunded"] = false };
        return new JsonObject
        {
            ["id"] = id,
            ["object"] = "event",
            ["api_version"] = ApiVersion,
            ["created"] = at.ToUnixTimeSeconds(),
            ["data"] = data,
            ["livemode"] = false,
            ["pending_webhooks"] = 1,
            ["request"] = new JsonObject { ["id"] = requestId, ["idempotency_key"] = idempotencyKey },
            ["type"] = told.Type,
        };
    }

    public static JsonObject List(string url, IEnumerable<JsonNode> data, bool hasMore) => new()
    {
        ["object"] = "list",
        ["data"] = new JsonArray([.. data]),
        ["has_more"] = hasMore,
        ["url"] = url,
    };

    private static JsonObject LastPaymentError(PaymentError error, DateTimeOffset created)
    {
        var json = new JsonObject();
        if (error.Charge is not null) json["charge"] = error.Charge;
        json["code"] = error.Decline.Code;
        if (error.Decline.DeclineCode is not null) json["decline_code"] = error.Decline.DeclineCode;
        json["doc_url"] = $"https://stripe.com/docs/error-codes/{error.Decline.Code.Replace('_', '-')}";
        json["message"] = error.Decline.Message;
        json["payment_method"] = PaymentMethod(error.PaymentMethod, created);
        json["type"] = error.Decline.Code == TestCards.AuthenticationFailed.Code ? "invalid_request_error" : "card_error";
        return json;
    }

    /// <summary>With a return URL the shopper is sent to the bank's page; without one, Stripe.js does it in the browser.</summary>
    private static JsonObject NextAction(Payment payment) => payment.ReturnUrl is null
        ? new JsonObject { ["type"] = "use_stripe_sdk", ["use_stripe_sdk"] = new JsonObject { ["type"] = "three_d_secure_redirect", ["stripe_js"] = payment.ActionUrl } }
        : new JsonObject
        {
            ["redirect_to_url"] = new JsonObject { ["return_url"] = payment.ReturnUrl, ["url"] = payment.ActionUrl },
            ["type"] = "redirect_to_url",
        };

    private static JsonObject NoBillingDetails() => new()
    {
        ["address"] = new JsonObject { ["city"] = null, ["country"] = null, ["line1"] = null, ["line2"] = null, ["postal_code"] = null, ["state"] = null },
        ["email"] = null,
        ["name"] = null,
        ["phone"] = null,
    };

    private static JsonObject Metadata(IReadOnlyDictionary<string, string> metadata) => new(metadata.Select(pair => KeyValuePair.Create(pair.Key, (JsonNode?)pair.Value)));
}
