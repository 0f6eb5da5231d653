using System.Globalization;
using System.Security.Cryptography;
using System.Text;
using System.Text.Json;
using System.Xml;
using Microsoft.AspNetCore.Http;
using Microsoft.Extensions.Configuration;
using Shop.Emulator.Clock;
using Shop.Emulator.Hosting;
using Shop.Emulator.Storage;

namespace Shop.Emulator.Courier;

/// <summary>A call that the courier refuses: <c>{"error":{"code","message"}}</c>.</summary>
internal sealed class CourierRefusal(int status, string code, string message) : Exception(message)
{
    public int Status { get; } = status;

    public string Code { get; } = code;
}

/// <summary>The courier's API: rates, bookings, tracking and labels for several couriers under one key, as an aggregator offers it.</summary>
internal sealed class CourierCalls(Parcels parcels, EmulatorClock clock, EmulatorAddresses addresses, IConfiguration settings)
{
    private static readonly JsonSerializerOptions Strict = new(JsonRows.Options) { UnmappedMemberHandling = System.Text.Json.Serialization.JsonUnmappedMemberHandling.Disallow };

    private sealed record RatesRequest(Place? Origin, Place? Destination, int Grams, CourierMoney? Value, long CubicCm = 0);

    public async Task<object> Rates(HttpContext context)
    {
        RatesRequest asked = await Body<RatesRequest>(context);
        Place origin = Checked(asked.Origin, "origin"), destination = Checked(asked.Destination, "destination");
        CheckWeight(asked.Grams);
        return new { services = CourierServices.Rates(origin, destination, asked.Grams, asked.CubicCm) };
    }

    public async Task<object> Book(HttpContext context)
    {
        Booking asked = await Body<Booking>(context);
        if (asked.Reference is not { Length: > 0 and <= 100 }) throw Invalid("reference", "is 1 to 100 characters");
        CheckWeight(asked.Grams);
        Place origin = Checked(PlaceOf(asked.Origin), "origin"), destination = Checked(PlaceOf(asked.Destination), "destination");
        if (string.IsNullOrWhiteSpace(asked.Destination!.Name) || string.IsNullOrWhiteSpace(asked.Destination.Phone) || string.IsNullOrWhiteSpace(asked.Destination.Line1))
            throw Invalid("destination", "needs name, phone and line1");
        CourierRate rate = CourierServices.Find(asked.ServiceId ?? "", origin, destination, asked.Grams, asked.CubicCm)
            ?? throw new CourierRefusal(422, "service_unavailable", "This service does not exist or does not go there.");
        (Parcel parcel, bool isNew) = await parcels.Book(asked, rate, context.RequestAborted);
        if (!isNew && !ParcelStore.Same(parcel.Booking, asked))
            throw new CourierRefusal(409, "reference_used", "This reference was booked before with other details.");
        context.Response.StatusCode = isNew ? StatusCodes.Status201Created : StatusCodes.Status200OK;
        return Shown(parcel);
    }

    public async Task<object> Track(HttpContext context) => Shown(await Find(context));

    public async Task Label(HttpContext context)
    {
        Parcel parcel = await Find(context);
        if (!CryptographicOperations.FixedTimeEquals(Encoding.UTF8.GetBytes(LabelToken(parcel.TrackingNumber)), Encoding.UTF8.GetBytes(context.Request.Query["token"].ToString())))
            throw new CourierRefusal(404, "not_found", "There is no such label.");
        context.Response.ContentType = "application/pdf";
        await context.Response.Body.WriteAsync(Courier.Label.Pdf(parcel), context.RequestAborted);
    }

    /// <summary>The key, and whatever the courier was told to do wrong.</summary>
    public async Task Enter(HttpContext context)
    {
        if (context.Request.Headers.Authorization.ToString() != $"Bearer {settings["Courier:ApiKey"]}")
            throw new CourierRefusal(401, "unauthorized", "The API key is missing or wrong.");
        CourierMisbehaviour misbehaviour = await parcels.Misbehaviour(context.RequestAborted);
        if (misbehaviour.Slow is { } slow) await Task.Delay(XmlConvert.ToTimeSpan(slow), clock, context.RequestAborted);
        if (await parcels.TakeFailure(context.RequestAborted)) throw new CourierRefusal(503, "unavailable", "The courier is not available.");
    }

    /// <summary>A parcel as the API tells it.</summary>
    public object Shown(Parcel parcel) => new
    {
        trackingNumber = parcel.TrackingNumber,
        reference = parcel.Booking.Reference,
        courier = parcel.Rate.Courier,
        serviceId = parcel.Rate.Id,
        price = parcel.Rate.Price,
        status = parcel.Status,
        events = parcel.Events,
        origin = parcel.Booking.Origin!.PostalCode,
        insured = parcel.Booking.Insured,
        collectCash = parcel.Booking.CollectCash,
        labelUrl = LabelUrl(parcel),
    };

    public string LabelUrl(Parcel parcel) => $"{addresses.BaseUrl}/emulator/courier/v1/labels/{parcel.TrackingNumber}.pdf?token={LabelToken(parcel.TrackingNumber)}";

    private async Task<Parcel> Find(HttpContext context)
    {
        string trackingNumber = ((string)context.Request.RouteValues["trackingNumber"]!).Replace(".pdf", "", StringComparison.Ordinal);
        return await parcels.Find(trackingNumber, context.RequestAborted) ?? throw new CourierRefusal(404, "not_found", "There is no parcel with this tracking number.");
    }

    /// <summary>People open labels without the key, so the address itself must not be guessed.</summary>
    private string LabelToken(string trackingNumber) =>
        Convert.ToHexStringLower(HMACSHA256.HashData(Encoding.UTF8.GetBytes(settings["Courier:ApiKey"]!), Encoding.UTF8.GetBytes("label|" + trackingNumber)))[..32];

    private static async Task<T> Body<T>(HttpContext context)
    {
        try
        {
            return await JsonSerializer.DeserializeAsync<T>(context.Request.Body, Strict, context.RequestAborted) ?? throw new CourierRefusal(400, "invalid", "The body is empty.");
        }
        catch (JsonException malformed)
        {
            throw new CourierRefusal(400, "invalid", $"The body is not what is asked for: {malformed.Path} {malformed.Message}");
        }
    }

    private static Place? PlaceOf(Party? party) => party is null ? null : new Place(party.PostalCode, party.District, party.City);

    private static Place Checked(Place? place, string name) =>
        place is not null && CourierServices.IsPostalCode(place.PostalCode) ? place : throw Invalid(name, "needs a postalCode of five digits");

    private static void CheckWeight(int grams)
    {
        if (grams is < 1 or > CourierServices.HeaviestGrams)
            throw Invalid("grams", $"is 1 to {CourierServices.HeaviestGrams.ToString(CultureInfo.InvariantCulture)}");
    }

    private static CourierRefusal Invalid(string field, string rule) => new(400, "invalid", $"'{field}' {rule}.");
}
