using Microsoft.Extensions.DependencyInjection;
using Shop.Storage;

namespace Shop.Worklist;

internal static class WorklistModule
{
    internal static IServiceCollection AddWorklist(this IServiceCollection services) => services.AddStore<WorklistStore>().AddStore<GivenUpMessages>();
}
