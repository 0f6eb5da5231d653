using System.Globalization;
using System.Text.Json;
using System.Text.Json.Serialization;

namespace Shop.Emulator.Courier;

/// <summary>Parcels in the words of Biteship's API.</summary>
internal static class BiteshipWords
{
    /// <summary>Where the shop takes webhooks, as it would be written in Biteship's dashboard.</summary>
    public const string HookPath = "/v1/hooks/couriers/biteship";

    /// <summary>Biteship's clock is Jakarta's.</summary>
    private static readonly TimeSpan Jakarta = TimeSpan.FromHours(7);

    private static readonly Dictionary<string, string> CourierNames = new(StringComparer.Ordinal) { ["jne"] = "JNE", ["sicepat"] = "SiCepat", ["anteraja"] = "AnterAja", ["jnt"] = "J&T" };

    /// <summary>Strict, so that a shop that misspells a field hears of it.</summary>
    public static JsonSerializerOptions Json { get; } = new() { PropertyNamingPolicy = JsonNamingPolicy.SnakeCaseLower, UnmappedMemberHandling = JsonUnmappedMemberHandling.Disallow };

    public static object Pricing(CourierRate rate) => new
    {
        AvailableCollectionMethod = new[] { "pickup" },
        AvailableForCashOnDelivery = true,
        AvailableForProofOfDelivery = false,
        AvailableForInstantWaybillId = true,
        AvailableForInsurance = true,
        Company = rate.Courier,
        CourierName = CourierNames[rate.Courier],
        CourierCode = rate.Courier,
        CourierServiceName = rate.Name[(CourierNames[rate.Courier].Length + 1)..],
        CourierServiceCode = ServiceOf(rate),
        Currency = "IDR",
        Description = rate.Name,
        Duration = $"{Days(rate)} days",
        ShipmentDurationRange = Days(rate),
        ShipmentDurationUnit = "days",
        ServiceType = "standard",
        ShippingType = "parcel",
        Price = Rupiah(rate.Price),
        Type = ServiceOf(rate),
    };

    public static object Order(Parcel parcel) => new
    {
        Success = true,
        Object = "order",
        Id = ParcelStore.OrderIdOf(parcel.Booking.Reference),
        Origin = new { ContactName = parcel.Booking.Origin.Name, ContactPhone = parcel.Booking.Origin.Phone, parcel.Booking.Origin.Address, PostalCode = Number(parcel.Booking.Origin.PostalCode) },
        Destination = new
        {
            ContactName = parcel.Booking.Destination.Name,
            ContactPhone = parcel.Booking.Destination.Phone,
            parcel.Booking.Destination.Address,
            PostalCode = Number(parcel.Booking.Destination.PostalCode),
            CashOnDelivery = new { Amount = parcel.Booking.CollectCash is { } cash ? Rupiah(cash) : 0, AmountCurrency = "IDR" },
        },
        Courier = new
        {
            TrackingId = TrackingId(parcel),
            WaybillId = parcel.Waybill,
            Company = parcel.Rate.Courier,
            Type = ServiceOf(parcel.Rate),
            History = parcel.Events.Select(step => new { ServiceType = "-", Status = Status(step.Status), Note = step.Description, UpdatedAt = step.At.ToOffset(Jakarta).ToString("O", CultureInfo.InvariantCulture) }),
            Insurance = new { Amount = parcel.Booking.Insured ? Rupiah(parcel.Booking.Value) : 0, AmountCurrency = "IDR" },
        },
        ReferenceId = parcel.Booking.Reference,
        Currency = "IDR",
        Price = Rupiah(parcel.Rate.Price),
        Status = Status(parcel.Status),
    };

    public static object StatusChanged(Parcel parcel, ParcelStatus told) => new
    {
        Event = "order.status",
        OrderId = ParcelStore.OrderIdOf(parcel.Booking.Reference),
        OrderPrice = Rupiah(parcel.Rate.Price),
        CourierTrackingId = TrackingId(parcel),
        CourierWaybillId = parcel.Waybill,
        CourierCompany = parcel.Rate.Courier,
        CourierType = ServiceOf(parcel.Rate),
        CourierDriverName = (string?)null,
        CourierDriverPhone = (string?)null,
        CourierLink = (string?)null,
        Status = Status(told),
    };

    public static object Numbered(Parcel parcel) => new
    {
        Event = "order.waybill_id",
        OrderId = ParcelStore.OrderIdOf(parcel.Booking.Reference),
        CourierTrackingId = TrackingId(parcel),
        CourierWaybillId = parcel.Waybill,
        CourierCompany = parcel.Rate.Courier,
        CourierType = ServiceOf(parcel.Rate),
        Status = Status(parcel.Status),
    };

    private static string Status(ParcelStatus status) => status switch
    {
        ParcelStatus.Booked => "confirmed",
        ParcelStatus.PickedUp => "picked",
        ParcelStatus.InTransit => "dropping_off",
        ParcelStatus.Delivered => "delivered",
        ParcelStatus.Failed => "on_hold",
        ParcelStatus.Returned => "returned",
        _ => "cancelled",
    };

    private static string TrackingId(Parcel parcel) => ParcelStore.OrderIdOf("tracking|" + parcel.Booking.Reference);

    private static string ServiceOf(CourierRate rate) => rate.Id[(rate.Courier.Length + 1)..];

    private static string Days(CourierRate rate) => string.Create(CultureInfo.InvariantCulture, $"{rate.MinDays} - {rate.MaxDays}");

    private static long Rupiah(CourierMoney money) => money.Amount / 100;

    private static int Number(string postalCode) => int.Parse(postalCode, CultureInfo.InvariantCulture);
}
