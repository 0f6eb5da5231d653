using System.Net.Http.Json;
using System.Text.Json;

namespace Shop.Tests.Journeys;

/// <summary>A client of the shop's API.</summary>
internal sealed class ShopClient(HttpClient http)
{
    public HttpClient Http => http;

    /// <summary>A JSON answer; anything but success fails the test with what was answered.</summary>
    public async Task<JsonElement> Get(string path) => await Json(await Send(HttpMethod.Get, path, null, ("Accept", "application/json")));

    public Task<HttpResponseMessage> Send(HttpMethod method, string path, object? body = null, params (string Name, string Value)[] headers)
    {
        var request = new HttpRequestMessage(method, path);
        if (body is not null) request.Content = JsonContent.Create(body);
        foreach ((string name, string value) in headers) request.Headers.TryAddWithoutValidation(name, value);
        return http.SendAsync(request, TestContext.Current.CancellationToken);
    }

    /// <summary>Asks the payment provider as the shop does: with the secret key.</summary>
    public async Task<JsonElement> Stripe(string path) => await Json(await Send(HttpMethod.Get, path, null, ("Authorization", "Bearer sk_test_emulator")));

    public static async Task<JsonElement> Json(HttpResponseMessage response)
    {
        string body = await response.Content.ReadAsStringAsync(TestContext.Current.CancellationToken);
        Assert.True(response.IsSuccessStatusCode, $"{(int)response.StatusCode} {response.RequestMessage!.Method} {response.RequestMessage.RequestUri!.PathAndQuery}: {body}");
        return JsonDocument.Parse(body).RootElement;
    }

    /// <summary>An article of the demo catalogue with some in stock; the import shows products before it has counted them.</summary>
    public Task<string> SkuOf(string kind) => Until.Found(() => FindSku(kind), $"a {kind} article in stock");

    private async Task<string?> FindSku(string kind)
    {
        string? cursor = null;
        do
        {
            JsonElement page = await Get($"/v1/store/products?limit=100&sort=title{(cursor is null ? "" : "&cursor=" + Uri.EscapeDataString(cursor))}");
            foreach (JsonElement card in page.GetProperty("data").EnumerateArray())
            {
                JsonElement product = await Get($"/v1/store/products/{card.GetProperty("slug").GetString()}");
                if (product.GetProperty("kind").GetString() != kind) continue;
                foreach (JsonElement variant in product.GetProperty("variants").EnumerateArray())
                    if (kind == "digital" || variant.GetProperty("available").GetInt32() >= 5) return variant.GetProperty("sku").GetString()!;
            }
            cursor = page.GetProperty("nextCursor").GetString();
        }
        while (cursor is not null);
        return null;
    }
}
