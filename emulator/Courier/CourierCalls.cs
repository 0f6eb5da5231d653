using System.Globalization;
using System.Text.Json;
using System.Xml;
using Microsoft.AspNetCore.Http;
using Microsoft.Extensions.Configuration;
using Shop.Emulator.Clock;

namespace Shop.Emulator.Courier;

/// <summary>A call that the courier refuses: <c>{"success":false,"error","code"}</c>, the code where Biteship has one for it.</summary>
internal sealed class CourierRefusal(int status, string message, long? code = null, object? details = null) : Exception(message)
{
    public int Status { get; } = status;

    public long? Code { get; } = code;

    public object? Details { get; } = details;
}

/// <summary>The courier's API: rates, bookings and tracking for several couriers under one key, as Biteship offers it.</summary>
internal sealed class CourierCalls(Parcels parcels, EmulatorClock clock, IConfiguration settings)
{
    private sealed record Item(string? Name, long? Value, int? Quantity, long? Weight, long? Length = null, long? Width = null, long? Height = null);

    private sealed record RatesRequest(int? OriginPostalCode, int? DestinationPostalCode, string? Couriers, IReadOnlyList<Item>? Items);

    private sealed record OrderRequest(
        string? ReferenceId, string? ShipperContactName, string? ShipperContactPhone,
        string? OriginContactName, string? OriginContactPhone, string? OriginAddress, int? OriginPostalCode,
        string? DestinationContactName, string? DestinationContactPhone, string? DestinationAddress, int? DestinationPostalCode,
        string? CourierCompany, string? CourierType, long? CourierInsurance, long? DestinationCashOnDelivery, string? DeliveryType, IReadOnlyList<Item>? Items);

    public async Task<object> Rates(HttpContext context)
    {
        RatesRequest asked = await Body<RatesRequest>(context);
        string origin = Postal(asked.OriginPostalCode, null), destination = Postal(asked.DestinationPostalCode, null);
        string[] couriers = asked.Couriers is { Length: > 0 } named ? named.Split(',') : throw new CourierRefusal(400, "Required parameter is missing: couriers");
        (long grams, long cubicCm, _) = Weighed(asked.Items);
        object[] pricing = [.. CourierServices.Rates(origin, destination, grams, cubicCm).Where(rate => couriers.Contains(rate.Courier, StringComparer.Ordinal)).Select(BiteshipWords.Pricing)];
        return pricing.Length > 0
            ? new { Success = true, Object = "courier_pricing", Message = "Success to retrieve courier pricing", Code = 20001003, Pricing = pricing }
            : throw new CourierRefusal(400, "No courier available for the requested location", 40001010);
    }

    public async Task<object> Book(HttpContext context)
    {
        OrderRequest asked = await Body<OrderRequest>(context);
        if (asked.ReferenceId is not { Length: > 0 and <= 100 } reference) throw new CourierRefusal(400, "Required parameter is missing: reference_id");
        if (asked.DeliveryType is null) throw new CourierRefusal(400, "Delivery type has no value", 40002005);
        if (asked.DeliveryType != "now") throw new CourierRefusal(400, "The delivery type is not right", 40002006);
        var origin = new Party(
            Said(asked.OriginContactName, "origin contact name", 40002014), Said(asked.OriginContactPhone, "origin contact phone", 40002015),
            Said(asked.OriginAddress, "origin address", 40002016), Postal(asked.OriginPostalCode, 40002011));
        var destination = new Party(
            Said(asked.DestinationContactName, "destination contact name", 40002017), Said(asked.DestinationContactPhone, "destination contact phone", 40002018),
            Said(asked.DestinationAddress, "destination address", 40002019), Postal(asked.DestinationPostalCode, 40002010));
        (long grams, long cubicCm, long value) = Weighed(asked.Items);
        string service = $"{asked.CourierCompany}-{asked.CourierType}";
        CourierRate rate = CourierServices.Find(service, origin.PostalCode, destination.PostalCode, grams, cubicCm) ?? throw new CourierRefusal(400, "This service does not exist or does not go there");
        var booking = new Booking(
            reference, service, origin, destination, grams, InRupiah(asked.CourierInsurance ?? value), cubicCm, asked.CourierInsurance > 0,
            asked.DestinationCashOnDelivery is { } cash and > 0 ? InRupiah(cash) : null);
        (Parcel parcel, bool isNew) = await parcels.Book(booking, rate, context.RequestAborted);
        return isNew
            ? BiteshipWords.Order(parcel)
            : throw new CourierRefusal(400, "Reference ID already exists", 40002060, new { OrderId = ParcelStore.OrderIdOf(reference), ReferenceId = reference, WaybillId = parcel.Waybill });
    }

