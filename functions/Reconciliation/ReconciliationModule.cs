using Microsoft.Extensions.DependencyInjection;
using Shop.Storage;

namespace Shop.Reconciliation;

internal static class ReconciliationModule
{
    internal static IServiceCollection AddReconciliation(this IServiceCollection services) => services.AddStore<ReconciliationStore>();
}
