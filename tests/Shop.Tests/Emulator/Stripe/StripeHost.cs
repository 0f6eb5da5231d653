using Shop.Emulator.Clock;
using Shop.Emulator.Stripe;
using Stripe;

namespace Shop.Tests.Emulator.Stripe;

/// <summary>The Stripe room and the real Stripe client that speaks to it.</summary>
internal sealed class StripeHost : IAsyncDisposable
{
    private StripeHost(RoomHost room) => (Room, Client) = (room, ClientWith(room, "sk_test_emulator"));

    public RoomHost Room { get; }

    public StripeClient Client { get; }

    public PaymentIntentService Intents => new(Client);

    public RefundService Refunds => new(Client);

    public static async Task<StripeHost> Start(string? prefix = null, EmulatorClock? clock = null, Func<ReceivedHook, int>? shopAnswers = null) =>
        new(await RoomHost.Start((services, _) => services.AddStripe(), app => app.MapStripe(), prefix, clock, shopAnswers));

    public static StripeClient ClientWith(RoomHost room, string key) => new(new StripeClientOptions { ApiKey = key, ApiBase = room.BaseUrl + "/emulator/stripe" });

    public Task<PaymentIntent> Create(Action<PaymentIntentCreateOptions>? change = null, string? key = null)
    {
        var options = new PaymentIntentCreateOptions { Amount = 15_000_000, Currency = "idr", AllowedPaymentMethodTypes = ["card"], Metadata = new() { ["order"] = "ord_1" } };
        change?.Invoke(options);
        return Intents.CreateAsync(options, key is null ? null : new RequestOptions { IdempotencyKey = key }, TestContext.Current.CancellationToken);
    }

    public Task<PaymentIntent> Confirm(PaymentIntent intent, string method = "pm_card_visa", string? key = null) =>
        Intents.ConfirmAsync(intent.Id, new PaymentIntentConfirmOptions { PaymentMethod = method }, key is null ? null : new RequestOptions { IdempotencyKey = key }, TestContext.Current.CancellationToken);

    public Task<PaymentIntent> Get(PaymentIntent intent) => Intents.GetAsync(intent.Id, null, null, TestContext.Current.CancellationToken);

    public async Task<HttpResponseMessage> Press(PaymentIntent intent, string button, params (string Name, string Value)[] sent)
    {
        using var form = new FormUrlEncodedContent(sent.Select(s => KeyValuePair.Create(s.Name, s.Value)));
        return await Room.Http.PostAsync($"/emulator/payments/{intent.Id}/{button}", form, TestContext.Current.CancellationToken);
    }

    /// <summary>The next webhook, its signature checked by Stripe's own reader.</summary>
    public async Task<Event> NextEvent()
    {
        ReceivedHook hook = await Room.NextHook();
        Assert.Equal("/v1/hooks/stripe", hook.Path);
        return EventUtility.ConstructEvent(hook.Body, hook.Headers["Stripe-Signature"], "whsec_of_the_tests", 300, Room.Clock.GetUtcNow().ToUnixTimeSeconds());
    }

    public ValueTask DisposeAsync() => Room.DisposeAsync();
}
