using Microsoft.Extensions.DependencyInjection;
using Shop.Common;
using Shop.Storage;
using Stripe;

namespace Shop.Payments;

internal static class PaymentsModule
{
    internal static IServiceCollection AddPayments(this IServiceCollection services)
    {
        services.AddSettings<PaymentOptions>("Payments").AddSettings<StripeOptions>("Stripe");
        services.AddHttpClient("stripe");
        services.AddSingleton<IStripeClient>(provider =>
        {
            StripeOptions options = provider.GetRequiredService<StripeOptions>();
            var http = new SystemNetHttpClient(provider.GetRequiredService<IHttpClientFactory>().CreateClient("stripe"), maxNetworkRetries: 2, enableTelemetry: false);
            return new StripeClient(options.SecretKey, httpClient: http, apiBase: options.ApiBase?.ToString().TrimEnd('/'));
        });
        services.AddSingleton<IPaymentGateway, StripeGateway>();
        services.AddSingleton<PaymentMethods>();
        services.AddSingleton<PaymentEventStore>().AddSingleton<IRequiresStorage>(p => p.GetRequiredService<PaymentEventStore>());
        services.AddSingleton<PaymentEventQueue>().AddSingleton<IRequiresStorage>(p => p.GetRequiredService<PaymentEventQueue>());
        return services.AddSingleton<TakeStripeEvent>();
    }
}
