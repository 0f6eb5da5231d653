using System.Xml;

namespace Shop.Emulator.Webhooks;

/// <summary>What a payment provider does wrong on request: people and tests ask for it, the shop has to bear it.</summary>
internal sealed record PaymentMisbehaviour
{
    /// <summary>Every webhook is posted twice.</summary>
    public bool Duplicate { get; init; }

    /// <summary>Every other webhook is held back so long that the next one overtakes it.</summary>
    public bool Reorder { get; init; }

    /// <summary>Webhooks are posted this much later, on the emulator's clock; ISO 8601, such as <c>PT5M</c>.</summary>
    public string? Delay { get; init; }

    /// <summary>Webhooks are lost on the way.</summary>
    public bool Drop { get; init; }

    /// <summary>What arrives instead of the amount that was asked for, as the provider counts it: Stripe in minor units, Midtrans in rupiah.</summary>
    public long? WrongAmount { get; init; }

    /// <summary>A cancelled payment is paid all the same, right after the cancellation was answered.</summary>
    public bool Late { get; init; }

    /// <summary>How many payments in a hundred the general order is for, chosen by their ids.</summary>
    public int Percent { get; init; } = 100;

    public static PaymentMisbehaviour None { get; } = new();

    /// <summary>How long a webhook is held back to be overtaken.</summary>
    public static TimeSpan HeldBack { get; } = TimeSpan.FromSeconds(10);

    /// <summary>Whether the general order is for this payment: the same payments whenever it is asked.</summary>
    public bool IsFor(string token) => token.Aggregate(17u, static (sum, letter) => (sum * 31) + letter) % 100 < Percent;

    public (TimeSpan Wait, int Copies) Delivery(int eventNumber)
    {
        TimeSpan wait = Delay is null ? TimeSpan.Zero : XmlConvert.ToTimeSpan(Delay);
        if (Reorder && eventNumber % 2 == 0) wait += HeldBack;
        return (wait, Drop ? 0 : Duplicate ? 2 : 1);
    }
}
