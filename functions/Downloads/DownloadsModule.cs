using Microsoft.Extensions.DependencyInjection;
using Shop.Common;

namespace Shop.Downloads;

internal static class DownloadsModule
{
    internal static IServiceCollection AddDownloads(this IServiceCollection services) => services
        .AddSettings<DownloadOptions>("Downloads")
        .AddSingleton<DownloadGrants>()
        .AddSingleton<OpenDownload>();
}
