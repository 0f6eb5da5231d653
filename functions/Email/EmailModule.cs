using Microsoft.Extensions.DependencyInjection;
using Shop.Storage;

namespace Shop.Email;

internal static class EmailModule
{
    internal static IServiceCollection AddEmail(this IServiceCollection services) => services
        .AddSingleton<EmailQueue>().AddSingleton<IRequiresStorage>(p => p.GetRequiredService<EmailQueue>());
}
