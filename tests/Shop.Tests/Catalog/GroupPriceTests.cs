using System.Net;
using System.Text.Json;
using System.Text.Json.Nodes;
using CsCheck;
using Shop.Catalog;
using Shop.Common;
using Shop.Tests.Customers;
using Shop.Tests.Journeys;

namespace Shop.Tests.Catalog;

/// <summary>Prices for customer groups, from staff's hand to the order; all articles are digital, so that stock plays no part.</summary>
public sealed class GroupPriceTests(OpenShop open) : IClassFixture<OpenShop>
{
    private readonly ShopHost _shop = open.Shop;

    [Fact]
    public async Task Members_see_and_pay_their_groups_price_and_nobody_else_does()
    {
        (string group, string sku, Groups staff) = ("grosir", "BUKU-MITRA", await Groups.Of(_shop));
        await staff.Make(group);
        await staff.Sell(sku, 90_000, Price(group, 70_000, (10, 60_000)));
        (Member member, Member stranger) = (await Member.Join(_shop), await Member.Join(_shop));
        await staff.Put(member, group);
        await member.Refresh();
        string page = $"/v1/store/products/{sku.ToLowerInvariant()}";

        HttpResponseMessage theirs = await member.Send(HttpMethod.Get, page), guests = await _shop.Send(HttpMethod.Get, page);
        JsonElement product = await ShopClient.Json(theirs);
        JsonElement cart = await ShopClient.Json(await member.Send(HttpMethod.Post, "/v1/store/carts", new { lines = new[] { new { sku, quantity = 2 } } }));
        string cartId = cart.GetProperty("id").GetString()!;
        JsonElement ten = await ShopClient.Json(await member.Send(HttpMethod.Patch, $"/v1/store/carts/{cartId}/lines/{sku}", new { quantity = 10 }));

        Assert.Equal((70_000, 90_000, 90_000), (Rupiah(product.GetProperty("price")), Rupiah((await ShopClient.Json(guests)).GetProperty("price")), Rupiah((await stranger.Get(page)).GetProperty("price"))));
        Assert.Equal((10, 60_000), (product.GetProperty("variants")[0].GetProperty("tiers")[0].GetProperty("from").GetInt32(), Rupiah(product.GetProperty("variants")[0].GetProperty("tiers")[0].GetProperty("amount"))));
        Assert.DoesNotContain(group, await theirs.Content.ReadAsStringAsync(TestContext.Current.CancellationToken), StringComparison.Ordinal);
        Assert.True(theirs.Headers.CacheControl!.Private && guests.Headers.CacheControl!.Public);
        Assert.All([theirs, guests], answer => Assert.Contains("Authorization", string.Join(',', answer.Headers.Vary), StringComparison.Ordinal));
        Assert.Equal((140_000, 600_000), (Total(cart), Total(ten)));
        Assert.Equal(0, ten.GetProperty("notices").GetArrayLength());
    }

    [Fact]
    public async Task Lists_are_sorted_and_filtered_by_what_the_caller_pays_and_cost_no_storage_operation()
    {
        (string group, Groups staff, Member member) = ("daftar", await Groups.Of(_shop), await Member.Join(_shop));
        await staff.Make(group);
        await staff.Sell("DAFTAR-A", 50_000, category: "Daftar");
        await staff.Sell("DAFTAR-B", 60_000, Price(group, 40_000), category: "Daftar");
        await staff.Put(member, group);
        await member.Refresh();
        const string List = "/v1/store/products?category=daftar&sort=price";

        HttpResponseMessage theirs = await member.Send(HttpMethod.Get, List), guests = await _shop.Send(HttpMethod.Get, List);

        Assert.Equal("daftar-b daftar-a", await Slugs(theirs));
        Assert.Equal("daftar-a daftar-b", await Slugs(guests));
        Assert.Equal("daftar-b", await Slugs(await member.Send(HttpMethod.Get, List + "&maxPrice=4500000")));
        Assert.Equal("", await Slugs(await _shop.Send(HttpMethod.Get, List + "&maxPrice=4500000")));
        Assert.Equal(["2000000 1", "5000000 1"], await Bands(theirs));
        Assert.Equal(["5000000 2"], await Bands(guests));
        Assert.All([theirs, guests], answer => Assert.Equal("0", string.Join(',', answer.Headers.GetValues("X-Storage-Operations"))));
        Assert.Equal(HttpStatusCode.NotModified, (await member.Send(HttpMethod.Get, List, null, ("If-None-Match", theirs.Headers.ETag!.ToString()))).StatusCode);
        Assert.Equal(HttpStatusCode.OK, (await _shop.Send(HttpMethod.Get, List, null, ("If-None-Match", theirs.Headers.ETag!.ToString()))).StatusCode);
        Assert.Equal(HttpStatusCode.Unauthorized, (await _shop.Send(HttpMethod.Get, List, null, ("Authorization", "Bearer nonsense"))).StatusCode);
    }

