using System.Text.Json;
using Azure;
using Microsoft.Extensions.Hosting;
using Microsoft.Extensions.Logging;
using Shop.Emulator.Clock;
using Shop.Emulator.Storage;
using Shop.Emulator.Webhooks;

namespace Shop.Emulator.Courier;

/// <summary>
/// Carries parcels: each takes a step every ten seconds of the emulator's clock, however far that jumps, and goes on after a restart. Whoever
/// moves one tells the shop in the same batch.
/// </summary>
internal sealed partial class Parcels(ParcelStore store, WebhookDeliverer deliverer, IEnumerable<WebhookChannel> channels, EmulatorClock clock, ILogger<Parcels> logger) : BackgroundService
{
    private const int Rounds = 20;
    private static readonly TimeSpan AfterTrouble = TimeSpan.FromSeconds(5);

    private readonly WebhookChannel _channel = channels.Single(c => c.Name == "courier");
    private readonly CancellationTokenSource _stopping = new();
    private readonly Lock _gate = new();
    private CourierMisbehaviour? _misbehaviour;

    /// <summary>Books a parcel, or finds the one that its reference has; <c>New</c> tells which.</summary>
    public async Task<(Parcel Parcel, bool New)> Book(Booking booking, CourierRate rate, CancellationToken cancellationToken)
    {
        DateTimeOffset now = clock.GetUtcNow();
        string digits = ParcelStore.DigitsOf(booking.Reference);
        var parcel = new Parcel
        {
            TrackingNumber = rate.Courier.ToUpperInvariant() + digits,
            Digits = digits,
            Booking = booking,
            Rate = rate,
            Events = [new ParcelEvent($"cev_{digits}000", ParcelStatus.Booked, now, ParcelRules.Description(ParcelStatus.Booked))],
            MovesAt = now + ParcelRules.Pace,
            Unnumbered = (await Misbehaviour(cancellationToken)).Unnumbered,
        };
        if (await store.Insert(parcel, cancellationToken) is { } booked)
        {
            _ = Carry(booked);
            return (parcel, true);
        }
        return ((await store.Find(digits, cancellationToken))!.Parcel, false);
    }

    public async Task<Parcel?> Find(string trackingNumber, CancellationToken cancellationToken) =>
        (await store.Find(Digits(trackingNumber), cancellationToken))?.Parcel is { } parcel && parcel.TrackingNumber == trackingNumber ? parcel : null;

    public async Task<Parcel?> FindOrder(string orderId, CancellationToken cancellationToken) =>
        orderId.Length == 24 && (await store.Find(orderId[..15], cancellationToken))?.Parcel is { } parcel && ParcelStore.OrderIdOf(parcel.Booking.Reference) == orderId ? parcel : null;

    /// <summary>Changes a parcel; <c>null</c> when there is none.</summary>
    public async Task<Parcel?> Change(string trackingNumber, Func<Parcel, DateTimeOffset, Parcel> decide, CancellationToken cancellationToken)
    {
        for (int round = 0; round < Rounds; round++)
        {
            if (await store.Find(Digits(trackingNumber), cancellationToken) is not { } stored || stored.Parcel.TrackingNumber != trackingNumber) return null;
            Parcel changed = decide(stored.Parcel, clock.GetUtcNow());
            if (await Save(stored, changed, cancellationToken) is not { } saved) continue;
            _ = Carry(saved);
            return changed;
        }
        throw new InvalidOperationException("The parcel never stood still.");
    }

    public async Task<CourierMisbehaviour> Misbehaviour(CancellationToken cancellationToken) =>
        _misbehaviour ??= await store.FindMisbehaviour(cancellationToken) ?? CourierMisbehaviour.None;

    public async Task Misbehave(CourierMisbehaviour misbehaviour, CancellationToken cancellationToken)
    {
        await store.SaveMisbehaviour(misbehaviour, cancellationToken);
        _misbehaviour = misbehaviour;
    }

