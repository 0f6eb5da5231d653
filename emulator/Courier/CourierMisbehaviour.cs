namespace Shop.Emulator.Courier;

/// <summary>What the couriers do wrong on request.</summary>
internal sealed record CourierMisbehaviour
{
    /// <summary>So many of the next calls are answered 503.</summary>
    public long Fail { get; init; }

    /// <summary>Calls are answered this much later, on the emulator's clock; ISO 8601.</summary>
    public string? Slow { get; init; }

    /// <summary>Webhooks tell the step before the one that the parcel took; the tracking page tells the truth.</summary>
    public bool Wrong { get; init; }

    /// <summary>Every webhook is posted twice.</summary>
    public bool Duplicate { get; init; }

    /// <summary>Webhooks are lost on the way.</summary>
    public bool Lost { get; init; }

    /// <summary>Bookings get their number when the courier has the parcel, or on request.</summary>
    public bool Unnumbered { get; init; }

    public static CourierMisbehaviour None { get; } = new();
}
