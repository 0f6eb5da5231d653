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

    /// <summary>An access token of the owner, who is there from the first start.</summary>
    public async Task<string> SignInOwner() =>
        (await Json(await Send(HttpMethod.Post, "/v1/admin/sessions", new { email = ShopHost.StaffEmail, password = ShopHost.StaffPassword }))).GetProperty("accessToken").GetString()!;

    /// <summary>Asks the payment provider as the shop does: with the secret key.</summary>
    public async Task<JsonElement> Stripe(string path) => await Json(await Send(HttpMethod.Get, path, null, ("Authorization", "Bearer sk_test_emulator")));

    public static async Task<JsonElement> Json(HttpResponseMessage response)
    {
        string body = await response.Content.ReadAsStringAsync(TestContext.Current.CancellationToken);
        Assert.True(response.IsSuccessStatusCode, $"{(int)response.StatusCode} {response.RequestMessage!.Method} {response.RequestMessage.RequestUri!.PathAndQuery}: {body}");
        return JsonDocument.Parse(body).RootElement;
    }

    /// <summary>An article of the demo catalogue with some in stock; the import shows products before it has counted them.</summary>
    public async Task<string> SkuOf(string kind) => (await SkusOf(kind, 1))[0];

    /// <summary>Articles of different products.</summary>
    public Task<string[]> SkusOf(string kind, int many) => Until.Found(() => FindSkus(kind, many), $"{many} {kind} articles in stock");

    private async Task<string[]?> FindSkus(string kind, int many)
    {
        List<string> found = [];
        string? cursor = null;
        do
        {
            JsonElement page = await Get($"/v1/store/products?limit=100&sort=title{(cursor is null ? "" : "&cursor=" + Uri.EscapeDataString(cursor))}");
            foreach (JsonElement card in page.GetProperty("data").EnumerateArray())
            {
                JsonElement product = await Get($"/v1/store/products/{card.GetProperty("slug").GetString()}");
                if (product.GetProperty("kind").GetString() != kind) continue;
                JsonElement variant = product.GetProperty("variants").EnumerateArray().FirstOrDefault(v => kind == "digital" || v.GetProperty("available").GetInt32() >= 5);
                if (variant.ValueKind == JsonValueKind.Object) found.Add(variant.GetProperty("sku").GetString()!);
                if (found.Count == many) return [.. found];
            }
            cursor = page.GetProperty("nextCursor").GetString();
        }
        while (cursor is not null);
        return null;
    }
}
