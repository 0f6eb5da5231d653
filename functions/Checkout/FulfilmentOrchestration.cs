using Microsoft.Azure.Functions.Worker;
using Microsoft.DurableTask;
using Shop.Orders;
using Shop.Shipping;

namespace Shop.Checkout;

/// <summary>
/// One parcel: wait for second thoughts and for goods that were promised, book the courier, follow what it tells until the parcel has arrived, or take the parcel back and return its money.
/// What was promised and is not kept is told. Its instance id is the shipment's. A parcel that goes in several ends with their names, and whoever started it starts those.
/// </summary>
public static class FulfilmentOrchestration
{
    public const string Name = "FulfilmentV1";

    /// <summary>Whether an orchestration is this one, of whatever version.</summary>
    internal static bool Is(string orchestration) => orchestration.StartsWith("FulfilmentV", StringComparison.Ordinal);

    /// <summary>Goods that were promised are looked for this often, and a courier that refused is asked again.</summary>
    internal static readonly TimeSpan GoodsAwaited = TimeSpan.FromHours(1);

    /// <summary>A courier that was silent for so long is asked: its webhook may be lost.</summary>
    internal static readonly TimeSpan Silence = TimeSpan.FromHours(6);

    /// <summary>The history begins anew after so many steps; a parcel may be on its way for weeks.</summary>
    private const int StepsAtMost = 40;

    [Function(Name)]
    public static async Task<FulfilmentOutcome> Run([OrchestrationTrigger] TaskOrchestrationContext context)
    {
        FulfilmentInput input = context.GetInput<FulfilmentInput>()!;
        using var promises = new PromiseWatch(context, input);
        Task<CancelParcelStep> cancel = context.WaitForExternalEvent<CancelParcelStep>(CheckoutEvents.Cancel);
        Task<SplitStep> split = context.WaitForExternalEvent<SplitStep>(CheckoutEvents.Split);
        Task<EditStep> edit = context.WaitForExternalEvent<EditStep>(CheckoutEvents.Edit);
        DateTime next = context.CurrentUtcDateTime.AddMinutes(input.SendAfterMinutes);
        bool refused = false;
        ShipmentStatus? where;
        for (int asked = 0; ; asked++, next = context.CurrentUtcDateTime + GoodsAwaited)
        {
            while (await promises.Wait(next, cancel, split, edit) is { } came)
            {
                if (came == cancel)
                {
                    CancelParcelStep step = await cancel;
                    cancel = context.WaitForExternalEvent<CancelParcelStep>(CheckoutEvents.Cancel);
                    CancelParcelOutcome cancelled = await context.CallUntilFree<CancelParcelOutcome>(FulfilmentActivities.CancelName, step, outcome => outcome.Again);
                    if (cancelled.NothingLeft) return FulfilmentOutcome.Over;
                }
                else if (came == split)
                {
                    SplitStep step = await split;
                    split = context.WaitForExternalEvent<SplitStep>(CheckoutEvents.Split);
                    SplitOutcome apart = await context.CallActivityAsync<SplitOutcome>(ParcelActivities.SplitName, step, CheckoutOrchestration.Patiently);
                    if (apart.Into.Count == 0) continue;
                    await TakeEdits();
                    return Into(apart.Into, promises.Left(input), next - context.CurrentUtcDateTime);
                }
                else
                {
                    await TakeEdits();
                    // It may be what the courier missed.
                    if (refused) break;
                }
            }
            BookOutcome booked = await context.CallActivityAsync<BookOutcome>(FulfilmentActivities.BookName, input with { Since = CheckoutOrchestration.Now(context) }, CheckoutOrchestration.Patiently);
            if (booked.Into is { Count: > 0 } into)
            {
                await TakeEdits();
                return Into(into, promises.Left(input), TimeSpan.Zero);
            }
            if (booked.NothingLeft) return FulfilmentOutcome.Over;
            promises.DeliverUntil ??= booked.DeliverUntil;
            where = booked.Status;
            if (booked.Booked) break;
            refused = booked.Refused;
            // What was told meanwhile is served first: whoever waits for it is not carried over.
            if (asked < StepsAtMost || cancel.IsCompleted || split.IsCompleted || edit.IsCompleted) continue;
            context.ContinueAsNew(promises.Left(input) with { SendAfterMinutes = (int)GoodsAwaited.TotalMinutes });
            return FulfilmentOutcome.Over;
        }
        if (where is { } there && await IsOver(context, input, there)) return FulfilmentOutcome.Over;
        Task<TrackingStep> told = context.WaitForExternalEvent<TrackingStep>(CheckoutEvents.Tracking);
        for (int step = 0; step < StepsAtMost || told.IsCompleted || edit.IsCompleted; step++)
        {
            TrackingOutcome outcome;
            Task? first = await promises.Wait(context.CurrentUtcDateTime + Silence, told, edit);
            if (first == edit)
            {
                // Too late: the order says so.
                await TakeEdits();
                continue;
            }
            if (first is null)
            {
                if (input.IsPickup) continue; // Nobody can be asked.
                outcome = await context.CallActivityAsync<TrackingOutcome>(FulfilmentActivities.AskName, input, CheckoutOrchestration.Patiently);
                if (outcome.Answer is { } answer)
                    outcome = await context.CallActivityAsync<TrackingOutcome>(FulfilmentActivities.TrackName, new TrackingStep(input.OrderId, input.ShipmentId, null, answer), CheckoutOrchestration.Patiently);
            }
            else
            {
                TrackingStep heard = await told;
                told = context.WaitForExternalEvent<TrackingStep>(CheckoutEvents.Tracking);
                outcome = await context.CallActivityAsync<TrackingOutcome>(FulfilmentActivities.TrackName, heard, CheckoutOrchestration.Patiently);
            }
            promises.Heard(outcome.Status);
            if (await IsOver(context, input, outcome.Status)) return FulfilmentOutcome.Over;
        }
        context.ContinueAsNew(promises.Left(input) with { SendAfterMinutes = 0 });
        return FulfilmentOutcome.Over;

        async Task TakeEdits()
        {
            while (edit.IsCompleted)
            {
                EditStep step = await edit;
                edit = context.WaitForExternalEvent<EditStep>(CheckoutEvents.Edit);
                await context.CallActivityAsync(EditOrder.ActivityName, step, CheckoutOrchestration.Patiently);
            }
        }
    }

