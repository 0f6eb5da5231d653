using System.Net;
using System.Text.Json;
using System.Text.Json.Nodes;
using Shop.Common;
using Shop.Downloads;
using Shop.Http;
using Shop.Tests.Catalog;
using Shop.Tests.Journeys;

namespace Shop.Tests.Downloads;

public sealed class LicenceJourneys(DigitalShop shop) : IClassFixture<DigitalShop>
{
    private static readonly CancellationToken Cancel = TestContext.Current.CancellationToken;

    [Fact]
    public async Task Each_unit_gets_a_key_of_its_own_from_the_pool_however_often_the_event_comes()
    {
        string sku = await shop.Offer(Licence("pool"), file: null);
        string[] pool = [.. Enumerable.Range(1, 5).Select(i => $"VENDOR-{sku}-{i:d4}")];
        JsonElement filled = await ShopClient.Json(await shop.Fill(sku, [.. pool, pool[0], ""]));
        Assert.Equal((5, 1, 5), (filled.GetProperty("added").GetInt32(), filled.GetProperty("known").GetInt32(), filled.GetProperty("free").GetInt32()));

        Shopper buyer = await shop.Sell((sku, 2));
        string[] keys = await shop.Keys(buyer, 2);
        Assert.Equal(2, keys.Distinct(StringComparer.Ordinal).Intersect(pool, StringComparer.Ordinal).Count());

        AssignLicences assign = shop.Host.Service<AssignLicences>();
        await Task.WhenAll(Enumerable.Range(0, 5).Select(_ => assign.Run(buyer.OrderId, Cancel)));
        Assert.Equal(keys, await shop.Keys(buyer, 2));
        JsonElement left = await ShopClient.Json(await shop.Staff(HttpMethod.Get, $"/v1/admin/licence-pools/{sku}"));
        Assert.Equal((3, 2, 0), (left.GetProperty("free").GetInt32(), left.GetProperty("assigned").GetInt32(), left.GetProperty("waiting").GetInt32()));

        Assert.Equal(0, (await ShopClient.Json(await shop.Fill(sku, pool))).GetProperty("added").GetInt32());
        Assert.Empty(await new StoredBytes(shop.Host.Prefix).Find([], keys[0], pool[4]));
    }

    [Fact]
    public async Task No_key_goes_to_two_of_many_orders_at_once()
    {
        string sku = await shop.Offer(Licence("pool"), file: null);
        await ShopClient.Json(await shop.Fill(sku, [.. Enumerable.Range(1, 60).Select(i => $"MANY-{sku}-{i:d4}")]));

        LicenceStore licences = shop.Host.Service<LicenceStore>();
        (string? Key, LicencePool Left)[] claims = await Task.WhenAll(Enumerable.Range(1, 12).Select(unit => licences.Claim(Sku.Parse(sku), new LicenceUnit("ord_00000000000000000000000001", 0, unit), Cancel)));

        Assert.Equal(12, claims.Select(c => c.Key).OfType<string>().Distinct(StringComparer.Ordinal).Count());
        Assert.Equal((48, 12), ((await licences.FindPool(Sku.Parse(sku), Cancel))!.Free, (await licences.FindPool(Sku.Parse(sku), Cancel))!.Assigned));
    }

