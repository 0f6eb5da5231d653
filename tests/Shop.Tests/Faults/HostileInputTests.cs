using System.Net;
using System.Text;
using System.Text.Json;
using Azure.Data.Tables;
using Shop.Common;
using Shop.Emulator.Webhooks;
using Shop.Payments;
using Shop.Shipping;
using Shop.Storage;
using Shop.Tests.Journeys;

namespace Shop.Tests.Faults;

/// <summary>What a provider, or somebody who would like to be one, may send that fits nothing. Forged ones and unknown links are in <see cref="BadInput"/>.</summary>
public sealed class HostileInputTests(BadInput.OpenShop open) : IClassFixture<BadInput.OpenShop>
{
    private static readonly CancellationToken Cancel = TestContext.Current.CancellationToken;

    private const string Event = """{"id":"evt_hostile","object":"event","api_version":"2025-01-01","type":"unheard.of","data":{"object":{"id":"x","object":"unheard"}}}""";

    [Fact]
    public async Task A_webhook_that_lost_its_end_or_is_played_again_later_is_refused()
    {
        DateTimeOffset now = open.Shop.Clock.GetUtcNow();
        string signed = Stripe.Sign(Event, now);
        Assert.Equal(HttpStatusCode.BadRequest, (await Hook("/v1/hooks/stripe", "Stripe-Signature", Event[..^10], signed)).StatusCode);
        Assert.Equal(HttpStatusCode.BadRequest, (await Hook("/v1/hooks/stripe", "Stripe-Signature", Event, Stripe.Sign(Event, now.AddMinutes(-6)))).StatusCode);
        const string moved = """{"event":"order.status","order_id":"5dd599ebdefcd4158eb8470b","status":"delivered"}""";
        Assert.Equal(HttpStatusCode.BadRequest, (await Courier(moved[..^10])).StatusCode);
        Assert.Equal(HttpStatusCode.BadRequest, (await Courier(moved, path: "/v1/hooks/couriers/jne")).StatusCode);
    }

    [Fact]
    public async Task An_event_that_nobody_knows_is_kept_once_and_changes_nothing()
    {
        foreach (int _ in (int[])[1, 2])
            Assert.Equal(HttpStatusCode.OK, (await Hook("/v1/hooks/stripe", "Stripe-Signature", Event, Stripe.Sign(Event, open.Shop.Clock.GetUtcNow()))).StatusCode);
        List<TableEntity> kept = [];
        await foreach (TableEntity row in open.Shop.Service<ShopStorage>().Table("PaymentEvents").QueryAsync<TableEntity>(TableClient.CreateQueryFilter($"PartitionKey eq {"stripe|evt_hostile"}"), cancellationToken: Cancel)) kept.Add(row);
        Assert.Equal("unheard.of", Assert.Single(kept).GetString("Type"));
    }

    [Fact]
    public async Task Tracking_of_a_parcel_that_nobody_sent_is_kept_once_and_changes_nothing()
    {
        const string moved = """{"event":"order.status","order_id":"hostile/#1?\\%","status":"delivered","order_price":1,"courier":{"unheard":"of"}}""";
        JsonElement taken = await ShopClient.Json(await Courier(moved));
        Assert.False(taken.GetProperty("repeated").GetBoolean());
        List<TableEntity> kept = [];
        await Until.True(
            async () =>
            {
                kept.Clear();
                await foreach (TableEntity row in open.Shop.Service<ShopStorage>().Table("CourierEvents").QueryAsync<TableEntity>(cancellationToken: Cancel)) kept.Add(row);
                return kept.Any(row => row.GetString("Booking").StartsWith("hostile", StringComparison.Ordinal) && row.GetDateTimeOffset("ProcessedAt") is not null);
            },
            "the event to be done with");
        Assert.True((await ShopClient.Json(await Courier(moved))).GetProperty("repeated").GetBoolean());
        // A second attempt at the door is told in the same words.
        foreach (string told in (string[])[moved.Replace("delivered", "on_hold", StringComparison.Ordinal), moved]) Assert.False((await ShopClient.Json(await Courier(told))).GetProperty("repeated").GetBoolean());
        Assert.Equal("delivered", Assert.Single(kept, row => row.GetString("Booking").StartsWith("hostile", StringComparison.Ordinal)).GetString("Word"));
    }

