using System.Net;
using System.Text.Json;
using System.Text.RegularExpressions;
using Microsoft.Extensions.Configuration;

namespace Shop.Tests.Journeys;

public sealed partial class OutageJourneys
{
    [Fact]
    public async Task While_storage_is_away_requests_fail_clearly_and_work_in_flight_goes_on_when_it_is_back()
    {
        string whole = await AzuriteFixture.ConnectionString();
        Dictionary<int, Line> lines = EndpointPort().Matches(whole).Select(m => int.Parse(m.Groups[1].Value, null)).ToDictionary(p => p, Line.To);
        string lined = EndpointPort().Replace(whole, m => $"127.0.0.1:{lines[int.Parse(m.Groups[1].Value, null)].Port}/");
        await using ShopHost shop = await ShopHost.Start(configure: b => b.Configuration["AzureWebJobsStorage"] = lined);
        var shopper = new Shopper(shop);
        await shopper.Fill((await shop.PhysicalSku(), 1));
        await shopper.Prepare();
        await shopper.Checkout();
        await shopper.Pay();

        foreach (Line line in lines.Values) line.Cut();
        HttpResponseMessage refused = await shop.Send(HttpMethod.Get, $"/v1/store/carts/{shopper.CartId}");
        JsonElement problem = JsonDocument.Parse(await refused.Content.ReadAsStringAsync(TestContext.Current.CancellationToken)).RootElement;
        Assert.Equal((HttpStatusCode.ServiceUnavailable, "application/problem+json"), (refused.StatusCode, refused.Content.Headers.ContentType?.MediaType));
        Assert.NotNull(refused.Headers.RetryAfter);
        Assert.DoesNotContain("127.0.0.1", problem.ToString(), StringComparison.Ordinal);
        // What is in memory is still served.
        Assert.Equal(HttpStatusCode.OK, (await shop.Send(HttpMethod.Get, "/v1/store/products?limit=1")).StatusCode);

        foreach (Line line in lines.Values) line.Mend();
        // Retries wait on the shop's clock.
        await Until.True(async () =>
        {
            shop.Clock.Advance(TimeSpan.FromSeconds(5));
            HttpResponseMessage order = await shop.Send(HttpMethod.Get, $"/v1/store/orders/{shopper.OrderId}?token={shopper.Token}");
            return order.IsSuccessStatusCode && (await ShopClient.Json(order)).GetProperty("status").GetString() == "completed";
        }, "the order to be completed");
        Assert.Equal(3, (await shopper.Mails(3)).Length);
        foreach (Line line in lines.Values) await line.DisposeAsync();
    }

    [GeneratedRegex(@"127\.0\.0\.1:(\d+)/", RegexOptions.None, 1000)]
    private static partial Regex EndpointPort();
}
