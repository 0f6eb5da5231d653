using System.Text.Json.Serialization;
using Shop.Common;

namespace Shop.Payments;

/// <summary>The port to a payment provider. Every call is safe to repeat: what moves money carries a key of its own.</summary>
public interface IPaymentGateway
{
    /// <summary>Names it in orders, hooks and messages, such as <c>stripe</c>.</summary>
    string Provider { get; }

    /// <summary>Opens a payment; the same order and attempt give the same payment.</summary>
    /// <exception cref="PaymentRefusedException">The provider will not take it, now or later.</exception>
    Task<OpenedPayment> Open(PaymentToOpen payment, CancellationToken cancellationToken);

    /// <summary>The payment as the provider has it now.</summary>
    Task<ProviderPayment> Find(string reference, CancellationToken cancellationToken);

    /// <summary>Takes money that is authorised, or a part of it and lets the rest go. Most providers take it at once: there is nothing left to do then.</summary>
    /// <param name="key">The same key takes it once.</param>
    /// <returns>The payment as it is now: not <see cref="ProviderPaymentStatus.Succeeded"/> where the authorisation is gone.</returns>
    Task<ProviderPayment> Capture(string reference, Money amount, string key, CancellationToken cancellationToken) => Find(reference, cancellationToken);

    /// <summary>Cancels it, or lets go what is authorised, unless money came first: the answer says which.</summary>
    Task<ProviderPayment> Cancel(string reference, CancellationToken cancellationToken);

    /// <summary>Gives money back, once for each <paramref name="key"/>, however long ago that was.</summary>
    /// <exception cref="RefundFailedException">The provider could not give it back.</exception>
    Task<ProviderRefund> Refund(string reference, Money amount, string key, CancellationToken cancellationToken);
}

/// <param name="Attempt">From 1; a new one replaces the one before.</param>
/// <param name="Channel">Which of the provider's ways, such as <c>bca_va</c>.</param>
/// <param name="WithinMinutes">How long the shop waits for the money.</param>
/// <param name="CaptureLater">The money is only authorised; the shop takes it when it accepts the order.</param>
/// <param name="Phone">The payer's telephone number, for wallets that ask their owner by it.</param>
public sealed record PaymentToOpen(string OrderId, int Attempt, string Channel, Money Amount, string Description, int WithinMinutes, bool CaptureLater = false, string? Phone = null);

/// <summary>A payment that waits for the shopper.</summary>
/// <param name="Reference">The provider's id of it.</param>
/// <param name="Instructions">What the shopper's client needs to pay.</param>
public sealed record OpenedPayment(string Reference, PaymentInstructions Instructions);

public enum ProviderPaymentStatus { Pending, RequiresAction, Authorized, Succeeded, Failed, Cancelled }

/// <summary>A payment as its provider has it.</summary>
/// <param name="Provider">Whose <paramref name="Reference"/> it is.</param>
/// <param name="Received">What was captured.</param>
/// <param name="Reason">Why it failed, in a word of the provider's such as <c>card_declined</c>.</param>
/// <param name="Charge">The provider's id of the last try to take the money, the same however often it is told.</param>
/// <param name="Risky">The provider's own judgement: it may be a fraud.</param>
/// <param name="SeenBy">Who saw the money come, where that was a person: an actor as timelines name them.</param>
public sealed record ProviderPayment(string Provider, string Reference, ProviderPaymentStatus Status, Money Received, string? Reason, string? Charge = null, bool Risky = false, string? SeenBy = null)
{
    /// <summary>The shop has the money, or will have it whenever it takes it.</summary>
    [JsonIgnore]
    public bool IsAssured => Status is ProviderPaymentStatus.Succeeded or ProviderPaymentStatus.Authorized;
}

/// <param name="Id">The provider's id of it.</param>
/// <param name="ByHand">The money cannot go back the way it came: people have to pay it out.</param>
public sealed record ProviderRefund(string Id, Money Amount, bool ByHand = false)
{
    /// <summary>To be paid out, once for each key.</summary>
    public static ProviderRefund ByHandUnder(string key, Money amount) => new(key, amount, ByHand: true);
}

/// <summary>The provider tried to give money back, and could not: people have to.</summary>
public sealed class RefundFailedException(string message, Exception? inner = null) : Exception(message, inner);

/// <summary>The buyer's bank holds the money: nothing of it goes back before the bank has decided.</summary>
public sealed class PaymentDisputedException(string message, Exception? inner) : Exception(message, inner);

/// <summary>The provider will not take this payment; trying again does not help.</summary>
public sealed class PaymentRefusedException(string message, Exception? inner) : Exception(message, inner);
