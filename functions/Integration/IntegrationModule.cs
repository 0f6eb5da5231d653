using Azure.Identity;
using Azure.Messaging.ServiceBus;
using Microsoft.Extensions.Configuration;
using Microsoft.Extensions.DependencyInjection;
using Shop.Common;
using Shop.Storage;

namespace Shop.Integration;

internal static class IntegrationModule
{
    internal static IServiceCollection AddIntegration(this IServiceCollection services)
    {
        services.AddSingleton(provider =>
        {
            IConfiguration settings = provider.GetRequiredService<IConfiguration>();
            return new ServiceBusSettings(settings["ServiceBus"], settings["ServiceBus:fullyQualifiedNamespace"], settings["NamePrefix"] + "-events");
        });
        services.AddSingleton(provider => provider.GetRequiredService<ServiceBusSettings>() switch
        {
            { ConnectionString: { Length: > 0 } connection } => new ServiceBusClient(connection),
            { FullyQualifiedNamespace: { Length: > 0 } name } => new ServiceBusClient(name, new DefaultAzureCredential()),
            _ => throw new InvalidOperationException("Set ServiceBus (a connection string) or ServiceBus__fullyQualifiedNamespace (a namespace opened with the app's identity)."),
        });
        services.AddSingleton(provider => provider.GetRequiredService<ServiceBusClient>().CreateSender(provider.GetRequiredService<ServiceBusSettings>().TopicName));
        services.AddSingleton<IEventPublisher, ServiceBusPublisher>();
        services.AddSettings<AnalyticsOptions>("Analytics").AddStore<MeasurementStore>().AddSingleton<SendMeasurement>().AddHttpClient(SendMeasurement.ClientName);
        return services.AddSingleton<JournalStore>().AddSingleton<IRequiresStorage>(p => p.GetRequiredService<JournalStore>());
    }
}
