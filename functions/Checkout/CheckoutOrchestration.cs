using Microsoft.Azure.Functions.Worker;
using Microsoft.DurableTask;
using Shop.Payments;

namespace Shop.Checkout;

/// <summary>
/// The life of an order, and the only one who moves it; its instance id is the order's. Hold the stock and open the payment, wait for the
/// money, confirm, ship. Each undo stands beside its step: what <see cref="CheckoutActivities.Prepare"/> took, it gives back itself when
/// it fails, and <see cref="CheckoutActivities.Cancel"/> gives it back later.
/// </summary>
public static class CheckoutOrchestration
{
    /// <summary>A released version is frozen; a change gets a new name beside it.</summary>
    public const string Name = "CheckoutV1";

    /// <summary>Storage and providers come back: an activity is tried for about three days before people are needed.</summary>
    internal static readonly TaskOptions Patiently = TaskOptions.FromRetryPolicy(new RetryPolicy(900, TimeSpan.FromSeconds(1), 2, TimeSpan.FromMinutes(5)));

    /// <summary>Nobody waits longer for payment instructions than they would have time to pay.</summary>
    private static TaskOptions UpTo(int minutes) =>
        TaskOptions.FromRetryPolicy(new RetryPolicy(900, TimeSpan.FromSeconds(1), 2, TimeSpan.FromMinutes(1), TimeSpan.FromMinutes(minutes)));

    [Function(Name)]
    public static async Task Run([OrchestrationTrigger] TaskOrchestrationContext context)
    {
        CheckoutInput input = context.GetInput<CheckoutInput>()!;
        Prepared? prepared = null;
        try
        {
            prepared = await context.CallActivityAsync<Prepared>(CheckoutActivities.PrepareName, input, UpTo(input.PayWithinMinutes));
        }
        catch (TaskFailedException)
        {
            // Whatever was done of it is undone below.
        }
        bool sold = prepared is null ? await Abandon(context, input) : prepared.PayUntil is { } until && await WaitForMoney(context, until);
        if (!sold || !input.Order.NeedsShipping) return;
        string shipmentId = ShipmentIds.For(context.InstanceId, 1);
        await context.CallSubOrchestratorAsync(FulfilmentOrchestration.Name, new FulfilmentInput(context.InstanceId, shipmentId), new SubOrchestrationOptions(instanceId: shipmentId));
    }

    /// <returns>Whether the order was paid all the same; otherwise it is cancelled.</returns>
    private static async Task<bool> Abandon(TaskOrchestrationContext context, CheckoutInput input)
    {
        CancelOutcome abandoned = await context.CallActivityAsync<CancelOutcome>(CheckoutActivities.AbandonName, input, Patiently);
        return abandoned.Paid is { } paid && await Confirm(context, paid);
    }

    /// <returns>Whether the order goes on; otherwise the money went back.</returns>
    private static async Task<bool> Confirm(TaskOrchestrationContext context, ProviderPayment paid) =>
        (await context.CallActivityAsync<ConfirmOutcome>(CheckoutActivities.ConfirmName, new PaymentStep(context.InstanceId, paid), Patiently)).Sold;

    /// <returns>Whether the order was paid; otherwise it is cancelled.</returns>
    private static async Task<bool> WaitForMoney(TaskOrchestrationContext context, DateTimeOffset until)
    {
        using var waiting = new CancellationTokenSource();
        Task deadline = context.CreateTimer(until.UtcDateTime, waiting.Token);
        Task<ProviderPayment> payment = context.WaitForExternalEvent<ProviderPayment>(CheckoutEvents.Payment, waiting.Token);
        Task<CancelStep> cancel = context.WaitForExternalEvent<CancelStep>(CheckoutEvents.Cancel, waiting.Token);
        while (true)
        {
            Task first = await Task.WhenAny(payment, cancel, deadline);
            ProviderPayment? paid = null;
            if (first == payment)
            {
                ProviderPayment told = await payment;
                payment = context.WaitForExternalEvent<ProviderPayment>(CheckoutEvents.Payment, waiting.Token);
                if (told.Status == ProviderPaymentStatus.Succeeded) paid = told;
                else if (told.Status == ProviderPaymentStatus.Failed)
                    await context.CallActivityAsync(CheckoutActivities.DeclineName, new PaymentStep(context.InstanceId, told), Patiently);
            }
            else
            {
                CancelStep step = first == cancel ? await cancel : new CancelStep(context.InstanceId, Expired: true, "system");
                paid = (await context.CallActivityAsync<CancelOutcome>(CheckoutActivities.CancelName, step, Patiently)).Paid;
                if (paid is null)
                {
                    // Money that came while the order was being cancelled goes back; what comes later finds the order over.
                    ProviderPayment? late = payment.IsCompletedSuccessfully ? await payment : null;
                    waiting.Cancel();
                    if (late is { Status: ProviderPaymentStatus.Succeeded })
                        await context.CallActivityAsync(LatePaymentOrchestration.RefundName, new PaymentStep(context.InstanceId, late), Patiently);
                    return false;
                }
            }
            if (paid is null) continue;
            bool sold = await Confirm(context, paid);
            waiting.Cancel();
            return sold;
        }
    }
}
