using System.Globalization;
using Shop.Common;

namespace Shop.Payments;

/// <summary>Cash that the courier collects and remits. Nobody is asked before: the order's parcels say how much is collected.</summary>
public sealed class CashOnDeliveryGateway : IPaymentGateway
{
    public const string Name = "cash";

    public string Provider => Name;

    public Task<OpenedPayment> Open(PaymentToOpen payment, CancellationToken cancellationToken) => Task.FromResult(
        new OpenedPayment(string.Create(CultureInfo.InvariantCulture, $"{payment.OrderId}-{payment.Attempt}"), new PaymentInstructions { Amount = payment.Amount }));

    /// <summary>Waits for the door.</summary>
    public Task<ProviderPayment> Find(string reference, CancellationToken cancellationToken) => Task.FromResult(Promised(reference));

    public Task<ProviderPayment> Cancel(string reference, CancellationToken cancellationToken) => Task.FromResult(Promised(reference) with { Status = ProviderPaymentStatus.Cancelled });

    /// <summary>Couriers take no money back to the door: people pay it out.</summary>
    public Task<ProviderRefund> Refund(string reference, Money amount, string key, CancellationToken cancellationToken) => Task.FromResult(ProviderRefund.ByHandUnder(key, amount));

    /// <summary>As if it were authorised: the order goes on, and the money comes when it has arrived.</summary>
    internal static ProviderPayment Promised(string reference) => new(Name, reference, ProviderPaymentStatus.Authorized, Money.Zero(Currency.Idr), null);
}
