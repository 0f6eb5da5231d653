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
    /// <summary>A provider that was silent for so long is asked: what it told may be lost.</summary>
    internal static readonly TimeSpan Silence = TimeSpan.FromHours(1);

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
        Sale? sale = prepared is null ? await Abandon(context, input) : prepared.Paid is { } before ? await Confirm(context, before) : prepared.PayUntil is { } until ? await WaitForMoney(context, until) : null;
        if (sale is not { Outcome.Sold: true } || !input.Order.NeedsShipping) return;
        string shipmentId = ShipmentIds.For(context.InstanceId, 1);
        Task fulfilment = context.CallSubOrchestratorAsync(
            FulfilmentOrchestration.Name, new FulfilmentInput(context.InstanceId, shipmentId, sale.Outcome.MayWait, input.SendAfterMinutes), new SubOrchestrationOptions(instanceId: shipmentId));
        await GiveBackSurplus(context, sale, fulfilment);
    }

    /// <summary>An order that was sold, and the payment it was sold for.</summary>
    private sealed record Sale(ConfirmOutcome Outcome, string Reference);

    /// <returns>The sale, when it was paid all the same; <c>null</c> when it is cancelled.</returns>
    private static async Task<Sale?> Abandon(TaskOrchestrationContext context, CheckoutInput input)
    {
        CancelOutcome abandoned = await context.CallActivityAsync<CancelOutcome>(CheckoutActivities.AbandonName, input, Patiently);
        return abandoned.Paid is { } paid ? await Confirm(context, paid) : null;
    }

    private static async Task<Sale> Confirm(TaskOrchestrationContext context, ProviderPayment paid) =>
        new(await context.CallActivityAsync<ConfirmOutcome>(CheckoutActivities.ConfirmName, new PaymentStep(context.InstanceId, paid), Patiently), paid.Reference);

    /// <summary>Waits until the money is here, the deadline has passed or somebody cancels; declines and other ways to pay come in between.</summary>
    /// <returns>The sale; <c>null</c> when the order is cancelled.</returns>
    private static async Task<Sale?> WaitForMoney(TaskOrchestrationContext context, DateTimeOffset until)
    {
        using var waiting = new CancellationTokenSource();
        Task<ProviderPayment> payment = context.WaitForExternalEvent<ProviderPayment>(CheckoutEvents.Payment, waiting.Token);
        Task<CancelStep> cancel = context.WaitForExternalEvent<CancelStep>(CheckoutEvents.Cancel, waiting.Token);
        Task<RepayStep> repay = context.WaitForExternalEvent<RepayStep>(CheckoutEvents.Repay, waiting.Token);
        var wake = new CancellationTokenSource();
        Task timer = WakeUp(context, until, wake);
        while (true)
        {
            Task first = await Task.WhenAny(payment, cancel, repay, timer);
            ProviderPayment? told = null;
            CancelStep? end = null;
            if (first == payment)
            {
                told = await payment;
                payment = context.WaitForExternalEvent<ProviderPayment>(CheckoutEvents.Payment, waiting.Token);
            }
            else if (first == cancel)
            {
                end = await cancel;
            }
            else if (first == repay)
            {
                RepayStep step = await repay;
                repay = context.WaitForExternalEvent<RepayStep>(CheckoutEvents.Repay, waiting.Token);
                RepayOutcome changed = await context.CallActivityAsync<RepayOutcome>(CheckoutActivities.RepayName, step, Patiently);
                told = changed.Paid;
                until = changed.PayUntil ?? until;
                wake.Cancel();
                wake = new CancellationTokenSource();
                timer = WakeUp(context, until, wake);
            }
            else if (context.CurrentUtcDateTime >= until.UtcDateTime)
            {
                end = new CancelStep(context.InstanceId, Expired: true, "system");
            }
            else
            {
                told = await context.CallActivityAsync<ProviderPayment?>(CheckoutActivities.AskName, context.InstanceId, Patiently);
                timer = WakeUp(context, until, wake);
            }

            ProviderPayment? paid = told is { Status: ProviderPaymentStatus.Succeeded } ? told : null;
            if (told is { Status: ProviderPaymentStatus.Failed })
                await context.CallActivityAsync(CheckoutActivities.DeclineName, new PaymentStep(context.InstanceId, told), Patiently);
            if (end is not null)
            {
                paid = (await context.CallActivityAsync<CancelOutcome>(CheckoutActivities.CancelName, end, Patiently)).Paid;
                if (paid is null)
                {
                    // Money that came while the order was being cancelled goes back; what comes later finds the order over.
                    ProviderPayment? late = payment.IsCompletedSuccessfully ? await payment : null;
                    waiting.Cancel();
                    wake.Cancel();
                    if (late is { Status: ProviderPaymentStatus.Succeeded }) await GiveBack(context, late);
                    return null;
                }
            }
            if (paid is null) continue;
            Sale sale = await Confirm(context, paid);
            if (payment.IsCompletedSuccessfully && await payment is { Status: ProviderPaymentStatus.Succeeded } twice && twice.Reference != sale.Reference) await GiveBack(context, twice);
            waiting.Cancel();
            wake.Cancel();
            return sale;
        }
    }

    /// <summary>At the deadline, or before it when the provider has been silent for long.</summary>
    private static Task WakeUp(TaskOrchestrationContext context, DateTimeOffset until, CancellationTokenSource wake)
    {
        DateTime next = context.CurrentUtcDateTime + Silence;
        return context.CreateTimer(next < until.UtcDateTime ? next : until.UtcDateTime, wake.Token);
    }

    /// <summary>While the parcel is on its way, money that comes another way than the order was paid goes back.</summary>
    private static async Task GiveBackSurplus(TaskOrchestrationContext context, Sale sale, Task fulfilment)
    {
        using var waiting = new CancellationTokenSource();
        while (!fulfilment.IsCompleted)
        {
            Task<ProviderPayment> payment = context.WaitForExternalEvent<ProviderPayment>(CheckoutEvents.Payment, waiting.Token);
            if (await Task.WhenAny(fulfilment, payment) == payment && await payment is { Status: ProviderPaymentStatus.Succeeded } twice && twice.Reference != sale.Reference)
                await GiveBack(context, twice);
        }
        waiting.Cancel();
        await fulfilment;
    }

    private static Task GiveBack(TaskOrchestrationContext context, ProviderPayment money) =>
        context.CallActivityAsync(LatePaymentOrchestration.RefundName, new PaymentStep(context.InstanceId, money), Patiently);
}
