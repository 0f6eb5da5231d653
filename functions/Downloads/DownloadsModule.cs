using Microsoft.Extensions.DependencyInjection;
using Shop.Common;
using Shop.Storage;

namespace Shop.Downloads;

internal static class DownloadsModule
{
    internal static IServiceCollection AddDownloads(this IServiceCollection services) => services
        .AddSettings<DownloadOptions>("Downloads")
        .AddSingleton<DownloadGrants>()
        .AddSingleton<OpenDownload>().AddSingleton<IRequiresStorage>(p => p.GetRequiredService<OpenDownload>());
}
