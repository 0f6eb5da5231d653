using Microsoft.Azure.Functions.Worker;
using Microsoft.DurableTask;
using Shop.Shipping;

namespace Shop.Checkout;

/// <summary>
/// One parcel: wait for second thoughts and for goods that were promised, book the courier, follow what it tells until the parcel has arrived, or take the parcel back and return its money. Its instance
/// id is the shipment's.
/// </summary>
public static class FulfilmentOrchestration
{
    public const string Name = "FulfilmentV1";

    /// <summary>Goods that were promised are looked for this often.</summary>
    internal static readonly TimeSpan GoodsAwaited = TimeSpan.FromHours(1);

    /// <summary>A courier that was silent for so long is asked: its webhook may be lost.</summary>
    internal static readonly TimeSpan Silence = TimeSpan.FromHours(6);

    /// <summary>The history begins anew after so many steps; a parcel may be on its way for weeks.</summary>
    private const int StepsAtMost = 40;

    [Function(Name)]
    public static async Task Run([OrchestrationTrigger] TaskOrchestrationContext context)
    {
        FulfilmentInput input = context.GetInput<FulfilmentInput>()!;
        Task<CancelParcelStep> cancel = context.WaitForExternalEvent<CancelParcelStep>(CheckoutEvents.Cancel);
        DateTime next = context.CurrentUtcDateTime.AddMinutes(input.SendAfterMinutes);
        for (int asked = 0; ; asked++, next = context.CurrentUtcDateTime + GoodsAwaited)
        {
            while (cancel.IsCompleted || context.CurrentUtcDateTime < next)
            {
                using var waiting = new CancellationTokenSource();
                if (!cancel.IsCompleted && await Task.WhenAny(cancel, context.CreateTimer(next, waiting.Token)) != cancel) break;
                waiting.Cancel();
                CancelParcelStep step = await cancel;
                cancel = context.WaitForExternalEvent<CancelParcelStep>(CheckoutEvents.Cancel);
                if ((await context.CallActivityAsync<CancelParcelOutcome>(FulfilmentActivities.CancelName, step, CheckoutOrchestration.Patiently)).NothingLeft) return;
            }
            if ((await context.CallActivityAsync<BookOutcome>(FulfilmentActivities.BookName, input, CheckoutOrchestration.Patiently)).Booked) break;
            if (asked < StepsAtMost) continue;
            context.ContinueAsNew(input with { SendAfterMinutes = (int)GoodsAwaited.TotalMinutes });
            return;
        }
        Task<TrackingStep> told = context.WaitForExternalEvent<TrackingStep>(CheckoutEvents.Tracking);
        for (int step = 0; step < StepsAtMost; step++)
        {
            using var silence = new CancellationTokenSource();
            Task timer = context.CreateTimer(Silence, silence.Token);
            TrackingOutcome outcome;
            if (await Task.WhenAny(told, timer) == timer)
            {
                outcome = await context.CallActivityAsync<TrackingOutcome>(FulfilmentActivities.AskName, input, CheckoutOrchestration.Patiently);
            }
            else
            {
                silence.Cancel();
                TrackingStep heard = await told;
                told = context.WaitForExternalEvent<TrackingStep>(CheckoutEvents.Tracking);
                outcome = await context.CallActivityAsync<TrackingOutcome>(FulfilmentActivities.TrackName, heard, CheckoutOrchestration.Patiently);
            }
            if (outcome.Status == ShipmentStatus.Returned) await context.CallActivityAsync(FulfilmentActivities.TakeBackName, input, CheckoutOrchestration.Patiently);
            if (outcome.Status is ShipmentStatus.Delivered or ShipmentStatus.Returned) return;
        }
        context.ContinueAsNew(input);
    }
}
