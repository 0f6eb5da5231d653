using System.Security.Cryptography;
using System.Text.Json;
using Azure.Data.Tables;
using Shop.Carts;
using Shop.Http;
using Shop.Storage;
using Shop.Tests.Customers;
using Shop.Tests.Journeys;

namespace Shop.Tests.Http;

public sealed class DataKeyTests
{
    private static readonly CancellationToken Cancel = TestContext.Current.CancellationToken;
    private static readonly string First = "k1:" + Convert.ToBase64String(RandomNumberGenerator.GetBytes(32));
    private static readonly string Second = "k2:" + Convert.ToBase64String(RandomNumberGenerator.GetBytes(32));

    [Fact]
    public async Task A_key_is_replaced_while_the_shop_runs_and_told_when_it_may_go()
    {
        string prefix = AzuriteFixture.NewPrefix();
        string cart, email;
        await using (ShopHost before = await Start(prefix, First))
        {
            Member member = await Member.Join(before);
            await ShopClient.Json(await member.Send(HttpMethod.Post, "/v1/store/me/addresses", new { address = Shopper.Address }));
            JsonElement made = await ShopClient.Json(await before.Send(HttpMethod.Post, "/v1/store/carts"));
            (cart, email) = (made.GetProperty("id").GetString()!, member.Email);
            await ShopClient.Json(await before.Send(HttpMethod.Patch, $"/v1/store/carts/{cart}", new { email, shippingAddress = Shopper.Address }));
            await Unseal(before, email);
        }

        await using (ShopHost rotated = await Start(prefix, $"{Second},{First}"))
        {
            Assert.Equal(email, (await rotated.Get($"/v1/store/carts/{cart}")).GetProperty("email").GetString());

            JsonElement walked = await Walk(rotated);
            Assert.Equal("k2", walked.GetProperty("current").GetString());
            // The customer, their address and the cart, for the owner was sealed anew by signing in; and one cart that was never sealed.
            Assert.Equal((3, 1), (Key(walked, "k1").GetProperty("rows").GetInt32(), walked.GetProperty("unsealedRows").GetInt32()));
            Assert.Equal(JsonValueKind.Null, Key(walked, "k1").GetProperty("retirableFrom").ValueKind);

            rotated.Clock.Advance(TimeSpan.FromSeconds(1));
            JsonElement clean = await Walk(rotated);
            Assert.Equal((0, 0), (Key(clean, "k1").GetProperty("rows").GetInt32(), clean.GetProperty("unsealedRows").GetInt32()));
            Assert.Equal(walked.GetProperty("startedAt").GetDateTimeOffset().AddDays(8), Key(clean, "k1").GetProperty("retirableFrom").GetDateTimeOffset());
            Assert.Equal(JsonValueKind.Null, Key(clean, "k2").GetProperty("retirableFrom").ValueKind);
        }

        await using ShopHost after = await Start(prefix, Second);
        JsonElement read = await after.Get($"/v1/store/carts/{cart}");
        Assert.Equal((email, "Ayu Lestari"), (read.GetProperty("email").GetString(), read.GetProperty("shippingAddress").GetProperty("name").GetString()));
        Assert.NotEqual("", await after.SignInOwner());
        Assert.Empty(await new StoredBytes(prefix).Find(["emumail", "-emu-mail"], email));
    }

    [Fact]
    public async Task A_night_looks_through_until_nothing_is_under_another_key()
    {
        await using ShopHost shop = await ShopHost.Start(demo: false);
        ResealStore walks = shop.Service<ResealStore>();

        for (int night = 0; night < 2; night++)
        {
            await shop.Service<ResealRows>().BeginWhereNeeded(Cancel);
            await Until.True(async () => (await walks.Find(Cancel))!.Value.FinishedAt is not null, "the walk");
            shop.Clock.Advance(TimeSpan.FromSeconds(1));
        }
        ResealJob last = (await walks.Find(Cancel))!.Value;
        await shop.Service<ResealRows>().BeginWhereNeeded(Cancel);

        Assert.True(last.IsClean);
        Assert.Equal(last.StartedAt, (await walks.Find(Cancel))!.Value.StartedAt);
    }

    [Fact]
    public async Task A_row_whose_key_is_missing_is_told_and_stays_as_it_is()
    {
        string prefix = AzuriteFixture.NewPrefix();
        await using (ShopHost before = await Start(prefix, First)) await ShopClient.Json(await before.Send(HttpMethod.Post, "/v1/store/carts"));

        await using ShopHost shop = await ShopHost.Start(prefix, demo: false, configure: b =>
        {
            b.Configuration["Security:DataKeys"] = Second;
            b.Configuration["Staff:Email"] = "another@shop.test";
        });
        await shop.Service<ResealRows>().Begin(Cancel);
        await Until.True(async () => (await shop.Service<ResealStore>().Find(Cancel))!.Value.FinishedAt is not null, "the walk");

        Assert.Equal(2, (await shop.Service<ResealStore>().Find(Cancel))!.Value.Unreadable);
        Assert.False((await shop.Service<ResealStore>().Find(Cancel))!.Value.IsClean);
    }

    private static Task<ShopHost> Start(string prefix, string keys) => ShopHost.Start(prefix, demo: false, configure: builder =>
    {
        builder.Configuration["Security:DataKeys"] = keys;
        builder.Configuration["Customers:PasswordIterations"] = "1000";
    });

    private static async Task<JsonElement> Walk(ShopHost shop)
    {
        await ShopClient.Json(await shop.Send(HttpMethod.Post, "/v1/admin/data-keys/reseal", null, await shop.StaffToken()));
        (string, string) owner = await shop.StaffToken();
        async Task<JsonElement> Read() => await ShopClient.Json(await shop.Send(HttpMethod.Get, "/v1/admin/data-keys", null, owner));
        await Until.True(async () => (await Read()).GetProperty("finishedAt").ValueKind != JsonValueKind.Null, "the walk");
        return await Read();
    }

    private static JsonElement Key(JsonElement keys, string id) => keys.GetProperty("data").EnumerateArray().Single(k => k.GetProperty("id").GetString() == id);

    /// <summary>Puts a cart there as an older version wrote it.</summary>
    private static Task Unseal(ShopHost shop, string email)
    {
        var cart = new Cart { Id = "crt_old", Currency = Shop.Common.Currency.Parse("IDR"), Locale = "id", Email = email, CreatedAt = shop.Clock.GetUtcNow(), UpdatedAt = shop.Clock.GetUtcNow() };
        TableEntity row = Rows.ToRow(cart.Id, CartStore.RowKey(cart.Id), cart);
        row["UpdatedAt"] = cart.UpdatedAt;
        return shop.Service<ShopStorage>().Table("Carts").AddEntityAsync(row, Cancel);
    }
}
