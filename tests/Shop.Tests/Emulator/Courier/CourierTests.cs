using System.Net;
using System.Net.Http.Headers;
using System.Net.Http.Json;
using System.Text;
using System.Text.Json;
using Microsoft.Extensions.DependencyInjection;
using Shop.Emulator.Clock;
using Shop.Emulator.Courier;

namespace Shop.Tests.Emulator.Courier;

public sealed class CourierTests
{
    private static readonly TimeSpan Step = ParcelRules.Pace;

    private static CancellationToken Cancellation => TestContext.Current.CancellationToken;

    [Fact]
    public async Task Rates_are_plausible_and_always_the_same()
    {
        await using RoomHost room = await Start();
        JsonElement near = await Rates(room, 12190, 800), again = await Rates(room, 12190, 800), far = await Rates(room, 99111, 800), heavy = await Rates(room, 12190, 2_100);
        Assert.Equal(near.GetRawText(), again.GetRawText());
        JsonElement jne = Service(near, "jne", "reg")!.Value;
        Assert.Equal(("JNE", "Reguler", "1 - 2", "days"), (jne.GetProperty("courier_name").GetString(), jne.GetProperty("courier_service_name").GetString(), jne.GetProperty("shipment_duration_range").GetString(), jne.GetProperty("shipment_duration_unit").GetString()));
        Assert.True(Price(far, "jne", "reg") > Price(near, "jne", "reg"));
        Assert.Equal(Price(near, "jne", "reg") * 3, Price(heavy, "jne", "reg"));
        Assert.Null(Service(far, "jne", "yes"));
        Assert.Null(Service(near, "jnt", "ez"));
    }

    [Theory]
    [InlineData(1219, 800, "jne", null)]
    [InlineData(12190, 0, "jne", null)]
    [InlineData(12190, 50_001, "jne", 40001010L)]
    [InlineData(12190, 800, "pigeon", 40001010L)]
    public async Task Nonsense_is_refused(int postalCode, int grams, string couriers, long? code)
    {
        await using RoomHost room = await Start();
        using HttpResponseMessage answer = await room.Http.PostAsJsonAsync("/emulator/courier/v1/rates/couriers", Question(postalCode, grams, couriers), Cancellation);
        JsonElement refusal = await answer.Content.ReadFromJsonAsync<JsonElement>(Cancellation);
        Assert.Equal((HttpStatusCode.BadRequest, false, code), (answer.StatusCode, refusal.GetProperty("success").GetBoolean(), refusal.GetProperty("code").Deserialize<long?>()));
    }

    [Fact]
    public async Task A_wrong_key_is_refused()
    {
        await using RoomHost room = await Start();
        room.Http.DefaultRequestHeaders.Authorization = new AuthenticationHeaderValue("guessed");
        using HttpResponseMessage answer = await room.Http.PostAsJsonAsync("/emulator/courier/v1/rates/couriers", Question(12190, 1), Cancellation);
        Assert.Equal(HttpStatusCode.Unauthorized, answer.StatusCode);
    }

    [Fact]
    public async Task A_reference_is_booked_once_however_often_it_is_sent()
    {
        await using RoomHost room = await Start();
        (HttpStatusCode Status, JsonElement Body)[] answers = await Task.WhenAll(Enumerable.Range(0, 8).Select(_ => Book(room, "shp_1")));
        (HttpStatusCode _, JsonElement booked) = Assert.Single(answers, a => a.Status == HttpStatusCode.OK);
        Assert.All(answers.Where(a => a.Status != HttpStatusCode.OK), a => Assert.Equal(
            (HttpStatusCode.BadRequest, 40002060, booked.GetProperty("id").GetString()), (a.Status, a.Body.GetProperty("code").GetInt64(), a.Body.GetProperty("details").GetProperty("order_id").GetString())));
        Assert.Equal(HttpStatusCode.BadRequest, (await Book(room, "shp_2", "pigeon")).Status);
        Assert.Contains("40002057", await (await room.Http.GetAsync("/emulator/courier/v1/orders/" + new string('0', 24), Cancellation)).Content.ReadAsStringAsync(Cancellation), StringComparison.Ordinal);
    }

