using System.Net;
using System.Net.Http.Headers;
using System.Text.Json;
using Stripe;

namespace Shop.Tests.Emulator.Stripe;

public sealed class PaymentIntentTests
{
    private static CancellationToken Cancellation => TestContext.Current.CancellationToken;

    [Fact]
    public async Task A_new_intent_waits_for_a_payment_method_and_is_found_again()
    {
        await using StripeHost stripe = await StripeHost.Start();
        PaymentIntent made = await stripe.Create();

        PaymentIntent found = await stripe.Get(made);
        Assert.Equal(("requires_payment_method", 15_000_000, "idr", "ord_1"), (found.Status, found.Amount, found.Currency, found.Metadata["order"]));
        Assert.StartsWith(made.Id + "_secret_", found.ClientSecret, StringComparison.Ordinal);
        Assert.Equal(["card"], found.PaymentMethodTypes);
        Assert.Null(found.LatestChargeId);
    }

    [Fact]
    public async Task A_good_card_pays_at_once()
    {
        await using StripeHost stripe = await StripeHost.Start();
        PaymentIntent paid = await stripe.Confirm(await stripe.Create());
        Assert.Equal(("succeeded", 15_000_000, 0), (paid.Status, paid.AmountReceived, paid.AmountCapturable));

        Charge charge = await new ChargeService(stripe.Client).GetAsync(paid.LatestChargeId, null, null, Cancellation);
        Assert.True(charge is { Paid: true, Captured: true, Amount: 15_000_000, AmountRefunded: 0 });
        Assert.Equal("4242", charge.PaymentMethodDetails.Card.Last4);
        PaymentIntent expanded = await stripe.Intents.GetAsync(paid.Id, new PaymentIntentGetOptions { Expand = ["latest_charge"] }, null, Cancellation);
        Assert.Equal(charge.Id, expanded.LatestCharge.Id);
    }

    [Theory]
    [InlineData("pm_card_chargeDeclined", "card_declined", "generic_decline")]
    [InlineData("pm_card_visa_chargeDeclined", "card_declined", "generic_decline")]
    [InlineData("pm_card_chargeDeclinedInsufficientFunds", "card_declined", "insufficient_funds")]
    [InlineData("pm_card_chargeDeclinedExpiredCard", "expired_card", null)]
    public async Task A_declined_card_is_told_and_may_be_replaced(string method, string code, string? declineCode)
    {
        await using StripeHost stripe = await StripeHost.Start();
        PaymentIntent intent = await stripe.Create();
        StripeException declined = await Assert.ThrowsAsync<StripeException>(() => stripe.Confirm(intent, method));
        Assert.Equal((HttpStatusCode.PaymentRequired, "card_error", code, declineCode), (declined.HttpStatusCode, declined.StripeError.Type, declined.StripeError.Code, declined.StripeError.DeclineCode));
        Assert.Equal("requires_payment_method", declined.StripeError.PaymentIntent.Status);

        PaymentIntent after = await stripe.Get(intent);
        Assert.Equal(("requires_payment_method", code, null), (after.Status, after.LastPaymentError.Code, after.PaymentMethodId));
        Assert.NotNull(after.LatestChargeId);
        Assert.Equal("succeeded", (await stripe.Confirm(intent)).Status);
    }

    [Fact]
    public async Task A_card_that_needs_authentication_waits_for_the_shopper()
    {
        await using StripeHost stripe = await StripeHost.Start();
        PaymentIntent passes = await stripe.Confirm(await stripe.Create(), "pm_card_authenticationRequired");
        Assert.Equal(("requires_action", "use_stripe_sdk"), (passes.Status, passes.NextAction.Type));
        await stripe.Press(passes, "pay");
        Assert.Equal("succeeded", (await stripe.Get(passes)).Status);

        PaymentIntent redirected = await stripe.Intents.ConfirmAsync(
            (await stripe.Create()).Id, new PaymentIntentConfirmOptions { PaymentMethod = "pm_card_threeDSecure2Required", ReturnUrl = "https://shop.example/thanks" }, null, Cancellation);
        Assert.StartsWith(stripe.Room.BaseUrl + "/emulator/payments/", redirected.NextAction.RedirectToUrl.Url, StringComparison.Ordinal);

        PaymentIntent fails = await stripe.Confirm(await stripe.Create(), "pm_card_authenticationRequired");
        await stripe.Press(fails, "decline");
        fails = await stripe.Get(fails);
        Assert.Equal(("requires_payment_method", "payment_intent_authentication_failure"), (fails.Status, fails.LastPaymentError.Code));
    }

