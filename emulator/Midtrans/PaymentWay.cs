namespace Shop.Emulator.Midtrans;

internal enum PaymentWayKind { VirtualAccount, Bill, Qris, Wallet }

/// <summary>A way to pay, as a charge names it.</summary>
/// <param name="Id">Kept with a transaction.</param>
/// <param name="PaymentType">As answers name it.</param>
/// <param name="Bank">Of a bank transfer.</param>
/// <param name="Name">For people.</param>
internal sealed record PaymentWay(string Id, PaymentWayKind Kind, string PaymentType, string? Bank, string Name)
{
    /// <summary>How a bank's account numbers begin.</summary>
    public string Prefix { get; init; } = "";

    public int Digits { get; init; }

    /// <summary>Days after the settlement for which money can go back; <c>null</c> where it never can. https://docs.midtrans.com/reference/refund-transaction</summary>
    public int? RefundDays { get; init; }

    /// <summary>Whether <c>refund/online/direct</c> is there too. https://docs.midtrans.com/reference/direct-refund-transaction</summary>
    public bool RefundsDirectly { get; init; }

    /// <summary>The app asks its owner, whom it finds by telephone number, for a minute whatever the charge says. https://docs.midtrans.com/reference/ewallet-ovo</summary>
    public bool AsksByPhone { get; init; }

    /// <summary>How long a charge waits that does not say it.</summary>
    public TimeSpan Waits => AsksByPhone ? TimeSpan.FromMinutes(1) : Kind is PaymentWayKind.VirtualAccount or PaymentWayKind.Bill ? TimeSpan.FromHours(24) : TimeSpan.FromMinutes(15);

    public static IReadOnlyList<PaymentWay> All { get; } =
    [
        new("bca", PaymentWayKind.VirtualAccount, "bank_transfer", "bca", "BCA Virtual Account") { Prefix = "80777", Digits = 16 },
        new("bni", PaymentWayKind.VirtualAccount, "bank_transfer", "bni", "BNI Virtual Account") { Prefix = "988", Digits = 16 },
        new("bri", PaymentWayKind.VirtualAccount, "bank_transfer", "bri", "BRI Virtual Account") { Prefix = "26215", Digits = 18 },
        new("cimb", PaymentWayKind.VirtualAccount, "bank_transfer", "cimb", "CIMB Niaga Virtual Account") { Prefix = "1199", Digits = 16 },
        new("permata", PaymentWayKind.VirtualAccount, "bank_transfer", "permata", "Permata Virtual Account") { Prefix = "8562", Digits = 16 },
        new("mandiri", PaymentWayKind.Bill, "echannel", null, "Mandiri Bill Payment") { Digits = 12 },
        new("qris", PaymentWayKind.Qris, "qris", null, "QRIS") { RefundDays = 45, RefundsDirectly = true },
        new("gopay", PaymentWayKind.Wallet, "gopay", null, "GoPay") { RefundDays = 45, RefundsDirectly = true },
        new("shopeepay", PaymentWayKind.Wallet, "shopeepay", null, "ShopeePay") { RefundDays = 365, RefundsDirectly = true },
        new("dana", PaymentWayKind.Wallet, "dana", null, "DANA") { RefundDays = 45 },
        new("ovo", PaymentWayKind.Wallet, "ovo", null, "OVO") { RefundDays = 7, AsksByPhone = true },
    ];

    public static PaymentWay Of(Transaction transaction) => All.First(w => w.Id == transaction.Way);

    /// <summary>Permata has a payment type of its own beside that of the other banks.</summary>
    public static PaymentWay? Find(string? paymentType, string? bank) => paymentType switch
    {
        "bank_transfer" => All.FirstOrDefault(w => w.Kind == PaymentWayKind.VirtualAccount && w.Bank == bank),
        "permata" => All.First(w => w.Id == "permata"),
        _ => All.FirstOrDefault(w => w.PaymentType == paymentType),
    };
}
