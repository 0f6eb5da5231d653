using System.Net;
using System.Text;
using System.Text.Json;
using Shop.Common;
using Shop.Shipping;

namespace Shop.Tests.Shipping;

/// <summary>Against answers that are shaped as Biteship's documentation shows them; the emulator's courier is not asked.</summary>
public sealed class BiteshipTests
{
    private const string Confirmed = """
        {"success":true,"message":"Order successfully created","object":"order","id":"5dd599ebdefcd4158eb8470b","draft_order_id":null,"short_id":"URf_UO2nY3V",
         "shipper":{"name":"Toko","email":null,"phone":"+62 21 555 0100","organization":null},
         "destination":{"contact_name":"Ayu Lestari","address":"Jl. Merdeka 10","postal_code":40132,"proof_of_delivery":{"use":false,"fee":0},"cash_on_delivery":{"id":null,"amount":0,"amount_currency":"IDR","fee":0,"type":null}},
         "courier":{"tracking_id":"6de509ebdefgh4158ij3451c","waybill_id":"WYB-1112223333443","company":"jne","driver_name":null,"type":"reg","link":null,"insurance":{"amount":0,"fee":0},"routing_code":null},
         "delivery":{"datetime":"2026-11-24T12:00+07:00","note":null,"type":"now","distance":null},"reference_id":"ord_1-1","items":[],"extra":[],"price":48000,"metadata":{},"note":null,"status":"confirmed"}
        """;

    private static readonly Address Ayu = new("Ayu Lestari", "+62 812 3456 7890", "Jl. Merdeka 10", "Kota Bandung", "Jawa Barat", "40132", "ID", "Gang Mawar 3", "Coblong", "Lebak Gede");

    private static readonly ParcelToQuote ToBandung = new("ID", "40132", "Kota Bandung", "Coblong", 1200, Idr(200_000)) { CubicCm = 30_001 };

    private static readonly ParcelToBook Parcel = new("ord_1-1", "jne-reg", "jne", Ayu, 1200, Idr(200_000));

    private static CancellationToken Cancel => TestContext.Current.CancellationToken;

    [Fact]
    public async Task Rates_are_asked_in_rupiah_grams_and_centimetres_and_read_with_what_they_allow()
    {
        var biteship = new Biteship((HttpStatusCode.OK, """
            {"success":true,"object":"courier_pricing","message":"Success to retrieve courier pricing","code":20001003,"origin":{"postal_code":10110,"country_code":"ID"},"destination":{"postal_code":40132},
             "pricing":[
              {"available_collection_method":["pickup"],"available_for_cash_on_delivery":true,"available_for_proof_of_delivery":false,"available_for_instant_waybill_id":true,"available_for_insurance":true,
               "company":"jne","courier_name":"JNE","courier_code":"jne","courier_service_name":"Reguler","courier_service_code":"reg","currency":"IDR","description":"Layanan reguler","duration":"1 - 2 days",
               "shipment_duration_range":"1 - 2","shipment_duration_unit":"days","service_type":"standard","shipping_type":"parcel","price":18000,"type":"reg"},
              {"available_for_cash_on_delivery":false,"available_for_insurance":false,"courier_name":"Gojek","courier_code":"gojek","courier_service_name":"Instant","courier_service_code":"instant","shipment_duration_range":"1 - 3","shipment_duration_unit":"hours","price":35000},
              {"courier_name":"Odd","courier_code":"odd","courier_service_name":"Cents","courier_service_code":"c","shipment_duration_range":"1","shipment_duration_unit":"days","price":1000.5},
              {"courier_name":"Odd","courier_code":"odd","courier_service_name":"Some time","courier_service_code":"t","shipment_duration_range":"soon","shipment_duration_unit":"days","price":1000}]}
            """));
        IReadOnlyList<ShippingRate> rates = await biteship.Courier.Quote(ToBandung, Cancel);

        (HttpRequestMessage request, JsonElement asked) = Assert.Single(biteship.Asked);
        Assert.Equal(("https://api.biteship.test/v1/rates/couriers", "biteship_test.key"), (request.RequestUri!.ToString(), string.Join("", request.Headers.GetValues("Authorization"))));
        JsonElement item = Assert.Single(asked.GetProperty("items").EnumerateArray());
        Assert.Equal((10110, 40132, "jne,sicepat,anteraja,jnt", 200_000, 1200), (Int(asked, "origin_postal_code"), Int(asked, "destination_postal_code"), asked.GetProperty("couriers").GetString(), Int(item, "value"), Int(item, "weight")));
        Assert.InRange(Int(item, "length") * Int(item, "width") * Int(item, "height"), 30_001, 33_000);
        Assert.Equal(["jne-reg JNE Reguler jne IDR 18000.00 1-2 True True", "gojek-instant Gojek Instant gojek IDR 35000.00 0-1 False False"], rates.Select(r => $"{r.Id} {r.Name} {r.Courier} {r.Price} {r.EstimatedDays.Min}-{r.EstimatedDays.Max} {r.CashOnDelivery} {r.Insurable}"));
    }

