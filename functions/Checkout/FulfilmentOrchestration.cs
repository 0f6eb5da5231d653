using Microsoft.Azure.Functions.Worker;
using Microsoft.DurableTask;

namespace Shop.Checkout;

/// <summary>One parcel: book the courier, follow what it tells until the parcel has arrived. Its instance id is the shipment's.</summary>
public static class FulfilmentOrchestration
{
    public const string Name = "FulfilmentV1";

    [Function(Name)]
    public static async Task Run([OrchestrationTrigger] TaskOrchestrationContext context)
    {
        FulfilmentInput input = context.GetInput<FulfilmentInput>()!;
        await context.CallActivityAsync(FulfilmentActivities.BookName, input, CheckoutOrchestration.Patiently);
        TrackingOutcome outcome;
        do
        {
            TrackingStep told = await context.WaitForExternalEvent<TrackingStep>(CheckoutEvents.Tracking);
            outcome = await context.CallActivityAsync<TrackingOutcome>(FulfilmentActivities.TrackName, told, CheckoutOrchestration.Patiently);
        }
        while (!outcome.IsOver);
    }
}
