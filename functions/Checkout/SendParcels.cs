using Microsoft.DurableTask;

namespace Shop.Checkout;

/// <summary>Sends what an order sold: one parcel, which may become several before its courier is called, each with an orchestration of its own.</summary>
internal static class SendParcels
{
    /// <param name="input">The order and how it is sent.</param>
    /// <param name="sold">What is known of its goods.</param>
    /// <param name="paid">A payment that was told; a new one each time.</param>
    /// <param name="late">What to do about it.</param>
    public static async Task Run(TaskOrchestrationContext context, CheckoutInput input, ConfirmOutcome sold, Func<Task> paid, Func<Task> late)
    {
        var first = new FulfilmentInput(context.InstanceId, ShipmentIds.For(context.InstanceId, 1), sold.MayWait, input.SendAfterMinutes)
        {
            Scattered = sold.Scattered,
            Place = sold.Place,
            Sending = input.Sending,
            IsPickup = input.Order.IsPickup,
            ShipUntil = sold.ShipUntil,
        };
        List<Task<FulfilmentOutcome>> parcels = [Send(context, first)];
        while (parcels.Count > 0)
        {
            Task money = paid(), next = await Task.WhenAny([.. parcels, money]);
            if (next == money)
            {
                await late();
                continue;
            }
            Task<FulfilmentOutcome> ended = parcels.First(parcel => parcel == next);
            parcels.Remove(ended);
            parcels.AddRange((await ended).Into.Select(parcel => Send(context, parcel)));
        }
    }

    private static Task<FulfilmentOutcome> Send(TaskOrchestrationContext context, FulfilmentInput parcel) =>
        context.CallSubOrchestratorAsync<FulfilmentOutcome>(FulfilmentOrchestration.Name, parcel, new SubOrchestrationOptions(instanceId: parcel.ShipmentId));
}
