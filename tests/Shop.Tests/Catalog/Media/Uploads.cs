using System.Net;
using System.Net.Http.Headers;
using System.Text.Json;
using System.Text.Json.Nodes;
using Shop.Tests.Journeys;

namespace Shop.Tests.Catalog.Media;

/// <summary>Staff with pictures to upload: the files go to storage by the address they were given, and not through the shop.</summary>
internal sealed class Uploads(ShopHost shop, StaffProducts staff) : IDisposable
{
    private readonly HttpClient _storage = new(new SocketsHttpHandler());

    public HttpClient Storage => _storage;

    public static async Task<Uploads> Of(ShopHost shop) => new(shop, await StaffProducts.Of(shop));

    public StaffProducts Staff => staff;

    public async Task<JsonElement> Offer(string productId, object? image = null)
    {
        HttpResponseMessage offered = await staff.Send(HttpMethod.Post, $"/v1/admin/products/{productId}/images", image ?? new { alt = new { id = "Gambar", en = "Picture" } });
        Assert.Equal(HttpStatusCode.Created, offered.StatusCode);
        return await ShopClient.Json(offered);
    }

    /// <summary>As a browser would: by the address, the method and the headers that it was told.</summary>
    public async Task<HttpResponseMessage> Put(JsonElement offer, byte[] file, string contentType = "image/jpeg")
    {
        using var request = new HttpRequestMessage(HttpMethod.Parse(offer.GetProperty("uploadMethod").GetString()!), offer.GetProperty("uploadUrl").GetString());
        request.Content = new ByteArrayContent(file) { Headers = { ContentType = new MediaTypeHeaderValue(contentType) } };
        foreach (JsonProperty header in offer.GetProperty("uploadHeaders").EnumerateObject()) request.Headers.TryAddWithoutValidation(header.Name, header.Value.GetString());
        return await _storage.SendAsync(request, TestContext.Current.CancellationToken);
    }

    public Task<HttpResponseMessage> Complete(string productId, JsonElement offer) => staff.Send(HttpMethod.Post, $"{Path(productId, offer)}/complete");

    public Task<JsonElement> Read(string productId, JsonElement offer) => staff.Read(Path(productId, offer));

    /// <summary>The upload when it is no longer waiting.</summary>
    public async Task<JsonElement> Ended(string productId, JsonElement offer)
    {
        await Until.True(async () => (await Read(productId, offer)).GetProperty("status").GetString() != "waiting", "the upload to end");
        return await Read(productId, offer);
    }

    /// <summary>Offers, uploads, completes and waits.</summary>
    public async Task<JsonElement> Upload(string productId, byte[] file, object? image = null)
    {
        JsonElement offer = await Offer(productId, image);
        Assert.Equal(HttpStatusCode.Created, (await Put(offer, file)).StatusCode);
        Assert.Equal(HttpStatusCode.Accepted, (await Complete(productId, offer)).StatusCode);
        return await Ended(productId, offer);
    }

    /// <summary>What the product says, as a draft that says the same; with its version.</summary>
    public async Task<(JsonObject Draft, string ETag)> DraftOf(string productId)
    {
        HttpResponseMessage answer = await staff.Send(HttpMethod.Get, $"/v1/admin/products/{productId}");
        var draft = JsonObject.Create(await ShopClient.Json(answer))!;
        foreach (string name in (string[])["id", "handle", "version", "formerSlugs", "createdAt", "updatedAt"]) draft.Remove(name);
        return (draft, answer.Headers.ETag!.ToString());
    }

    public async Task<JsonElement> Page(string slug) => await shop.Get($"/v1/store/products/{slug}");

    public void Dispose() => _storage.Dispose();

    private static string Path(string productId, JsonElement offer) => $"/v1/admin/products/{productId}/images/{offer.GetProperty("id").GetString()}";
}
