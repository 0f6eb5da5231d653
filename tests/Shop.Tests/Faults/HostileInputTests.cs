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
        const string moved = """{"id":"cev_1","reference":"ord_1-1","status":"delivered","at":"2026-11-23T02:00:00+00:00","description":"Paket telah diterima"}""";
        Assert.Equal(HttpStatusCode.BadRequest, (await Hook("/v1/hooks/couriers/jne", "X-Courier-Signature", moved[..^10], Courier.Sign(moved, now))).StatusCode);
        Assert.Equal(HttpStatusCode.BadRequest, (await Hook("/v1/hooks/couriers/jne", "X-Courier-Signature", moved, Courier.Sign(moved, now.AddMinutes(-6)))).StatusCode);
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
    public async Task Tracking_of_a_parcel_that_nobody_sent_is_kept_and_changes_nothing()
    {
        const string moved = """{"id":"cev_hostile","reference":"ord_00000000000000000000000000-1","status":"delivered","at":"2026-11-23T02:00:00+00:00","description":"Paket telah diterima"}""";
        Assert.Equal(HttpStatusCode.OK, (await Hook("/v1/hooks/couriers/jne", "X-Courier-Signature", moved, Courier.Sign(moved, open.Shop.Clock.GetUtcNow()))).StatusCode);
        TableClient inbox = open.Shop.Service<ShopStorage>().Table("CourierEvents");
        await Until.True(async () => (await inbox.Find("jne|cev_hostile", "jne|cev_hostile|event", Cancel))?.GetDateTimeOffset("ProcessedAt") is not null, "the event to be done with");
    }

    [Fact]
    public async Task A_courier_may_name_its_events_as_it_likes_and_talk_at_length()
    {
        string Moved(string id) => JsonSerializer.Serialize(new { id, reference = "ord_00000000000000000000000000-1", status = "inTransit", at = open.Shop.Clock.GetUtcNow(), description = new string('é', 40_000) });
        const string odd = "cev/#1?\\%\t2";
        async Task<HttpStatusCode> Told(string id)
        {
            string moved = Moved(id);
            return (await Hook("/v1/hooks/couriers/jne", "X-Courier-Signature", moved, Courier.Sign(moved, open.Shop.Clock.GetUtcNow()))).StatusCode;
        }
        foreach (string id in (string[])[odd, new string('9', 100)]) Assert.Equal(HttpStatusCode.OK, await Told(id));
        TableClient inbox = open.Shop.Service<ShopStorage>().Table("CourierEvents");
        string key = $"jne|{Rows.Escape(odd)}";
        await Until.True(async () => (await inbox.Find(key, key + "|event", Cancel))?.GetDateTimeOffset("ProcessedAt") is not null, "the event to be done with");
        Assert.Equal(HttpStatusCode.BadRequest, await Told(new string('9', 101)));
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

    private WebhookSignature Courier => new("X-Courier-Signature", open.Shop.Service<ShippingOptions>().WebhookSecret);

    private async Task<HttpResponseMessage> Hook(string path, string header, string body, string signature)
    {
        using var request = new HttpRequestMessage(HttpMethod.Post, path) { Content = new StringContent(body, Encoding.UTF8, "application/json") };
        request.Headers.TryAddWithoutValidation(header, signature);
        return await open.Shop.Http.SendAsync(request, Cancel);
    }
}