    [Fact]
    public async Task The_page_prints_a_label()
    {
        await using RoomHost room = await Start();
        string number = Number((await Book(room, "shp_1")).Body);
        string pdf = Encoding.Latin1.GetString(await room.Http.GetByteArrayAsync($"/emulator/couriers/{number}/label", Cancellation));
        Assert.StartsWith("%PDF-1.4", pdf, StringComparison.Ordinal);
        Assert.Contains(number, pdf, StringComparison.Ordinal);
        int table = int.Parse(pdf[(pdf.IndexOf("startxref\n", StringComparison.Ordinal) + 10)..pdf.IndexOf("\n%%EOF", StringComparison.Ordinal)], System.Globalization.CultureInfo.InvariantCulture);
        Assert.Equal("xref", pdf[table..(table + 4)]);
        Assert.Equal(HttpStatusCode.NotFound, (await room.Http.GetAsync("/emulator/couriers/JNE000000000000000/label", Cancellation)).StatusCode);
    }

    [Fact]
    public async Task A_number_that_comes_later_is_told()
    {
        await using RoomHost room = await Start();
        await Misbehave(room, new { unnumbered = true });
        JsonElement booked = (await Book(room, "shp_1")).Body, other = (await Book(room, "shp_2")).Body;
        Assert.Equal(JsonValueKind.Null, booked.GetProperty("courier").GetProperty("waybill_id").ValueKind);
        string number = await AtCourier(room, "shp_1");
        Assert.Equal(HttpStatusCode.OK, await Press(room, number, "number"));
        JsonElement told = await NextMove(room);
        Assert.Equal(("order.waybill_id", number, booked.GetProperty("id").GetString()), (told.GetProperty("event").GetString(), Number(told), told.GetProperty("order_id").GetString()));
        Assert.Equal(HttpStatusCode.Conflict, await Press(room, number, "number"));
        Assert.Equal(HttpStatusCode.OK, await Press(room, await AtCourier(room, "shp_2"), "move"));
        told = await NextMove(room);
        Assert.Equal(("order.status", other.GetProperty("id").GetString()), (told.GetProperty("event").GetString(), told.GetProperty("order_id").GetString()));
        Assert.Equal(await AtCourier(room, "shp_2"), Number(told));
    }

    [Fact]
    public async Task A_parcel_takes_a_step_every_ten_seconds_of_the_clock_and_tells_each()
    {
        await using RoomHost room = await Start();
        JsonElement booked = (await Book(room, "shp_1")).Body;
        var told = new List<JsonElement>();
        for (int step = 0; step < 3; step++)
        {
            room.Clock.Advance(Step);
            told.Add(await NextMove(room));
        }
        Assert.Equal(["picked", "dropping_off", "delivered"], told.Select(t => t.GetProperty("status").GetString()));
        Assert.All(told, t => Assert.Equal(("order.status", booked.GetProperty("id").GetString()), (t.GetProperty("event").GetString(), t.GetProperty("order_id").GetString())));
        JsonElement tracked = await Track(room, booked);
        Assert.Equal(("shp_1", "delivered", 4), (tracked.GetProperty("reference_id").GetString(), tracked.GetProperty("status").GetString(), tracked.GetProperty("courier").GetProperty("history").GetArrayLength()));
    }

    [Fact]
    public async Task A_clock_that_jumps_a_day_takes_all_steps_at_their_own_times()
    {
        await using RoomHost room = await Start();
        JsonElement booked = (await Book(room, "shp_1")).Body;
        room.Clock.Advance(TimeSpan.FromDays(1));
        for (int step = 0; step < 3; step++) await NextMove(room);
        DateTimeOffset[] at = [.. (await Track(room, booked)).GetProperty("courier").GetProperty("history").EnumerateArray().Select(e => e.GetProperty("updated_at").GetDateTimeOffset())];
        Assert.Equal([Step, Step, Step], at.Zip(at.Skip(1), (one, next) => next - one));
    }

    [Fact]
    public async Task A_restart_carries_parcels_on()
    {
        var clock = new EmulatorClock();
        string prefix;
        await using (RoomHost before = await Start(clock: clock))
        {
            prefix = before.Prefix;
            await Book(before, "shp_1");
        }
        await using RoomHost after = await Start(prefix, clock);
        clock.Advance(Step);
        Assert.Equal("picked", (await NextMove(after)).GetProperty("status").GetString());
    }

