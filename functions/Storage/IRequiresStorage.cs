using Microsoft.Extensions.DependencyInjection;

namespace Shop.Storage;

/// <summary>A store says which tables, queues and containers it needs; all of them are made once, before the first request.</summary>
public interface IRequiresStorage
{
    IEnumerable<StorageNeed> Needs { get; }
}

/// <summary>A table, queue or container by the name that <see cref="ShopStorage"/> takes.</summary>
public sealed record StorageNeed(StorageKind Kind, string Name)
{
    /// <summary>Whether everybody may read single blobs of the container, without listing them.</summary>
    public bool IsPublic { get; init; }
}

/// <summary>How modules register their stores.</summary>
public static class StoreRegistration
{
    /// <summary>A store as a singleton whose tables, queues and containers are made at start.</summary>
    public static IServiceCollection AddStore<T>(this IServiceCollection services) where T : class, IRequiresStorage =>
        services.AddSingleton<T>().AddSingleton<IRequiresStorage>(provider => provider.GetRequiredService<T>());
}