    /// <summary>Whether this call is one of those that were ordered to fail.</summary>
    public async Task<bool> TakeFailure(CancellationToken cancellationToken)
    {
        await Misbehaviour(cancellationToken);
        lock (_gate)
        {
            if (_misbehaviour!.Fail == 0) return false;
            _misbehaviour = _misbehaviour with { Fail = _misbehaviour.Fail - 1 };
            return true;
        }
    }

    protected override async Task ExecuteAsync(CancellationToken stoppingToken)
    {
        foreach (StoredParcel parcel in await store.Moving(stoppingToken)) _ = Carry(parcel);
    }

    public override async Task StopAsync(CancellationToken cancellationToken)
    {
        await _stopping.CancelAsync();
        await base.StopAsync(cancellationToken);
    }

    /// <summary>Follows one parcel until it moves no more or somebody else moved it, who then follows it.</summary>
    private async Task Carry(StoredParcel? stored)
    {
        try
        {
            while (stored?.Parcel is { MovesAt: { } at } parcel)
            {
                await clock.WaitUntil(at, _stopping.Token);
                try
                {
                    stored = await Save(stored, ParcelRules.Moved(parcel, ParcelRules.Next(parcel.Status)!.Value, at), _stopping.Token);
                }
                catch (Exception broken) when (broken is RequestFailedException or IOException or AggregateException)
                {
                    Stuck(parcel.TrackingNumber, broken);
                    await Task.Delay(AfterTrouble, TimeProvider.System, _stopping.Token);
                    stored = await Again(parcel.Digits);
                }
            }
        }
        catch (Exception stopped) when (stopped is OperationCanceledException or ObjectDisposedException)
        {
            // The row says when it moves next; the next start goes on.
        }
    }

    private async Task<StoredParcel?> Again(string digits)
    {
        while (true)
        {
            try
            {
                return await store.Find(digits, _stopping.Token);
            }
            catch (Exception broken) when (broken is RequestFailedException or IOException or AggregateException)
            {
                await Task.Delay(AfterTrouble, TimeProvider.System, _stopping.Token);
            }
        }
    }

    private async Task<StoredParcel?> Save(StoredParcel before, Parcel after, CancellationToken cancellationToken)
    {
        Webhook? webhook = after.Events.Count > before.Parcel.Events.Count ? TellStatus(after, await Misbehaviour(cancellationToken))
            : before.Parcel.Unnumbered && !after.Unnumbered ? TellNumber(after, clock.GetUtcNow(), await Misbehaviour(cancellationToken))
            : null;
        StoredParcel? saved = await store.Replace(after, before.ETag, webhook, cancellationToken);
        if (saved is not null && webhook is not null) deliverer.Post(_channel, webhook);
        return saved;
    }

    private static Webhook TellStatus(Parcel parcel, CourierMisbehaviour misbehaviour)
    {
        ParcelEvent step = parcel.Events[^1], told = misbehaviour.Wrong ? parcel.Events[^2] : step;
        return Tell(parcel, step.Id, BiteshipWords.StatusChanged(parcel, told.Status), step.At, misbehaviour);
    }

    private static Webhook TellNumber(Parcel parcel, DateTimeOffset at, CourierMisbehaviour misbehaviour) =>
        Tell(parcel, $"cev_{parcel.Digits}number", BiteshipWords.Numbered(parcel), at, misbehaviour);

    private static Webhook Tell(Parcel parcel, string id, object body, DateTimeOffset at, CourierMisbehaviour misbehaviour)
    {
        (string partition, string row) = ParcelStore.EventKey(parcel.Digits, id);
        return new Webhook(partition, row, BiteshipWords.HookPath, JsonSerializer.Serialize(body, BiteshipWords.Json), at, at) { Copies = misbehaviour.Lost ? 0 : misbehaviour.Duplicate ? 2 : 1 };
    }

    private static string Digits(string trackingNumber) => trackingNumber.Length > 15 ? trackingNumber[^15..] : trackingNumber;

    public override void Dispose()
    {
        base.Dispose();
        _stopping.Dispose();
    }

    [LoggerMessage(4401, LogLevel.Warning, "Parcel {TrackingNumber} could not be moved; it is tried again.")]
    private partial void Stuck(string trackingNumber, Exception exception);
}
