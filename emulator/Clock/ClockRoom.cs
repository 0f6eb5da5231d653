using System.Xml;
using Azure;
using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Http;
using Microsoft.AspNetCore.Routing;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Hosting;
using Shop.Emulator.Buttons;
using Shop.Emulator.Storage;

namespace Shop.Emulator.Clock;

/// <summary><c>POST /emulator/clock</c> <c>{"advance":"PT24H"}</c> (an ISO 8601 duration) moves it.</summary>
internal static class ClockRoom
{
    /// <summary>Beyond the year 9999 there is no date: a timer that reckons one would end the process, at every start again.</summary>
    private static readonly TimeSpan Furthest = TimeSpan.FromDays(36_500);

    public static IServiceCollection AddClock(this IServiceCollection services) => services
        .AddRequiredStorage(new RequiredStorage(ClockStore.TableName))
        .AddSingleton<ClockStore>()
        .AddHostedService<ClockFollower>();

    public static void MapClock(this IEndpointRouteBuilder endpoints)
    {
        endpoints.MapPost("/emulator/clock", (HttpContext context) => ButtonRequest.Answer(context, async sent =>
        {
            ButtonRequest.Only(sent, "advance");
            TimeSpan by = Duration(sent.GetValueOrDefault("advance"));
            if (by > Furthest - context.RequestServices.GetRequiredService<EmulatorClock>().Offset)
                throw new ButtonRefusal(400, $"The clock goes at most {Furthest.TotalDays} days ahead of this machine.");
            ClockStore store = context.RequestServices.GetRequiredService<ClockStore>();
            context.RequestServices.GetRequiredService<EmulatorClock>().MoveTo(await store.Add(by, context.RequestAborted));
            return Shown(context);
        }));
    }

    public static object Shown(HttpContext context)
    {
        EmulatorClock clock = context.RequestServices.GetRequiredService<EmulatorClock>();
        return new { now = clock.GetUtcNow(), offset = XmlConvert.ToString(clock.Offset) };
    }

    private static TimeSpan Duration(string? text)
    {
        try
        {
            TimeSpan by = XmlConvert.ToTimeSpan(text ?? "");
            return by >= TimeSpan.Zero ? by : throw new ButtonRefusal(400, "The clock goes forward only.");
        }
        catch (Exception malformed) when (malformed is FormatException or OverflowException)
        {
            throw new ButtonRefusal(400, "'advance' is an ISO 8601 duration such as PT24H, PT30M or P30D.");
        }
    }
}

/// <summary>Takes the kept offset before anything else starts, and follows other processes that move the clock.</summary>
internal sealed class ClockFollower(EmulatorClock clock, ClockStore store) : BackgroundService, IHostedLifecycleService
{
    private static readonly TimeSpan Pause = TimeSpan.FromSeconds(1);

    /// <summary>The table is made by an earlier service in the same phase.</summary>
    public async Task StartingAsync(CancellationToken cancellationToken)
    {
        try
        {
            clock.MoveTo(await store.Read(cancellationToken));
        }
        catch (RequestFailedException missing) when (missing.Status == 404)
        {
            // The very first start.
        }
    }

    protected override async Task ExecuteAsync(CancellationToken stoppingToken)
    {
        using var timer = new PeriodicTimer(Pause);
        while (await timer.WaitForNextTickAsync(stoppingToken))
        {
            try
            {
                clock.MoveTo(await store.Read(stoppingToken));
            }
            catch (Exception outage) when (outage is RequestFailedException or AggregateException or IOException)
            {
                // The next look finds it.
            }
        }
    }

    public Task StartedAsync(CancellationToken cancellationToken) => Task.CompletedTask;

    public Task StoppingAsync(CancellationToken cancellationToken) => Task.CompletedTask;

    public Task StoppedAsync(CancellationToken cancellationToken) => Task.CompletedTask;
}
