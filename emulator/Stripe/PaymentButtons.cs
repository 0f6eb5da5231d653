using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Http;
using Microsoft.AspNetCore.Routing;
using Microsoft.Extensions.DependencyInjection;
using Shop.Emulator.Buttons;
using Shop.Emulator.Webhooks;

namespace Shop.Emulator.Stripe;

/// <summary>
/// <c>POST /emulator/payments/{id}/{button}</c>: what the shopper and the bank would do, and what goes wrong between Stripe and the shop.
/// Form or JSON; the answer is the payment intent.
/// </summary>
internal static class PaymentButtons
{
    public static void MapPaymentButtons(this IEndpointRouteBuilder endpoints)
    {
        endpoints.MapPost("/emulator/payments/misbehave", General);
        endpoints.MapPost("/emulator/payments/payout", PayOut);
        endpoints.MapPost("/emulator/payments/{id}/{button}", Press);
    }

    private static async Task General(HttpContext context)
    {
        StripePayments payments = context.RequestServices.GetRequiredService<StripePayments>();
        await ButtonRequest.Answer(context, async sent =>
        {
            PaymentMisbehaviour misbehaviour = MisbehaviourRequest.Read(sent);
            await payments.SetGeneral(misbehaviour, context.RequestAborted);
            return misbehaviour;
        });
    }

    private static async Task PayOut(HttpContext context)
    {
        BalanceCalls balance = context.RequestServices.GetRequiredService<BalanceCalls>();
        await ButtonRequest.Answer(context, async sent => await balance.PayOut(sent.GetValueOrDefault("currency") ?? "idr", context.RequestAborted));
    }

    private static async Task Press(HttpContext context)
    {
        StripePayments payments = context.RequestServices.GetRequiredService<StripePayments>();
        string button = (string)context.Request.RouteValues["button"]!;
        await ButtonRequest.Answer(context, async sent =>
        {
            string? token = StripeIds.Token("pi", (string)context.Request.RouteValues["id"]!);
            if (token is null) return null;
            bool toldAgain = button == "duplicate" && await payments.TellAgain(token, context.RequestAborted);
            PaymentMisbehaviour? ordered = button == "misbehave" ? MisbehaviourRequest.Read(sent) : null;
            string delay = MisbehaviourRequest.Duration(sent.GetValueOrDefault("by") ?? "PT1M");
            try
            {
                Payment? payment = await payments.Change(token, (before, misbehaviour, now) => button switch
                {
                    "pay" => Pay(before, "pm_card_visa", passed: true, misbehaviour, now),
                    "decline" => Pay(before, "pm_card_chargeDeclined", passed: false, misbehaviour, now),
                    "inquire" => PaymentRules.Inquire(before, sent.GetValueOrDefault("reason") ?? "fraudulent", now),
                    "dispute" => PaymentRules.OpenDispute(before, sent.GetValueOrDefault("reason") ?? "fraudulent", now),
                    "win" => PaymentRules.CloseDispute(before, won: true, now),
                    "lose" => PaymentRules.CloseDispute(before, won: false, now),
                    "pend" => new PaymentChange(before with { RefundsPend = true }, []),
                    "arrive" => PaymentRules.SettleRefund(before),
                    "bounce" => PaymentRules.FailRefund(before, sent.GetValueOrDefault("reason") ?? "expired_or_canceled_card", now),
                    "late" when before.Status == PaymentStatus.Canceled => PaymentRules.PayLate(before, misbehaviour, now),
                    "late" => Order(before, misbehaviour with { Late = true }),
                    "duplicate" => toldAgain ? new PaymentChange(before, []) : Order(before, misbehaviour with { Duplicate = true }),
                    "delay" => Order(before, misbehaviour with { Delay = delay }),
                    "reorder" => Order(before, misbehaviour with { Reorder = true }),
                    "drop" => Order(before, misbehaviour with { Drop = true }),
                    "misbehave" => Order(before, ordered!),
                    _ => throw new ButtonRefusal(404, $"There is no button '{button}'. There are: pay, decline, inquire, dispute, win, lose, pend, arrive, bounce, duplicate, delay, reorder, drop, late, misbehave."),
                }, context.RequestAborted);
                return payment is null ? null : StripeShapes.PaymentIntent(payment);
            }
            catch (StripeRefusal refused)
            {
                throw new ButtonRefusal(409, refused.Message);
            }
        });
    }

    private static PaymentChange Pay(Payment payment, string card, bool passed, PaymentMisbehaviour misbehaviour, DateTimeOffset now) =>
        payment.Status == PaymentStatus.RequiresAction
            ? PaymentRules.Authenticate(payment, passed, misbehaviour, now)
            : PaymentRules.Confirm(payment, new Confirmation(card, payment.ReturnUrl ?? "https://example.com/return"), misbehaviour, now);

    private static PaymentChange Order(Payment payment, PaymentMisbehaviour misbehaviour) => new(payment with { Misbehaviour = misbehaviour }, []);
}
