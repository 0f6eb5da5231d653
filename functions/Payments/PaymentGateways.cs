namespace Shop.Payments;

/// <summary>The providers that the shop knows. One that offers no method any more still answers for the payments it has.</summary>
public sealed class PaymentGateways(IEnumerable<IPaymentGateway> gateways)
{
    private readonly Dictionary<string, IPaymentGateway> _byProvider = gateways.ToDictionary(g => g.Provider, StringComparer.Ordinal);

    /// <exception cref="InvalidOperationException">There is no such provider.</exception>
    public IPaymentGateway Of(string provider) => _byProvider.GetValueOrDefault(provider) ?? throw new InvalidOperationException($"There is no payment provider '{provider}'.");
}