    [Fact]
    public async Task Who_buys_from_an_empty_pool_waits_and_is_told_when_the_key_is_there()
    {
        string sku = await shop.Offer(Licence("pool"), file: null);
        await ShopClient.Json(await shop.Fill(sku, $"ONLY-ONE-{sku}"));
        Shopper first = await shop.Sell((sku, 1));
        string only = (await shop.Keys(first, 1))[0];
        Shopper second = await shop.Sell((sku, 1)), third = await shop.Sell((sku, 1));
        await Until.True(async () => await Waiting(sku) == 2, "two who wait");
        Assert.Equal(["waiting"], await shop.KeyStatuses(second));
        await Until.True(async () => (await shop.Subjects(DigitalShop.AlertEmail)).Contains($"Kunci lisensi hampir habis: {sku}"), "the alert");

        await ShopClient.Json(await shop.Fill(sku, $"AT-LAST-{sku}"));
        Assert.Equal($"AT-LAST-{sku}", (await shop.Keys(second, 1))[0]);
        await Until.True(async () => (await shop.Subjects(second.Email)).Any(s => s.StartsWith("Kunci lisensi Anda sudah ada", StringComparison.Ordinal)), "the mail");
        Assert.Equal(["waiting"], await shop.KeyStatuses(third));

        await shop.Refund(third, new { reason = "waited too long", lines = new[] { new { sku, quantity = 1 } } });
        await ShopClient.Json(await shop.Fill(sku, $"TOO-LATE-{sku}"));
        await Until.True(async () => await Waiting(sku) == 0, "nobody to wait");
        JsonElement left = await ShopClient.Json(await shop.Staff(HttpMethod.Get, $"/v1/admin/licence-pools/{sku}"));
        Assert.Equal((1, 2), (left.GetProperty("free").GetInt32(), left.GetProperty("assigned").GetInt32()));
        Assert.Equal(["revoked"], await shop.KeyStatuses(third));
        Assert.Equal([only], await shop.Keys(first, 1));
    }

    [Fact]
    public async Task Who_waits_for_a_key_while_a_bank_decides_gets_it_when_the_shop_was_right()
    {
        string sku = await shop.Offer(Licence("pool"), file: null);
        Shopper buyer = await shop.Sell((sku, 1));
        await Until.True(async () => await Waiting(sku) == 1, "one who waits");
        await buyer.Press("dispute");
        await Until.True(async () => (await buyer.Order()).GetProperty("paymentStatus").GetString() == "disputed", "the dispute");

        await ShopClient.Json(await shop.Fill(sku, $"IN-TIME-{sku}"));
        await shop.Host.Service<AssignLicences>().Serve(Sku.Parse(sku), Cancel);
        JsonElement left = await ShopClient.Json(await shop.Staff(HttpMethod.Get, $"/v1/admin/licence-pools/{sku}"));
        Assert.Equal((1, 1), (left.GetProperty("free").GetInt32(), left.GetProperty("waiting").GetInt32()));

        await buyer.Press("win");
        Assert.Equal($"IN-TIME-{sku}", (await shop.Keys(buyer, 1))[0]);
    }

    /// <summary>How many units of a pool have no key; <c>null</c> where nobody has asked it for one yet.</summary>
    private async Task<int?> Waiting(string sku) =>
        await shop.Staff(HttpMethod.Get, $"/v1/admin/licence-pools/{sku}") is { StatusCode: not System.Net.HttpStatusCode.NotFound } read ? (await ShopClient.Json(read)).GetProperty("waiting").GetInt32() : null;

    [Fact]
    public async Task A_made_key_cannot_be_guessed_and_shows_a_slip_of_the_finger()
    {
        string sku = await shop.Offer(Licence("generated"));
        Shopper buyer = await shop.Sell((sku, 3));
        string[] keys = await shop.Keys(buyer, 3);

        Assert.All(keys, key => Assert.Matches("^[0-9A-HJKMNP-TV-Z]{5}(-[0-9A-HJKMNP-TV-Z]{5}){4}$", key));
        Assert.Equal(3, keys.Distinct(StringComparer.Ordinal).Count());
        foreach (string key in keys)
        {
            Assert.True(LicenceKeys.IsWellFormed(key.ToLowerInvariant().Replace("-", "", StringComparison.Ordinal)));
            for (int i = 0; i < key.Length; i++)
                if (key[i] != '-') Assert.False(LicenceKeys.IsWellFormed(key[..i] + (key[i] == '7' ? '8' : '7') + key[(i + 1)..]));
        }
        Assert.NotNull((await shop.Downloads(buyer))[0].GetProperty("url").GetString());
    }

