using System.Globalization;
using Shop.Common;
using Shop.Storage;

namespace Shop.Payments;

/// <summary>Transfers to the shop's own account: the provider is whoever reads the bank's statement.</summary>
public sealed class ManualTransferGateway(TransferStore transfers, BankAccountOptions account, TimeProvider clock) : IPaymentGateway
{
    public const string Name = "manual";

    public string Provider => Name;

    internal static string Reference(string orderId, int attempt) => string.Create(CultureInfo.InvariantCulture, $"{orderId}-{attempt}");

    public async Task<OpenedPayment> Open(PaymentToOpen payment, CancellationToken cancellationToken)
    {
        string reference = Reference(payment.OrderId, payment.Attempt);
        await transfers.Open(new ManualTransfer(reference, payment.OrderId, payment.Amount, clock.GetUtcNow()), cancellationToken);
        return new OpenedPayment(reference, new PaymentInstructions { Bank = account.Bank, AccountNumber = account.Number, AccountName = account.Name, Message = payment.Description, Amount = payment.Amount });
    }

    public async Task<ProviderPayment> Find(string reference, CancellationToken cancellationToken) => ToPayment((await Read(reference, cancellationToken)).Value);

    public async Task<ProviderPayment> Cancel(string reference, CancellationToken cancellationToken)
    {
        while (true)
        {
            Stored<ManualTransfer> read = await Read(reference, cancellationToken);
            if (read.Value.Cancelled || read.Value.Received is not null || await transfers.TrySave(read, read.Value with { Cancelled = true }, cancellationToken))
                return ToPayment(read.Value.Received is null ? read.Value with { Cancelled = true } : read.Value);
        }
    }

    /// <summary>A bank takes no order to give back what somebody sent: people do.</summary>
    public Task<ProviderRefund> Refund(string reference, Money amount, string key, CancellationToken cancellationToken) => Task.FromResult(ProviderRefund.ByHandUnder(key, amount));

    private async Task<Stored<ManualTransfer>> Read(string reference, CancellationToken cancellationToken) =>
        await transfers.Find(reference, cancellationToken) ?? throw new InvalidOperationException($"There is no transfer {reference}.");

    // Money that comes after the cancellation is money all the same.
    private static ProviderPayment ToPayment(ManualTransfer transfer) => transfer.Received is { } received
        ? new ProviderPayment(Name, transfer.Reference, ProviderPaymentStatus.Succeeded, received.Amount, null, SeenBy: received.By)
        : new ProviderPayment(Name, transfer.Reference, transfer.Cancelled ? ProviderPaymentStatus.Cancelled : ProviderPaymentStatus.Pending, Money.Zero(transfer.Asked.Currency), null);
}
