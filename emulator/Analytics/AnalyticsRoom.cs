using System.Text.Json;
using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Http;
using Microsoft.AspNetCore.Routing;
using Microsoft.Extensions.DependencyInjection;
using Shop.Emulator.Buttons;
using Shop.Emulator.Clock;
using Shop.Emulator.Storage;

namespace Shop.Emulator.Analytics;

/// <summary>
/// A collector of GA4's Measurement Protocol under <c>/emulator/analytics</c>. Like Google's it answers 204 to whatever it gets; unlike Google's it answers 400 where
/// there is nothing that could be shown, so that a mistake is seen.
/// </summary>
internal static class AnalyticsRoom
{
    public const string Root = "/emulator/analytics";

    public static IServiceCollection AddAnalytics(this IServiceCollection services) => services
        .AddRequiredStorage(new RequiredStorage(CollectedMeasurements.TableName))
        .AddSingleton<CollectedMeasurements>()
        .AddSingleton<AnalyticsMisbehaviour>();

    public static void MapAnalytics(this IEndpointRouteBuilder endpoints)
    {
        endpoints.MapPost(Root + "/mp/collect", Collect);
        endpoints.MapPost(Root + "/misbehave", Misbehave);
    }

    private static async Task Collect(HttpContext context)
    {
        if (context.RequestServices.GetRequiredService<AnalyticsMisbehaviour>().Fails())
        {
            context.Response.StatusCode = StatusCodes.Status503ServiceUnavailable;
            return;
        }
        string measurementId = context.Request.Query["measurement_id"].ToString(), secret = context.Request.Query["api_secret"].ToString();
        if (measurementId.Length == 0 || secret.Length == 0 || await Read(context) is not { ValueKind: JsonValueKind.Object } body
            || !body.TryGetProperty("client_id", out _) || !body.TryGetProperty("events", out JsonElement events) || events.ValueKind != JsonValueKind.Array)
        {
            context.Response.StatusCode = StatusCodes.Status400BadRequest;
            return;
        }
        DateTimeOffset now = context.RequestServices.GetRequiredService<EmulatorClock>().GetUtcNow();
        await context.RequestServices.GetRequiredService<CollectedMeasurements>().Keep(new CollectedMeasurement(now, measurementId, body), context.RequestAborted);
        context.Response.StatusCode = StatusCodes.Status204NoContent;
    }

    private static async Task<JsonElement?> Read(HttpContext context)
    {
        try
        {
            return await JsonSerializer.DeserializeAsync<JsonElement>(context.Request.Body, cancellationToken: context.RequestAborted);
        }
        catch (JsonException)
        {
            return null;
        }
    }

    private static Task Misbehave(HttpContext context) => ButtonRequest.Answer(context, sent =>
    {
        ButtonRequest.Only(sent, "fail");
        long fail = ButtonRequest.Number(sent, "fail") ?? 0;
        context.RequestServices.GetRequiredService<AnalyticsMisbehaviour>().Set(fail);
        return Task.FromResult<object?>(new { fail });
    });
}

/// <summary>So many of the next calls are answered 503.</summary>
internal sealed class AnalyticsMisbehaviour
{
    private long _fail;

    public void Set(long fail) => Interlocked.Exchange(ref _fail, fail);

    public bool Fails() => Interlocked.Read(ref _fail) > 0 && Interlocked.Decrement(ref _fail) >= 0;
}
