using System.Xml;
using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Http;
using Microsoft.AspNetCore.Routing;
using Microsoft.Extensions.DependencyInjection;
using Shop.Emulator.Buttons;

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
        endpoints.MapPost("/emulator/payments/{id}/{button}", Press);
    }

    private static async Task General(HttpContext context)
    {
        StripePayments payments = context.RequestServices.GetRequiredService<StripePayments>();
        await ButtonRequest.Answer(context, async sent =>
        {
            PaymentMisbehaviour misbehaviour = Read(sent);
            await payments.SetGeneral(misbehaviour, context.RequestAborted);
            return misbehaviour;
        });
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
            PaymentMisbehaviour? ordered = button == "misbehave" ? Read(sent) : null;
            string delay = Duration(sent.GetValueOrDefault("by") ?? "PT1M");
            try
            {
                Payment? payment = await payments.Change(token, (before, misbehaviour, now) => button switch
                {
                    "pay" => Pay(before, "pm_card_visa", passed: true, misbehaviour, now),
                    "decline" => Pay(before, "pm_card_chargeDeclined", passed: false, misbehaviour, now),
                    "late" when before.Status == PaymentStatus.Canceled => PaymentRules.PayLate(before, misbehaviour, now),
                    "late" => Order(before, misbehaviour with { Late = true }),
                    "duplicate" => toldAgain ? new PaymentChange(before, []) : Order(before, misbehaviour with { Duplicate = true }),
                    "delay" => Order(before, misbehaviour with { Delay = delay }),
                    "reorder" => Order(before, misbehaviour with { Reorder = true }),
                    "drop" => Order(before, misbehaviour with { Drop = true }),
                    "misbehave" => Order(before, ordered!),
                    _ => throw new ButtonRefusal(404, $"There is no button '{button}'. There are: pay, decline, duplicate, delay, reorder, drop, late, misbehave."),
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

    private static PaymentMisbehaviour Read(Dictionary<string, string> sent)
    {
        ButtonRequest.Only(sent, "duplicate", "reorder", "delay", "drop", "wrongAmount", "late", "percent");
        return new PaymentMisbehaviour
        {
            Duplicate = ButtonRequest.Flag(sent, "duplicate"),
            Reorder = ButtonRequest.Flag(sent, "reorder"),
            Delay = sent.TryGetValue("delay", out string? delay) && delay.Length > 0 ? Duration(delay) : null,
            Drop = ButtonRequest.Flag(sent, "drop"),
            WrongAmount = ButtonRequest.Number(sent, "wrongAmount"),
            Late = ButtonRequest.Flag(sent, "late"),
            Percent = (int)(ButtonRequest.Number(sent, "percent") switch { null => 100, > 100 => throw new ButtonRefusal(400, "'percent' is 0 to 100."), var percent => percent }),
        };
    }

    private static string Duration(string text) => XmlConvert.ToString(ButtonRequest.Duration(text));
}
