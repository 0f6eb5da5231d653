using System.Net;
using System.Net.Http.Json;
using Shop.Emulator.Clock;
using Stripe;
using PaymentMisbehaviour = Shop.Emulator.Webhooks.PaymentMisbehaviour;
using StripeShapes = Shop.Emulator.Stripe.StripeShapes;

namespace Shop.Tests.Emulator.Stripe;

public sealed class StripeWebhookTests
{
    private static CancellationToken Cancellation => TestContext.Current.CancellationToken;

    [Fact]
    public void Events_are_of_the_version_that_the_client_library_reads() => Assert.Equal(StripeShapes.ApiVersion, StripeConfiguration.ApiVersion);

    [Fact]
    public async Task Each_change_is_told_in_a_signed_webhook_and_listed()
    {
        await using StripeHost stripe = await StripeHost.Start();
        PaymentIntent intent = await stripe.Create();
        await Assert.ThrowsAsync<StripeException>(() => stripe.Confirm(intent, "pm_card_chargeDeclined"));
        Event failed = await stripe.NextEvent();
        Assert.Equal(("payment_intent.payment_failed", "card_declined"), (failed.Type, ((PaymentIntent)failed.Data.Object).LastPaymentError.Code));

        await stripe.Confirm(intent, "pm_card_authenticationRequired");
        Assert.Equal("payment_intent.requires_action", (await stripe.NextEvent()).Type);
        await stripe.Press(intent, "pay");
        Event succeeded = await stripe.NextEvent();
        Assert.Equal(("payment_intent.succeeded", "succeeded", "ord_1"), (succeeded.Type, ((PaymentIntent)succeeded.Data.Object).Status, ((PaymentIntent)succeeded.Data.Object).Metadata["order"]));

        await stripe.Refunds.CreateAsync(new RefundCreateOptions { PaymentIntent = intent.Id, Amount = 1_000_000 }, null, Cancellation);
        Event[] refunded = [.. new[] { await stripe.NextEvent(), await stripe.NextEvent() }.OrderBy(e => e.Type, StringComparer.Ordinal)];
        Assert.Equal([EventTypes.ChargeRefunded, EventTypes.RefundCreated], refunded.Select(e => e.Type));
        Assert.Equal((1_000_000, "succeeded"), (((Charge)refunded[0].Data.Object).AmountRefunded, ((Refund)refunded[1].Data.Object).Status));

        StripeList<Event> listed = await new EventService(stripe.Client).ListAsync(new EventListOptions { Type = "payment_intent.succeeded" }, null, Cancellation);
        Assert.Equal(succeeded.Id, listed.Data.Single().Id);
        Assert.Equal(succeeded.Id, (await new EventService(stripe.Client).GetAsync(succeeded.Id, null, null, Cancellation)).Id);
    }

    [Fact]
    public async Task Authorisation_and_cancellation_are_told()
    {
        await using StripeHost stripe = await StripeHost.Start();
        PaymentIntent intent = await stripe.Confirm(await stripe.Create(o => o.CaptureMethod = "manual"));
        Assert.Equal("payment_intent.amount_capturable_updated", (await stripe.NextEvent()).Type);
        await stripe.Intents.CancelAsync(intent.Id, null, null, Cancellation);
        Event cancelled = await stripe.NextEvent();
        Assert.Equal("payment_intent.canceled", cancelled.Type);
        Charge released = await new ChargeService(stripe.Client).GetAsync(((PaymentIntent)cancelled.Data.Object).LatestChargeId, null, null, Cancellation);
        Assert.True(released is { Captured: false, Refunded: false, AmountCaptured: 0, AmountRefunded: 0 });
    }

    [Fact]
    public async Task A_webhook_that_the_shop_does_not_take_comes_again_on_the_clock()
    {
        int refusals = 3;
        await using StripeHost stripe = await StripeHost.Start(shopAnswers: _ => Interlocked.Decrement(ref refusals) >= 0 ? 503 : 200);
        await stripe.Confirm(await stripe.Create());
        string first = (await stripe.NextEvent()).Id;
        for (int attempt = 0; attempt < 3; attempt++)
        {
            stripe.Room.Clock.Advance(TimeSpan.FromMinutes(1));
            Assert.Equal(first, (await stripe.NextEvent()).Id);
        }
    }

    [Fact]
    public async Task A_restart_delivers_what_was_left()
    {
        var clock = new EmulatorClock();
        string id, prefix;
        await using (StripeHost before = await StripeHost.Start(clock: clock, shopAnswers: _ => 500))
        {
            prefix = before.Room.Prefix;
            await before.Confirm(await before.Create());
            id = (await before.NextEvent()).Id;
        }
        clock.Advance(TimeSpan.FromMinutes(1));
        await using StripeHost after = await StripeHost.Start(prefix, clock);
        Assert.Equal(id, (await after.NextEvent()).Id);
    }

    [Fact]
    public async Task A_duplicate_comes_twice_under_one_id()
    {
        await using StripeHost stripe = await StripeHost.Start();
        PaymentIntent intent = await stripe.Create();
        await stripe.Press(intent, "duplicate");
        await stripe.Confirm(intent);
        Assert.Equal((await stripe.NextEvent()).Id, (await stripe.NextEvent()).Id);
        await stripe.Press(intent, "duplicate");
        Assert.Equal("payment_intent.succeeded", (await stripe.NextEvent()).Type);
    }

