using Microsoft.Extensions.DependencyInjection;
using Shop.Common;
using Shop.Storage;

namespace Shop.Email;

internal static class EmailModule
{
    internal static IServiceCollection AddEmail(this IServiceCollection services) => services
        .AddSettings<EmailOptions>("Smtp")
        .AddSingleton<EmailQueue>().AddSingleton<IRequiresStorage>(p => p.GetRequiredService<EmailQueue>())
        .AddSingleton<EmailStore>().AddSingleton<IRequiresStorage>(p => p.GetRequiredService<EmailStore>())
        .AddSingleton<EmailTemplates>().AddSingleton<SendEmail>();
}
