using Microsoft.Extensions.DependencyInjection;
using Shop.Common;
using Shop.Http;
using Shop.Storage;

namespace Shop.Downloads;

internal static class DownloadsModule
{
    internal static IServiceCollection AddDownloads(this IServiceCollection services) => services
        .AddSettings<DownloadOptions>("Downloads")
        .AddSingleton<DownloadGrants>().AddSingleton<Watermarks>().AddStore<StampedFiles>().AddStore<DownloadStore>().AddSealed<DownloadStore>()
        .AddSingleton<OpenDownload>().AddSingleton<ListDownloads>().AddSingleton<ChangeGrant>().AddSingleton<OfferFile>()
        .AddStore<LicenceStore>().AddSealed<LicenceStore>().AddSingleton<LicenceMails>().AddSingleton<AssignLicences>().AddSingleton<FillPool>().AddSingleton<UseLicence>();
}