    [Fact]
    public async Task Where_nobody_delivers_nothing_is_offered_and_everything_else_is_a_refusal_or_an_outage()
    {
        Assert.Empty(await new Biteship((HttpStatusCode.BadRequest, """{"success":false,"error":"No courier available for the requested location","code":40001010}""")).Courier.Quote(ToBandung, Cancel));
        Assert.Empty(await new Biteship().Courier.Quote(ToBandung with { Country = "SG", PostalCode = "04013" }, Cancel));
        var refused = await Assert.ThrowsAsync<CourierRefusedException>(() => new Biteship((HttpStatusCode.Unauthorized, """{"success":false,"error":"Authorization is failed"}""")).Courier.Quote(ToBandung, Cancel));
        Assert.Equal("The courier answered 401: Authorization is failed", refused.Message);
        await Assert.ThrowsAsync<CourierRefusedException>(() => new Biteship().Courier.Quote(ToBandung with { Value = new Money(100_50, Currency.Idr) }, Cancel));
        foreach ((HttpStatusCode status, string body) in (IEnumerable<(HttpStatusCode, string)>)[(HttpStatusCode.TooManyRequests, "{}"), (HttpStatusCode.RequestTimeout, ""), (HttpStatusCode.BadGateway, "<html>"), (HttpStatusCode.OK, "<html>")])
            await Assert.ThrowsAsync<CourierException>(() => new Biteship((status, body)).Courier.Quote(ToBandung, Cancel));
    }

    [Fact]
    public async Task A_booking_says_who_what_and_how_much_to_collect()
    {
        var biteship = new Biteship((HttpStatusCode.OK, Confirmed));
        BookedParcel booked = await biteship.Courier.Book(Parcel with { Insured = true, CollectCash = Idr(218_000), CubicCm = 1000 }, Cancel);

        Assert.Equal(("5dd599ebdefcd4158eb8470b", "WYB-1112223333443", "jne"), (booked.Booking, booked.TrackingNumber, booked.Courier));
        (HttpRequestMessage request, JsonElement asked) = Assert.Single(biteship.Asked);
        Assert.Equal("https://api.biteship.test/v1/orders", request.RequestUri!.ToString());
        Assert.Equal(
            """{"reference_id":"ord_1-1","shipper_contact_name":"Toko","shipper_contact_phone":"0215550100","origin_contact_name":"Toko","origin_contact_phone":"0215550100","origin_address":"Jl. Gudang 1, Jakarta Pusat","origin_postal_code":10110,"destination_contact_name":"Ayu Lestari","destination_contact_phone":"081234567890","destination_address":"Jl. Merdeka 10, Gang Mawar 3, Lebak Gede, Coblong, Kota Bandung, Jawa Barat","destination_postal_code":40132,"courier_company":"jne","courier_type":"reg","courier_insurance":200000,"destination_cash_on_delivery":218000,"delivery_type":"now","items":[{"name":"Parcel","value":200000,"quantity":1,"weight":1200,"length":10,"width":10,"height":10}]}""",
            JsonSerializer.Serialize(asked, ShopJson.Options));
    }

    [Fact]
    public async Task A_parcel_that_comes_back_starts_at_its_buyer_and_neither_insures_nor_collects()
    {
        var biteship = new Biteship((HttpStatusCode.OK, Confirmed));
        await biteship.Courier.Book(Parcel with { Back = true }, Cancel);
        JsonElement asked = Assert.Single(biteship.Asked).Body;
        Assert.Equal(("Ayu Lestari", 40132, "Toko", 10110), (asked.GetProperty("origin_contact_name").GetString(), Int(asked, "origin_postal_code"), asked.GetProperty("destination_contact_name").GetString(), Int(asked, "destination_postal_code")));
        Assert.False(asked.TryGetProperty("courier_insurance", out _) || asked.TryGetProperty("destination_cash_on_delivery", out _));
    }