    [Fact]
    public async Task A_manual_capture_takes_what_is_asked_and_lets_the_rest_go()
    {
        await using StripeHost stripe = await StripeHost.Start();
        PaymentIntent held = await stripe.Confirm(await stripe.Create(o => o.CaptureMethod = "manual"));
        Assert.Equal(("requires_capture", 15_000_000, 0), (held.Status, held.AmountCapturable, held.AmountReceived));

        StripeException tooMuch = await Assert.ThrowsAsync<StripeException>(() => Capture(15_000_001));
        Assert.Equal("amount_too_large", tooMuch.StripeError.Code);
        PaymentIntent captured = await Capture(10_000_000);
        Assert.Equal(("succeeded", 10_000_000, 0), (captured.Status, captured.AmountReceived, captured.AmountCapturable));
        Assert.Equal("payment_intent_unexpected_state", (await Assert.ThrowsAsync<StripeException>(() => Capture(1))).StripeError.Code);

        Task<PaymentIntent> Capture(long amount) => stripe.Intents.CaptureAsync(held.Id, new PaymentIntentCaptureOptions { AmountToCapture = amount }, null, Cancellation);
    }

    [Fact]
    public async Task A_cancelled_intent_is_never_paid_and_a_paid_one_never_cancelled()
    {
        await using StripeHost stripe = await StripeHost.Start();
        PaymentIntent cancelled = await stripe.Create(), paid = await stripe.Confirm(await stripe.Create());
        PaymentIntent after = await stripe.Intents.CancelAsync(cancelled.Id, new PaymentIntentCancelOptions { CancellationReason = "abandoned" }, null, Cancellation);
        Assert.Equal(("canceled", "abandoned"), (after.Status, after.CancellationReason));

        StripeException late = await Assert.ThrowsAsync<StripeException>(() => stripe.Confirm(cancelled));
        Assert.Equal((HttpStatusCode.BadRequest, "payment_intent_unexpected_state", "canceled"), (late.HttpStatusCode, late.StripeError.Code, late.StripeError.PaymentIntent.Status));
        StripeException tooLate = await Assert.ThrowsAsync<StripeException>(() => stripe.Intents.CancelAsync(paid.Id, null, null, Cancellation));
        Assert.Equal(("payment_intent_unexpected_state", "succeeded"), (tooLate.StripeError.Code, tooLate.StripeError.PaymentIntent.Status));
    }

    [Fact]
    public async Task Of_thirty_two_confirmations_at_once_one_charges_the_card()
    {
        await using StripeHost stripe = await StripeHost.Start();
        PaymentIntent intent = await stripe.Create();
        string[] outcomes = await Task.WhenAll(Enumerable.Range(0, 32).Select(async _ =>
        {
            try
            {
                return (await stripe.Confirm(intent)).Status;
            }
            catch (StripeException refused)
            {
                return refused.StripeError.Code;
            }
        }));
        Assert.Equal([("payment_intent_unexpected_state", 31), ("succeeded", 1)], outcomes.CountBy(o => o).Select(o => (o.Key, o.Value)).Order());
        Assert.Equal("payment_intent.succeeded", (await stripe.NextEvent()).Type);
    }

