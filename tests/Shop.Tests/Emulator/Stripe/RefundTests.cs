using System.Net;
using Stripe;

namespace Shop.Tests.Emulator.Stripe;

public sealed class RefundTests
{
    private static CancellationToken Cancellation => TestContext.Current.CancellationToken;

    [Fact]
    public async Task Money_goes_back_in_parts_and_never_more_than_came()
    {
        await using StripeHost stripe = await StripeHost.Start();
        PaymentIntent paid = await stripe.Confirm(await stripe.Create());
        Refund part = await Refund(stripe, paid, 5_000_000);
        Assert.Equal(("succeeded", 5_000_000, paid.LatestChargeId), (part.Status, part.Amount, part.ChargeId));

        StripeException tooMuch = await Assert.ThrowsAsync<StripeException>(() => Refund(stripe, paid, 10_000_001));
        Assert.Equal((HttpStatusCode.BadRequest, "amount"), (tooMuch.HttpStatusCode, tooMuch.StripeError.Param));
        Assert.Equal(10_000_000, (await Refund(stripe, paid, null)).Amount);
        Assert.Equal("charge_already_refunded", (await Assert.ThrowsAsync<StripeException>(() => Refund(stripe, paid, null))).StripeError.Code);

        Charge charge = await new ChargeService(stripe.Client).GetAsync(paid.LatestChargeId, null, null, Cancellation);
        Assert.True(charge is { Refunded: true, AmountRefunded: 15_000_000 });
        StripeList<Refund> all = await stripe.Refunds.ListAsync(new RefundListOptions { PaymentIntent = paid.Id }, null, Cancellation);
        Assert.Equal([10_000_000, 5_000_000], all.Data.Select(r => r.Amount));
    }

    [Fact]
    public async Task Thirty_two_refunds_at_once_give_back_what_came()
    {
        await using StripeHost stripe = await StripeHost.Start();
        PaymentIntent paid = await stripe.Confirm(await stripe.Create());
        bool[] done = await Task.WhenAll(Enumerable.Range(0, 32).Select(async _ =>
        {
            try
            {
                await Refund(stripe, paid, 1_000_000);
                return true;
            }
            catch (StripeException)
            {
                return false;
            }
        }));
        Assert.Equal(15, done.Count(d => d));
    }

    [Fact]
    public async Task An_unpaid_intent_has_nothing_to_give_back()
    {
        await using StripeHost stripe = await StripeHost.Start();
        StripeException refused = await Assert.ThrowsAsync<StripeException>(async () => await Refund(stripe, await stripe.Create(), null));
        Assert.Contains("does not have a successful charge to refund", refused.Message, StringComparison.Ordinal);
    }

    [Fact]
    public async Task A_refund_waits_arrives_and_comes_back_all_the_same()
    {
        await using StripeHost stripe = await StripeHost.Start();
        PaymentIntent paid = await stripe.Confirm(await stripe.Create());
        await stripe.Press(paid, "pend");
        Refund waiting = await Refund(stripe, paid, 5_000_000);
        Assert.Equal(("pending", "processing"), (waiting.Status, waiting.PendingReason));
        await stripe.Press(paid, "arrive");
        Assert.Equal("succeeded", (await stripe.Refunds.GetAsync(waiting.Id, null, null, Cancellation)).Status);
        Assert.Equal(HttpStatusCode.Conflict, (await stripe.Press(paid, "arrive")).StatusCode);

        await stripe.Press(paid, "bounce", ("reason", "declined"));
        Refund back = await stripe.Refunds.GetAsync(waiting.Id, null, null, Cancellation);
        Assert.Equal(("failed", "declined"), (back.Status, back.FailureReason));
        Assert.Equal(HttpStatusCode.Conflict, (await stripe.Press(paid, "bounce")).StatusCode);
        StripeList<BalanceTransaction> moved = await new BalanceTransactionService(stripe.Client).ListAsync(new BalanceTransactionListOptions { Expand = ["data.source"] }, null, Cancellation);
        BalanceTransaction failure = moved.Data.Single(m => m.Id == back.FailureBalanceTransactionId);
        Assert.Equal(("refund_failure", 5_000_000, waiting.Id), (failure.Type, failure.Amount, ((Refund)failure.Source).Id));
        Assert.Equal(-5_000_000, moved.Data.Single(m => m.Id == back.BalanceTransactionId).Amount);

        List<Event> told = [];
        for (int i = 0; i < 8; i++) told.Add(await stripe.NextEvent());
        Assert.Equal(
            ["charge.refund.updated", "charge.refund.updated", "charge.refunded", "payment_intent.succeeded", "refund.created", "refund.failed", "refund.updated", "refund.updated"],
            told.Select(e => e.Type).Order(StringComparer.Ordinal));
        Assert.Equal("failed", ((Refund)told.Single(e => e.Type == EventTypes.RefundFailed).Data.Object).Status);
    }

    private static Task<Refund> Refund(StripeHost stripe, PaymentIntent intent, long? amount) =>
        stripe.Refunds.CreateAsync(new RefundCreateOptions { PaymentIntent = intent.Id, Amount = amount }, null, Cancellation);
}
