using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Http;
using Microsoft.AspNetCore.Routing;
using Microsoft.Extensions.DependencyInjection;
using Shop.Emulator.Buttons;
using Shop.Emulator.Webhooks;

namespace Shop.Emulator.Midtrans;

/// <summary>
/// <c>POST /emulator/midtrans/{order_id}/{button}</c>: what the shopper, the bank and the wallet would do, and what goes wrong between Midtrans
/// and the shop. Form or JSON; the answer is the transaction's status.
/// </summary>
internal static class MidtransButtons
{
    public static void MapMidtransButtons(this IEndpointRouteBuilder endpoints)
    {
        endpoints.MapPost(MidtransRoom.Root + "/misbehave", General);
        endpoints.MapPost(MidtransRoom.Root + "/lose-answers", LoseAnswers);
        endpoints.MapPost(MidtransRoom.Root + "/{orderId}/{button}", Press);
    }

    private static Task General(HttpContext context) => ButtonRequest.Answer(context, async sent =>
    {
        PaymentMisbehaviour misbehaviour = MisbehaviourRequest.Read(sent);
        await context.RequestServices.GetRequiredService<MidtransTransactions>().SetGeneral(misbehaviour, context.RequestAborted);
        return misbehaviour;
    });

    /// <summary><c>{"many":1}</c>: the next change is made, and the shop's connection breaks before the answer.</summary>
    private static Task LoseAnswers(HttpContext context) => ButtonRequest.Answer(context, sent =>
    {
        ButtonRequest.Only(sent, "many");
        long many = ButtonRequest.Number(sent, "many") ?? 1;
        context.RequestServices.GetRequiredService<MidtransTransactions>().LoseAnswers(many);
        return Task.FromResult<object?>(new { many });
    });

    private static async Task Press(HttpContext context)
    {
        MidtransTransactions transactions = context.RequestServices.GetRequiredService<MidtransTransactions>();
        string button = (string)context.Request.RouteValues["button"]!;
        await ButtonRequest.Answer(context, async sent =>
        {
            if (await transactions.Find((string)context.Request.RouteValues["orderId"]!, context.RequestAborted) is not { OrderId: var orderId }) return null;
            bool toldAgain = button == "duplicate" && await transactions.TellAgain(orderId, context.RequestAborted);
            PaymentMisbehaviour? ordered = button == "misbehave" ? MisbehaviourRequest.Read(sent) : null;
            string delay = MisbehaviourRequest.Duration(sent.GetValueOrDefault("by") ?? "PT1M");
            try
            {
                TransactionChange change = (await transactions.Change(orderId, (before, misbehaviour, now) => button switch
                {
                    "pay" => TransactionRules.Pay(before, misbehaviour, now),
                    "decline" => TransactionRules.Deny(before),
                    "expire" => TransactionRules.Close(before, TransactionStatus.Expire, misbehaviour, now),
                    "late" when before.Status is TransactionStatus.Expire or TransactionStatus.Cancel => TransactionRules.PayLate(before, misbehaviour, now),
                    "late" => Order(before, misbehaviour with { Late = true }),
                    "duplicate" => toldAgain ? TransactionChange.None(before) : Order(before, misbehaviour with { Duplicate = true }),
                    "delay" => Order(before, misbehaviour with { Delay = delay }),
                    "reorder" => Order(before, misbehaviour with { Reorder = true }),
                    "drop" => Order(before, misbehaviour with { Drop = true }),
                    "misbehave" => Order(before, ordered!),
                    _ => throw new ButtonRefusal(404, $"There is no button '{button}'. There are: pay, decline, expire, duplicate, delay, reorder, drop, late, misbehave."),
                }, context.RequestAborted))!;
                return MidtransShapes.Status(change.Kept);
            }
            catch (MidtransRefusal refused)
            {
                throw new ButtonRefusal(409, refused.Message);
            }
        });
    }

    private static TransactionChange Order(Transaction transaction, PaymentMisbehaviour misbehaviour) => TransactionChange.None(transaction with { Misbehaviour = misbehaviour });
}