    [Fact]
    public async Task A_reordered_webhook_is_overtaken_by_the_next_one()
    {
        await using StripeHost stripe = await StripeHost.Start();
        PaymentIntent intent = await stripe.Create();
        await stripe.Press(intent, "reorder");
        await stripe.Confirm(intent, "pm_card_authenticationRequired");
        await stripe.Press(intent, "pay");
        Assert.Equal("payment_intent.succeeded", (await stripe.NextEvent()).Type);
        stripe.Room.Clock.Advance(PaymentMisbehaviour.HeldBack);
        Assert.Equal("payment_intent.requires_action", (await stripe.NextEvent()).Type);
    }

    [Fact]
    public async Task A_delayed_webhook_waits_for_the_clock()
    {
        await using StripeHost stripe = await StripeHost.Start();
        PaymentIntent late = await stripe.Create(), prompt = await stripe.Create();
        await stripe.Press(late, "delay", ("by", "PT2H"));
        await stripe.Confirm(late);
        await stripe.Confirm(prompt);
        Assert.Equal(prompt.Id, ((PaymentIntent)(await stripe.NextEvent()).Data.Object).Id);
        stripe.Room.Clock.Advance(TimeSpan.FromHours(2));
        Assert.Equal(late.Id, ((PaymentIntent)(await stripe.NextEvent()).Data.Object).Id);
    }

    [Fact]
    public async Task A_dropped_webhook_is_lost_but_its_event_is_listed()
    {
        await using StripeHost stripe = await StripeHost.Start();
        PaymentIntent lost = await stripe.Create(), told = await stripe.Create();
        await stripe.Press(lost, "drop");
        await stripe.Confirm(lost);
        await stripe.Confirm(told);
        Assert.Equal(told.Id, ((PaymentIntent)(await stripe.NextEvent()).Data.Object).Id);
        Assert.False(stripe.Room.HasHook);
        Assert.Equal(2, (await new EventService(stripe.Client).ListAsync(null, null, Cancellation)).Data.Count);
    }

    [Fact]
    public async Task Money_comes_after_a_cancellation_when_it_is_told_to()
    {
        await using StripeHost stripe = await StripeHost.Start();
        PaymentIntent armed = await stripe.Create();
        await stripe.Press(armed, "late");
        Assert.Equal("canceled", (await stripe.Intents.CancelAsync(armed.Id, null, null, Cancellation)).Status);
        Assert.Equal("succeeded", (await stripe.Get(armed)).Status);
        Assert.Equal(["payment_intent.canceled", "payment_intent.succeeded"], new[] { (await stripe.NextEvent()).Type, (await stripe.NextEvent()).Type }.Order());

        PaymentIntent cancelled = await stripe.Intents.CancelAsync((await stripe.Create()).Id, null, null, Cancellation);
        await stripe.NextEvent();
        await stripe.Press(cancelled, "late");
        Assert.Equal("payment_intent.succeeded", (await stripe.NextEvent()).Type);
    }

    [Fact]
    public async Task A_general_order_is_for_every_payment_and_outlives_a_restart()
    {
        string prefix;
        await using (StripeHost before = await StripeHost.Start())
        {
            prefix = before.Room.Prefix;
            using HttpResponseMessage told = await before.Room.Http.PostAsJsonAsync("/emulator/payments/misbehave", new { wrongAmount = 1_400_000, duplicate = true }, Cancellation);
            Assert.Equal(HttpStatusCode.OK, told.StatusCode);
        }
        await using StripeHost stripe = await StripeHost.Start(prefix);
        Assert.Equal((15_000_000, 1_400_000), await stripe.Confirm(await stripe.Create()) is var paid ? (paid.Amount, paid.AmountReceived) : default);
        Assert.Equal((await stripe.NextEvent()).Id, (await stripe.NextEvent()).Id);

        using HttpResponseMessage nonsense = await stripe.Room.Http.PostAsJsonAsync("/emulator/payments/misbehave", new { explode = true }, Cancellation);
        Assert.Equal(HttpStatusCode.BadRequest, nonsense.StatusCode);
    }

    [Fact]
    public async Task A_button_pays_and_sends_a_browser_back_to_its_page()
    {
        await using StripeHost stripe = await StripeHost.Start();
        PaymentIntent intent = await stripe.Create();
        using var request = new HttpRequestMessage(HttpMethod.Post, $"/emulator/payments/{intent.Id}/pay");
        request.Headers.Accept.ParseAdd("text/html");
        request.Headers.Referrer = new Uri(stripe.Room.BaseUrl + "/emulator/payments");
        using HttpResponseMessage answer = await stripe.Room.Http.SendAsync(request, Cancellation);
        Assert.Equal((HttpStatusCode.SeeOther, "/emulator/payments"), (answer.StatusCode, answer.Headers.Location!.OriginalString));
        Assert.Equal("succeeded", (await stripe.Get(intent)).Status);
    }
}