    [Theory]
    [InlineData(null, "idr", "amount", "parameter_missing")]
    [InlineData(-5L, "idr", "amount", "parameter_invalid_integer")]
    [InlineData(49L, "usd", "amount", "amount_too_small")]
    [InlineData(100_000L, "idr", "amount", "amount_too_small")]
    [InlineData(100_000_000L, "usd", "amount", "amount_too_large")]
    [InlineData(5000L, "xyz", "currency", null)]
    public async Task An_unusable_amount_is_refused(long? amount, string currency, string parameter, string? code)
    {
        await using StripeHost stripe = await StripeHost.Start();
        StripeException refused = await Assert.ThrowsAsync<StripeException>(() => stripe.Create(o => (o.Amount, o.Currency) = (amount, currency)));
        Assert.Equal((HttpStatusCode.BadRequest, "invalid_request_error", parameter, code), (refused.HttpStatusCode, refused.StripeError.Type, refused.StripeError.Param, refused.StripeError.Code));
    }

    [Fact]
    public async Task What_does_not_exist_is_told_as_Stripe_tells_it()
    {
        await using StripeHost stripe = await StripeHost.Start();
        StripeException missing = await Assert.ThrowsAsync<StripeException>(() => stripe.Intents.GetAsync("pi_nothing", null, null, Cancellation));
        Assert.Equal((HttpStatusCode.NotFound, "resource_missing", "No such payment_intent: 'pi_nothing'"), (missing.HttpStatusCode, missing.StripeError.Code, missing.Message));
        StripeException method = await Assert.ThrowsAsync<StripeException>(async () => await stripe.Confirm(await stripe.Create(), "pm_card_unheard_of"));
        Assert.Equal(("resource_missing", "payment_method"), (method.StripeError.Code, method.StripeError.Param));
        using HttpResponseMessage path = await stripe.Room.Http.SendAsync(WithKey("/emulator/stripe/v1/customers", "sk_test_emulator"), Cancellation);
        Assert.Equal(HttpStatusCode.NotFound, path.StatusCode);
        Assert.Contains("Unrecognized request URL (GET: /v1/customers)", await path.Content.ReadAsStringAsync(Cancellation), StringComparison.Ordinal);
    }

    [Fact]
    public async Task Naming_payment_method_types_is_refused_as_this_API_version_does()
    {
        await using StripeHost stripe = await StripeHost.Start();
        using HttpResponseMessage answer = await stripe.Room.Http.SendAsync(
            WithKey("/emulator/stripe/v1/payment_intents", "sk_test_emulator", ("amount", "1000000"), ("currency", "idr"), ("payment_method_types[]", "card")), Cancellation);
        Assert.Equal((HttpStatusCode.BadRequest, "payment_method_types_no_longer_supported"), (answer.StatusCode, await Error(answer, "code")));
    }

    [Fact]
    public async Task Unknown_parameters_are_refused()
    {
        await using StripeHost stripe = await StripeHost.Start();
        using HttpResponseMessage answer = await stripe.Room.Http.SendAsync(WithKey("/emulator/stripe/v1/payment_intents", "sk_test_emulator", ("amount", "1000000"), ("currency", "idr"), ("colour", "red")), Cancellation);
        Assert.Equal("parameter_unknown", await Error(answer, "code"));
    }

    [Theory]
    [InlineData(null, "You did not provide an API key")]
    [InlineData("sk_test_somebody_else", "Invalid API Key provided: sk_test_*********else")]
    public async Task A_wrong_key_is_refused_without_being_repeated(string? key, string message)
    {
        await using StripeHost stripe = await StripeHost.Start();
        using HttpResponseMessage answer = await stripe.Room.Http.SendAsync(WithKey("/emulator/stripe/v1/payment_intents/pi_1", key), Cancellation);
        Assert.Equal(HttpStatusCode.Unauthorized, answer.StatusCode);
        Assert.StartsWith(message, await Error(answer, "message"), StringComparison.Ordinal);
    }

