using Shop.Tests.Journeys;

namespace Shop.Tests.Customers;

/// <summary>One shop for a class of tests: every test has people of its own, and time only goes on.</summary>
public sealed class OpenShop : IAsyncLifetime
{
    internal ShopHost Shop { get; private set; } = null!;

    public async ValueTask InitializeAsync() => Shop = await ShopHost.Start(demo: false, configure: builder =>
    {
        builder.Configuration["Customers:PasswordIterations"] = "1000";
        builder.Configuration["Customers:AttemptsPerClientAddress"] = "100000";
    });

    public ValueTask DisposeAsync() => Shop.DisposeAsync();
}
