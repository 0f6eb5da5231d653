using System.Net.Http.Headers;
using System.Text;
using Microsoft.Extensions.DependencyInjection;
using Shop.Common;
using Shop.Http;
using Shop.Storage;
using Stripe;

namespace Shop.Payments;

internal static class PaymentsModule
{
    internal static IServiceCollection AddPayments(this IServiceCollection services)
    {
        services.AddSettings<PaymentOptions>("Payments").AddSettings<StripeOptions>("Stripe");
        services.AddSettings<MidtransOptions>("Midtrans").AddSettings<BankAccountOptions>("BankAccount");
        services.AddHttpClient("stripe");
        services.AddSingleton<IStripeClient>(provider =>
        {
            StripeOptions options = provider.GetRequiredService<StripeOptions>();
            var http = new SystemNetHttpClient(provider.GetRequiredService<IHttpClientFactory>().CreateClient("stripe"), maxNetworkRetries: 2, enableTelemetry: false);
            return new StripeClient(options.SecretKey, httpClient: http, apiBase: options.ApiBase?.ToString().TrimEnd('/'));
        });
        services.AddHttpClient(MidtransGateway.ClientName, (provider, client) =>
        {
            MidtransOptions options = provider.GetRequiredService<MidtransOptions>();
            client.BaseAddress = new Uri(options.ApiBase.ToString().TrimEnd('/') + "/");
            client.DefaultRequestHeaders.Authorization = new AuthenticationHeaderValue("Basic", Convert.ToBase64String(Encoding.UTF8.GetBytes(options.ServerKey + ":")));
            client.DefaultRequestHeaders.Accept.Add(new MediaTypeWithQualityHeaderValue("application/json"));
            client.Timeout = TimeSpan.FromSeconds(20);
        });
        services.AddSingleton<IPaymentGateway, StripeGateway>().AddSingleton<IPaymentGateway, MidtransGateway>().AddSingleton<IPaymentGateway, ManualTransferGateway>().AddSingleton<IPaymentGateway, CashOnDeliveryGateway>().AddSingleton<IPaymentGateway, CreditGateway>();
        services.AddStore<CreditStore>().AddSealed<CreditStore>().AddSingleton<MoveCredit>().AddSingleton<IssueCredit>().AddSingleton<ChangeCredit>();
        services.AddSingleton<IDisputes, StripeDisputes>().AddSingleton<DisputePorts>().AddSingleton<IRefunds, StripeRefunds>().AddSingleton<RefundPorts>().AddSingleton<IMoneyReport, StripeReport>().AddSingleton<MoneyReports>();
        services.AddSingleton<PaymentGateways>().AddSingleton<PaymentMethods>();
        services.AddStore<PaymentEventStore>().AddStore<PaymentEventQueue>().AddStore<TransferStore>().AddSealed<TransferStore>().AddStore<PayoutStore>().AddSealed<PayoutStore>().AddStore<LedgerStore>().AddStore<AwaitedDays>();
        return services.AddSingleton<TakeStripeEvent>().AddSingleton<TakeMidtransEvent>().AddSingleton<RecordTransfer>().AddSingleton<SendProof>();
    }
}
