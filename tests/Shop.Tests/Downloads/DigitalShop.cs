using System.Net;
using System.Text;
using System.Text.Json;
using System.Text.Json.Nodes;
using Shop.Storage;
using Shop.Tests.Catalog;
using Shop.Tests.Journeys;

namespace Shop.Tests.Downloads;

/// <summary>One shop of digital goods for a class of tests: every test has articles and buyers of its own, and time only goes on.</summary>
public sealed class DigitalShop : IAsyncLifetime
{
    private static readonly CancellationToken Cancel = TestContext.Current.CancellationToken;

    public DigitalShop()
    {
    }

    /// <summary>Around a shop of a test's own.</summary>
    internal DigitalShop(ShopHost host) => Host = host;

    internal ShopHost Host { get; private set; } = null!;

    public async ValueTask InitializeAsync() => Host = await ShopHost.Start(demo: false, configure: builder =>
    {
        builder.Configuration["Downloads:AlertEmail"] = AlertEmail;
        builder.Configuration["Downloads:LowPool"] = "2";
        builder.Configuration["Downloads:LicenceCallsPerKey"] = "30";
    });

    public ValueTask DisposeAsync() => Host.DisposeAsync();

    internal const string AlertEmail = "gudang@shop.test";

    /// <summary>Puts an article on sale, with the file that it delivers.</summary>
    /// <returns>Its SKU.</returns>
    internal async Task<string> Offer(JsonObject? digital = null, string? file = "buku.pdf", byte[]? content = null)
    {
        string handle = "d" + Guid.NewGuid().ToString("n")[..12];
        JsonObject draft = StaffProducts.Draft(handle);
        draft["kind"] = "digital";
        JsonNode variant = draft["variants"]![0]!;
        variant["weightGrams"] = 0;
        string? own = file is null ? null : $"{handle}-{file}";
        variant["downloadFile"] = own;
        if (digital is not null) variant["digital"] = digital;
        if (own is not null) await Host.Service<DigitalFiles>().Put(own, BinaryData.FromBytes(content ?? Encoding.UTF8.GetBytes("the original")), Cancel);
        await (await StaffProducts.Of(Host)).Make(draft);
        return variant["sku"]!.GetValue<string>();
    }

    internal async Task<Shopper> Sell(params (string Sku, int Quantity)[] lines)
    {
        var shopper = new Shopper(Host);
        await shopper.Buy(shipped: false, lines);
        return shopper;
    }

    /// <summary>What the order's lines deliver, as its buyer sees it.</summary>
    internal async Task<JsonElement[]> Downloads(Shopper shopper) =>
        [.. (await Host.Get($"/v1/store/orders/{shopper.OrderId}/downloads?token={shopper.Token}")).GetProperty("data").EnumerateArray()];

    internal async Task<string> Url(Shopper shopper, int line = 0) => (await Downloads(shopper))[line].GetProperty("url").GetString()!;

    internal Task<HttpResponseMessage> Open(string url) => Host.Http.GetAsync(new Uri(url), Cancel);

    /// <summary>The bytes that a buyer gets.</summary>
    internal async Task<byte[]> Fetch(string url)
    {
        HttpResponseMessage opened = await Open(url);
        Assert.True(opened.StatusCode == HttpStatusCode.Found, await opened.Content.ReadAsStringAsync(Cancel));
        using var outside = new HttpClient(new SocketsHttpHandler());
        return await outside.GetByteArrayAsync(opened.Headers.Location, Cancel);
    }

    internal async Task<HttpResponseMessage> Staff(HttpMethod method, string path, object? body = null, string? key = null) =>
        await Host.Send(method, path, body, await Host.StaffToken(), ("Idempotency-Key", key ?? Guid.NewGuid().ToString()));

    internal async Task Refund(Shopper shopper, object wanted)
    {
        int before = (await shopper.Order()).GetProperty("refunds").GetArrayLength();
        await ShopClient.Json(await Staff(HttpMethod.Post, $"/v1/admin/orders/{shopper.OrderId}/refunds", wanted));
        await Until.True(async () => (await shopper.Order()).GetProperty("refunds").GetArrayLength() > before, "the refund");
    }

    internal async Task<HttpResponseMessage> Fill(string sku, params string[] keys)
    {
        using var request = new HttpRequestMessage(HttpMethod.Post, $"/v1/admin/licence-pools/{sku}/keys") { Content = new StringContent(string.Join("\r\n", keys), Encoding.UTF8, "text/plain") };
        (string name, string value) = await Host.StaffToken();
        request.Headers.Add(name, value);
        return await Host.Http.SendAsync(request, Cancel);
    }

    /// <summary>The keys of an order's first line, when so many are there.</summary>
    internal Task<string[]> Keys(Shopper shopper, int many) => Until.Found(async () =>
    {
        string[] keys = [.. (await Downloads(shopper))[0].GetProperty("licences").EnumerateArray().Select(l => l.GetProperty("key").GetString()).OfType<string>()];
        return keys.Length == many ? keys : null;
    }, $"{many} licence keys");

    internal async Task<string[]> KeyStatuses(Shopper shopper) => [.. (await Downloads(shopper))[0].GetProperty("licences").EnumerateArray().Select(l => l.GetProperty("status").GetString()!)];

    internal Task<HttpResponseMessage> Use(string act, string key, string device) => Host.Send(HttpMethod.Post, $"/v1/store/licences/{act}", new { key, device });

    internal async Task<string[]> Subjects(string address)
    {
        JsonElement mailbox = await ShopClient.Json(await Host.Send(HttpMethod.Get, "/emulator/mailbox", null, ("Accept", "application/json")));
        return [.. mailbox.GetProperty("data").EnumerateArray().Where(m => m.GetProperty("to").ToString().Contains(address, StringComparison.Ordinal)).Select(m => m.GetProperty("subject").GetString()!)];
    }
}
