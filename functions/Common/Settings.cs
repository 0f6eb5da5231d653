using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Options;

namespace Shop.Common;

/// <summary>How modules read their settings.</summary>
public static class Settings
{
    /// <summary>
    /// Binds a section (<c>Stripe__SecretKey</c> is <c>SecretKey</c> of section <c>Stripe</c>) and offers the value itself as a singleton. A key that
    /// the type does not know and a value that breaks its attributes stop the start.
    /// </summary>
    public static IServiceCollection AddSettings<T>(this IServiceCollection services, string section) where T : class
    {
        services.AddOptions<T>().BindConfiguration(section, binder => binder.ErrorOnUnknownConfiguration = true).ValidateDataAnnotations().ValidateOnStart();
        return services.AddSingleton(provider => provider.GetRequiredService<IOptions<T>>().Value);
    }
}
