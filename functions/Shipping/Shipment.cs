using System.Text.Json.Serialization;
using Shop.Common;

namespace Shop.Shipping;

/// <summary>Ready: it lies there to be collected by its buyer. Lost: nobody will bring it any more; staff say so.</summary>
public enum ShipmentStatus { Booked, PickedUp, InTransit, Delivered, Failed, Returned, Ready, Lost }

/// <summary>One parcel of an order on its way.</summary>
/// <param name="Id">The reference it was booked under.</param>
/// <param name="LabelUrl">For staff; needs the courier's credentials.</param>
public sealed record Shipment(string Id, string Courier, string TrackingNumber, string LabelUrl, ShipmentStatus Status, IReadOnlyList<TrackingEvent> Events)
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
public sealed record TrackingEvent(ShipmentStatus Status, DateTimeOffset At, string? Text)
{
    /// <summary>What couriers may say; the rest is for the shop to say.</summary>
    /// <returns><c>null</c> for a word that the shop does not know.</returns>
    internal static ShipmentStatus? OfCourier(string? word) => word?.ToLowerInvariant() switch
    {
        "booked" => ShipmentStatus.Booked,
        "pickedup" => ShipmentStatus.PickedUp,
        "intransit" => ShipmentStatus.InTransit,
        "delivered" => ShipmentStatus.Delivered,
        "failed" => ShipmentStatus.Failed,
        "returned" => ShipmentStatus.Returned,
        _ => null,
    };
}

/// <summary>What a courier answers when it is asked for a parcel.</summary>
/// <param name="Events">Oldest first.</param>
/// <param name="Unheard">The newest state, where it is in a word that the shop does not know.</param>
public sealed record TrackedParcel(IReadOnlyList<TrackingEvent> Events, string? Unheard = null);

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
public sealed record BookedParcel(string TrackingNumber, string LabelUrl, string Courier);
