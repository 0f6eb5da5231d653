namespace Shop.Payments;

public enum PaymentKind { Card, BankTransfer, Ewallet, Qris, CashOnDelivery, ManualTransfer }

/// <summary>A way to pay.</summary>
/// <param name="Id">As carts and orders name it, such as <c>card</c>.</param>
/// <param name="ExpiresAfterMinutes">How long the shop waits for the money.</param>
public sealed record PaymentMethod(string Id, PaymentKind Kind, string Name, int ExpiresAfterMinutes);

/// <summary>The ways to pay that are switched on.</summary>
public sealed class PaymentMethods(PaymentOptions options)
{
    public IReadOnlyList<PaymentMethod> All { get; } = [new("card", PaymentKind.Card, "Kartu kredit / debit", options.CardDeadlineMinutes)];

    public PaymentMethod? Find(string? id) => All.FirstOrDefault(m => m.Id == id);
}
