using Microsoft.Azure.Functions.Worker.Builder;
using Shop.Tests.Journeys;

namespace Shop.Tests.Customers;

/// <summary>One shop for a class of tests: every test has people of its own, and time only goes on.</summary>
public class OpenShop : IAsyncLifetime
{
    internal ShopHost Shop { get; private set; } = null!;

    protected virtual bool Demo => false;

    public async ValueTask InitializeAsync() => Shop = await Start(Demo);

    /// <summary>A shop that hashes quickly and lets one address try as often as a test class does.</summary>
    internal static Task<ShopHost> Start(bool demo, Action<FunctionsApplicationBuilder>? configure = null) => ShopHost.Start(demo: demo, configure: builder =>
    {
        builder.Configuration["Customers:PasswordIterations"] = "1000";
        builder.Configuration["Customers:AttemptsPerClientAddress"] = "100000";
        configure?.Invoke(builder);
    });

    public async ValueTask DisposeAsync()
    {
        await Shop.DisposeAsync();
        GC.SuppressFinalize(this);
    }
}

/// <summary>The same with the demo catalogue, to buy from.</summary>
public sealed class OpenDemoShop : OpenShop
{
    protected override bool Demo => true;
}
