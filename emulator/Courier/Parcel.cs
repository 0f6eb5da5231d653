using System.Text.Json.Serialization;

namespace Shop.Emulator.Courier;

/// <summary>Where a parcel is.</summary>
internal enum ParcelStatus
{
    Booked,
    PickedUp,
    InTransit,
    Delivered,
    Failed,
    Returned,

    /// <summary>Called off by its courier.</summary>
    Cancelled,
}

/// <summary>Who sends or receives.</summary>
/// <param name="PostalCode">Five digits.</param>
internal sealed record Party(string Name, string Phone, string Address, string PostalCode);

/// <summary>What is booked; the same reference again is the same parcel.</summary>
/// <param name="CubicCm">Length by width by height; 0 where nobody measured.</param>
/// <param name="CollectCash">What is collected at the door.</param>
internal sealed record Booking(
    string Reference, string ServiceId, Party Origin, Party Destination, long Grams, CourierMoney Value, long CubicCm = 0, bool Insured = false, CourierMoney? CollectCash = null);

/// <summary>One step of a parcel's way.</summary>
/// <param name="Id">Unique, and the same however often it is told.</param>
/// <param name="Status">What the parcel became.</param>
/// <param name="At">When, on the emulator's clock.</param>
/// <param name="Description">For the shopper, in Indonesian.</param>
internal sealed record ParcelEvent(string Id, ParcelStatus Status, DateTimeOffset At, string Description);

/// <summary>A parcel on its way.</summary>
internal sealed record Parcel
{
    public required string TrackingNumber { get; init; }

    /// <summary>Its partition: the digits of the tracking number, which come from the reference.</summary>
    public required string Digits { get; init; }

    public required Booking Booking { get; init; }

    public required CourierRate Rate { get; init; }

    public required IReadOnlyList<ParcelEvent> Events { get; init; }

    /// <summary>When it moves by itself next; <c>null</c> when it does not.</summary>
    public DateTimeOffset? MovesAt { get; init; }

    public bool Held { get; init; }

    /// <summary>Its number is not told yet.</summary>
    public bool Unnumbered { get; init; }

    [JsonIgnore]
    public string? Waybill => Unnumbered ? null : TrackingNumber;

    [JsonIgnore]
    public ParcelStatus Status => Events[^1].Status;
}

/// <summary>How parcels move. Pure.</summary>
internal static class ParcelRules
{
    /// <summary>Of shop time, between two steps.</summary>
    public static TimeSpan Pace { get; } = TimeSpan.FromSeconds(10);

    /// <summary>The next step that a parcel takes by itself.</summary>
    public static ParcelStatus? Next(ParcelStatus status) => status switch
    {
        ParcelStatus.Booked => ParcelStatus.PickedUp,
        ParcelStatus.PickedUp => ParcelStatus.InTransit,
        ParcelStatus.InTransit => ParcelStatus.Delivered,
        _ => null,
    };

    /// <summary>A delivered or returned parcel moves no more; one that could not be delivered can only go back or be tried again.</summary>
    public static bool CanBecome(ParcelStatus from, ParcelStatus to) => from switch
    {
        ParcelStatus.Delivered or ParcelStatus.Returned or ParcelStatus.Cancelled => false,
        ParcelStatus.Failed => to is ParcelStatus.Returned or ParcelStatus.InTransit or ParcelStatus.Delivered or ParcelStatus.Cancelled,
        _ => to == ParcelStatus.Failed || to == ParcelStatus.Returned || to > from,
    };

    public static Parcel Moved(Parcel parcel, ParcelStatus to, DateTimeOffset at)
    {
        var step = new ParcelEvent($"cev_{parcel.Digits}{parcel.Events.Count:D3}", to, at, Description(to));
        return parcel with { Events = [.. parcel.Events, step], Unnumbered = false, MovesAt = parcel.Held || Next(to) is null ? null : at + Pace };
    }

    public static Parcel Hold(Parcel parcel, bool held, DateTimeOffset now) =>
        parcel with { Held = held, MovesAt = held || Next(parcel.Status) is null ? null : parcel.MovesAt ?? now + Pace };

    public static string Description(ParcelStatus status) => status switch
    {
        ParcelStatus.Booked => "Paket terdaftar",
        ParcelStatus.PickedUp => "Paket telah dijemput kurir",
        ParcelStatus.InTransit => "Paket dalam perjalanan",
        ParcelStatus.Delivered => "Paket telah diterima",
        ParcelStatus.Failed => "Paket gagal diantar",
        ParcelStatus.Returned => "Paket dikembalikan ke pengirim",
        _ => "Pengiriman dibatalkan",
    };
}