    [Fact]
    public async Task Another_group_reaches_an_open_cart_with_the_next_token_and_the_cart_says_so()
    {
        (string group, string sku, Groups staff, Member member, Shopper guest) = ("langganan", "BUKU-LANGGANAN", await Groups.Of(_shop), await Member.Join(_shop), new Shopper(_shop));
        await staff.Make(group);
        await staff.Sell(sku, 90_000, Price(group, 70_000));
        await guest.Fill((sku, 1));
        string cart = $"/v1/store/carts/{guest.CartId}";
        await staff.Put(member, group);

        JsonElement claimed = await ShopClient.Json(await member.Send(HttpMethod.Post, cart + "/claim"));
        await member.Refresh();
        HttpResponseMessage read = await member.Send(HttpMethod.Get, cart);
        JsonElement cheaper = await ShopClient.Json(read), mine = await member.Get("/v1/store/me/cart");
        await staff.Put(member);
        _shop.Clock.Advance(TimeSpan.FromMinutes(10));
        HttpStatusCode late = await member.Status(cart);
        await member.Refresh();

        Assert.Equal((90_000, 70_000, 70_000), (Total(claimed), Total(cheaper), Total(mine)));
        Assert.Equal("line.price-changed", Assert.Single(cheaper.GetProperty("notices").EnumerateArray()).GetProperty("code").GetString());
        Assert.Equal("1", string.Join(',', read.Headers.GetValues("X-Storage-Operations")));
        Assert.Equal((HttpStatusCode.Unauthorized, 90_000L), (late, Total(await member.Get(cart))));
    }

    [Fact]
    public async Task The_order_is_sold_at_the_price_of_the_group_and_a_coupon_for_it_is_nobody_elses()
    {
        (string group, string sku, Groups staff, Member member, Shopper guest) = ("klub", "BUKU-KLUB", await Groups.Of(_shop), await Member.Join(_shop), new Shopper(_shop));
        await staff.Make(group);
        await staff.Sell(sku, 90_000, Price(group, 70_000));
        await staff.Put(member, group);
        await member.Refresh();
        await ShopClient.Json(await staff.Send(HttpMethod.Post, "/v1/admin/coupons", new { code = "KLUB10", coupon = new { name = "Klub", percentOff = 10, groups = new[] { group } } }));
        await guest.Fill((sku, 1));
        string cart = $"/v1/store/carts/{(await ShopClient.Json(await member.Send(HttpMethod.Post, "/v1/store/carts", new { lines = new[] { new { sku, quantity = 1 } } }))).GetProperty("id").GetString()}";

        Assert.Equal("coupon.not-for-you", await StaffProducts.Refused(await _shop.Send(HttpMethod.Post, $"/v1/store/carts/{guest.CartId}/coupons", new { code = "klub10" }), HttpStatusCode.UnprocessableEntity));
        Assert.Equal(63_000, Total(await ShopClient.Json(await member.Send(HttpMethod.Post, cart + "/coupons", new { code = "klub10" }))));
        await ShopClient.Json(await member.Send(HttpMethod.Patch, cart, new { paymentMethod = "card" }));
        JsonElement order = await ShopClient.Json(await member.Send(HttpMethod.Post, cart + "/checkout", new { }, ("Idempotency-Key", Guid.NewGuid().ToString()), ("Prefer", "wait=20")));
        Assert.Equal(63_000, Rupiah(order.GetProperty("totals").GetProperty("total")));
    }