    [Theory]
    [InlineData("""{"event":"order.status","order_id":"","status":"delivered"}""")]
    [InlineData("""{"order_id":"5dd599ebdefcd4158eb8470b","status":"delivered"}""")]
    [InlineData("""{"event":"order.status"}""")]
    [InlineData("""["order.status"]""")]
    [InlineData("null")]
    public async Task A_webhook_of_a_courier_that_names_no_event_or_parcel_is_refused(string body) => Assert.Equal(HttpStatusCode.BadRequest, (await Courier(body)).StatusCode);

    [Fact]
    public async Task A_courier_may_not_talk_at_length()
    {
        foreach ((string order, string status) in (IEnumerable<(string, string)>)[(new string('9', 101), "delivered"), ("9", new string('é', 40_000))])
            Assert.Equal(HttpStatusCode.BadRequest, (await Courier(JsonSerializer.Serialize(new { @event = "order.status", order_id = order, status }))).StatusCode);
    }

    [Fact]
    public async Task Biteship_tries_an_address_with_nothing_and_what_it_charges_moves_no_parcel()
    {
        foreach (string nothing in (string[])["", "{}", "{}\n"]) Assert.Equal(HttpStatusCode.OK, (await Courier(nothing, secret: "none")).StatusCode);
        const string charged = """{"event":"order.price","order_id":"5dd599ebdefcd4158eb8470b","price":20000,"status":"picked"}""";
        bool[] repeated = [(await ShopClient.Json(await Courier(charged))).GetProperty("repeated").GetBoolean(), (await ShopClient.Json(await Courier(charged))).GetProperty("repeated").GetBoolean()];
        Assert.Equal([false, true], repeated);
    }

    [Fact]
    public async Task What_was_let_go_cannot_be_captured()
    {
        IPaymentGateway gateway = open.Shop.Service<PaymentGateways>().Of("stripe");
        OpenedPayment opened = await gateway.Open(new PaymentToOpen(Ids.New("ord", open.Shop.Clock), 1, "card", Money.FromMajor(10_000, Currency.Idr), "void", 30, CaptureLater: true), Cancel);
        Assert.Equal(ProviderPaymentStatus.Cancelled, (await gateway.Cancel(opened.Reference, Cancel)).Status);
        ProviderPayment captured = await gateway.Capture(opened.Reference, Money.FromMajor(10_000, Currency.Idr), "capture", Cancel);
        Assert.Equal((ProviderPaymentStatus.Cancelled, true), (captured.Status, captured.Received.IsZero));
    }

    [Fact]
    public async Task What_a_courier_has_cannot_be_cancelled()
    {
        var shopper = new Shopper(open.Shop);
        await shopper.Buy(shipped: true, (await open.Shop.PhysicalSku(), 1));
        await shopper.OrderUntil("fulfilling");
        HttpResponseMessage refused = await open.Shop.Send(
            HttpMethod.Post, $"/v1/store/orders/{shopper.OrderId}/cancel", null, ("Authorization", "Bearer " + shopper.Token), ("Idempotency-Key", "too-late"));
        JsonElement problem = JsonDocument.Parse(await refused.Content.ReadAsStringAsync(Cancel)).RootElement;
        Assert.Equal((HttpStatusCode.Conflict, "order.not-cancellable"), (refused.StatusCode, problem.GetProperty("code").GetString()));
        Assert.Equal("paid", (await shopper.Order()).GetProperty("paymentStatus").GetString());
    }

    private WebhookSignature Stripe => new("Stripe-Signature", open.Shop.Service<StripeOptions>().WebhookSecret);

    private Task<HttpResponseMessage> Courier(string body, string? secret = null, string path = "/v1/hooks/couriers/biteship") =>
        Hook(path, open.Shop.Service<ShippingOptions>().WebhookHeader, body, secret ?? open.Shop.Service<ShippingOptions>().WebhookSecret);

    private async Task<HttpResponseMessage> Hook(string path, string header, string body, string signature)
    {
        using var request = new HttpRequestMessage(HttpMethod.Post, path) { Content = new StringContent(body, Encoding.UTF8, "application/json") };
        request.Headers.TryAddWithoutValidation(header, signature);
        return await open.Shop.Http.SendAsync(request, Cancel);
    }
}