    [Fact]
    public async Task A_held_parcel_stands_still_until_it_is_let_go()
    {
        await using RoomHost room = await Start();
        string held = Number((await Book(room, "shp_1")).Body), other = Number((await Book(room, "shp_2")).Body);
        await Press(room, held, "hold");
        room.Clock.Advance(Step);
        Assert.Equal(other, Number(await NextMove(room)));
        await Press(room, other, "hold");
        await Press(room, held, "hold", ("on", "false"));
        room.Clock.Advance(Step);
        Assert.Equal(held, Number(await NextMove(room)));
    }

    [Fact]
    public async Task Buttons_move_a_parcel_where_it_can_go()
    {
        await using RoomHost room = await Start();
        string one = Number((await Book(room, "shp_1")).Body), two = Number((await Book(room, "shp_2")).Body);
        Assert.Equal(HttpStatusCode.OK, await Press(room, one, "move"));
        Assert.Equal("picked", (await NextMove(room)).GetProperty("status").GetString());
        Assert.Equal(HttpStatusCode.OK, await Press(room, one, "deliver"));
        Assert.Equal("delivered", (await NextMove(room)).GetProperty("status").GetString());
        Assert.Equal(HttpStatusCode.Conflict, await Press(room, one, "fail"));
        await Press(room, two, "fail");
        Assert.Equal("on_hold", (await NextMove(room)).GetProperty("status").GetString());
        Assert.Equal(HttpStatusCode.OK, await Press(room, two, "retry"));
        Assert.Equal("dropping_off", (await NextMove(room)).GetProperty("status").GetString());
        await Press(room, two, "return");
        Assert.Equal("returned", (await NextMove(room)).GetProperty("status").GetString());
        string three = Number((await Book(room, "shp_3")).Body);
        await Press(room, three, "cancel");
        Assert.Equal("cancelled", (await NextMove(room)).GetProperty("status").GetString());
        Assert.Equal(HttpStatusCode.Conflict, await Press(room, three, "deliver"));
        Assert.Equal(HttpStatusCode.NotFound, await Press(room, "JNE000000000000000", "move"));
        Assert.Equal(HttpStatusCode.NotFound, await Press(room, one, "explode"));
    }

    [Fact]
    public async Task Couriers_fail_lie_repeat_and_lose_on_request()
    {
        await using RoomHost room = await Start();
        await Misbehave(room, new { fail = 1, duplicate = true });
        Assert.Equal(HttpStatusCode.ServiceUnavailable, (await Book(room, "shp_1")).Status);
        string parcel = Number((await Book(room, "shp_1")).Body);
        await Press(room, parcel, "move");
        Assert.Equal((await NextMove(room)).GetRawText(), (await NextMove(room)).GetRawText());

        await Misbehave(room, new { wrong = true });
        await Press(room, parcel, "move");
        Assert.Equal("picked", (await NextMove(room)).GetProperty("status").GetString());
        await Misbehave(room, new { lost = true });
        await Press(room, parcel, "deliver");
        await Misbehave(room, new { });
        string other = Number((await Book(room, "shp_2")).Body);
        await Press(room, other, "move");
        Assert.Equal(other, Number(await NextMove(room)));
    }

    [Fact]
    public async Task A_slow_courier_answers_when_the_clock_has_moved()
    {
        await using RoomHost room = await Start();
        await Misbehave(room, new { slow = "PT1H" });
        Task<(HttpStatusCode Status, JsonElement Body)> booking = Book(room, "shp_1");
        await Until.True(
            () =>
            {
                room.Clock.Advance(TimeSpan.FromHours(1));
                return booking.IsCompleted;
            },
            "the booking");
        Assert.Equal(HttpStatusCode.OK, (await booking).Status);
    }

    private static async Task<RoomHost> Start(string? prefix = null, EmulatorClock? clock = null)
    {
        RoomHost room = await RoomHost.Start((services, _) => services.AddCourier(), app => app.MapCourier(), prefix, clock);
        room.Http.DefaultRequestHeaders.Authorization = new AuthenticationHeaderValue("courier_test_emulator");
        return room;
    }

