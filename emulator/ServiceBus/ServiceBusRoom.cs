using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Logging;
using Shop.Emulator.Hosting;
using Shop.Emulator.Storage;

namespace Shop.Emulator.ServiceBus;

/// <summary>Service Bus: the broker behind <c>ServiceBusClient</c> and the trigger.</summary>
internal static class ServiceBusRoom
{
    /// <param name="services">Of the app.</param>
    /// <param name="addresses">Learn the connection string.</param>
    /// <param name="topology">What is declared; the file beside the app where left out.</param>
    /// <param name="lockClock">What message locks run by; the machine's clock where left out.</param>
    public static IServiceCollection AddServiceBus(this IServiceCollection services, EmulatorAddresses addresses, BusTopology? topology = null, TimeProvider? lockClock = null)
    {
        topology ??= BusTopology.Read(Path.Combine(AppContext.BaseDirectory, BusTopology.FileName));
        var connection = BusConnection.New("shop");
        addresses.Add("servicebus", connection.ToString());
        return services
            .AddRequiredStorage(new RequiredStorage(ServiceBusBroker.TableName))
            .AddSingleton(provider => new ServiceBusBroker(
                connection, topology, provider.GetRequiredService<EmulatorStorage>(), provider.GetRequiredService<TimeProvider>(), provider.GetRequiredService<ILogger<ServiceBusBroker>>(), lockClock))
            .AddHostedService(provider => provider.GetRequiredService<ServiceBusBroker>());
    }
}