    [Theory]
    [InlineData("+62 812-3456 (7890)", "081234567890")]
    [InlineData("0812 3456 7890", "081234567890")]
    [InlineData("62 812 3456", "628123456")]
    [InlineData("+65 6123 4567", "+6561234567")]
    public void Telephones_are_written_as_couriers_dial_them(string said, string dialled) => Assert.Equal(dialled, BiteshipMessages.PhoneOf(said));

    [Fact]
    public async Task A_number_may_come_later_than_the_booking()
    {
        var biteship = new Biteship((HttpStatusCode.OK, Confirmed.Replace("\"WYB-1112223333443\"", "null", StringComparison.Ordinal)), (HttpStatusCode.OK, Confirmed));
        BookedParcel booked = await biteship.Courier.Book(Parcel, Cancel);
        Assert.Null(booked.TrackingNumber);
        Assert.Equal("WYB-1112223333443", (await biteship.Courier.Track(booked.Booking, Cancel)).TrackingNumber);
        Assert.Equal("https://api.biteship.test/v1/orders/5dd599ebdefcd4158eb8470b", biteship.Asked[1].Request.RequestUri!.ToString());
    }

    [Theory]
    [InlineData("""{"success":false,"error":"Reference ID already exists","code":40002060,"details":{"order_id":"5dd599ebdefcd4158eb8470b","reference_id":"ord_1-1","waybill_id":"WYB-1112223333443"}}""")]
    [InlineData("""{"success":false,"message":"Reference ID already exists.","code":40002060,"order_id":"5dd599ebdefcd4158eb8470b"}""")]
    public async Task A_booking_whose_answer_was_lost_is_found_again(string refusal)
    {
        var biteship = new Biteship((HttpStatusCode.BadRequest, refusal), (HttpStatusCode.OK, Confirmed));
        Assert.Equal("5dd599ebdefcd4158eb8470b", (await biteship.Courier.Book(Parcel, Cancel)).Booking);
        // Another parcel under its name is not taken for it.
        biteship = new Biteship((HttpStatusCode.BadRequest, refusal), (HttpStatusCode.OK, Confirmed));
        await Assert.ThrowsAsync<CourierRefusedException>(() => biteship.Courier.Book(Parcel with { CollectCash = Idr(1) }, Cancel));
        foreach (ParcelToBook other in (ParcelToBook[])[Parcel with { RateId = "jne-yes" }, Parcel with { Customer = Ayu with { PostalCode = "40135" } }, Parcel with { Reference = "ord_2-1" }])
            await Assert.ThrowsAsync<CourierRefusedException>(() => new Biteship((HttpStatusCode.BadRequest, refusal), (HttpStatusCode.OK, Confirmed)).Courier.Book(other, Cancel));
        biteship = new Biteship((HttpStatusCode.BadRequest, refusal), (HttpStatusCode.OK, """{"success":true,"id":"5dd599ebdefcd4158eb8470b"}"""));
        Assert.Equal("5dd599ebdefcd4158eb8470b", (await biteship.Courier.Book(Parcel, Cancel)).Booking);
        biteship = new Biteship((HttpStatusCode.BadRequest, refusal), (HttpStatusCode.ServiceUnavailable, ""));
        await Assert.ThrowsAsync<CourierException>(() => biteship.Courier.Book(Parcel, Cancel));
    }

    [Fact]
    public async Task What_Biteship_does_not_take_is_refused_with_its_words()
    {
        var refused = await Assert.ThrowsAsync<CourierRefusedException>(() => new Biteship((HttpStatusCode.BadRequest, """{"success":false,"error":"Courier is not available for cash on delivery service","code":40002009}""")).Courier.Book(Parcel, Cancel));
        Assert.Equal("The courier answered 400 (40002009): Courier is not available for cash on delivery service", refused.Message);
        Assert.Equal("The courier answered 404.", (await Assert.ThrowsAsync<CourierRefusedException>(() => new Biteship((HttpStatusCode.NotFound, "<html>")).Courier.Track("x", Cancel))).Message);
        await Assert.ThrowsAsync<CourierRefusedException>(() => new Biteship((HttpStatusCode.BadRequest, """{"success":false,"error":"Order not found","code":40002057}""")).Courier.Track("x", Cancel));
        await Assert.ThrowsAsync<CourierException>(() => new Biteship((HttpStatusCode.BadRequest, """{"success":false,"error":"Something went wrong when getting the order's details","code":40002042}""")).Courier.Track("x", Cancel));
        foreach (ParcelToBook odd in (ParcelToBook[])[Parcel with { RateId = "pigeon" }, Parcel with { CollectCash = new Money(100_50, Currency.Idr) }, Parcel with { Customer = Ayu with { PostalCode = "SW1A 1AA" } }, Parcel with { Value = Money.FromMajor(9, Currency.Parse("USD")), Insured = true }])
            await Assert.ThrowsAsync<CourierRefusedException>(() => new Biteship().Courier.Book(odd, Cancel));
        await Assert.ThrowsAsync<CourierException>(() => new Biteship((HttpStatusCode.OK, """{"success":true,"status":"confirmed"}""")).Courier.Book(Parcel, Cancel));
    }