    [Fact]
    public async Task A_key_works_on_as_many_devices_as_it_may_and_one_makes_room_for_another()
    {
        JsonObject licence = Licence("generated");
        licence["activationLimit"] = 2;
        Shopper buyer = await shop.Sell((await shop.Offer(licence), 1));
        string key = (await shop.Keys(buyer, 1))[0];

        HttpResponseMessage[] answers = await Task.WhenAll(Enumerable.Range(1, 6).Select(i => shop.Use("activate", key, $"laptop {i}")));
        Assert.Equal((2, 4), (answers.Count(a => a.StatusCode == HttpStatusCode.OK), answers.Count(a => a.StatusCode == HttpStatusCode.Conflict)));
        int on = 1 + Array.FindIndex(answers, a => a.StatusCode == HttpStatusCode.OK), off = 1 + Array.FindIndex(answers, a => a.StatusCode == HttpStatusCode.Conflict);

        Assert.Equal(2, (await ShopClient.Json(await shop.Use("activate", key.ToLowerInvariant(), $"laptop {on}"))).GetProperty("activations").GetInt32());
        Assert.Equal(1, (await ShopClient.Json(await shop.Use("deactivate", key, $"laptop {on}"))).GetProperty("activations").GetInt32());
        JsonElement moved = await ShopClient.Json(await shop.Use("activate", key, $"laptop {off}"));
        Assert.Equal((true, 2, 2), (moved.GetProperty("active").GetBoolean(), moved.GetProperty("activations").GetInt32(), moved.GetProperty("activationLimit").GetInt32()));

        Assert.False((await Look(key, $"laptop {on}")).GetProperty("active").GetBoolean());
        JsonElement known = await Look(key, $"laptop {off}");
        Assert.True(known.GetProperty("active").GetBoolean());
        Assert.DoesNotContain(buyer.Email, known.ToString(), StringComparison.Ordinal);
        Assert.Empty(await new StoredBytes(shop.Host.Prefix).Find([], key, $"laptop {off}"));
    }

    [Fact]
    public async Task Money_back_for_a_unit_takes_its_key_back_and_leaves_the_others()
    {
        string sku = await shop.Offer(Licence("generated"));
        Shopper buyer = await shop.Sell((sku, 2));
        string[] keys = await shop.Keys(buyer, 2);
        foreach (string key in keys) await ShopClient.Json(await shop.Use("activate", key, "pc"));

        await shop.Refund(buyer, new { reason = "one was enough", lines = new[] { new { sku, quantity = 1 } } });
        Assert.Equal(["assigned", "revoked"], await shop.KeyStatuses(buyer));
        Assert.Equal("licence.revoked", await StaffProducts.Refused(await shop.Use("activate", keys[1], "pc"), HttpStatusCode.Gone));
        Assert.Equal("pc", (await Look(keys[0], "pc")).GetProperty("active").GetBoolean() ? "pc" : "");

        await shop.Refund(buyer, new { reason = "none was needed", lines = new[] { new { sku, quantity = 1 } } });
        Assert.Equal("licence.revoked", await StaffProducts.Refused(await shop.Use("activate", keys[0], "pc"), HttpStatusCode.Gone));
    }

    [Fact]
    public async Task A_bank_that_gives_the_money_back_takes_the_key_back()
    {
        Shopper buyer = await shop.Sell((await shop.Offer(Licence("generated")), 1));
        string key = (await shop.Keys(buyer, 1))[0];
        await ShopClient.Json(await shop.Use("activate", key, "pc"));

        await buyer.Press("dispute");
        await Until.True(async () => (await shop.Use("activate", key, "pc")).StatusCode == HttpStatusCode.Gone, "the key to be held");
        await buyer.Press("lose");
        await Until.True(async () => (await buyer.Order()).GetProperty("paymentStatus").GetString() == "refunded", "the bank's decision");
        Assert.Equal("licence.revoked", await StaffProducts.Refused(await shop.Use("activate", key, "pc"), HttpStatusCode.Gone));
        Assert.Equal(["revoked"], await shop.KeyStatuses(buyer));
    }

    [Fact]
    public async Task Staff_who_take_a_line_away_take_its_keys_too()
    {
        Shopper buyer = await shop.Sell((await shop.Offer(Licence("generated")), 1));
        string key = (await shop.Keys(buyer, 1))[0];

        await ShopClient.Json(await shop.Staff(HttpMethod.Post, $"/v1/admin/orders/{buyer.OrderId}/downloads/0/revoke", new { reason = "sold on" }));

        Assert.Equal("licence.revoked", await StaffProducts.Refused(await shop.Use("activate", key, "pc"), HttpStatusCode.Gone));
        Assert.Equal(["revoked"], await shop.KeyStatuses(buyer));
    }

