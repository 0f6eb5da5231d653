using Microsoft.Azure.Functions.Worker.Builder;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Hosting;
using Microsoft.Extensions.Options;
using Shop.Common;
using Shop.Http.OpenApi;
using Shop.Storage;

namespace Shop.Http;

/// <summary>What every endpoint stands on: problems, rights, idempotency, cursors, the meter.</summary>
internal static class HttpModule
{
    /// <summary>Middleware in this order, outermost first.</summary>
    /// <exception cref="InvalidOperationException">A function does not declare who may call it.</exception>
    internal static FunctionsApplicationBuilder AddHttp(this FunctionsApplicationBuilder builder)
    {
        builder.Services.AddHttpServices();
        Compression.Add(builder.Services);
        builder.UseMiddleware<ProblemMiddleware>();
        builder.UseMiddleware<MeterMiddleware>();
        builder.UseMiddleware<AccessMiddleware>();
        builder.UseMiddleware<IdempotencyMiddleware>();
        return builder;
    }

    internal static IServiceCollection AddHttpServices(this IServiceCollection services) => services
        .AddSettings<SecurityOptions>("Security")
        .AddSettings<CorsOptions>("Cors")
        .AddSettings<HttpOptions>("Http")
        .AddSingleton<IValidateOptions<HttpOptions>, ClientAddressCheck>()
        .AddSettings<ShopOptions>("Shop")
        .AddSingleton(new HttpFunctions(typeof(HttpModule).Assembly.GetExportedTypes()))
        .AddSingleton<ApiDescription>()
        .AddSingleton<Cors>()
        .AddSingleton<OperationCosts>()
        .AddSingleton<Signing>()
        .AddSingleton<OrderTokens>()
        .AddSingleton<StaffTokens>()
        .AddSingleton<Cursors>()
        .AddSingleton<CustomerTokens>()
        .AddSingleton<Sealing>()
        .AddSingleton<SealedRows>()
        .AddStore<ResealStore>()
        .AddSingleton<ResealRows>()
        .AddSingleton<ClientAddresses>()
        .AddSingleton<ApiKeys>()
        .AddStore<StaffSessions>()
        .AddStore<RevokedSessions>()
        .AddHostedService<RevocationFollower>()
        .AddStore<ApiKeyStore>()
        .AddStore<IdempotencyStore>();
}
