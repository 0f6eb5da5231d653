using System.Globalization;
using System.Net;
using System.Net.Http.Json;
using System.Text.Json;
using Shop.Common;

namespace Shop.Shipping;

/// <summary>Indonesia's couriers through Biteship: one key, one address, many couriers.</summary>
public sealed class BiteshipCourier(IHttpClientFactory clients, ShippingOptions options) : ICourier
{
    public const string ClientName = "courier";

    private const int LongestAnswer = 200;

    public async Task<IReadOnlyList<ShippingRate>> Quote(ParcelToQuote parcel, CancellationToken cancellationToken)
    {
        if (parcel.Country != options.OriginCountry || BiteshipMessages.PostalCode(parcel.PostalCode) is not { } destination) return [];
        var request = new BiteshipRatesRequest(Postal(options.OriginPostalCode), destination, options.Couriers, [BiteshipMessages.Item(BiteshipMessages.ToRupiah(parcel.Value), parcel.Grams, parcel.CubicCm)]);
        using HttpResponseMessage response = await Client().PostAsJsonAsync("v1/rates/couriers", request, BiteshipMessages.Json, cancellationToken);
        if (IsRefusal(response.StatusCode) && await RefusalOf(response, cancellationToken) is var refusal)
            // That nobody goes there is an answer too.
            return refusal?.Code == BiteshipRefusal.NoCourier ? [] : throw Refused(response.StatusCode, refusal);
        return [.. ((await Read<BiteshipRates>(response, cancellationToken)).Pricing ?? []).Select(BiteshipMessages.RateOf).OfType<ShippingRate>()];
    }

    public async Task<BookedParcel> Book(ParcelToBook parcel, CancellationToken cancellationToken)
    {
        BiteshipOrderRequest request = RequestOf(parcel);
        using HttpResponseMessage response = await Client().PostAsJsonAsync("v1/orders", request, BiteshipMessages.Json, cancellationToken);
        if (IsRefusal(response.StatusCode) && await RefusalOf(response, cancellationToken) is var refusal)
            return refusal is { Code: BiteshipRefusal.Booked, Order: { Length: > 0 } before } ? Again(await Find(before, cancellationToken), request) : throw Refused(response.StatusCode, refusal);
        return Booked(await Read<BiteshipOrder>(response, cancellationToken), request);
    }

    public async Task<TrackedParcel> Track(string booking, CancellationToken cancellationToken) => BiteshipMessages.ParcelOf(await Find(booking, cancellationToken));

    private BiteshipOrderRequest RequestOf(ParcelToBook parcel)
    {
        Address shop = parcel.From ?? options.Origin;
        (Address from, Address to) = parcel.Back ? (parcel.Customer, shop) : (shop, parcel.Customer);
        (string company, string type) = BiteshipMessages.ServiceOf(parcel.RateId);
        // What is neither insured nor paid at the door only states its value; there is no rupiah to state for other money.
        bool stated = parcel.Insured || parcel.Value.Currency == Currency.Idr;
        long value = stated ? BiteshipMessages.ToRupiah(parcel.Value) : 0;
        return new BiteshipOrderRequest(
            parcel.Reference, options.OriginName, BiteshipMessages.PhoneOf(options.OriginPhone), from.Name, BiteshipMessages.PhoneOf(from.Phone), BiteshipMessages.AddressOf(from), Postal(from.PostalCode),
            to.Name, BiteshipMessages.PhoneOf(to.Phone), BiteshipMessages.AddressOf(to), Postal(to.PostalCode), company, type,
            parcel.Insured ? value : null, parcel.CollectCash is { } cash ? BiteshipMessages.ToRupiah(cash) : null, "now", [BiteshipMessages.Item(value, parcel.Grams, parcel.CubicCm)]);
    }

    private static int Postal(string code) => BiteshipMessages.PostalCode(code) ?? throw new CourierRefusedException($"'{code}' is no postal code of Indonesia.");

    private async Task<BiteshipOrder> Find(string booking, CancellationToken cancellationToken)
    {
        using HttpResponseMessage response = await Client().GetAsync(new Uri($"v1/orders/{Uri.EscapeDataString(booking)}", UriKind.Relative), cancellationToken);
        if (IsRefusal(response.StatusCode)) throw Refused(response.StatusCode, await RefusalOf(response, cancellationToken));
        return await Read<BiteshipOrder>(response, cancellationToken);
    }

    /// <summary>The answer to an earlier booking was lost. What it booked is taken where it is what is wanted now.</summary>
    private static BookedParcel Again(BiteshipOrder before, BiteshipOrderRequest wanted)
    {
        bool differs = Other(before.ReferenceId, wanted.ReferenceId) || Other(before.Courier?.Company, wanted.CourierCompany) || Other(before.Courier?.Type, wanted.CourierType)
            || Other(before.Destination?.PostalCode?.ToString(), Text(wanted.DestinationPostalCode))
            || (before.Destination?.CashOnDelivery?.Amount is { } cash && cash != (wanted.DestinationCashOnDelivery ?? 0));
        return differs ? throw new CourierRefusedException($"Biteship has {before.Id} under this reference, which is another parcel: cancel it there.") : Booked(before, wanted);

        // What it does not say cannot be compared.
        static bool Other(string? told, string asked) => !string.IsNullOrEmpty(told) && !string.Equals(told, asked, StringComparison.OrdinalIgnoreCase);
        static string Text(int number) => number.ToString(CultureInfo.InvariantCulture);
    }

    private static BookedParcel Booked(BiteshipOrder order, BiteshipOrderRequest wanted) =>
        order.Id is { Length: > 0 } id ? new BookedParcel(id, BiteshipMessages.WaybillOf(order), wanted.CourierCompany) : throw new CourierException("The courier answered a booking without its id.");

    private HttpClient Client() => clients.CreateClient(ClientName);

    /// <summary>Too slow and too often are no refusals: the same call passes later.</summary>
    private static bool IsRefusal(HttpStatusCode status) => (int)status is >= 400 and < 500 && status is not (HttpStatusCode.RequestTimeout or HttpStatusCode.TooManyRequests);

    private static async Task<BiteshipRefusal?> RefusalOf(HttpResponseMessage response, CancellationToken cancellationToken)
    {
        try
        {
            return await response.Content.ReadFromJsonAsync<BiteshipRefusal>(BiteshipMessages.Json, cancellationToken);
        }
        catch (JsonException)
        {
            return null;
        }
    }

    private static Exception Refused(HttpStatusCode status, BiteshipRefusal? refusal)
    {
        string words = refusal?.Error ?? refusal?.Message ?? "";
        string answered = $"The courier answered {(int)status}{(refusal?.Code is { } code ? $" ({code})" : "")}{(words.Length > 0 ? $": {(words.Length > LongestAnswer ? words[..LongestAnswer] : words)}" : ".")}";
        return refusal?.Code == BiteshipRefusal.Unwell ? new CourierException(answered) : new CourierRefusedException(answered);
    }

    private static async Task<T> Read<T>(HttpResponseMessage response, CancellationToken cancellationToken)
    {
        if (!response.IsSuccessStatusCode) throw new CourierException($"The courier answered {(int)response.StatusCode}.");
        try
        {
            return await response.Content.ReadFromJsonAsync<T>(BiteshipMessages.Json, cancellationToken) ?? throw new CourierException("The courier answered nothing.");
        }
        catch (JsonException malformed)
        {
            throw new CourierException($"The courier answered something else than was asked for: {malformed.Message}");
        }
    }
}
