using Azure.Data.Tables;
using Microsoft.Extensions.DependencyInjection;

namespace Shop.Http;

/// <summary>A store whose rows outlive a data key, so that they are sealed anew when there is another.</summary>
public interface ISealedStore
{
    /// <summary>Its table, by the name that <see cref="Storage.ShopStorage"/> takes.</summary>
    string SealedTable { get; }

    /// <summary>The key that a row is under, <see cref="SealedStores.InTheClear"/> for one that is not sealed yet; <c>null</c> for a row that holds nothing personal.</summary>
    string? KeyOf(TableEntity row);

    /// <summary>The same row under the current key.</summary>
    TableEntity Renew(TableEntity row);
}

public static class SealedStores
{
    /// <summary>In place of a key's id. It is no id itself: those are letters and digits.</summary>
    public const string InTheClear = "-";

    /// <summary>Has a store's rows sealed anew when the data key changes.</summary>
    public static IServiceCollection AddSealed<T>(this IServiceCollection services) where T : class, ISealedStore =>
        services.AddSingleton<ISealedStore>(provider => provider.GetRequiredService<T>());
}
