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

    /// <summary>Whether an orchestration is this one, of whatever version.</summary>
    internal static bool Is(string orchestration) => orchestration.StartsWith("CheckoutV", StringComparison.Ordinal);

    /// <summary>Storage and providers come back: an activity is tried for about three days before people are needed.</summary>
    internal static readonly TaskOptions Patiently = TaskOptions.FromRetryPolicy(new RetryPolicy(900, TimeSpan.FromSeconds(1), 2, TimeSpan.FromMinutes(5)));

    /// <summary>So long is tried to open a payment: until then the cart is locked, the goods are held and nobody can cancel.</summary>
    internal static readonly TimeSpan LongestPreparation = TimeSpan.FromMinutes(10);

    /// <summary>Nor longer than the shopper would have time to pay.</summary>
    private static TaskOptions UpTo(int minutes) => TaskOptions.FromRetryPolicy(
        new RetryPolicy(900, TimeSpan.FromSeconds(1), 2, TimeSpan.FromMinutes(1), minutes < LongestPreparation.TotalMinutes ? TimeSpan.FromMinutes(minutes) : LongestPreparation));

    internal static DateTimeOffset Now(TaskOrchestrationContext context) => new(context.CurrentUtcDateTime, TimeSpan.Zero);

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
        using var inbox = new CheckoutInbox(context);
        Sale? sale = prepared switch
        {
            null => await Abandon(context, input, inbox),
            { Paid: { } assured } => await Accept(context, input, assured, inbox),
            { PayUntil: { } until } => await WaitForMoney(context, input, until, inbox),
            _ => null,
        };
        // Second thoughts that came while it was sold.
        while (inbox.Edit.IsCompleted) await context.CallActivityAsync(EditOrder.ActivityName, await inbox.NextEdit(), Patiently);
        if (sale is not { Outcome.Sold: true } || !input.Order.NeedsShipping) return;
        // While parcels are on their way, money that comes another way than the order was paid goes back.
        await SendParcels.Run(context, input, sale.Outcome, () => inbox.Payment, () => GiveBackLate(context, inbox, sale.Reference));
    }

    /// <summary>An order that was sold, and the payment it was sold for.</summary>
    private sealed record Sale(ConfirmOutcome Outcome, string Reference);

    /// <returns>The sale, when it was paid all the same; <c>null</c> when it is cancelled.</returns>
    private static async Task<Sale?> Abandon(TaskOrchestrationContext context, CheckoutInput input, CheckoutInbox inbox)
    {
        CancelOutcome abandoned = await context.CallActivityAsync<CancelOutcome>(CheckoutActivities.AbandonName, input, Patiently);
        return abandoned.Paid is { } paid ? await Accept(context, input, paid, inbox) : null;
    }

    /// <summary>Waits until the money is assured, the deadline has passed or somebody cancels; declines and other ways to pay come in between.</summary>
    /// <returns>The sale; <c>null</c> when the order is cancelled.</returns>
    private static async Task<Sale?> WaitForMoney(TaskOrchestrationContext context, CheckoutInput input, DateTimeOffset until, CheckoutInbox inbox)
    {
        var wake = new CancellationTokenSource();
        Task timer = WakeUp(context, until, wake);
        while (true)
        {
            Task first = await Task.WhenAny(inbox.Payment, inbox.Cancel, inbox.Repay, inbox.Edit, timer);
            ProviderPayment? told = null;
            CancelStep? end = null;
            if (first == inbox.Payment)
            {
                told = await inbox.NextPayment();
            }
            else if (first == inbox.Cancel)
            {
                end = await inbox.NextCancel();
            }
            else if (first == inbox.Repay)
            {
                RepayOutcome changed = await context.CallActivityAsync<RepayOutcome>(CheckoutActivities.RepayName, await inbox.NextRepay(), Patiently);
                told = changed.Paid;
                until = changed.PayUntil ?? until;
                wake.Cancel();
                wake = new CancellationTokenSource();
                timer = WakeUp(context, until, wake);
            }
            else if (first == inbox.Edit)
            {
                await context.CallActivityAsync(EditOrder.ActivityName, await inbox.NextEdit(), Patiently);
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

            // One that lapsed before the order's deadline, as OVO's do after a minute, leaves time for another.
            if (told is { Status: ProviderPaymentStatus.Failed or ProviderPaymentStatus.Cancelled or ProviderPaymentStatus.RequiresAction })
                await context.CallActivityAsync(CheckoutActivities.DeclineName, new PaymentStep(context.InstanceId, told), Patiently);
            if (end is null && told is not { IsAssured: true }) continue;
            wake.Cancel();
            return end is null ? await Accept(context, input, told!, inbox) : await Cancel(context, input, end, inbox);
        }
    }

    /// <returns>The sale, when money came first; <c>null</c> when the order is cancelled.</returns>
    private static async Task<Sale?> Cancel(TaskOrchestrationContext context, CheckoutInput input, CancelStep end, CheckoutInbox inbox)
    {
        CancelOutcome outcome = await context.CallActivityAsync<CancelOutcome>(CheckoutActivities.CancelName, end, Patiently);
        if (outcome.Paid is { } paid) return await Accept(context, input, paid, inbox);
        // What came in the moment of its end is as late as what comes after it.
        if (inbox.Cancel.IsCompletedSuccessfully) await context.CallActivityAsync(CancelOrder.CallOffName, await inbox.NextCancel(), Patiently);
        while (inbox.Payment.IsCompletedSuccessfully)
            if (await inbox.NextPayment() is { Status: ProviderPaymentStatus.Succeeded } late) await context.CallActivityAsync(LatePaymentOrchestration.BeginName, new PaymentStep(context.InstanceId, late), Patiently);
        return null;
    }

    /// <summary>The money is assured: somebody looks at the order where the shop's rules say so, then the money is taken and the order is a sale.</summary>
    /// <returns>The sale; <c>null</c> when the order is refused.</returns>
    private static async Task<Sale?> Accept(TaskOrchestrationContext context, CheckoutInput input, ProviderPayment assured, CheckoutInbox inbox)
    {
        ReviewDecision? decision = null;
        if (input.Review?.For(input.Order, assured) is { } kind)
        {
            (decision, assured) = await Review(context, new ReviewStep(context.InstanceId, assured, kind, input.Review.WithinMinutes), input.Review.EscalateAfterMinutes, inbox);
            if (decision is { Accept: false })
            {
                await context.CallActivityAsync(ReviewActivities.RefuseName, new RefuseStep(context.InstanceId, assured, decision), Patiently);
                await GiveBackLate(context, inbox, kept: assured.Reference);
                return null;
            }
        }
        if (decision is not null || assured.Status == ProviderPaymentStatus.Authorized)
        {
            assured = await context.CallActivityAsync<ProviderPayment>(ReviewActivities.AcceptName, new AcceptStep(context.InstanceId, assured, decision) { Since = Now(context) }, Patiently);
            // The authorisation lapsed while somebody looked at the order.
            if (!assured.IsAssured) return await Cancel(context, input, new CancelStep(context.InstanceId, Expired: true, "system"), inbox);
        }
        var sale = new Sale(await context.CallActivityAsync<ConfirmOutcome>(CheckoutActivities.ConfirmName, new PaymentStep(context.InstanceId, assured) { Since = Now(context) }, Patiently), assured.Reference);
        await GiveBackLate(context, inbox, kept: sale.Reference);
        return sale;
    }

    /// <summary>Waits until somebody decides about the order, the customer cancels it, its money vanishes or the deadline passes.</summary>
    /// <returns>The decision, <c>null</c> where the order was accepted before; and the money as it is by then.</returns>
    private static async Task<(ReviewDecision? Decision, ProviderPayment Assured)> Review(TaskOrchestrationContext context, ReviewStep step, int escalateAfterMinutes, CheckoutInbox inbox)
    {
        ProviderPayment assured = step.Payment;
        DateTime escalate = context.CurrentUtcDateTime.AddMinutes(escalateAfterMinutes);
        if ((await context.CallActivityAsync<OpenedReview>(ReviewActivities.OpenName, step, Patiently)).Until is not { } until) return (null, assured);
        using var wake = new CancellationTokenSource();
        bool late = escalate >= until.UtcDateTime;
        Task timer = context.CreateTimer(late ? until.UtcDateTime : escalate, wake.Token);
        ReviewDecision? decision = null;
        while (decision is null)
        {
            Task first = await Task.WhenAny(inbox.Review, inbox.Cancel, inbox.Payment, inbox.Edit, timer);
            if (first == inbox.Review)
            {
                decision = await inbox.NextReview();
            }
            else if (first == inbox.Cancel)
            {
                CancelStep end = await inbox.NextCancel();
                decision = Refused(end.Actor, end.Text("accepted"));
            }
            else if (first == inbox.Payment)
            {
                ProviderPayment told = await inbox.NextPayment();
                if (told.Reference == assured.Reference)
                {
                    assured = told.IsAssured ? told : assured;
                    if (told.Status == ProviderPaymentStatus.Cancelled) decision = Refused("provider", "The payment was let go before the order was accepted.");
                }
                else if (told.Status == ProviderPaymentStatus.Succeeded)
                {
                    await GiveBack(context, told);
                }
            }
            else if (first == inbox.Edit)
            {
                await context.CallActivityAsync(EditOrder.ActivityName, await inbox.NextEdit(), Patiently);
            }
            else if (!late)
            {
                late = true;
                await context.CallActivityAsync(ReviewActivities.EscalateName, context.InstanceId, Patiently);
                timer = context.CreateTimer(until.UtcDateTime, wake.Token);
            }
            else
            {
                decision = Refused("system", "Nobody accepted the order in time.");
            }
        }
        wake.Cancel();
        return (decision, assured);
    }

    private static ReviewDecision Refused(string actor, string reason) => new(Accept: false, actor, reason, []);

    /// <summary>At the deadline, or before it when the provider has been silent for long.</summary>
    private static Task WakeUp(TaskOrchestrationContext context, DateTimeOffset until, CancellationTokenSource wake)
    {
        DateTime next = context.CurrentUtcDateTime + Silence;
        return context.CreateTimer(next < until.UtcDateTime ? next : until.UtcDateTime, wake.Token);
    }

    /// <summary>Money that came while the order was decided goes back; what comes later finds the order over.</summary>
    /// <param name="kept">The payment that the order is paid with.</param>
    private static async Task GiveBackLate(TaskOrchestrationContext context, CheckoutInbox inbox, string kept)
    {
        while (inbox.Payment.IsCompletedSuccessfully)
            if (await inbox.NextPayment() is { Status: ProviderPaymentStatus.Succeeded } late && late.Reference != kept) await GiveBack(context, late);
    }

    private static Task GiveBack(TaskOrchestrationContext context, ProviderPayment money) =>
        context.CallActivityAsync(LatePaymentOrchestration.RefundName, new PaymentStep(context.InstanceId, money), Patiently);
}
