using Microsoft.AspNetCore.Identity;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Options;
using Shop.Common;
using Shop.Http;
using Shop.Storage;

namespace Shop.Customers;

internal static class CustomersModule
{
    internal static IServiceCollection AddCustomers(this IServiceCollection services)
    {
        services.AddSettings<CustomerOptions>("Customers").AddSettings<StaffOptions>("Staff");
        services.AddSingleton<IConfigureOptions<PasswordHasherOptions>>(p => new ConfigureOptions<PasswordHasherOptions>(hashing => hashing.IterationCount = p.GetRequiredService<CustomerOptions>().PasswordIterations));
        services.AddSingleton<PasswordHasher<StaffMember>>().AddSingleton<PasswordHasher<CustomerSignIn>>();
        services.AddStore<Attempts>().AddStore<OneTimeTokens>().AddSingleton<AccountLimits>().AddSingleton<Guesses>();
        services.AddSingleton(p => new LinkLifetime(TimeSpan.FromHours(p.GetRequiredService<CustomerOptions>().VerifyWithinHours)));
        services.AddSingleton(p => new LinkLifetime(TimeSpan.FromMinutes(p.GetRequiredService<CustomerOptions>().ResetWithinMinutes)));

        services.AddStore<CustomerStore>().AddSealed<CustomerStore>().AddStore<SignInStore>().AddStore<AccountQueue>().AddSingleton<RefreshTokens>().AddSingleton<AccountPages>().AddSingleton<AccountMails>();
        services.AddSingleton<RegisterCustomer>().AddSingleton<VerifyEmail>().AddSingleton<SignInCustomer>().AddSingleton<StartSession>().AddSingleton<RefreshSession>();
        services.AddSingleton<EndSessions>().AddSingleton<OwnSessions>().AddSingleton<AskPasswordReset>().AddSingleton<SetPassword>().AddSingleton<OpenCustomer>().AddSingleton<AddressBook>().AddSingleton<OrderHistory>();
        services.AddStore<CustomerGroups>().AddSingleton<ManageGroups>().AddSingleton<FindCustomer>();
        services.AddStore<ErasureStore>().AddSealed<ErasureStore>().AddSingleton<ErasureLinks>().AddSingleton<ExportCustomer>().AddSingleton<AskErasure>().AddSingleton<EraseCustomer>().AddSingleton<EndHolds>();

        services.AddStore<StaffStore>().AddSealed<StaffStore>().AddSingleton<SecondSteps>().AddSingleton<StaffAccount>().AddSingleton<StaffMembers>().AddSingleton<SignInStaff>().AddSingleton<CreateApiKey>().AddSingleton<RevokeApiKey>();
        return services.AddHostedService<SeedOwner>();
    }
}
