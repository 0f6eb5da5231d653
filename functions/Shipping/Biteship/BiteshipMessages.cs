using System.Globalization;
using System.Text.Json;
using System.Text.Json.Serialization;
using Shop.Common;

namespace Shop.Shipping;

/// <summary>One parcel as Biteship asks for it: whole rupiah, grams and whole centimetres.</summary>
internal sealed record BiteshipItem(string Name, long Value, int Quantity, long Weight, long? Length = null, long? Width = null, long? Height = null);

internal sealed record BiteshipRatesRequest(int OriginPostalCode, int DestinationPostalCode, string Couriers, IReadOnlyList<BiteshipItem> Items);

internal sealed record BiteshipRates(IReadOnlyList<BiteshipPricing>? Pricing);

/// <summary>What one service asks.</summary>
/// <param name="ShipmentDurationRange">Such as <c>2 - 3</c>.</param>
/// <param name="ShipmentDurationUnit">Days, or hours.</param>
internal sealed record BiteshipPricing(
    string? CourierCode, string? CourierServiceCode, string? CourierName, string? CourierServiceName, decimal? Price, string? ShipmentDurationRange, string? ShipmentDurationUnit,
    bool? AvailableForCashOnDelivery, bool? AvailableForInsurance);

internal sealed record BiteshipOrderRequest(
    string ReferenceId, string ShipperContactName, string ShipperContactPhone,
    string OriginContactName, string OriginContactPhone, string OriginAddress, int OriginPostalCode,
    string DestinationContactName, string DestinationContactPhone, string DestinationAddress, int DestinationPostalCode,
    string CourierCompany, string CourierType, long? CourierInsurance, long? DestinationCashOnDelivery, string DeliveryType, IReadOnlyList<BiteshipItem> Items);

/// <summary>A booking as Biteship tells it; nothing in it is sure to be there.</summary>
internal sealed record BiteshipOrder(string? Id, string? ReferenceId, string? Status, BiteshipOrder.Carrier? Courier, BiteshipOrder.Place? Destination)
{
    internal sealed record Carrier(string? Company, string? Type, string? WaybillId, IReadOnlyList<Step>? History);

    internal sealed record Step(string? Status, string? Note, DateTimeOffset? UpdatedAt);

    internal sealed record Place(JsonElement? PostalCode, Cash? CashOnDelivery);

    internal sealed record Cash(decimal? Amount);
}

/// <summary>A refusal: the code says more than the status.</summary>
internal sealed record BiteshipRefusal(long? Code, string? Error, string? Message, string? OrderId, BiteshipRefusal.Named? Details)
{
    /// <summary>Nobody delivers from there to there.</summary>
    public const long NoCourier = 40001010;

    /// <summary>The reference was booked before.</summary>
    public const long Booked = 40002060;

    /// <summary>Biteship could not look it up, whatever the status says.</summary>
    public const long Unwell = 40002042;

    internal sealed record Named(string? OrderId);

    [JsonIgnore]
    public string? Order => Details?.OrderId ?? OrderId;
}

/// <summary>A webhook. It has neither an id nor a time.</summary>
internal sealed record BiteshipEvent(string? Event, string? OrderId, string? Status, string? CourierWaybillId)
{
    public const string StatusChanged = "order.status", Numbered = "order.waybill_id";
}

/// <summary>Between the shop's words and Biteship's. Pure.</summary>
internal static class BiteshipMessages
{
    /// <summary>Longer words of a courier are cut.</summary>
    private const int LongestNote = 1000;

    private const int HoursADay = 24;

    public static JsonSerializerOptions Json { get; } = new()
    {
        PropertyNamingPolicy = JsonNamingPolicy.SnakeCaseLower, DefaultIgnoreCondition = JsonIgnoreCondition.WhenWritingNull, NumberHandling = JsonNumberHandling.AllowReadingFromString,
    };

    /// <summary>Biteship counts whole rupiah.</summary>
    /// <exception cref="CourierRefusedException">The amount is not one of whole rupiah.</exception>
    public static long ToRupiah(Money money) => money.Currency == Currency.Idr && money.Amount % Currency.Idr.MinorUnits == 0
        ? money.Amount / Currency.Idr.MinorUnits
        : throw new CourierRefusedException($"Biteship cannot take {money} exactly.");

    /// <returns><c>null</c> where it is none of Indonesia's.</returns>
    public static int? PostalCode(string code) => code.Length == 5 && int.TryParse(code, NumberStyles.None, CultureInfo.InvariantCulture, out int number) ? number : null;

    /// <summary>Services are sold as courier and service, such as <c>jne-reg</c>.</summary>
    /// <exception cref="CourierRefusedException">It names no service.</exception>
    public static (string Company, string Type) ServiceOf(string rateId) =>
        rateId.Split('-', 2) is [{ Length: > 0 } company, { Length: > 0 } type] ? (company, type) : throw new CourierRefusedException($"'{rateId}' names no courier and service.");

