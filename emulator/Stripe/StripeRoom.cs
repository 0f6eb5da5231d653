using System.Text.Json.Nodes;
using Azure;
using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Http;
using Microsoft.AspNetCore.Routing;
using Microsoft.Extensions.Configuration;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Logging;
using Shop.Emulator.Storage;
using Shop.Emulator.Webhooks;

namespace Shop.Emulator.Stripe;

/// <summary>Stripe under <c>/emulator/stripe</c>: what the real client library speaks to when that is its API base.</summary>
internal static partial class StripeRoom
{
    public const string Root = "/emulator/stripe";

    public static IServiceCollection AddStripe(this IServiceCollection services) => services
        .AddRequiredStorage(new RequiredStorage(StripeStore.TableName))
        .AddWebhooks()
        .AddSingleton<StripeStore>()
        .AddSingleton<StripePayments>()
        .AddSingleton<PaymentIntentCalls>()
        .AddSingleton<ChargeCalls>()
        .AddSingleton<DisputeCalls>()
        .AddSingleton<BalanceCalls>()
        .AddSingleton(provider => new WebhookChannel(
            "stripe", provider.GetRequiredService<StripeStore>().Table,
            new WebhookSignature("Stripe-Signature", provider.GetRequiredService<IConfiguration>()["Stripe:WebhookSecret"] ?? throw new EmulatorException("Setting Stripe:WebhookSecret is missing."))));

    public static void MapStripe(this IEndpointRouteBuilder endpoints)
    {
        RouteGroupBuilder v1 = endpoints.MapGroup(Root + "/v1");
        v1.MapPost("/payment_intents", Secret<PaymentIntentCalls>((calls, call, _) => calls.Create(call)));
        v1.MapGet("/payment_intents", Secret<PaymentIntentCalls>((calls, call, _) => calls.List(call)));
        v1.MapGet("/payment_intents/{id}", Public<PaymentIntentCalls>((calls, call, id) => calls.Retrieve(call, id)));
        v1.MapPost("/payment_intents/{id}", Secret<PaymentIntentCalls>((calls, call, id) => calls.Update(call, id)));
        v1.MapPost("/payment_intents/{id}/confirm", Public<PaymentIntentCalls>((calls, call, id) => calls.Confirm(call, id)));
        v1.MapPost("/payment_intents/{id}/capture", Secret<PaymentIntentCalls>((calls, call, id) => calls.Capture(call, id)));
        v1.MapPost("/payment_intents/{id}/cancel", Secret<PaymentIntentCalls>((calls, call, id) => calls.Cancel(call, id)));
        v1.MapGet("/charges/{id}", Secret<ChargeCalls>((calls, call, id) => calls.RetrieveCharge(call, id)));
        v1.MapPost("/refunds", Secret<ChargeCalls>((calls, call, _) => calls.Refund(call)));
        v1.MapGet("/refunds", Secret<ChargeCalls>((calls, call, _) => calls.ListRefunds(call)));
        v1.MapGet("/refunds/{id}", Secret<ChargeCalls>((calls, call, id) => calls.RetrieveRefund(call, id)));
        v1.MapGet("/disputes/{id}", Secret<DisputeCalls>((calls, call, id) => calls.Retrieve(call, id)));
        v1.MapPost("/disputes/{id}", Secret<DisputeCalls>((calls, call, id) => calls.Update(call, id)));
        v1.MapGet("/balance_transactions", Secret<BalanceCalls>((calls, call, _) => calls.List(call)));
        v1.MapGet("/events", Secret<ChargeCalls>((calls, call, _) => calls.ListEvents(call)));
        v1.MapGet("/events/{id}", Secret<ChargeCalls>((calls, call, id) => calls.RetrieveEvent(call, id)));
        endpoints.Map(Root + "/{**path}", Handle(false, (context, _) => throw new StripeRefusal(404, "invalid_request_error",
            $"Unrecognized request URL ({context.Request.Method}: {context.Request.Path.Value![Root.Length..]}). Please see https://stripe.com/docs or we can help at https://support.stripe.com/.")));
        endpoints.MapPaymentButtons();
    }

    /// <summary>For the shop's server only.</summary>
    private static RequestDelegate Secret<T>(Func<T, StripeCall, string, Task<StripeAnswer>> run) where T : notnull => Handle(false, Run(run));

    /// <summary>Also for the shopper's browser, with the publishable key and the intent's client secret.</summary>
    private static RequestDelegate Public<T>(Func<T, StripeCall, string, Task<StripeAnswer>> run) where T : notnull => Handle(true, Run(run));

    private static Func<HttpContext, StripeCall, Task<StripeAnswer>> Run<T>(Func<T, StripeCall, string, Task<StripeAnswer>> run) where T : notnull =>
        (context, call) => run(context.RequestServices.GetRequiredService<T>(), call, context.Request.RouteValues["id"] as string ?? "");

    private static RequestDelegate Handle(bool publishable, Func<HttpContext, StripeCall, Task<StripeAnswer>> run) => async context =>
    {
        string requestId = StripeIds.NewRequest();
        StripeAnswer answer;
        try
        {
            answer = await run(context, await StripeCall.Read(context, requestId, publishable));
        }
        catch (StripeRefusal refused)
        {
            answer = new StripeAnswer(refused.Status, refused.ToJson(requestId).ToJsonString());
        }
        catch (OperationCanceledException) when (context.RequestAborted.IsCancellationRequested)
        {
            return;
        }
        catch (Exception broken) when (broken is RequestFailedException or IOException or AggregateException or HttpRequestException)
        {
            Broken(context.RequestServices.GetRequiredService<ILoggerFactory>().CreateLogger(typeof(StripeRoom)), requestId, broken);
            answer = new StripeAnswer(500, new StripeRefusal(500, "api_error", "Sorry! There was an error while talking to one of our backends. Support has been notified.").ToJson(requestId).ToJsonString());
        }
        await Write(context, requestId, answer);
    };

    private static Task Write(HttpContext context, string requestId, StripeAnswer answer)
    {
        HttpResponse response = context.Response;
        response.StatusCode = answer.Status;
        response.ContentType = "application/json";
        response.Headers["Request-Id"] = requestId;
        response.Headers["Stripe-Version"] = StripeShapes.ApiVersion;
        if (context.Request.Headers["Idempotency-Key"] is { Count: > 0 } key) response.Headers["Idempotency-Key"] = key;
        if (answer.OriginalRequest is { } original)
        {
            response.Headers["Original-Request"] = original;
            response.Headers["Idempotent-Replayed"] = "true";
        }
        return response.WriteAsync(answer.Body, context.RequestAborted);
    }

    [LoggerMessage(4201, LogLevel.Error, "Stripe's request {RequestId} broke.")]
    private static partial void Broken(ILogger logger, string requestId, Exception exception);
}
