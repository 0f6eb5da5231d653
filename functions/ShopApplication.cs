using Azure.Core.Serialization;
using Microsoft.Azure.Functions.Worker.Builder;
using Microsoft.Azure.Functions.Worker;
using Microsoft.Extensions.Configuration;
using Microsoft.Extensions.DependencyInjection.Extensions;
using Microsoft.Extensions.DependencyInjection;
using Shop.Carts;
using Shop.Catalog;
using Shop.Checkout;
using Shop.Common;
using Shop.Customers;
using Shop.Downloads;
using Shop.Email;
using Shop.Http;
using Shop.Integration;
using Shop.Inventory;
using Shop.Marketing;
using Shop.Orders;
using Shop.Payments;
using Shop.Reconciliation;
using Shop.Reports;
using Shop.Shipping;
using Shop.Storage;
using Shop.Worklist;

namespace Shop;

/// <summary>Puts the shop together: the whole of its start-up in one page.</summary>
public static class ShopApplication
{
    public static FunctionsApplicationBuilder CreateBuilder(string[] args)
    {
        FunctionsApplicationBuilder builder = FunctionsApplication.CreateBuilder(args);
        builder.ConfigureFunctionsWebApplication();
        builder.Services.Configure<WorkerOptions>(worker => worker.Serializer = new JsonObjectSerializer(ShopJson.Options));
        builder.Services.TryAddSingleton(TimeProvider.System);

        builder.Services.AddStorage();
        builder.AddHttp();
        builder.Services.AddCatalog().AddInventory().AddCustomers();
        builder.Services.AddMarketing();
        builder.Services.AddCarts().AddShipping().AddPayments();
        builder.Services.AddOrders().AddDownloads().AddEmail().AddWorklist().AddCheckout();
        builder.Services.AddIntegration().AddReconciliation().AddReports();
        return builder;
    }

    private static void AddStorage(this IServiceCollection services)
    {
        services.AddSingleton(provider =>
        {
            IConfiguration settings = provider.GetRequiredService<IConfiguration>();
            return new StorageOptions
            {
                NamePrefix = settings["NamePrefix"] ?? throw new InvalidOperationException("Setting NamePrefix is missing."),
                ConnectionString = settings["AzureWebJobsStorage"],
                AccountName = settings["AzureWebJobsStorage:accountName"],
            };
        });
        services.AddSingleton<ShopStorage>();
        services.AddSingleton<DigitalFiles>().AddSingleton<IRequiresStorage>(p => p.GetRequiredService<DigitalFiles>());
        services.AddHostedService<StorageSetup>();
    }
}
