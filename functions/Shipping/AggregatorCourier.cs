using System.Net;
using System.Net.Http.Json;
using System.Text.Json;
using Shop.Common;

namespace Shop.Shipping;

/// <summary>Couriers through an aggregator's API: one key, one address, several couriers.</summary>
public sealed class AggregatorCourier(IHttpClientFactory clients, ShippingOptions options) : ICourier
{
    public const string ClientName = "courier";

    private const int LargestLabel = 5_000_000;

    private sealed record Place(string PostalCode, string? District, string City);

    private sealed record Party(string Name, string Phone, string Line1, string PostalCode, string? District, string City);

    private sealed record RatesRequest(Place Origin, Place Destination, long Grams, long CubicCm, Money Value);

    private sealed record RatesAnswer(IReadOnlyList<Rate> Services);

    private sealed record Rate(string Id, string Name, string Courier, Money Price, int MinDays, int MaxDays);

    private sealed record BookingRequest(string Reference, string ServiceId, Party Origin, Party Destination, int Grams, Money Value, long CubicCm, bool Insured, Money? CollectCash);

    private sealed record Parcel(string TrackingNumber, string Courier, string LabelUrl, IReadOnlyList<ParcelStep> Events);

    private sealed record ParcelStep(string Status, DateTimeOffset At, string? Description);

    public async Task<IReadOnlyList<ShippingRate>> Quote(ParcelToQuote parcel, CancellationToken cancellationToken)
    {
        var request = new RatesRequest(Origin, new Place(parcel.PostalCode, parcel.District, parcel.City), parcel.Grams, parcel.CubicCm, parcel.Value);
        using HttpResponseMessage response = await Client().PostAsJsonAsync("v1/rates", request, ShopJson.Options, cancellationToken);
        // The courier knows no such place or weight: nothing can be offered, which is an answer too.
        if (response.StatusCode is HttpStatusCode.BadRequest or HttpStatusCode.UnprocessableEntity) return [];
        RatesAnswer answer = await Read<RatesAnswer>(response, cancellationToken);
        return [.. answer.Services.Select(s => new ShippingRate(s.Id, s.Name, s.Courier, s.Price, new EstimatedDays(s.MinDays, s.MaxDays)))];
    }

    public async Task<BookedParcel> Book(ParcelToBook parcel, CancellationToken cancellationToken)
    {
        Party shop = parcel.From is { } place ? PartyOf(place) : new Party(options.OriginName, options.OriginPhone, options.OriginLine1, options.OriginPostalCode, null, options.OriginCity);
        Party customer = PartyOf(parcel.Customer);
        (Party from, Party to) = parcel.Back ? (customer, shop) : (shop, customer);
        var request = new BookingRequest(parcel.Reference, parcel.RateId, from, to, parcel.Grams, parcel.Value, parcel.CubicCm, parcel.Insured, parcel.CollectCash);
        using HttpResponseMessage response = await Client().PostAsJsonAsync("v1/bookings", request, ShopJson.Options, cancellationToken);
        Parcel booked = await Read<Parcel>(response, cancellationToken);
        return new BookedParcel(booked.TrackingNumber, booked.LabelUrl, booked.Courier);
    }

    public async Task<TrackedParcel> Track(string trackingNumber, CancellationToken cancellationToken)
    {
        using HttpResponseMessage response = await Client().GetAsync(new Uri($"v1/bookings/{Uri.EscapeDataString(trackingNumber)}", UriKind.Relative), cancellationToken);
        List<TrackingEvent> heard = [];
        string? unheard = null;
        foreach (ParcelStep step in (await Read<Parcel>(response, cancellationToken)).Events.OrderBy(e => e.At))
        {
            ShipmentStatus? status = TrackingEvent.OfCourier(step.Status);
            if (status is { } known) heard.Add(new TrackingEvent(known, step.At, step.Description));
            unheard = status is null ? step.Status : null;
        }
        return new TrackedParcel(heard, unheard);
    }

    public async Task<byte[]?> Label(string url, CancellationToken cancellationToken)
    {
        // The key goes with it: only where the courier lives.
        if (!Uri.TryCreate(url, UriKind.Absolute, out Uri? label) || label.Authority != options.BaseUrl.Authority) return null;
        try
        {
            using HttpResponseMessage response = await Client().GetAsync(label, HttpCompletionOption.ResponseHeadersRead, cancellationToken);
            if (!response.IsSuccessStatusCode || response.Content.Headers.ContentType?.MediaType != "application/pdf" || response.Content.Headers.ContentLength > LargestLabel) return null;
            using var whole = new MemoryStream();
            await response.Content.CopyToAsync(whole, cancellationToken);
            return whole.Length <= LargestLabel ? whole.ToArray() : null;
        }
        catch (Exception unreachable) when (unreachable is HttpRequestException || (unreachable is OperationCanceledException && !cancellationToken.IsCancellationRequested))
        {
            return null;
        }
    }

    private static Party PartyOf(Address who) => new(who.Name, who.Phone, who.Line1, who.PostalCode, who.District, who.City);

    private Place Origin => new(options.OriginPostalCode, null, options.OriginCity);

    private HttpClient Client() => clients.CreateClient(ClientName);

    /// <summary>Too slow and too often are no refusals: the same call passes later.</summary>
    private static bool IsRefusal(HttpStatusCode status) => (int)status is >= 400 and < 500 && status is not (HttpStatusCode.RequestTimeout or HttpStatusCode.TooManyRequests);

    private static async Task<T> Read<T>(HttpResponseMessage response, CancellationToken cancellationToken)
    {
        if (!response.IsSuccessStatusCode)
        {
            string answered = $"The courier answered {(int)response.StatusCode}.";
            throw IsRefusal(response.StatusCode) ? new CourierRefusedException(answered) : new CourierException(answered);
        }
        try
        {
            return await response.Content.ReadFromJsonAsync<T>(ShopJson.Options, cancellationToken) ?? throw new CourierException("The courier answered nothing.");
        }
        catch (JsonException malformed)
        {
            throw new CourierException($"The courier answered something else than was asked for: {malformed.Message}");
        }
    }
}
