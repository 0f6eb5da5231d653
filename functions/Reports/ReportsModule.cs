using Microsoft.Extensions.DependencyInjection;
using Shop.Storage;

namespace Shop.Reports;

internal static class ReportsModule
{
    internal static IServiceCollection AddReports(this IServiceCollection services)
    {
        services.AddStore<SalesFactStore>().AddStore<ReportStore>();
        return services.AddSingleton<BusinessDays>().AddSingleton<AskForReport>().AddSingleton<BuildReport>();
    }
}