    [Fact]
    public async Task A_way_is_told_in_the_shops_words_oldest_first()
    {
        TrackedParcel tracked = await Track(
            "delivered", ("confirmed", "18:17:00"), ("allocated", "18:15:00"), ("pickingUp", "18:20:00"), ("picked", "18:30:00"), ("on_hold", "19:00:00"), ("droppingOff", "20:00:00"), ("return_in_transit", "20:30:00"), ("delivered", "21:15:00"));
        Assert.Equal(["Booked", "Booked", "Booked", "PickedUp", "Failed", "InTransit", "Failed", "Delivered"], tracked.Events.Select(e => e.Status.ToString()));
        Assert.Equal((DateTimeOffset.Parse("2026-03-16T14:15:00Z", System.Globalization.CultureInfo.InvariantCulture), "ord_1-1", null), (tracked.Events[^1].At, tracked.Reference, tracked.Unheard));
    }

    [Theory]
    [InlineData("cancelled", "cancelled", "cancelled")]
    [InlineData("courier_not_found", "courierNotFound", "courier_not_found")]
    [InlineData("disposed", "disposed", "disposed")]
    [InlineData("eaten_by_dog", "eaten_by_dog", "eaten_by_dog")]
    [InlineData("confirmed", "vanished", "vanished")]
    [InlineData("vanished", "confirmed", "vanished")]
    public async Task A_word_that_needs_people_is_never_dropped(string order, string step, string unheard) =>
        Assert.Equal(unheard, (await Track(order, ("allocated", "18:17:00"), (step, "18:18:00"))).Unheard);

    [Fact]
    public async Task What_was_not_understood_once_is_over_when_the_parcel_goes_on() =>
        Assert.Null((await Track("picked", ("vanished", "18:17:00"), ("picked", "18:18:00"))).Unheard);

    private static Task<TrackedParcel> Track(string status, params (string Status, string At)[] steps) => new Biteship((HttpStatusCode.OK, JsonSerializer.Serialize(new
    {
        success = true, id = "5dd599ebdefcd4158eb8470b", reference_id = "ord_1-1", status,
        courier = new { waybill_id = "0123082100003094", company = "jne", history = steps.Select(s => new { service_type = "-", status = s.Status, note = "Item has been picked.", updated_at = $"2026-03-16T{s.At}+07:00" }) },
    }))).Courier.Track("5dd599ebdefcd4158eb8470b", Cancel);

    private static int Int(JsonElement from, string name) => from.GetProperty(name).GetInt32();

    private static Money Idr(long rupiah) => Money.FromMajor(rupiah, Currency.Idr);

    /// <summary>Answers in turn, and keeps what it was asked.</summary>
    private sealed class Biteship : HttpMessageHandler, IHttpClientFactory
    {
        private static readonly ShippingOptions Options = new ShippingOptions { BaseUrl = new Uri("https://api.biteship.test"), ApiKey = "biteship_test.key" };
        private readonly Queue<(HttpStatusCode Status, string Body)> _answers;

        public Biteship(params (HttpStatusCode Status, string Body)[] answers)
        {
            _answers = new Queue<(HttpStatusCode, string)>(answers);
            Courier = new BiteshipCourier(this, Options);
        }

        public BiteshipCourier Courier { get; }

        public List<(HttpRequestMessage Request, JsonElement Body)> Asked { get; } = [];

        public HttpClient CreateClient(string name)
        {
            var client = new HttpClient(this, disposeHandler: false);
            ShippingModule.Address(client, Options);
            return client;
        }

        protected override async Task<HttpResponseMessage> SendAsync(HttpRequestMessage request, CancellationToken cancellationToken)
        {
            Asked.Add((request, request.Content is { } content ? JsonDocument.Parse(await content.ReadAsStringAsync(cancellationToken)).RootElement : default));
            (HttpStatusCode status, string body) = _answers.Dequeue();
            return new HttpResponseMessage(status) { Content = new StringContent(body, Encoding.UTF8, "application/json") };
        }
    }
}
