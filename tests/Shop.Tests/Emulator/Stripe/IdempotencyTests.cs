using System.Net;
using Stripe;

namespace Shop.Tests.Emulator.Stripe;

public sealed class IdempotencyTests
{
    private static CancellationToken Cancellation => TestContext.Current.CancellationToken;

    [Fact]
    public async Task A_repeated_key_gets_the_first_answer_again()
    {
        await using StripeHost stripe = await StripeHost.Start();
        PaymentIntent first = await stripe.Create(key: "ord_1|pay|1");
        await stripe.Confirm(first);
        PaymentIntent again = await stripe.Create(key: "ord_1|pay|1");
        Assert.Equal((first.Id, "requires_payment_method"), (again.Id, again.Status));
        Assert.Equal("true", again.StripeResponse.Headers.GetValues("Idempotent-Replayed").Single());
        Assert.Equal(first.StripeResponse.RequestId, again.StripeResponse.Headers.GetValues("Original-Request").Single());
        Assert.False(first.StripeResponse.Headers.Contains("Idempotent-Replayed"));
    }

    [Fact]
    public async Task A_key_with_other_parameters_or_for_another_call_is_refused()
    {
        await using StripeHost stripe = await StripeHost.Start();
        PaymentIntent intent = await stripe.Create(key: "k");
        StripeException other = await Assert.ThrowsAsync<StripeException>(() => stripe.Create(o => o.Amount = 20_000_000, "k"));
        Assert.Equal((HttpStatusCode.BadRequest, "idempotency_error"), (other.HttpStatusCode, other.StripeError.Type));
        StripeException elsewhere = await Assert.ThrowsAsync<StripeException>(() => stripe.Confirm(intent, key: "k"));
        Assert.Equal("idempotency_error", elsewhere.StripeError.Type);
        Assert.Equal("requires_payment_method", (await stripe.Get(intent)).Status);
    }

    [Fact]
    public async Task A_decline_is_what_its_key_answers_from_then_on()
    {
        await using StripeHost stripe = await StripeHost.Start();
        PaymentIntent intent = await stripe.Create();
        await Assert.ThrowsAsync<StripeException>(() => stripe.Confirm(intent, "pm_card_chargeDeclined", "c"));
        await stripe.Confirm(intent);
        StripeException again = await Assert.ThrowsAsync<StripeException>(() => stripe.Confirm(intent, "pm_card_chargeDeclined", "c"));
        Assert.Equal("card_declined", again.StripeError.Code);
    }

    [Fact]
    public async Task Thirty_two_creations_under_one_key_make_one_intent()
    {
        await using StripeHost stripe = await StripeHost.Start();
        PaymentIntent[] made = await Task.WhenAll(Enumerable.Range(0, 32).Select(_ => stripe.Create(key: "same")));
        Assert.Single(made.Select(i => i.Id).Distinct());
    }

    [Fact]
    public async Task A_key_is_forgotten_after_a_day()
    {
        await using StripeHost stripe = await StripeHost.Start();
        PaymentIntent first = await stripe.Create(key: "yesterday");
        stripe.Room.Clock.Advance(TimeSpan.FromHours(25));
        PaymentIntent second = await stripe.Create(key: "yesterday");
        Assert.NotEqual(first.Id, second.Id);
        Assert.Equal(second.Id, (await stripe.Create(key: "yesterday")).Id);
    }

    [Fact]
    public async Task Keys_outlive_a_restart()
    {
        string refundId, prefix;
        PaymentIntent paid;
        await using (StripeHost before = await StripeHost.Start())
        {
            prefix = before.Room.Prefix;
            paid = await before.Confirm(await before.Create());
            refundId = (await Refund(before)).Id;
        }
        await using StripeHost after = await StripeHost.Start(prefix);
        Assert.Equal(refundId, (await Refund(after)).Id);

        Task<Refund> Refund(StripeHost stripe) =>
            stripe.Refunds.CreateAsync(new RefundCreateOptions { PaymentIntent = paid.Id, Amount = 1_000_000 }, new RequestOptions { IdempotencyKey = "refund-1" }, Cancellation);
    }
}
