using System.ComponentModel.DataAnnotations;

namespace Shop.Payments;

/// <summary>Section <c>Payments</c>: how long the shop waits for the money before it cancels an order.</summary>
public sealed class PaymentOptions
{
    [Range(1, 24 * 60)]
    public int CardDeadlineMinutes { get; init; } = 30;

    /// <summary>For a virtual account: a day, as the banks have it.</summary>
    [Range(1, 7 * 24 * 60)]
    public int TransferDeadlineMinutes { get; init; } = 24 * 60;

    [Range(1, 24 * 60)]
    public int EwalletDeadlineMinutes { get; init; } = 15;

    [Range(1, 24 * 60)]
    public int QrisDeadlineMinutes { get; init; } = 15;

    /// <summary>For a transfer that a person has to see: over a weekend.</summary>
    [Range(1, 14 * 24 * 60)]
    public int ManualTransferDeadlineMinutes { get; init; } = 3 * 24 * 60;

    /// <summary>QRIS takes no more than this in one payment.</summary>
    [Range(1, 1_000_000_000)]
    public int HighestQrisRupiah { get; init; } = 10_000_000;

    /// <summary>When the money of a card is taken.</summary>
    public CardCapture CardCapture { get; init; }

    /// <summary>Whether goods can be paid when they are handed over, where the courier takes cash.</summary>
    public bool CashOnDelivery { get; init; }

    /// <summary>No courier is sent out for more cash than this.</summary>
    [Range(1, 1_000_000_000)]
    public int HighestCashRupiah { get; init; } = 5_000_000;

    /// <summary>How often a shopper may change the way to pay of one order: each new one holds the stock anew.</summary>
    [Range(1, 50)]
    public int MostAttempts { get; init; } = 5;
}

public enum CardCapture
{
    /// <summary>At once.</summary>
    Automatic,

    /// <summary>When the shop accepts the order: at once, or after its review. What is refused costs nobody a refund.</summary>
    WhenAccepted,

    /// <summary>When staff say so, whole or in part, before the authorisation lapses.</summary>
    ByStaff,
}

/// <summary>Section <c>Stripe</c>.</summary>
public sealed class StripeOptions
{
    /// <summary>Another address than Stripe's own: the emulator's.</summary>
    public Uri? ApiBase { get; init; }

    [Required]
    public string SecretKey { get; init; } = "";

    [Required]
    public string PublishableKey { get; init; } = "";

    /// <summary>Signs the webhooks that Stripe posts to <c>/v1/hooks/stripe</c>.</summary>
    [Required]
    public string WebhookSecret { get; init; } = "";
}

/// <summary>Section <c>Midtrans</c>.</summary>
public sealed class MidtransOptions : IValidatableObject
{
    [Required]
    public Uri ApiBase { get; init; } = new("https://api.midtrans.com");

    /// <summary>Of the merchant; empty switches Midtrans off. It also signs what Midtrans posts to <c>/v1/hooks/midtrans</c>.</summary>
    public string ServerKey { get; init; } = "";

    /// <summary>Which ways to pay are offered, in this order, separated by commas.</summary>
    public string Methods { get; init; } = "bca-va,bni-va,bri-va,mandiri-bill,permata-va,cimb-va,qris,gopay,shopeepay,dana,ovo";

    public IEnumerable<ValidationResult> Validate(ValidationContext validationContext) =>
        from name in Methods.Split(',', StringSplitOptions.TrimEntries | StringSplitOptions.RemoveEmptyEntries)
        where MidtransChannel.Find(name) is null
        select new ValidationResult($"'{name}' is not one of {string.Join(", ", MidtransChannel.All.Select(c => c.Id))}.", [nameof(Methods)]);
}

/// <summary>Section <c>BankAccount</c>: where shoppers transfer money to by hand, and staff see it come.</summary>
public sealed class BankAccountOptions
{
    public string Bank { get; init; } = "";

    /// <summary>Empty switches transfers by hand off.</summary>
    public string Number { get; init; } = "";

    public string Name { get; init; } = "";

    [Required]
    public string Currency { get; init; } = "IDR";
}