    [Fact]
    public async Task A_deleted_group_gives_nothing_and_its_code_is_never_anothers()
    {
        (string group, string sku, Groups staff, Member member) = ("lama", "BUKU-LAMA", await Groups.Of(_shop), await Member.Join(_shop));
        string version = await staff.Make(group);
        await staff.Sell(sku, 90_000, Price(group, 70_000));
        await staff.Put(member, group);

        Assert.Equal("request.precondition-required", await StaffProducts.Refused(await staff.Send(HttpMethod.Delete, $"/v1/admin/customer-groups/{group}"), HttpStatusCode.PreconditionRequired));
        HttpResponseMessage renamed = await staff.Send(HttpMethod.Patch, $"/v1/admin/customer-groups/{group}", new { name = "Pelanggan lama" }, ("If-Match", version));
        Assert.Equal("request.precondition-failed", await StaffProducts.Refused(await staff.Send(HttpMethod.Delete, $"/v1/admin/customer-groups/{group}", null, ("If-Match", version)), HttpStatusCode.PreconditionFailed));
        Assert.Equal(HttpStatusCode.NoContent, (await staff.Send(HttpMethod.Delete, $"/v1/admin/customer-groups/{group}", null, ("If-Match", renamed.Headers.ETag!.ToString()))).StatusCode);
        await member.Refresh();

        Assert.Equal(90_000, Rupiah((await member.Get($"/v1/store/products/{sku.ToLowerInvariant()}")).GetProperty("price")));
        Assert.Equal("customer-group.unknown", await StaffProducts.Refused(await staff.Send(HttpMethod.Get, $"/v1/admin/customer-groups/{group}"), HttpStatusCode.NotFound));
        Assert.Equal("customer-group.code-taken /code", await StaffProducts.Refused(await staff.Send(HttpMethod.Post, "/v1/admin/customer-groups", new { code = group, name = "Baru" }), HttpStatusCode.Conflict));
        Assert.Equal("customer-group.not-a-group /groups", await StaffProducts.Refused(await staff.TryPut(member, group), HttpStatusCode.UnprocessableEntity));
    }

    [Fact]
    public async Task Group_prices_that_make_no_sense_are_refused_with_their_place()
    {
        Groups staff = await Groups.Of(_shop);
        string Refused(JsonObject price) => StaffProducts.Refused(staff.TrySell("SALAH", 90_000, price).Result, HttpStatusCode.UnprocessableEntity).Result;

        Assert.Equal("catalog.product-invalid /variants/0/prices/0/groups/0/amount", Refused(Price("grosir", 90_000)));
        Assert.Equal("catalog.product-invalid /variants/0/prices/0/groups/0/group", Refused(Price("Grosir!", 70_000)));
        Assert.Equal("catalog.product-invalid /variants/0/prices/0/groups/0/tiers", Refused(Price("grosir", 70_000, (10, 75_000))));
    }

    [Fact]
    public void A_member_gets_the_lowest_of_all_prices_at_every_quantity()
    {
        static Money Idr(long rupiah) => new(rupiah * 100, Currency.Idr);
        var price = new Price(Idr(100), null, null, [new PriceTier(5, Idr(80)), new PriceTier(20, Idr(50))],
            [new GroupPrice("grosir", Idr(90), [new PriceTier(10, Idr(60))]), new GroupPrice("vip", Idr(85))]);

        Gen.Select(Gen.Int[1, 30], Gen.Bool, Gen.Bool).Sample((quantity, wholesale, vip) =>
        {
            List<string> groups = [];
            List<long> entitled = [100];
            if (quantity >= 5) entitled.Add(80);
            if (quantity >= 20) entitled.Add(50);
            if (wholesale) (groups, entitled) = ([.. groups, "grosir"], [.. entitled, quantity >= 10 ? 60 : 90]);
            if (vip) (groups, entitled) = ([.. groups, "vip"], [.. entitled, 85]);
            Assert.Equal(Idr(entitled.Min()), price.For(GroupSet.Of(groups)).For(quantity));
        });
    }

