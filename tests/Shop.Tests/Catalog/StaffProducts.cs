using System.Net;
using System.Text.Json;
using System.Text.Json.Nodes;
using Shop.Tests.Journeys;

namespace Shop.Tests.Catalog;

/// <summary>Staff at the catalogue, over HTTP; products are valid by default.</summary>
internal sealed class StaffProducts(ShopHost shop, (string, string) token)
{
    public static async Task<StaffProducts> Of(ShopHost shop) => new(shop, await shop.StaffToken());

    public static JsonObject Draft(string handle, long rupiah = 85_000, string status = "active") => new()
    {
        ["handle"] = handle,
        ["status"] = status,
        ["kind"] = "physical",
        ["texts"] = new JsonObject { ["id"] = Text(handle, $"Judul {handle}"), ["en"] = Text($"{handle}-en", $"Title {handle}") },
        ["category"] = new JsonArray(new JsonObject { ["slug"] = "kopi", ["name"] = new JsonObject { ["id"] = "Kopi", ["en"] = "Coffee" } }),
        ["variants"] = new JsonArray(new JsonObject
        {
            ["sku"] = handle.ToUpperInvariant(),
            ["choices"] = new JsonArray(),
            ["prices"] = new JsonArray(new JsonObject { ["amount"] = Idr(rupiah) }),
            ["weightGrams"] = 250,
        }),
    };

    public static JsonObject Idr(long rupiah) => new() { ["amount"] = rupiah * 100, ["currency"] = "IDR" };

    public static JsonObject Text(string slug, string title) => new() { ["slug"] = slug, ["title"] = title, ["description"] = "Isi." };

    /// <summary>What is left of a draft when it changes a product: its handle never changes.</summary>
    public static JsonObject Without(JsonObject draft, string field)
    {
        var copy = draft.DeepClone().AsObject();
        copy.Remove(field);
        return copy;
    }

    public Task<HttpResponseMessage> Post(JsonObject draft) => shop.Send(HttpMethod.Post, "/v1/admin/products", draft, token);

    public Task<HttpResponseMessage> Put(string id, JsonObject draft, string? etag) =>
        shop.Send(HttpMethod.Put, $"/v1/admin/products/{id}", Without(draft, "handle"), etag is null ? [token] : [token, ("If-Match", etag)]);

    public Task<HttpResponseMessage> Delete(string id, string? etag) =>
        shop.Send(HttpMethod.Delete, $"/v1/admin/products/{id}", null, etag is null ? [token] : [token, ("If-Match", etag)]);

    public Task<HttpResponseMessage> Send(HttpMethod method, string path, object? body = null) => shop.Send(method, path, body, token);

    public Task<HttpResponseMessage> Change(string path, object body, string etag) => shop.Send(HttpMethod.Put, path, body, token, ("If-Match", etag));

    /// <summary>Hands in a file of products.</summary>
    public async Task<HttpResponseMessage> Import(byte[] file, string mediaType)
    {
        using var request = new HttpRequestMessage(HttpMethod.Post, "/v1/admin/imports") { Content = new ByteArrayContent(file) };
        request.Content.Headers.ContentType = new(mediaType);
        request.Headers.Add(token.Item1, token.Item2);
        return await shop.Http.SendAsync(request, TestContext.Current.CancellationToken);
    }

    public async Task<JsonElement> Read(string path) => await ShopClient.Json(await Send(HttpMethod.Get, path));

    /// <summary>Makes a product and returns its id and ETag.</summary>
    public async Task<(string Id, string ETag)> Make(JsonObject draft)
    {
        HttpResponseMessage made = await Post(draft);
        JsonElement product = await ShopClient.Json(made);
        Assert.Equal(HttpStatusCode.Created, made.StatusCode);
        return (product.GetProperty("id").GetString()!, made.Headers.ETag!.ToString());
    }

    /// <summary>The job that a request has begun, when it is completed.</summary>
    public async Task<JsonElement> Completed(HttpResponseMessage accepted)
    {
        string job = accepted.Headers.Location!.ToString();
        await Until.True(async () => (await Read(job)).GetProperty("status").GetString() == "completed", "the job to be completed");
        return await Read(job);
    }

    public static async Task<string> Refused(HttpResponseMessage answer, HttpStatusCode status)
    {
        JsonElement problem = JsonDocument.Parse(await answer.Content.ReadAsStringAsync(TestContext.Current.CancellationToken)).RootElement;
        Assert.True(status == answer.StatusCode, problem.ToString());
        string pointers = problem.TryGetProperty("errors", out JsonElement errors) ? string.Join(' ', errors.EnumerateArray().Select(e => e.GetProperty("pointer").GetString())) : "";
        return $"{problem.GetProperty("code").GetString()} {pointers}".TrimEnd();
    }
}
