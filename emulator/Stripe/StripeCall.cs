using System.Text;
using Microsoft.AspNetCore.Http;
using Microsoft.Extensions.Configuration;

namespace Shop.Emulator.Stripe;

/// <summary>One request to Stripe whose key was good.</summary>
/// <param name="Request">Method and path: what an idempotency key is bound to.</param>
/// <param name="Parameters">Of the form or the query.</param>
/// <param name="IdempotencyKey">Of a POST, where one was sent.</param>
/// <param name="Publishable">Whether it came with the publishable key, from the shopper's browser.</param>
/// <param name="RequestId"><c>req_…</c>.</param>
/// <param name="Aborted">The caller went away.</param>
internal sealed record StripeCall(string Request, StripeParameters Parameters, string? IdempotencyKey, bool Publishable, string RequestId, CancellationToken Aborted)
{
    /// <summary>A longer key is refused by Stripe.</summary>
    private const int LongestKey = 255;

    public static async Task<StripeCall> Read(HttpContext context, string requestId, bool publishableAllowed)
    {
        HttpRequest request = context.Request;
        IConfiguration settings = (IConfiguration)context.RequestServices.GetService(typeof(IConfiguration))!;
        StripeParameters parameters = await StripeParameters.Read(request, context.RequestAborted);
        bool publishable = CheckKey(Key(request) ?? parameters.Text("key"), settings, publishableAllowed);
        string? idempotencyKey = HttpMethods.IsPost(request.Method) ? request.Headers["Idempotency-Key"].ToString() : "";
        if (idempotencyKey.Length > LongestKey)
            throw new StripeRefusal(400, "idempotency_error", $"Idempotency keys cannot be longer than {LongestKey} characters. Key provided was {idempotencyKey.Length} characters.");
        return new StripeCall($"{request.Method} {request.Path}", parameters, idempotencyKey.Length == 0 ? null : idempotencyKey, publishable, requestId, context.RequestAborted);
    }

    /// <summary><c>Bearer key</c>, or the key as the user name of basic authentication, as <c>curl -u key:</c> sends it.</summary>
    private static string? Key(HttpRequest request)
    {
        string header = request.Headers.Authorization.ToString();
        if (header.StartsWith("Bearer ", StringComparison.OrdinalIgnoreCase)) return header["Bearer ".Length..].Trim();
        if (!header.StartsWith("Basic ", StringComparison.OrdinalIgnoreCase)) return null;
        Span<byte> credentials = new byte[header.Length];
        return Convert.TryFromBase64String(header["Basic ".Length..].Trim(), credentials, out int length)
            ? Encoding.UTF8.GetString(credentials[..length]).Split(':')[0]
            : null;
    }

    /// <returns>Whether it is the publishable key.</returns>
    private static bool CheckKey(string? key, IConfiguration settings, bool publishableAllowed)
    {
        if (string.IsNullOrEmpty(key))
        {
            throw new StripeRefusal(401, "invalid_request_error",
                "You did not provide an API key. You need to provide your API key in the Authorization header, using Bearer auth (e.g. 'Authorization: Bearer YOUR_SECRET_KEY'). " +
                "See https://stripe.com/docs/api#authentication for details, or we can help at https://support.stripe.com/.");
        }
        if (key == settings["Stripe:SecretKey"]) return false;
        if (key != settings["Stripe:PublishableKey"]) throw new StripeRefusal(401, "invalid_request_error", $"Invalid API Key provided: {Masked(key)}");
        if (publishableAllowed) return true;
        throw new StripeRefusal(403, "invalid_request_error",
            "This API call cannot be made with a publishable API key. Please use a secret API key. You can find a list of your API keys at https://dashboard.stripe.com/account/apikeys.")
        {
            Code = "secret_key_required",
        };
    }

    private static string Masked(string key) => key.Length <= 12 ? new string('*', key.Length) : $"{key[..8]}{new string('*', key.Length - 12)}{key[^4..]}";
}

/// <summary>What a call is answered.</summary>
internal sealed record StripeAnswer(int Status, string Body)
{
    /// <summary>The request that a repeated key was first used in, where this is its answer again.</summary>
    public string? OriginalRequest { get; init; }
}