    private static JsonObject Price(string group, long rupiah, params (int From, long Rupiah)[] tiers) => new()
    {
        ["group"] = group,
        ["amount"] = StaffProducts.Idr(rupiah),
        ["tiers"] = new JsonArray([.. tiers.Select(t => (JsonNode)new JsonObject { ["from"] = t.From, ["amount"] = StaffProducts.Idr(t.Rupiah) })]),
    };

    private static long Rupiah(JsonElement money) => money.GetProperty("amount").GetInt64() / 100;

    private static long Total(JsonElement cart) => Rupiah(cart.GetProperty("totals").GetProperty("total"));

    private static async Task<string[]> Bands(HttpResponseMessage list) => [.. (await ShopClient.Json(list)).GetProperty("facets").GetProperty("prices").EnumerateArray()
        .Select(p => $"{p.GetProperty("min").GetProperty("amount").GetInt64()} {p.GetProperty("count").GetInt32()}")];

    private static async Task<string> Slugs(HttpResponseMessage list) => string.Join(' ', (await ShopClient.Json(list)).GetProperty("data").EnumerateArray().Select(c => c.GetProperty("slug").GetString()));

    /// <summary>Staff at work on groups and on what they pay.</summary>
    private sealed class Groups(ShopHost shop, (string, string) token)
    {
        public static async Task<Groups> Of(ShopHost shop) => new(shop, await shop.StaffToken());

        public Task<HttpResponseMessage> Send(HttpMethod method, string path, object? body = null, params (string Name, string Value)[] headers) => shop.Send(method, path, body, [token, .. headers]);

        /// <returns>The group's ETag.</returns>
        public async Task<string> Make(string code)
        {
            HttpResponseMessage made = await Send(HttpMethod.Post, "/v1/admin/customer-groups", new { code, name = code });
            Assert.Equal(HttpStatusCode.Created, made.StatusCode);
            return made.Headers.ETag!.ToString();
        }

        public async Task Put(Member member, params string[] groups) => await ShopClient.Json(await TryPut(member, groups));

        public async Task<HttpResponseMessage> TryPut(Member member, params string[] groups)
        {
            JsonElement found = await ShopClient.Json(await Send(HttpMethod.Get, $"/v1/admin/customers?email={Uri.EscapeDataString(member.Email)}"));
            string path = $"/v1/admin/customers/{found.GetProperty("data")[0].GetProperty("id").GetString()}/groups";
            HttpResponseMessage before = await Send(HttpMethod.Get, path);
            return await Send(HttpMethod.Put, path, new { groups }, ("If-Match", before.Headers.ETag!.ToString()));
        }

        public async Task Sell(string sku, long rupiah, JsonObject? groupPrice = null, string category = "Buku") => await ShopClient.Json(await TrySell(sku, rupiah, groupPrice, category));

        public Task<HttpResponseMessage> TrySell(string sku, long rupiah, JsonObject? groupPrice = null, string category = "Buku")
        {
            JsonObject draft = StaffProducts.Draft(sku.ToLowerInvariant(), rupiah);
            draft["kind"] = "digital";
            draft["category"] = new JsonArray(new JsonObject { ["slug"] = category.ToLowerInvariant(), ["name"] = new JsonObject { ["id"] = category } });
            (draft["variants"]![0]!["downloadFile"], draft["variants"]![0]!["weightGrams"]) = ("buku.pdf", 0);
            if (groupPrice is not null) draft["variants"]![0]!["prices"]![0]!["groups"] = new JsonArray(groupPrice);
            return Send(HttpMethod.Post, "/v1/admin/products", draft);
        }
    }
}
