namespace Shop.Payments;

/// <summary>A way to pay at Midtrans, and how a charge names it. https://docs.midtrans.com/reference/charge-transactions-1</summary>
/// <param name="Id">As the shop names it.</param>
/// <param name="PaymentType">Midtrans' <c>payment_type</c>.</param>
/// <param name="Bank">Of a bank transfer.</param>
/// <param name="Refunds">Whether money can go back the way it came.</param>
public sealed record MidtransChannel(string Id, PaymentKind Kind, string Name, string PaymentType, string? Bank, bool Refunds)
{
    public static IReadOnlyList<MidtransChannel> All { get; } =
    [
        new("bca-va", PaymentKind.BankTransfer, "BCA Virtual Account", "bank_transfer", "bca", false),
        new("bni-va", PaymentKind.BankTransfer, "BNI Virtual Account", "bank_transfer", "bni", false),
        new("bri-va", PaymentKind.BankTransfer, "BRI Virtual Account", "bank_transfer", "bri", false),
        new("mandiri-bill", PaymentKind.BankTransfer, "Mandiri Bill Payment", "echannel", "mandiri", false),
        new("permata-va", PaymentKind.BankTransfer, "Permata Virtual Account", "permata", "permata", false),
        new("cimb-va", PaymentKind.BankTransfer, "CIMB Niaga Virtual Account", "bank_transfer", "cimb", false),
        new("qris", PaymentKind.Qris, "QRIS", "qris", null, true),
        new("gopay", PaymentKind.Ewallet, "GoPay", "gopay", null, true),
        new("shopeepay", PaymentKind.Ewallet, "ShopeePay", "shopeepay", null, true),
        new("dana", PaymentKind.Ewallet, "DANA", "dana", null, true),
        new("ovo", PaymentKind.Ewallet, "OVO", "ovo", null, true) { AsksByPhone = true },
    ];

    /// <summary>The wallet's app asks its owner, whom it finds by telephone number, within a minute that cannot be changed: there is no address to go to.</summary>
    public bool AsksByPhone { get; init; }

    public static MidtransChannel? Find(string id) => All.FirstOrDefault(c => c.Id == id);
}