    /// <summary>What came back or was lost is paid back before its parcel is over.</summary>
    private static async Task<bool> IsOver(TaskOrchestrationContext context, FulfilmentInput input, ShipmentStatus status)
    {
        if (status is ShipmentStatus.Returned or ShipmentStatus.Lost) await context.CallUntilFree<bool>(FulfilmentActivities.TakeBackName, input, done => !done);
        return Shipment.IsEnd(status);
    }

    private static FulfilmentOutcome Into(IReadOnlyList<string> parcels, FulfilmentInput whole, TimeSpan wait) =>
        new([.. parcels.Select(id => whole with { ShipmentId = id, Scattered = false, SendAfterMinutes = Math.Max(0, (int)Math.Ceiling(wait.TotalMinutes)) })]);
}

/// <summary>Waits for what comes and, beside that, for the end of the days that were promised: each that is over is told once.</summary>
internal sealed class PromiseWatch(TaskOrchestrationContext context, FulfilmentInput input) : IDisposable
{
    private readonly Dictionary<PromiseKind, DateTimeOffset?> _until = new()
    {
        [PromiseKind.Ship] = input.ShipUntil,
        [PromiseKind.Deliver] = input.DeliverUntil,
        [PromiseKind.Collect] = input.CollectUntil,
    };

    private CancellationTokenSource _timer = new();

    public DateTimeOffset? DeliverUntil
    {
        get => _until[PromiseKind.Deliver];
        set => _until[PromiseKind.Deliver] = value;
    }

    /// <summary>With the promises that were not told yet.</summary>
    public FulfilmentInput Left(FulfilmentInput begun) =>
        begun with { ShipUntil = _until[PromiseKind.Ship], DeliverUntil = _until[PromiseKind.Deliver], CollectUntil = _until[PromiseKind.Collect] };

    /// <returns>What came; <c>null</c> when it is time.</returns>
    public async Task<Task?> Wait(DateTime until, params Task[] events)
    {
        while (true)
        {
            if (Array.Find(events, e => e.IsCompleted) is { } there) return there;
            if (context.CurrentUtcDateTime >= until) return null;
            (PromiseKind kind, DateTimeOffset? due) = _until.Where(p => p.Value is not null).OrderBy(p => p.Value).Select(p => (p.Key, p.Value)).FirstOrDefault();
            bool promised = due is { } day && day.UtcDateTime < until;
            _timer.Dispose();
            _timer = new CancellationTokenSource();
            Task timer = context.CreateTimer(promised ? due!.Value.UtcDateTime : until, _timer.Token);
            Task first = await Task.WhenAny([.. events, timer]);
            if (first != timer)
            {
                _timer.Cancel();
                return first;
            }
            if (!promised) return null;
            _until[kind] = null;
            await context.CallActivityAsync(ParcelActivities.MissName, new MissStep(input.OrderId, input.ShipmentId, kind), CheckoutOrchestration.Patiently);
        }
    }

    /// <summary>What is on its way was sent; what is ready waits to be collected.</summary>
    public void Heard(ShipmentStatus status)
    {
        if (status != ShipmentStatus.Booked) _until[PromiseKind.Ship] = null;
        if (status == ShipmentStatus.Ready) _until[PromiseKind.Collect] = new DateTimeOffset(context.CurrentUtcDateTime, TimeSpan.Zero).AddDays(input.Sending.CollectWithinDays);
    }

    public void Dispose() => _timer.Dispose();
}