    [Fact]
    public async Task Guesses_learn_nothing_and_are_counted()
    {
        string guess = LicenceKeys.New();
        for (int i = 0; i < 30; i++) Assert.Equal("licence.unknown", await StaffProducts.Refused(await shop.Use("activate", guess, "pc"), HttpStatusCode.NotFound));

        HttpResponseMessage locked = await shop.Use("activate", guess, "pc");
        Assert.Equal("licence.too-many-calls", await StaffProducts.Refused(locked, HttpStatusCode.TooManyRequests));
        Assert.NotNull(locked.Headers.RetryAfter);
    }

    [Fact]
    public async Task Lines_that_are_no_keys_are_refused_with_their_place()
    {
        string sku = "POOL-" + Guid.NewGuid().ToString("n")[..8];
        Assert.Equal("licence.keys-invalid /1", await StaffProducts.Refused(await shop.Fill(sku, "GOOD-KEY-0001", "short"), HttpStatusCode.UnprocessableEntity));
        Assert.Equal("licence.keys-invalid", (await StaffProducts.Refused(await shop.Fill(sku, ""), HttpStatusCode.UnprocessableEntity)).Split(' ')[0]);
        Assert.Equal("licence.pool-unknown", await StaffProducts.Refused(await shop.Staff(HttpMethod.Get, $"/v1/admin/licence-pools/{sku}"), HttpStatusCode.NotFound));
        Assert.Equal("licence.lines-expected", await StaffProducts.Refused(await shop.Staff(HttpMethod.Post, $"/v1/admin/licence-pools/{sku}/keys", new { keys = new[] { "GOOD-KEY-0001" } }), HttpStatusCode.UnsupportedMediaType));
    }

    [Fact]
    public void Rows_are_keyed_as_the_documentation_says()
    {
        var (sku, unit) = (Sku.Parse("APP-1"), new LicenceUnit("ord_1", 2, 3));

        Assert.Equal("ord_1|grant|002", DownloadStore.GrantKey("ord_1", 2));
        Assert.Equal("ord_1|opening|002|000007", DownloadStore.OpeningKey("ord_1", 2, 7));
        Assert.Equal("ord_1|change|002|ab", DownloadStore.ChangeKey("ord_1", 2, "ab"));
        Assert.Equal("ord_1|licence|002|0003", DownloadStore.LicenceKey("ord_1", 2, 3));
        Assert.Equal("ab|licence", LicenceStore.LicenceKey("ab"));
        Assert.Equal("APP-1|pool", LicenceStore.PoolKey(sku));
        Assert.Equal("APP-1|key|ab", LicenceStore.KeyKey(sku, "ab"));
        Assert.Equal("APP-1|free|ab", LicenceStore.FreeKey(sku, "ab"));
        Assert.Equal("APP-1|unit|ord_1|002|0003", LicenceStore.UnitKey(sku, unit));
        Assert.Equal("APP-1|waiting|ord_1|002|0003", LicenceStore.WaitingKey(sku, unit));
    }

    [Fact]
    public void Keys_are_sealed_anew_when_the_data_key_changes()
    {
        string sealed_ = Http.HttpTesting.Sealing.Seal("ord_1|licence|000|0001", "KEY");

        Assert.All((ISealedStore[])[shop.Host.Service<DownloadStore>(), shop.Host.Service<LicenceStore>()], store =>
            Assert.Equal(Sealing.KeyOf(sealed_), store.KeyOf(new Azure.Data.Tables.TableEntity("ord_1", "ord_1|licence|000|0001") { ["Sealed"] = sealed_ })));
    }

    private static JsonObject Licence(string source) => new() { ["licence"] = source };

    private async Task<JsonElement> Look(string key, string device) =>
        await ShopClient.Json(await shop.Host.Send(HttpMethod.Get, "/v1/store/licences/current", null, ("Licence-Key", key), ("Licence-Device", device)));
}
