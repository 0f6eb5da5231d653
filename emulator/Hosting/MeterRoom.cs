using System.Collections.Concurrent;
using System.Diagnostics.Metrics;
using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Http;
using Microsoft.AspNetCore.Routing;
using Microsoft.Extensions.DependencyInjection;
using Shop.Emulator.Durable;
using Shop.Emulator.Functions;
using Shop.Emulator.Storage;

namespace Shop.Emulator.Hosting;

/// <summary>
/// <c>GET /emulator/meter</c>: storage operations of the Durable engine, every counter of the app, as a sum and by its one tag, and how often each function ran, since the start.
/// What something cost is the difference of two readings:
/// <c>{"engineOperations":120,"counters":{"shop.storage.operations":431,"shop.storage.operations.table":402},"executions":{"OrderGet":7}}</c>.
/// </summary>
internal static class MeterRoom
{
    public static void AddMeter(this IServiceCollection services) => services.AddSingleton(new AppCounters());

    public static void MapMeter(this IEndpointRouteBuilder endpoints) => endpoints.MapGet("/emulator/meter", (HttpContext context) => context.Response.WriteAsJsonAsync(
        new
        {
            engineOperations = context.RequestServices.GetRequiredService<InstanceStore>().Operations,
            counters = context.RequestServices.GetRequiredService<AppCounters>().Totals,
            executions = context.RequestServices.GetRequiredService<Invocations>().Counts,
        },
        JsonRows.Options, context.RequestAborted));
}

/// <summary>Adds up the counters that the app's own meters have; those of the runtime and of ASP.NET Core are left out.</summary>
internal sealed class AppCounters : IDisposable
{
    private readonly ConcurrentDictionary<string, Sum> _totals = new(StringComparer.Ordinal);
    private readonly MeterListener _listener = new();

    public AppCounters()
    {
        _listener.InstrumentPublished = (instrument, listener) =>
        {
            bool foreign = instrument.Meter.Name.StartsWith("System.", StringComparison.Ordinal) || instrument.Meter.Name.StartsWith("Microsoft.", StringComparison.Ordinal);
            if (!foreign && instrument is Counter<long>) listener.EnableMeasurementEvents(instrument, _totals.GetOrAdd(instrument.Name, _ => new Sum()));
        };
        _listener.SetMeasurementEventCallback<long>((instrument, amount, tags, total) =>
        {
            ((Sum)total!).Add(amount);
            if (tags is [{ Value: string value }]) _totals.GetOrAdd($"{instrument.Name}.{value.ToLowerInvariant()}", _ => new Sum()).Add(amount);
        });
        _listener.Start();
    }

    public IReadOnlyDictionary<string, long> Totals => _totals.ToDictionary(t => t.Key, t => t.Value.Total, StringComparer.Ordinal);

    public void Dispose() => _listener.Dispose();

    private sealed class Sum
    {
        private long _total;

        public long Total => Interlocked.Read(ref _total);

        public void Add(long amount) => Interlocked.Add(ref _total, amount);
    }
}
