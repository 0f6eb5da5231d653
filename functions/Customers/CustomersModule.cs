using Microsoft.AspNetCore.Identity;
using Microsoft.Extensions.DependencyInjection;
using Shop.Common;
using Shop.Storage;

namespace Shop.Customers;

internal static class CustomersModule
{
    internal static IServiceCollection AddCustomers(this IServiceCollection services) => services
        .AddSettings<StaffOptions>("Staff")
        .AddStore<StaffStore>()
        .AddSingleton<PasswordHasher<StaffMember>>()
        .AddSingleton<SignInStaff>()
        .AddSingleton<CreateApiKey>().AddSingleton<RevokeApiKey>()
        .AddHostedService<SeedOwner>();
}