    /// <summary>The parcel as a whole: a box in which all of it has room. Couriers charge for the box, not for its form.</summary>
    public static BiteshipItem Item(long value, long grams, long cubicCm)
    {
        if (cubicCm <= 0) return new BiteshipItem("Parcel", value, 1, grams);
        long side = (long)Math.Cbrt(cubicCm), height = (cubicCm + (side * side) - 1) / (side * side);
        return new BiteshipItem("Parcel", value, 1, grams, side, side, height);
    }

    public static string AddressOf(Address address) => string.Join(", ", ((string?[])[address.Line1, address.Line2, address.Village, address.District, address.City, address.Province]).Where(part => !string.IsNullOrEmpty(part)));

    /// <summary>As couriers dial it: digits alone, Indonesia's own number without its prefix.</summary>
    public static string PhoneOf(string phone)
    {
        string digits = string.Concat(phone.Where(char.IsAsciiDigit));
        return !phone.TrimStart().StartsWith('+') ? digits : digits.StartsWith("62", StringComparison.Ordinal) ? "0" + digits[2..] : "+" + digits;
    }

    /// <returns><c>null</c> for an offer that does not say what it costs or how long it takes.</returns>
    public static ShippingRate? RateOf(BiteshipPricing offer)
    {
        if (offer is not { CourierCode: { Length: > 0 } courier, CourierServiceCode: { Length: > 0 } service, Price: { } price } || price < 0 || price != decimal.Truncate(price) || DaysOf(offer) is not { } days) return null;
        return new ShippingRate(
            $"{courier}-{service}".ToLowerInvariant(), $"{offer.CourierName ?? courier} {offer.CourierServiceName ?? service}", courier.ToLowerInvariant(), Money.FromMajor(price, Currency.Idr), days)
        {
            CashOnDelivery = offer.AvailableForCashOnDelivery == true,
            Insurable = offer.AvailableForInsurance == true,
        };
    }

    public static TrackedParcel ParcelOf(BiteshipOrder order)
    {
        List<TrackingEvent> heard = [];
        string? unheard = null;
        foreach (BiteshipOrder.Step step in (order.Courier?.History ?? []).Where(s => s.Status is not null).OrderBy(s => s.UpdatedAt))
        {
            ShipmentStatus? status = StatusOf(step.Status!);
            if (status is { } known && step.UpdatedAt is { } at) heard.Add(new TrackingEvent(known, at, step.Note is { Length: > LongestNote } many ? many[..LongestNote] : step.Note));
            unheard = status is null ? step.Status : null;
        }
        if (order.Status is { } now && StatusOf(now) is null) unheard = now;
        return new TrackedParcel(heard, unheard) { Reference = order.ReferenceId, TrackingNumber = WaybillOf(order) };
    }

    public static string? WaybillOf(BiteshipOrder order) => order.Courier?.WaybillId is { Length: > 0 } waybill ? waybill : null;

    /// <summary>Its documentation writes the words in two ways: <c>picking_up</c> of orders, <c>pickingUp</c> of trackings.</summary>
    /// <returns><c>null</c> for a word that needs people: a cancelled, destroyed or unfound parcel, and what the shop does not know.</returns>
    private static ShipmentStatus? StatusOf(string word) => word.Replace("_", "", StringComparison.Ordinal).ToLowerInvariant() switch
    {
        "confirmed" or "scheduled" or "allocated" or "pickingup" => ShipmentStatus.Booked,
        "picked" => ShipmentStatus.PickedUp,
        "droppingoff" => ShipmentStatus.InTransit,
        "delivered" => ShipmentStatus.Delivered,
        "onhold" or "rejected" or "returnintransit" => ShipmentStatus.Failed,
        "returned" => ShipmentStatus.Returned,
        _ => null,
    };

    private static EstimatedDays? DaysOf(BiteshipPricing offer)
    {
        int[] range = [.. (offer.ShipmentDurationRange ?? "").Split('-', StringSplitOptions.TrimEntries).Select(part => int.TryParse(part, NumberStyles.None, CultureInfo.InvariantCulture, out int number) ? number : -1)];
        if (range.Length is 0 or > 2 || range[0] < 0 || range[^1] < range[0]) return null;
        return offer.ShipmentDurationUnit?.ToLowerInvariant() switch
        {
            "day" or "days" => new EstimatedDays(range[0], range[^1]),
            "hour" or "hours" => new EstimatedDays(range[0] / HoursADay, (range[^1] + HoursADay - 1) / HoursADay),
            _ => null,
        };
    }
}
