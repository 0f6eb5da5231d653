using System.Text.Json.Nodes;

namespace Shop.Emulator.Stripe;

/// <summary>A call that Stripe refuses, told as Stripe tells it.</summary>
/// <param name="status">The HTTP status.</param>
/// <param name="type"><c>invalid_request_error</c>, <c>card_error</c>, <c>idempotency_error</c> or <c>api_error</c>.</param>
/// <param name="message">Stripe's sentence.</param>
internal sealed class StripeRefusal(int status, string type, string message) : Exception(message)
{
    public int Status { get; } = status;

    public string Type { get; } = type;

    /// <summary>Stripe's error code, such as <c>resource_missing</c>; some errors have none.</summary>
    public string? Code { get; init; }

    /// <summary>The request parameter that was wrong.</summary>
    public string? Param { get; init; }

    /// <summary>Whether the call had begun to run: only then is the refusal what its idempotency key answers from now on.</summary>
    public bool Executed { get; init; }

    /// <summary>Objects and fields that stand beside the message, such as <c>payment_intent</c> and <c>decline_code</c>.</summary>
    public JsonObject Details { get; init; } = [];

    public JsonObject ToJson(string requestId)
    {
        JsonObject error = Details.DeepClone().AsObject();
        if (Code is not null)
        {
            error["code"] = Code;
            error["doc_url"] = $"https://stripe.com/docs/error-codes/{Code.Replace('_', '-')}";
        }
        error["message"] = Message;
        if (Param is not null) error["param"] = Param;
        error["request_log_url"] = $"https://dashboard.stripe.com/test/logs/{requestId}";
        error["type"] = Type;
        return new JsonObject { ["error"] = error };
    }

    public static StripeRefusal Invalid(string message, string? param = null, string? code = null) =>
        new(400, "invalid_request_error", message) { Param = param, Code = code };

    public static StripeRefusal Missing(string what, string id, string param) =>
        new(404, "invalid_request_error", $"No such {what}: '{id}'") { Param = param, Code = "resource_missing" };

    public static StripeRefusal UnexpectedState(string message, Payment payment) =>
        new(400, "invalid_request_error", message)
        {
            Code = "payment_intent_unexpected_state",
            Executed = true,
            Details = new JsonObject { ["payment_intent"] = StripeShapes.PaymentIntent(payment) },
        };

    /// <summary>402: the bank, not the caller, is what stands in the way.</summary>
    public static StripeRefusal Declined(CardDecline decline, Payment payment, Charge? charge)
    {
        var details = new JsonObject();
        if (charge is not null) details["charge"] = charge.Id;
        if (decline.DeclineCode is not null) details["decline_code"] = decline.DeclineCode;
        details["payment_intent"] = StripeShapes.PaymentIntent(payment);
        if (payment.LastError?.PaymentMethod is { } method) details["payment_method"] = StripeShapes.PaymentMethod(method, payment.Created);
        return new StripeRefusal(402, "card_error", decline.Message) { Code = decline.Code, Executed = true, Details = details };
    }
}
