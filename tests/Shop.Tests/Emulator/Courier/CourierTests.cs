using System.Net;
using System.Net.Http.Headers;
using System.Net.Http.Json;
using System.Security.Cryptography;
using System.Text;
using System.Text.Json;
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
        JsonElement near = await Rates(room, "12190", 800), again = await Rates(room, "12190", 800), far = await Rates(room, "99111", 800), heavy = await Rates(room, "12190", 2_100);
        Assert.Equal(near.GetRawText(), again.GetRawText());
        JsonElement jne = Service(near, "jne-reg")!.Value;
        Assert.Equal(("JNE Reguler", "jne", "IDR"), (jne.GetProperty("name").GetString(), jne.GetProperty("courier").GetString(), jne.GetProperty("price").GetProperty("currency").GetString()));
        Assert.True(jne.GetProperty("minDays").GetInt32() <= jne.GetProperty("maxDays").GetInt32());
        Assert.True(Price(far, "jne-reg") > Price(near, "jne-reg"));
        Assert.Equal(Price(near, "jne-reg") * 3, Price(heavy, "jne-reg"));
        Assert.Null(Service(far, "jne-yes"));
    }

    [Theory]
    [InlineData("1219", 800, HttpStatusCode.BadRequest)]
    [InlineData("12190", 0, HttpStatusCode.BadRequest)]
    [InlineData("12190", 50_001, HttpStatusCode.BadRequest)]
    public async Task Nonsense_is_refused(string postalCode, int grams, HttpStatusCode status)
    {
        await using RoomHost room = await Start();
        using HttpResponseMessage answer = await room.Http.PostAsJsonAsync("/emulator/courier/v1/rates", Question(postalCode, grams), Cancellation);
        Assert.Equal(status, answer.StatusCode);
    }

    [Fact]
    public async Task A_wrong_key_is_refused()
    {
        await using RoomHost room = await Start();
        room.Http.DefaultRequestHeaders.Authorization = new AuthenticationHeaderValue("Bearer", "guessed");
        using HttpResponseMessage answer = await room.Http.PostAsJsonAsync("/emulator/courier/v1/rates", Question("12190", 1), Cancellation);
        Assert.Equal(HttpStatusCode.Unauthorized, answer.StatusCode);
    }

    [Fact]
    public async Task A_reference_is_booked_once_however_often_it_is_sent()
    {
        await using RoomHost room = await Start();
        (HttpStatusCode Status, JsonElement Body)[] answers = await Task.WhenAll(Enumerable.Range(0, 8).Select(_ => Book(room, "shp_1")));
        Assert.Single(answers.Select(a => a.Body.GetProperty("trackingNumber").GetString()).Distinct());
        Assert.Single(answers, a => a.Status == HttpStatusCode.Created);
        Assert.Equal(HttpStatusCode.Conflict, (await Book(room, "shp_1", "sicepat-reg")).Status);
        Assert.Equal(HttpStatusCode.UnprocessableEntity, (await Book(room, "shp_2", "pigeon")).Status);
    }

    [Fact]
    public async Task The_label_is_a_pdf_at_an_address_that_cannot_be_guessed()
    {
        await using RoomHost room = await Start();
        JsonElement booked = (await Book(room, "shp_1")).Body;
        string url = booked.GetProperty("labelUrl").GetString()!;
        string pdf = Encoding.Latin1.GetString(await room.Http.GetByteArrayAsync(url, Cancellation));
        Assert.StartsWith("%PDF-1.4", pdf, StringComparison.Ordinal);
        Assert.Contains(booked.GetProperty("trackingNumber").GetString()!, pdf, StringComparison.Ordinal);
        int table = int.Parse(pdf[(pdf.IndexOf("startxref\n", StringComparison.Ordinal) + 10)..pdf.IndexOf("\n%%EOF", StringComparison.Ordinal)], System.Globalization.CultureInfo.InvariantCulture);
        Assert.Equal("xref", pdf[table..(table + 4)]);
        using HttpResponseMessage guessed = await room.Http.GetAsync(url.Split('?')[0], Cancellation);
        Assert.Equal(HttpStatusCode.NotFound, guessed.StatusCode);
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
        Assert.Equal(["pickedUp", "inTransit", "delivered"], told.Select(t => t.GetProperty("status").GetString()));
        Assert.Equal([1, 2, 3], told.Select(t => t.GetProperty("sequence").GetInt32()));
        Assert.Equal(3, told.Select(t => t.GetProperty("id").GetString()).Distinct().Count());
        Assert.All(told, t => Assert.Equal("shp_1", t.GetProperty("reference").GetString()));
        JsonElement tracked = await Track(room, booked);
        Assert.Equal(("delivered", 4), (tracked.GetProperty("status").GetString(), tracked.GetProperty("events").GetArrayLength()));
    }

    [Fact]
    public async Task A_clock_that_jumps_a_day_takes_all_steps_at_their_own_times()
    {
        await using RoomHost room = await Start();
        JsonElement booked = (await Book(room, "shp_1")).Body;
        room.Clock.Advance(TimeSpan.FromDays(1));
        for (int step = 0; step < 3; step++) await NextMove(room);
        DateTimeOffset[] at = [.. (await Track(room, booked)).GetProperty("events").EnumerateArray().Select(e => e.GetProperty("at").GetDateTimeOffset())];
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
        Assert.Equal("pickedUp", (await NextMove(after)).GetProperty("status").GetString());
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
        Assert.Equal("pickedUp", (await NextMove(room)).GetProperty("status").GetString());
        Assert.Equal(HttpStatusCode.OK, await Press(room, one, "deliver"));
        Assert.Equal("delivered", (await NextMove(room)).GetProperty("status").GetString());
        Assert.Equal(HttpStatusCode.Conflict, await Press(room, one, "fail"));
        await Press(room, two, "fail");
        Assert.Equal("failed", (await NextMove(room)).GetProperty("status").GetString());
        await Press(room, two, "return");
        Assert.Equal("returned", (await NextMove(room)).GetProperty("status").GetString());
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
        Assert.Equal((await NextMove(room)).GetProperty("id").GetString(), (await NextMove(room)).GetProperty("id").GetString());

        await Misbehave(room, new { wrong = true });
        await Press(room, parcel, "move");
        Assert.Equal("pickedUp", (await NextMove(room)).GetProperty("status").GetString());
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
        Assert.Equal(HttpStatusCode.Created, (await booking).Status);
    }

    private static async Task<RoomHost> Start(string? prefix = null, EmulatorClock? clock = null)
    {
        RoomHost room = await RoomHost.Start((services, _) => services.AddCourier(), app => app.MapCourier(), prefix, clock);
        room.Http.DefaultRequestHeaders.Authorization = new AuthenticationHeaderValue("Bearer", "courier_test_emulator");
        return room;
    }

    private static object Question(string postalCode, int grams) => new
    {
        origin = new { postalCode = "12110", district = "Kebayoran Baru", city = "Jakarta Selatan" },
        destination = new { postalCode, district = "Kebayoran Baru", city = "Jakarta Selatan" },
        grams,
        value = new { amount = 15_000_000, currency = "IDR" },
    };

    private static async Task<JsonElement> Rates(RoomHost room, string postalCode, int grams)
    {
        using HttpResponseMessage answer = await room.Http.PostAsJsonAsync("/emulator/courier/v1/rates", Question(postalCode, grams), Cancellation);
        return await answer.Content.ReadFromJsonAsync<JsonElement>(Cancellation);
    }

    private static JsonElement? Service(JsonElement rates, string id) =>
        rates.GetProperty("services").EnumerateArray().Where(s => s.GetProperty("id").GetString() == id).Select(s => (JsonElement?)s).FirstOrDefault();

    private static long Price(JsonElement rates, string id) => Service(rates, id)!.Value.GetProperty("price").GetProperty("amount").GetInt64();

    private static async Task<(HttpStatusCode Status, JsonElement Body)> Book(RoomHost room, string reference, string serviceId = "jne-reg")
    {
        using HttpResponseMessage answer = await room.Http.PostAsJsonAsync(
            "/emulator/courier/v1/bookings",
            new
            {
                reference,
                serviceId,
                origin = new { name = "Toko", phone = "021", line1 = "Jl. Satu 1", postalCode = "12110", district = "Kebayoran Baru", city = "Jakarta Selatan" },
                destination = new { name = "Siti (rumah)", phone = "0812", line1 = "Jl. Dua 2", postalCode = "40111", district = "Sumur Bandung", city = "Bandung" },
                grams = 1200,
                value = new { amount = 15_000_000, currency = "IDR" },
            },
            Cancellation);
        return (answer.StatusCode, await answer.Content.ReadFromJsonAsync<JsonElement>(Cancellation));
    }

    private static string Number(JsonElement parcel) => parcel.GetProperty("trackingNumber").GetString()!;

    private static Task<JsonElement> Track(RoomHost room, JsonElement parcel) => room.Http.GetFromJsonAsync<JsonElement>($"/emulator/courier/v1/bookings/{Number(parcel)}", Cancellation);

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

    /// <summary>The next webhook, its signature checked.</summary>
    private static async Task<JsonElement> NextMove(RoomHost room)
    {
        ReceivedHook hook = await room.NextHook();
        Assert.Equal("/v1/hooks/couriers/jne", hook.Path);
        string[] parts = hook.Headers["X-Courier-Signature"].Split(',');
        byte[] expected = HMACSHA256.HashData("courier secret of the tests"u8, Encoding.UTF8.GetBytes($"{parts[0]["t=".Length..]}.{hook.Body}"));
        Assert.Equal("v1=" + Convert.ToHexStringLower(expected), parts[1]);
        return JsonSerializer.Deserialize<JsonElement>(hook.Body);
    }
}