    private static object Question(int postalCode, int grams, string couriers = "jne,sicepat") => new
    {
        origin_postal_code = 12110,
        destination_postal_code = postalCode,
        couriers,
        items = Items(grams),
    };

    private static object[] Items(int grams) => [new { name = "Parcel", value = 150_000, quantity = 1, weight = grams, length = 10, width = 10, height = 10 }];

    private static async Task<JsonElement> Rates(RoomHost room, int postalCode, int grams)
    {
        using HttpResponseMessage answer = await room.Http.PostAsJsonAsync("/emulator/courier/v1/rates/couriers", Question(postalCode, grams), Cancellation);
        return await answer.Content.ReadFromJsonAsync<JsonElement>(Cancellation);
    }

    private static JsonElement? Service(JsonElement rates, string courier, string service) => rates.GetProperty("pricing").EnumerateArray()
        .Where(s => (s.GetProperty("courier_code").GetString(), s.GetProperty("courier_service_code").GetString()) == (courier, service)).Select(s => (JsonElement?)s).FirstOrDefault();

    private static long Price(JsonElement rates, string courier, string service) => Service(rates, courier, service)!.Value.GetProperty("price").GetInt64();

    private static async Task<(HttpStatusCode Status, JsonElement Body)> Book(RoomHost room, string reference, string courier = "jne")
    {
        using HttpResponseMessage answer = await room.Http.PostAsJsonAsync(
            "/emulator/courier/v1/orders",
            new
            {
                reference_id = reference,
                origin_contact_name = "Toko", origin_contact_phone = "021", origin_address = "Jl. Satu 1, Kebayoran Baru, Jakarta Selatan", origin_postal_code = 12110,
                destination_contact_name = "Siti (rumah)", destination_contact_phone = "0812", destination_address = "Jl. Dua 2, Sumur Bandung, Bandung", destination_postal_code = 40111,
                courier_company = courier, courier_type = "reg", delivery_type = "now", items = Items(1200),
            },
            Cancellation);
        return (answer.StatusCode, await answer.Content.ReadFromJsonAsync<JsonElement>(Cancellation));
    }

    /// <summary>The number on the parcel, of a booking or a webhook.</summary>
    private static string Number(JsonElement told) => (told.TryGetProperty("courier_waybill_id", out JsonElement number) ? number : told.GetProperty("courier").GetProperty("waybill_id")).GetString()!;

    /// <summary>The number by which the emulator knows it before it is told.</summary>
    private static async Task<string> AtCourier(RoomHost room, string reference) =>
        (await room.Services.GetRequiredService<ParcelStore>().List(Cancellation)).Single(p => p.Booking.Reference == reference).TrackingNumber;

    private static Task<JsonElement> Track(RoomHost room, JsonElement parcel) => room.Http.GetFromJsonAsync<JsonElement>($"/emulator/courier/v1/orders/{parcel.GetProperty("id").GetString()}", Cancellation);

    private static async Task<HttpStatusCode> Press(RoomHost room, string trackingNumber, string button, params (string Name, string Value)[] sent)
    {
        using var form = new FormUrlEncodedContent(sent.Select(s => KeyValuePair.Create(s.Name, s.Value)));
        using HttpResponseMessage answer = await room.Http.PostAsync($"/emulator/couriers/{trackingNumber}/{button}", form, Cancellation);
        return answer.StatusCode;
    }

    private static async Task Misbehave(RoomHost room, object order)
    {
        using HttpResponseMessage answer = await room.Http.PostAsJsonAsync("/emulator/couriers/misbehave", order, Cancellation);
        Assert.Equal(HttpStatusCode.OK, answer.StatusCode);
    }

    /// <summary>The next webhook, its secret checked.</summary>
    private static async Task<JsonElement> NextMove(RoomHost room)
    {
        ReceivedHook hook = await room.NextHook();
        Assert.Equal(("/v1/hooks/couriers/biteship", "courier secret of the tests"), (hook.Path, hook.Headers["X-Told-By"]));
        return JsonSerializer.Deserialize<JsonElement>(hook.Body);
    }
}
