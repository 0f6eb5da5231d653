using System.Net;
using System.Text.Json;
using Shop.Http;
using Shop.Tests.Journeys;

namespace Shop.Tests.Customers;

/// <summary>One shop for all of it: every test makes keys of its own, and time only goes on.</summary>
public sealed class ApiKeyTests(OpenShop open) : IClassFixture<OpenShop>
{
    private const string Catalogue = "/v1/admin/products/prd_00000000000000000000000000";
    private const string Journal = "/v1/admin/journal";

    [Fact]
    public async Task A_key_opens_what_its_scopes_name_and_nothing_else()
    {
        string key = (await Create(new { name = "Katalog", scopes = new[] { "catalog:read" } })).GetProperty("key").GetString()!;

        Assert.Equal(HttpStatusCode.NotFound, await Status(HttpMethod.Get, Catalogue, key));
        Assert.Equal(HttpStatusCode.Forbidden, await Status(HttpMethod.Get, Journal, key));
        Assert.Equal(HttpStatusCode.Forbidden, await Status(HttpMethod.Post, "/v1/admin/imports", key));
    }

    [Fact]
    public async Task A_key_makes_no_other_key()
    {
        string key = (await Create(new { name = "Semua", scopes = open.Shop.Service<HttpFunctions>().ApiKeyScopes })).GetProperty("key").GetString()!;

        Assert.Equal(HttpStatusCode.Forbidden, await Status(HttpMethod.Post, "/v1/admin/api-keys", key));
    }

    [Fact]
    public async Task The_secret_is_shown_once_and_kept_as_a_hash()
    {
        JsonElement made = await Create(new { name = "Rahasia", scopes = new[] { "stock:read" } });
        string secret = made.GetProperty("key").GetString()!.Split('.')[1];

        JsonElement listed = await Listed(made.GetProperty("id").GetString()!);
        StoredApiKey stored = (await open.Shop.Service<ApiKeyStore>().Find(made.GetProperty("id").GetString()!, TestContext.Current.CancellationToken))!;
        Assert.DoesNotContain(secret, listed.GetRawText());
        Assert.DoesNotContain(secret, JsonSerializer.Serialize(stored.Value));
        Assert.DoesNotContain(secret, string.Join('\n', open.Shop.Logs.Lines));
    }

    [Fact]
    public async Task A_revoked_key_is_refused_when_it_is_forgotten()
    {
        JsonElement made = await Create(new { name = "Dicabut", scopes = new[] { "catalog:read" } });
        string key = made.GetProperty("key").GetString()!;
        Assert.Equal(HttpStatusCode.NotFound, await Status(HttpMethod.Get, Catalogue, key));

        Assert.Equal(HttpStatusCode.NoContent, await Status(HttpMethod.Delete, $"/v1/admin/api-keys/{made.GetProperty("id").GetString()}", await open.Shop.SignInOwner()));
        open.Shop.Clock.Advance(ApiKeys.Memory);

        Assert.Equal(HttpStatusCode.Unauthorized, await Status(HttpMethod.Get, Catalogue, key));
    }

    [Fact]
    public async Task A_key_runs_out()
    {
        string key = (await Create(new { name = "Sementara", scopes = new[] { "catalog:read" }, expiresAt = open.Shop.Clock.GetUtcNow().AddMinutes(5) })).GetProperty("key").GetString()!;
        Assert.Equal(HttpStatusCode.NotFound, await Status(HttpMethod.Get, Catalogue, key));

        open.Shop.Clock.Advance(TimeSpan.FromMinutes(5));

        Assert.Equal(HttpStatusCode.Unauthorized, await Status(HttpMethod.Get, Catalogue, key));
    }

    [Theory]
    [InlineData("key_00000000000000000000000000.AAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAA")]
    [InlineData("key_00000000000000000000000000.")]
    [InlineData("key_00000000000000000000000000")]
    public async Task A_key_that_nobody_made_is_nobodys(string key) => Assert.Equal(HttpStatusCode.Unauthorized, await Status(HttpMethod.Get, Catalogue, key));

    [Fact]
    public async Task Another_secret_under_a_real_id_is_refused()
    {
        string key = (await Create(new { name = "Ditebak", scopes = new[] { "catalog:read" } })).GetProperty("key").GetString()!;

        Assert.Equal(HttpStatusCode.Unauthorized, await Status(HttpMethod.Get, Catalogue, key.Split('.')[0] + "." + new string('A', 43)));
        Assert.Equal(HttpStatusCode.Unauthorized, await Status(HttpMethod.Get, Catalogue, key + "A"));
    }

