using System.Text.Json.Serialization;
using Shop.Common;

namespace Shop.Payments;

public enum PaymentKind { Card, BankTransfer, Ewallet, Qris, CashOnDelivery, ManualTransfer, Credit }

/// <summary>A way to pay.</summary>
/// <param name="Id">As carts and orders name it, such as <c>card</c>.</param>
/// <param name="ExpiresAfterMinutes">How long the shop waits for the money.</param>
/// <param name="Provider">Who takes the money.</param>
/// <param name="Channel">Which of the provider's ways it is.</param>
public sealed record PaymentMethod(
    string Id, PaymentKind Kind, string Name, int ExpiresAfterMinutes, [property: JsonIgnore] string Provider, [property: JsonIgnore] string Channel)
{
    /// <summary>Only for amounts of this currency; <c>null</c> for all.</summary>
    [JsonIgnore]
    public Currency? Currency { get; init; }

    /// <summary>Only up to this amount.</summary>
    [JsonIgnore]
    public Money? Highest { get; init; }

    /// <summary>The money is authorised first, and taken when the order is accepted.</summary>
    [JsonIgnore]
    public bool CaptureLater { get; init; }

    /// <summary>The provider finds the payer by telephone number.</summary>
    [JsonIgnore]
    public bool NeedsPhone { get; init; }

    public bool Takes(Money amount) => (Currency is not { } only || only == amount.Currency) && !(Highest is { } most && (most.Currency != amount.Currency || amount > most));
}

/// <summary>The ways to pay that are switched on: a provider without a key, and an account without a number, offer none.</summary>
public sealed class PaymentMethods(PaymentOptions options, StripeOptions stripe, MidtransOptions midtrans, BankAccountOptions account)
{
    private readonly PaymentMethod[] _all = [.. Cards(options, stripe), .. Midtrans(options, midtrans), .. Transfers(options, account), .. Cash(options)];

    /// <summary>Those that take this amount, in the order they are shown.</summary>
    /// <param name="hasFiles">Something of it is delivered as a file.</param>
    /// <param name="cashAtTheDoor">Whoever brings the goods takes cash for them.</param>
    public IReadOnlyList<PaymentMethod> For(Money amount, bool hasFiles, bool cashAtTheDoor) =>
        [.. _all.Where(m => m.Takes(amount) && (m.Kind != PaymentKind.CashOnDelivery || (cashAtTheDoor && !hasFiles)))];

    public PaymentMethod? Find(string? id) => Array.Find(_all, m => m.Id == id);

    /// <summary>What a method is called, also one that is switched off by now; its id where nobody knows.</summary>
    public string NameOf(string id) => id == CreditGateway.Name ? CreditGateway.Method.Name : Find(id)?.Name ?? MidtransChannel.Find(id)?.Name ?? id;

    private static IEnumerable<PaymentMethod> Cards(PaymentOptions options, StripeOptions stripe) => stripe.SecretKey.Length == 0 ? [] :
        [new("card", PaymentKind.Card, "Kartu kredit / debit", options.CardDeadlineMinutes, StripeGateway.Name, "card") { CaptureLater = options.CardCapture != CardCapture.Automatic }];

    private static IEnumerable<PaymentMethod> Midtrans(PaymentOptions options, MidtransOptions midtrans)
    {
        if (midtrans.ServerKey.Length == 0) yield break;
        foreach (string name in midtrans.Methods.Split(',', StringSplitOptions.TrimEntries | StringSplitOptions.RemoveEmptyEntries))
        {
            MidtransChannel channel = MidtransChannel.Find(name)!;
            int minutes = channel.Kind switch
            {
                PaymentKind.BankTransfer => options.TransferDeadlineMinutes,
                PaymentKind.Qris => options.QrisDeadlineMinutes,
                _ => options.EwalletDeadlineMinutes,
            };
            yield return new PaymentMethod(channel.Id, channel.Kind, channel.Name, minutes, MidtransGateway.Name, channel.Id)
            {
                Currency = Currency.Idr,
                NeedsPhone = channel.AsksByPhone,
                Highest = channel.Kind == PaymentKind.Qris ? Money.FromMajor(options.HighestQrisRupiah, Currency.Idr) : null,
            };
        }
    }

    private static IEnumerable<PaymentMethod> Transfers(PaymentOptions options, BankAccountOptions account) => account.Number.Length == 0 ? [] :
        [new("manual-transfer", PaymentKind.ManualTransfer, $"Transfer {account.Bank}", options.ManualTransferDeadlineMinutes, ManualTransferGateway.Name, "manual") { Currency = Currency.Parse(account.Currency) }];

    private static IEnumerable<PaymentMethod> Cash(PaymentOptions options) => !options.CashOnDelivery ? [] :
        [new("cash-on-delivery", PaymentKind.CashOnDelivery, "Bayar di tempat (COD)", options.CardDeadlineMinutes, CashOnDeliveryGateway.Name, "cash") { Currency = Currency.Idr, Highest = Money.FromMajor(options.HighestCashRupiah, Currency.Idr) }];
}
