using System.Globalization;
using Shop.Common;

namespace Shop.Payments;

/// <summary>An order that gift cards and store credit pay wholly: no money is asked for, and nobody waits. What is on the cards is held and committed beside it.</summary>
public sealed class CreditGateway : IPaymentGateway
{
    public const string Name = "credit";

    /// <summary>How such an order is paid. Nobody chooses it: it follows from what is left to pay.</summary>
    public static PaymentMethod Method { get; } = new(Name, PaymentKind.Credit, "Gift card or store credit", 30, Name, Name);

    public string Provider => Name;

    public Task<OpenedPayment> Open(PaymentToOpen payment, CancellationToken cancellationToken) => Task.FromResult(
        new OpenedPayment(string.Create(CultureInfo.InvariantCulture, $"{payment.OrderId}-{payment.Attempt}-{payment.Amount.Currency}"), new PaymentInstructions()));

    public Task<ProviderPayment> Find(string reference, CancellationToken cancellationToken) => Task.FromResult(Paid(reference));

    public Task<ProviderPayment> Cancel(string reference, CancellationToken cancellationToken) => Task.FromResult(Paid(reference) with { Status = ProviderPaymentStatus.Cancelled });

    /// <exception cref="InvalidOperationException">No money came this way, so none goes back: what the cards gave goes back to them.</exception>
    public Task<ProviderRefund> Refund(string reference, Money amount, string key, CancellationToken cancellationToken) => throw new InvalidOperationException($"{reference} brought no money that could go back.");

    /// <summary>Nothing was asked for, and nothing is missing.</summary>
    internal static ProviderPayment Paid(string reference) => new(Name, reference, ProviderPaymentStatus.Succeeded, Money.Zero(Currency.Parse(reference.Split('-')[^1])), null);
}