    [Fact]
    public async Task A_check_costs_one_operation_and_then_none_and_notes_the_day()
    {
        JsonElement made = await Create(new { name = "Hemat", scopes = new[] { "catalog:read" } });
        string key = made.GetProperty("key").GetString()!;
        string id = made.GetProperty("id").GetString()!;
        Assert.Equal(JsonValueKind.Null, (await Listed(id)).GetProperty("lastUsedOn").ValueKind);

        await Operations(key);
        int remembered = await Operations(key);
        open.Shop.Clock.Advance(ApiKeys.Memory);
        int read = await Operations(key);

        Assert.Equal(1, read - remembered);
        Assert.Equal(open.Shop.Clock.GetUtcNow().UtcDateTime.ToString("yyyy-MM-dd"), (await Listed(id)).GetProperty("lastUsedOn").GetString());
    }

    [Theory]
    [InlineData("""{"name":"x","scopes":["everything"]}""", "api-key.scope-unknown")]
    [InlineData("""{"name":"x","scopes":["catalog:read"],"expiresAt":"2020-01-01T00:00:00Z"}""", "api-key.expiry-past")]
    [InlineData("""{"name":"x","scopes":[]}""", "request.invalid")]
    public async Task A_key_that_makes_no_sense_is_refused(string body, string code)
    {
        HttpResponseMessage refused = await open.Shop.Send(HttpMethod.Post, "/v1/admin/api-keys", JsonDocument.Parse(body).RootElement, ("Authorization", "Bearer " + await open.Shop.SignInOwner()));

        Assert.Contains(code, await refused.Content.ReadAsStringAsync(TestContext.Current.CancellationToken));
    }

    [Fact]
    public async Task Keys_that_were_revoked_or_ran_out_take_no_place_of_others()
    {
        await using ShopHost shop = await OpenShop.Start(demo: false);
        ApiKeyStore keys = shop.Service<ApiKeyStore>();
        DateTimeOffset now = shop.Clock.GetUtcNow();
        async Task Add(int count, Func<ApiKey, ApiKey> change) =>
            await Task.WhenAll(Enumerable.Range(0, count).Select(_ => keys.Add(change(ApiKey.Create("lama", ["stock:read"], "stf_1", null, shop.Clock).Key), TestContext.Current.CancellationToken)));
        await Add(60, key => key with { RevokedAt = now });
        await Add(40, key => key with { ExpiresAt = now });
        await Add(ApiKey.MostKeys - 1, key => key);
        (string Name, string Value) owner = await shop.StaffToken();
        object wanted = new { name = "baru", scopes = new[] { "stock:read" } };

        Assert.Equal(HttpStatusCode.Created, (await shop.Send(HttpMethod.Post, "/v1/admin/api-keys", wanted, owner)).StatusCode);
        HttpResponseMessage beyond = await shop.Send(HttpMethod.Post, "/v1/admin/api-keys", wanted, owner);

        Assert.Contains("api-key.too-many", await beyond.Content.ReadAsStringAsync(TestContext.Current.CancellationToken));
    }

    [Fact]
    public void Rows_share_a_partition_and_are_named_by_the_key()
    {
        Assert.Equal("keys", ApiKeyStore.PartitionKey);
        Assert.Equal("key_1|key", ApiKeyStore.RowKey("key_1"));
    }

    private async Task<JsonElement> Create(object wanted) =>
        await ShopClient.Json(await open.Shop.Send(HttpMethod.Post, "/v1/admin/api-keys", wanted, ("Authorization", "Bearer " + await open.Shop.SignInOwner())));

    private async Task<JsonElement> Listed(string id) =>
        (await ShopClient.Json(await open.Shop.Send(HttpMethod.Get, "/v1/admin/api-keys", null, ("Authorization", "Bearer " + await open.Shop.SignInOwner()))))
            .GetProperty("data").EnumerateArray().Single(k => k.GetProperty("id").GetString() == id);

    private async Task<HttpStatusCode> Status(HttpMethod method, string path, string bearer) => (await open.Shop.Send(method, path, null, ("Authorization", "Bearer " + bearer))).StatusCode;

    private async Task<int> Operations(string bearer) =>
        int.Parse((await open.Shop.Send(HttpMethod.Get, Catalogue, null, ("Authorization", "Bearer " + bearer))).Headers.GetValues("X-Storage-Operations").Single());
}
