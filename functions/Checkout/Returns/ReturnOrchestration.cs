using Microsoft.Azure.Functions.Worker;
using Microsoft.DurableTask;
using Shop.Orders;
using Shop.Shipping;

namespace Shop.Checkout;

/// <summary>
/// Goods on their way back: staff decide, the parcel comes, staff look at what is in it, the money goes back. Its instance id is the return's,
/// and that of the parcel that brings it.
/// </summary>
public static class ReturnOrchestration
{
    public const string Name = "ReturnV1";

    /// <summary>The history begins anew after so many steps.</summary>
    private const int StepsAtMost = 40;

    [Function(Name)]
    public static async Task Run([OrchestrationTrigger] TaskOrchestrationContext context)
    {
        ReturnInput input = context.GetInput<ReturnInput>()!;
        ReturnOutcome now = await Take(context, ReturnActivities.OpenName, input);
        Task<ReturnMove> told = context.WaitForExternalEvent<ReturnMove>(CheckoutEvents.Return);
        Task<TrackingStep> parcel = context.WaitForExternalEvent<TrackingStep>(CheckoutEvents.Tracking);
        // What was told during the last step is served first: whoever waits for it is not carried over.
        for (int step = 0; step < StepsAtMost || told.IsCompleted || parcel.IsCompleted; step++)
        {
            if (now.Until is not { } until) return;
            bool looks = now.NextAt < until;
            using var wake = new CancellationTokenSource();
            Task first = await Task.WhenAny(told, parcel, context.CreateTimer((looks ? now.NextAt!.Value : until).UtcDateTime, wake.Token));
            wake.Cancel();
            ReturnMove move;
            if (first == told)
            {
                move = await told;
                told = context.WaitForExternalEvent<ReturnMove>(CheckoutEvents.Return);
            }
            else if (first == parcel)
            {
                ShipmentStatus? status = (await parcel).Told?.Status;
                parcel = context.WaitForExternalEvent<TrackingStep>(CheckoutEvents.Tracking);
                // It may have got its number.
                move = new ReturnMove(status == ShipmentStatus.Delivered ? ReturnMoveKind.Receive : ReturnMoveKind.Look, "courier");
            }
            else
            {
                move = new ReturnMove(looks ? now.Next : ReturnMoveKind.Late, "system", From: now.Status);
            }
            now = await Take(context, ReturnActivities.MoveName, new ReturnStep(input.OrderId, input.Return.Id, input.Terms, move));
        }
        context.ContinueAsNew(input with { Anew = true });
    }

    private static Task<ReturnOutcome> Take(TaskOrchestrationContext context, string activity, object input) => context.CallUntilFree<ReturnOutcome>(activity, input, outcome => outcome.Again);
}
