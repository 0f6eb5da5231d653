using System.Xml;
using Azure;
using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Http;
using Microsoft.AspNetCore.Routing;
using Microsoft.Extensions.Configuration;
using Microsoft.Extensions.DependencyInjection;
using Shop.Emulator.Buttons;
using Shop.Emulator.Storage;
using Shop.Emulator.Webhooks;

namespace Shop.Emulator.Courier;

/// <summary>Couriers under <c>/emulator/courier</c>, and the buttons that move their parcels.</summary>
internal static class CourierRoom
{
    public const string Root = "/emulator/courier";

    public static IServiceCollection AddCourier(this IServiceCollection services) => services
        .AddRequiredStorage(new RequiredStorage(ParcelStore.TableName))
        .AddWebhooks()
        .AddSingleton<ParcelStore>()
        .AddSingleton<CourierCalls>()
        .AddSingleton<Parcels>()
        .AddHostedService(provider => provider.GetRequiredService<Parcels>())
        .AddSingleton(provider => new WebhookChannel(
            "courier", provider.GetRequiredService<ParcelStore>().Table,
            Signature(provider.GetRequiredService<IConfiguration>())));

    public static void MapCourier(this IEndpointRouteBuilder endpoints)
    {
        RouteGroupBuilder v1 = endpoints.MapGroup(Root + "/v1");
        v1.MapPost("/rates/couriers", Call((calls, context) => calls.Rates(context)));
        v1.MapPost("/orders", Call((calls, context) => calls.Book(context)));
        v1.MapGet("/orders/{id}", Call((calls, context) => calls.Find(context)));
        endpoints.MapPost("/emulator/couriers/misbehave", Misbehave);
        endpoints.MapPost("/emulator/couriers/{trackingNumber}/{button}", Press);
        endpoints.MapGet("/emulator/couriers/{trackingNumber}/label", Print);
    }

    /// <summary>Biteship's dashboard asks for a header and what it says.</summary>
    private static WebhookSignature Signature(IConfiguration settings) => new(
        settings["Courier:WebhookHeader"] ?? "X-Biteship-Signature", settings["Courier:WebhookSecret"] ?? throw new EmulatorException("Setting Courier:WebhookSecret is missing."), Plain: true);

    private static RequestDelegate Call(Func<CourierCalls, HttpContext, Task<object>> run) => async context =>
    {
        CourierCalls calls = context.RequestServices.GetRequiredService<CourierCalls>();
        try
        {
            await calls.Enter(context);
            await context.Response.WriteAsJsonAsync(await run(calls, context), BiteshipWords.Json, context.RequestAborted);
        }
        catch (CourierRefusal refused)
        {
            context.Response.StatusCode = refused.Status;
            await context.Response.WriteAsJsonAsync<object>(new { success = false, error = refused.Message, code = refused.Code, details = refused.Details }, BiteshipWords.Json, context.RequestAborted);
        }
        catch (Exception broken) when (broken is RequestFailedException or AggregateException && !context.Response.HasStarted)
        {
            context.Response.StatusCode = StatusCodes.Status500InternalServerError;
            await context.Response.WriteAsJsonAsync(new { success = false, error = "The courier's own storage failed." }, context.RequestAborted);
        }
        catch (OperationCanceledException) when (context.RequestAborted.IsCancellationRequested)
        {
            // The caller waited no longer.
        }
    };

    private static Task Misbehave(HttpContext context) => ButtonRequest.Answer(context, async sent =>
    {
        ButtonRequest.Only(sent, "fail", "slow", "wrong", "duplicate", "lost", "unnumbered");
        var misbehaviour = new CourierMisbehaviour
        {
            Fail = ButtonRequest.Number(sent, "fail") ?? 0,
            Slow = sent.TryGetValue("slow", out string? slow) && slow.Length > 0 ? XmlConvert.ToString(ButtonRequest.Duration(slow)) : null,
            Wrong = ButtonRequest.Flag(sent, "wrong"),
            Duplicate = ButtonRequest.Flag(sent, "duplicate"),
            Lost = ButtonRequest.Flag(sent, "lost"),
            Unnumbered = ButtonRequest.Flag(sent, "unnumbered"),
        };
        await context.RequestServices.GetRequiredService<Parcels>().Misbehave(misbehaviour, context.RequestAborted);
        return misbehaviour;
    });

    /// <summary>Biteship prints labels in its dashboard; its API has none.</summary>
    private static async Task Print(HttpContext context)
    {
        if (await context.RequestServices.GetRequiredService<Parcels>().Find((string)context.Request.RouteValues["trackingNumber"]!, context.RequestAborted) is not { } parcel)
        {
            context.Response.StatusCode = StatusCodes.Status404NotFound;
            return;
        }
        context.Response.ContentType = "application/pdf";
        await context.Response.Body.WriteAsync(Label.Pdf(parcel), context.RequestAborted);
    }

    /// <summary><c>hold</c> stops a parcel where it is; with <c>on=false</c> it goes on.</summary>
    private static Task Press(HttpContext context) => ButtonRequest.Answer(context, async sent =>
    {
        string button = (string)context.Request.RouteValues["button"]!, trackingNumber = (string)context.Request.RouteValues["trackingNumber"]!;
        bool held = !sent.ContainsKey("on") || ButtonRequest.Flag(sent, "on");
        Parcel? parcel = await context.RequestServices.GetRequiredService<Parcels>().Change(
            trackingNumber,
            (before, now) => button switch
            {
                "move" => To(before, ParcelRules.Next(before.Status) ?? ParcelStatus.Returned, now),
                "deliver" => To(before, ParcelStatus.Delivered, now),
                "fail" => To(before, ParcelStatus.Failed, now),
                "return" => To(before, ParcelStatus.Returned, now),
                "retry" => To(before, ParcelStatus.InTransit, now),
                "cancel" => To(before, ParcelStatus.Cancelled, now),
                "number" => before.Unnumbered ? before with { Unnumbered = false } : throw new ButtonRefusal(409, "The parcel has its number."),
                "hold" => ParcelRules.Hold(before, held, now),
                _ => throw new ButtonRefusal(404, $"There is no button '{button}'. There are: move, deliver, fail, retry, return, cancel, number, hold."),
            },
            context.RequestAborted);
        return parcel is null ? null : CourierCalls.Shown(parcel);
    });

    private static Parcel To(Parcel parcel, ParcelStatus status, DateTimeOffset now) =>
        ParcelRules.CanBecome(parcel.Status, status) ? ParcelRules.Moved(parcel, status, now) : throw new ButtonRefusal(409, $"A parcel that is {parcel.Status} cannot become {status}.");
}