    public async Task<object> Find(HttpContext context) =>
        await parcels.FindOrder((string)context.Request.RouteValues["id"]!, context.RequestAborted) is { } parcel ? BiteshipWords.Order(parcel) : throw new CourierRefusal(400, "Order not found", 40002057);

    /// <summary>The key, and whatever the courier was told to do wrong.</summary>
    public async Task Enter(HttpContext context)
    {
        if (context.Request.Headers.Authorization.ToString() != settings["Courier:ApiKey"]) throw new CourierRefusal(401, "The API key is missing or wrong");
        CourierMisbehaviour misbehaviour = await parcels.Misbehaviour(context.RequestAborted);
        if (misbehaviour.Slow is { } slow) await Task.Delay(XmlConvert.ToTimeSpan(slow), clock, context.RequestAborted);
        if (await parcels.TakeFailure(context.RequestAborted)) throw new CourierRefusal(503, "The courier is not available");
    }

    /// <summary>A parcel as the page shows it.</summary>
    public static object Shown(Parcel parcel) => new
    {
        trackingNumber = parcel.TrackingNumber,
        orderId = ParcelStore.OrderIdOf(parcel.Booking.Reference),
        reference = parcel.Booking.Reference,
        courier = parcel.Rate.Courier,
        serviceId = parcel.Rate.Id,
        price = parcel.Rate.Price,
        status = parcel.Status,
        events = parcel.Events,
        origin = parcel.Booking.Origin.PostalCode,
        insured = parcel.Booking.Insured,
        collectCash = parcel.Booking.CollectCash,
    };

    private static async Task<T> Body<T>(HttpContext context)
    {
        try
        {
            return await JsonSerializer.DeserializeAsync<T>(context.Request.Body, BiteshipWords.Json, context.RequestAborted) ?? throw new CourierRefusal(400, "The body is empty");
        }
        catch (JsonException malformed)
        {
            throw new CourierRefusal(400, $"The body is not what is asked for: {malformed.Path}");
        }
    }

    private static string Said(string? text, string name, long code) => string.IsNullOrWhiteSpace(text) ? throw new CourierRefusal(400, $"Please make sure {name} is filled", code) : text;

    private static string Postal(int? code, long? refusal) =>
        code is { } given && given.ToString(CultureInfo.InvariantCulture) is var text && CourierServices.IsPostalCode(text) ? text : throw new CourierRefusal(400, "Invalid or missing postal code", refusal);

    private static (long Grams, long CubicCm, long Value) Weighed(IReadOnlyList<Item>? items)
    {
        if (items is not { Count: > 0 } || items.Any(i => i is not { Name.Length: > 0, Value: >= 0, Quantity: > 0, Weight: > 0 })) throw new CourierRefusal(400, "Every item needs name, value, quantity and weight");
        long grams = items.Sum(i => i.Weight!.Value * i.Quantity!.Value);
        return grams > CourierServices.HeaviestGrams
            ? throw new CourierRefusal(400, "No courier carries so much", 40001010)
            : (grams, items.Sum(i => (i.Length ?? 0) * (i.Width ?? 0) * (i.Height ?? 0) * i.Quantity!.Value), items.Sum(i => i.Value!.Value * i.Quantity!.Value));
    }

    private static CourierMoney InRupiah(long rupiah) => new(rupiah * 100, "IDR");
}
