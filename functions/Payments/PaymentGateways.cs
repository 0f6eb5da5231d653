namespace Shop.Payments;

/// <summary>The providers that can be asked what they did with the shop's money.</summary>
public sealed class MoneyReports(IEnumerable<IMoneyReport> reports)
{
    public IReadOnlyList<string> Providers { get; } = [.. reports.Select(r => r.Provider)];

    /// <exception cref="InvalidOperationException">It cannot be asked.</exception>
    public IMoneyReport Of(string provider) => reports.FirstOrDefault(r => r.Provider == provider) ?? throw new InvalidOperationException($"'{provider}' cannot be asked for a report.");
}

/// <summary>The providers whose payments can be disputed.</summary>
public sealed class DisputePorts(IEnumerable<IDisputes> ports)
{
    /// <exception cref="InvalidOperationException">There is no such provider.</exception>
    public IDisputes Of(string provider) => ports.FirstOrDefault(p => p.Provider == provider) ?? throw new InvalidOperationException($"Payments of '{provider}' cannot be disputed.");
}

/// <summary>The providers whose refunds may come back.</summary>
public sealed class RefundPorts(IEnumerable<IRefunds> ports)
{
    /// <exception cref="InvalidOperationException">There is no such provider.</exception>
    public IRefunds Of(string provider) => ports.FirstOrDefault(p => p.Provider == provider) ?? throw new InvalidOperationException($"Refunds of '{provider}' do not come back.");
}

/// <summary>The providers that the shop knows. One that offers no method any more still answers for the payments it has.</summary>
public sealed class PaymentGateways(IEnumerable<IPaymentGateway> gateways)
{
    private readonly Dictionary<string, IPaymentGateway> _byProvider = gateways.ToDictionary(g => g.Provider, StringComparer.Ordinal);

    public IReadOnlyCollection<string> Names => _byProvider.Keys;

    /// <exception cref="InvalidOperationException">There is no such provider.</exception>
    public IPaymentGateway Of(string provider) => _byProvider.GetValueOrDefault(provider) ?? throw new InvalidOperationException($"There is no payment provider '{provider}'.");
}