    [Fact]
    public async Task The_shoppers_browser_confirms_with_the_publishable_key_and_the_client_secret_only()
    {
        await using StripeHost stripe = await StripeHost.Start();
        PaymentIntent intent = await stripe.Create();
        string path = $"/emulator/stripe/v1/payment_intents/{intent.Id}";

        using HttpResponseMessage create = await stripe.Room.Http.SendAsync(WithKey("/emulator/stripe/v1/payment_intents", "pk_test_emulator", ("amount", "1000000"), ("currency", "idr")), Cancellation);
        Assert.Equal((HttpStatusCode.Forbidden, "secret_key_required"), (create.StatusCode, await Error(create, "code")));
        using HttpResponseMessage without = await stripe.Room.Http.SendAsync(WithKey($"{path}/confirm", "pk_test_emulator", ("payment_method", "pm_card_visa")), Cancellation);
        Assert.Equal("client_secret", await Error(without, "param"));
        using HttpResponseMessage wrong = await stripe.Room.Http.SendAsync(
            WithKey($"{path}/confirm", "pk_test_emulator", ("payment_method", "pm_card_visa"), ("client_secret", intent.Id + "_secret_guessed")), Cancellation);
        Assert.Equal(HttpStatusCode.BadRequest, wrong.StatusCode);

        using HttpResponseMessage confirmed = await stripe.Room.Http.SendAsync(
            WithKey($"{path}/confirm", "pk_test_emulator", ("payment_method", "pm_card_visa"), ("client_secret", intent.ClientSecret)), Cancellation);
        using JsonDocument seen = await JsonDocument.ParseAsync(await confirmed.Content.ReadAsStreamAsync(Cancellation), cancellationToken: Cancellation);
        Assert.Equal("succeeded", seen.RootElement.GetProperty("status").GetString());
        Assert.False(seen.RootElement.TryGetProperty("metadata", out _));
        Assert.False(seen.RootElement.TryGetProperty("latest_charge", out _));
    }

    [Fact]
    public async Task Without_named_methods_a_confirmation_needs_a_return_url()
    {
        await using StripeHost stripe = await StripeHost.Start();
        PaymentIntent intent = await stripe.Create(o => o.AllowedPaymentMethodTypes = null);
        Assert.Equal("return_url", (await Assert.ThrowsAsync<StripeException>(() => stripe.Confirm(intent))).StripeError.Param);
    }

    [Fact]
    public async Task Lists_are_newest_first_and_paged()
    {
        await using StripeHost stripe = await StripeHost.Start();
        var made = new List<string>();
        for (int i = 0; i < 3; i++)
        {
            made.Insert(0, (await stripe.Create()).Id);
            stripe.Room.Clock.Advance(TimeSpan.FromSeconds(1));
        }
        StripeList<PaymentIntent> first = await stripe.Intents.ListAsync(new PaymentIntentListOptions { Limit = 2 }, null, Cancellation);
        Assert.Equal(made[..2], first.Data.Select(i => i.Id));
        Assert.True(first.HasMore);
        StripeList<PaymentIntent> second = await stripe.Intents.ListAsync(new PaymentIntentListOptions { Limit = 2, StartingAfter = made[1] }, null, Cancellation);
        Assert.Equal(made[2..], second.Data.Select(i => i.Id));
        Assert.False(second.HasMore);
    }

    internal static HttpRequestMessage WithKey(string path, string? key, params (string Name, string Value)[] form)
    {
        var request = new HttpRequestMessage(form.Length == 0 ? HttpMethod.Get : HttpMethod.Post, path);
        if (form.Length > 0) request.Content = new FormUrlEncodedContent(form.Select(f => KeyValuePair.Create(f.Name, f.Value)));
        if (key is not null) request.Headers.Authorization = new AuthenticationHeaderValue("Bearer", key);
        return request;
    }

    private static async Task<string?> Error(HttpResponseMessage answer, string field)
    {
        using JsonDocument body = await JsonDocument.ParseAsync(await answer.Content.ReadAsStreamAsync(Cancellation), cancellationToken: Cancellation);
        return body.RootElement.GetProperty("error").TryGetProperty(field, out JsonElement value) ? value.GetString() : null;
    }
}
