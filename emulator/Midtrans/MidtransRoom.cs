using System.Text.Json.Nodes;
using Azure;
using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Http;
using Microsoft.AspNetCore.Routing;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Logging;
using Shop.Emulator.Storage;
using Shop.Emulator.Webhooks;

namespace Shop.Emulator.Midtrans;

/// <summary>Midtrans under <c>/emulator/midtrans</c>: virtual accounts, QRIS and e-wallets.</summary>
internal static partial class MidtransRoom
{
    public const string Name = "midtrans";

    public const string Root = "/emulator/midtrans";

    public static IServiceCollection AddMidtrans(this IServiceCollection services) => services
        .AddRequiredStorage(new RequiredStorage(MidtransStore.TableName))
        .AddWebhooks()
        .AddSingleton<MidtransStore>()
        .AddSingleton<MidtransCalls>()
        .AddSingleton<MidtransTransactions>()
        .AddHostedService(provider => provider.GetRequiredService<MidtransTransactions>())
        .AddSingleton(provider => new WebhookChannel(Name, provider.GetRequiredService<MidtransStore>().Table, Signature: null));

    public static void MapMidtrans(this IEndpointRouteBuilder endpoints)
    {
        RouteGroupBuilder v2 = endpoints.MapGroup(Root + "/v2");
        v2.MapPost("/charge", Changes((calls, context) => calls.Charge(context)));
        v2.MapGet("/{id}/status", Handle((calls, context) => calls.Status(context)));
        v2.MapPost("/{id}/cancel", Changes((calls, context) => calls.Cancel(context)));
        v2.MapPost("/{id}/expire", Changes((calls, context) => calls.Expire(context)));
        v2.MapPost("/{id}/refund", Changes((calls, context) => calls.Refund(context, direct: false)));
        v2.MapPost("/{id}/refund/online/direct", Changes((calls, context) => calls.Refund(context, direct: true)));
        v2.MapGet("/qris/{id}/qr-code", ShowCode);
        endpoints.MapMidtransButtons();
    }

    /// <summary>The picture that a shop shows its shoppers: no key opens it, only its transaction's UUID.</summary>
    private static async Task ShowCode(HttpContext context)
    {
        string id = (string)context.Request.RouteValues["id"]!;
        Transaction? transaction = Guid.TryParseExact(id, "D", out _) ? await context.RequestServices.GetRequiredService<MidtransTransactions>().Find(id, context.RequestAborted) : null;
        if (transaction?.QrString is not { } code)
        {
            context.Response.StatusCode = StatusCodes.Status404NotFound;
            return;
        }
        context.Response.ContentType = "image/svg+xml";
        await context.Response.WriteAsync(QrPicture.Svg(code), context.RequestAborted);
    }

    /// <summary>A call that changes something, whose answer may be lost.</summary>
    private static RequestDelegate Changes(Func<MidtransCalls, HttpContext, Task<JsonObject>> run) => Handle(async (calls, context) =>
    {
        JsonObject answer = await run(calls, context);
        if (context.RequestServices.GetRequiredService<MidtransTransactions>().TakeLoss()) context.Abort();
        return answer;
    });

    private static RequestDelegate Handle(Func<MidtransCalls, HttpContext, Task<JsonObject>> run) => async context =>
    {
        JsonObject answer;
        try
        {
            MidtransCalls calls = context.RequestServices.GetRequiredService<MidtransCalls>();
            calls.CheckKey(context);
            answer = await run(calls, context);
        }
        catch (MidtransRefusal refused)
        {
            answer = refused.ToJson();
            // A wrong key is HTTP's business; everything else is told in the body alone.
            if (refused.Code == StatusCodes.Status401Unauthorized) context.Response.StatusCode = StatusCodes.Status401Unauthorized;
        }
        catch (OperationCanceledException) when (context.RequestAborted.IsCancellationRequested)
        {
            return;
        }
        catch (Exception broken) when (broken is RequestFailedException or IOException or AggregateException or HttpRequestException)
        {
            Broken(context.RequestServices.GetRequiredService<ILoggerFactory>().CreateLogger(typeof(MidtransRoom)), broken);
            answer = new MidtransRefusal(500, "Sorry, there was a problem inside Midtrans.").ToJson();
        }
        if (context.RequestAborted.IsCancellationRequested) return;
        context.Response.ContentType = "application/json";
        await context.Response.WriteAsync(answer.ToJsonString(), context.RequestAborted);
    };

    [LoggerMessage(4602, LogLevel.Error, "A request to Midtrans broke.")]
    private static partial void Broken(ILogger logger, Exception exception);
}
