using System.Text.Json.Serialization;
using Shop.Common;

namespace Shop.Shipping;

/// <summary>Ready: it lies there to be collected by its buyer. Lost: nobody will bring it any more; staff say so.</summary>
public enum ShipmentStatus { Booked, PickedUp, InTransit, Delivered, Failed, Returned, Ready, Lost }

/// <summary>One parcel of an order on its way.</summary>
/// <param name="Id">The reference it was booked under.</param>
/// <param name="TrackingNumber">The courier's, on the parcel; <c>null</c> until it gives one.</param>
/// <param name="Booking">What the courier calls it, with which it is asked; empty for what is collected.</param>
public sealed record Shipment(string Id, string Courier, string? TrackingNumber, string Booking, ShipmentStatus Status, IReadOnlyList<TrackingEvent> Events)
{
    /// <summary>Takes what the courier tells; what it told before, or what lies behind the parcel, changes nothing.</summary>
    public Shipment Take(TrackingEvent told) =>
        Events.Contains(told) || (Rank(told.Status) <= Rank(Status) && !IsAnotherAttempt(told)) ? this : this with { Status = told.Status, Events = [.. Events, told] };

    /// <summary>Its goods count as not sold, and their money went back.</summary>
    [JsonIgnore(Condition = JsonIgnoreCondition.WhenWritingDefault)]
    public bool TakenBack { get; init; }

    /// <summary>By when it was promised to be there.</summary>
    [JsonIgnore(Condition = JsonIgnoreCondition.WhenWritingNull)]
    public DateOnly? DeliverBy { get; init; }

    /// <summary>For the timeline, when it was booked.</summary>
    internal static string NumberText(string? trackingNumber) => trackingNumber is null ? "its tracking number comes later" : $"tracking number {trackingNumber}";

    /// <summary>How people name it.</summary>
    [JsonIgnore]
    public string Name => TrackingNumber ?? Id;

    /// <summary>The courier of what the buyer collects.</summary>
    public const string PickupCourier = "pickup";

    [JsonIgnore]
    public bool IsPickup => Courier == PickupCourier;

    /// <summary>Out again after a delivery that failed, or failed again.</summary>
    private bool IsAnotherAttempt(TrackingEvent told) =>
        Events.Any(e => e.Status == ShipmentStatus.Failed) && told.Status != Status && told.Status is ShipmentStatus.InTransit or ShipmentStatus.Failed && !IsOver && told.At > Events[^1].At;

    [JsonIgnore]
    public bool IsOver => IsEnd(Status);

    internal static bool IsEnd(ShipmentStatus status) => status is ShipmentStatus.Delivered or ShipmentStatus.Returned or ShipmentStatus.Lost;

    // A failed delivery may still be tried again and end well.
    private static int Rank(ShipmentStatus status) => status switch
    {
        ShipmentStatus.Booked => 0,
        ShipmentStatus.PickedUp => 1,
        ShipmentStatus.InTransit or ShipmentStatus.Ready => 2,
        ShipmentStatus.Failed => 3,
        _ => 4,
    };
}

/// <summary>What the courier says of a parcel.</summary>
public sealed record TrackingEvent(ShipmentStatus Status, DateTimeOffset At, string? Text);

/// <summary>What a courier answers when it is asked for a parcel.</summary>
/// <param name="Events">Oldest first.</param>
/// <param name="Unheard">The newest state, where it is in a word that the shop does not know.</param>
public sealed record TrackedParcel(IReadOnlyList<TrackingEvent> Events, string? Unheard = null)
{
    /// <summary>Ours, under which it was booked.</summary>
    public string? Reference { get; init; }

    /// <summary><c>null</c> until it has one.</summary>
    public string? TrackingNumber { get; init; }

    internal bool TellsMoreThan(Shipment known) =>
        (TrackingNumber is { } number && number != known.TrackingNumber) || (Unheard is not null && !known.IsOver) || Events.Any(told => known.Take(told) != known);
}

/// <summary>What is handed over.</summary>
/// <param name="Reference">Ours, the same for the same parcel.</param>
/// <param name="RateId">The service that was chosen.</param>
/// <param name="Customer">Who gets it, or sends it.</param>
/// <param name="Back">From the customer to the shop.</param>
public sealed record ParcelToBook(string Reference, string RateId, string Courier, Address Customer, int Grams, Money Value, bool Back = false)
{
    /// <summary>Where the courier collects it; <c>null</c> for the address of the settings.</summary>
    public Address? From { get; init; }

    public long CubicCm { get; init; }

    public bool Insured { get; init; }

    /// <summary>What the courier collects at the door.</summary>
    public Money? CollectCash { get; init; }
}

/// <summary>What came of the booking.</summary>
/// <param name="Booking">What the courier calls it, with which it is asked.</param>
/// <param name="TrackingNumber">On the parcel; <c>null</c> where the courier gives it later.</param>
public sealed record BookedParcel(string Booking, string? TrackingNumber, string Courier);
