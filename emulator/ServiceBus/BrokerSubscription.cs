using Azure;
using Azure.Data.Tables;
using Azure.Messaging.ServiceBus;
using Shop.Emulator.Storage;

namespace Shop.Emulator.ServiceBus;

/// <summary>
/// What a subscription, or a queue, holds, for receivers in this process. A message is delivered by writing the lock into its row under the row's
/// version, so two processes never hold it at once; completing deletes the row under that version.
/// </summary>
internal sealed class BrokerSubscription(BusEntity entity, BusSubscription settings, TableClient table, TimeProvider clock, TimeProvider lockClock)
{
    private const int MostRowsInBatch = 100;

    private readonly Lock _gate = new();
    private readonly SortedDictionary<long, Held> _messages = [];
    private TaskCompletionSource _changed = NewSignal();

    public string Name => Settings.Name;

    /// <summary><c>topic/Subscriptions/name</c>, or the queue's name.</summary>
    public string Path => Name == ServiceBusBroker.QueueSubscription ? entity.Name : $"{entity.Name}/Subscriptions/{Name}";

    public BusSubscription Settings { get; } = settings;

    /// <summary>Waits for messages and locks up to <paramref name="maxMessages"/> of them, oldest first.</summary>
    /// <exception cref="ServiceBusException">Storage does not answer; transient.</exception>
    public async Task<IReadOnlyList<ServiceBusReceivedMessage>> Receive(int maxMessages, CancellationToken cancellationToken)
    {
        while (true)
        {
            cancellationToken.ThrowIfCancellationRequested();
            Task changed = Changed();
            (List<Held> deliverable, List<Held> dead, List<Held> expired, TimeSpan? nextVisible, TimeSpan? nextUnlocked) = Choose(maxMessages);
            try
            {
                foreach (Held held in dead) await Bury(held, "MaxDeliveryCountExceeded", $"Message could not be consumed after {Settings.MaxDeliveryCount} delivery attempts.", null, cancellationToken);
                foreach (Held held in expired) await Expire(held, cancellationToken);
                IReadOnlyList<ServiceBusReceivedMessage> locked = deliverable.Count == 0 ? [] : await LockAll(deliverable, cancellationToken);
                if (locked.Count > 0) return locked;
                if (deliverable.Count + dead.Count + expired.Count > 0) continue;
            }
            catch (Exception broken) when (ServiceBusBroker.IsStorageTrouble(broken))
            {
                Signal();
                throw ServiceBusBroker.Unreachable(Path, broken);
            }
            finally
            {
                lock (_gate) foreach (Held held in deliverable.Concat(dead).Concat(expired)) held.Busy = false;
            }
            await WaitFor(changed, nextVisible, nextUnlocked, cancellationToken);
        }
    }

    /// <exception cref="ServiceBusException">The lock is lost, or storage does not answer.</exception>
    public Task Complete(ServiceBusReceivedMessage message, CancellationToken cancellationToken) => Settle(message, async held =>
    {
        await table.DeleteEntityAsync(entity.Name, Key(held), held.Version, cancellationToken);
        Forget(held);
    });

    /// <summary>Gives a message back at once; the last allowed delivery makes it a dead letter.</summary>
    public Task Abandon(ServiceBusReceivedMessage message, IDictionary<string, object>? propertiesToModify, CancellationToken cancellationToken) => Settle(message, async held =>
    {
        if (held.Message.DeliveryCount >= Settings.MaxDeliveryCount)
        {
            await Bury(held, "MaxDeliveryCountExceeded", $"Message could not be consumed after {Settings.MaxDeliveryCount} delivery attempts.", propertiesToModify, cancellationToken);
            return;
        }
        BusMessage changed = Modified(held.Message, propertiesToModify);
        await Merge(held, changed, new TableEntity { ["LockedUntil"] = DateTimeOffset.UnixEpoch, ["Properties"] = PropertyText.Write(changed.Properties) }, cancellationToken);
        lock (_gate) (held.LockedUntil, held.LockToken) = (default, null);
        Signal();
    });

    public Task DeadLetter(ServiceBusReceivedMessage message, string? reason, string? description, IDictionary<string, object>? propertiesToModify, CancellationToken cancellationToken) =>
        Settle(message, held => Bury(held, reason, description, propertiesToModify, cancellationToken));

    /// <summary>Locks a message for another lock duration from now.</summary>
    public Task RenewLock(ServiceBusReceivedMessage message, CancellationToken cancellationToken) => Settle(message, async held =>
    {
        DateTimeOffset until = lockClock.GetUtcNow() + Settings.LockDuration;
        await Merge(held, held.Message, new TableEntity { ["LockedUntil"] = until }, cancellationToken);
        lock (_gate) held.LockedUntil = until;
        message.LockedUntil = until;
    });

    /// <summary>What waits or is being handled, oldest first, without locking it.</summary>
    public Task<IReadOnlyList<ServiceBusReceivedMessage>> Peek(int maxMessages, CancellationToken cancellationToken) => Look(dead: false, maxMessages, cancellationToken);

    /// <summary>The dead letters, oldest first, each with its reason.</summary>
    public Task<IReadOnlyList<ServiceBusReceivedMessage>> PeekDeadLetters(int maxMessages, CancellationToken cancellationToken) => Look(dead: true, maxMessages, cancellationToken);

    /// <summary>Delivers a dead letter again, as if for the first time; <c>false</c> where there is none of this number.</summary>
    public async Task<bool> Requeue(long sequenceNumber, CancellationToken cancellationToken)
    {
        if (await table.Find(entity.Name, BusEntity.MessageKey(entity.Name, sequenceNumber, Name), cancellationToken) is not { } row || row.GetBoolean("Dead") != true) return false;
        BusMessage message = BusMessage.ReadFrom(row);
        message = message with
        {
            DeliveryCount = 0,
            ExpiresAt = DateTimeOffset.MaxValue,
            Properties = message.Properties.Where(p => p.Key is not (BusMessage.DeadLetterReason or BusMessage.DeadLetterDescription)).ToDictionary(StringComparer.Ordinal),
        };
        var alive = new TableEntity(entity.Name, row.RowKey) { ["Subscription"] = Name, ["Dead"] = false };
        message.WriteTo(alive);
        try
        {
            Response answer = await table.UpdateEntityAsync(alive, row.ETag, TableUpdateMode.Replace, cancellationToken);
            Arrived(message, answer.Headers.ETag!.Value);
            return true;
        }
        catch (RequestFailedException changed) when (changed.Status is 412 or 404)
        {
            return false;
        }
    }

    /// <summary>A message was just kept.</summary>
    internal void Arrived(BusMessage message, ETag version)
    {
        lock (_gate) _messages[message.Sequence] = new Held(message, version);
        Signal();
    }

    /// <summary>
    /// A row that the table holds. One that is known already is left alone: what was read may be older than what is known. One that is gone
    /// meanwhile is found out when it is to be locked.
    /// </summary>
    internal void Found(TableEntity row)
    {
        BusMessage message = BusMessage.ReadFrom(row);
        lock (_gate)
        {
            if (!_messages.TryAdd(message.Sequence, new Held(message, row.ETag) { LockedUntil = row.GetDateTimeOffset("LockedUntil") ?? default })) return;
        }
        Signal();
    }

    private (List<Held> Deliverable, List<Held> Dead, List<Held> Expired, TimeSpan? NextVisible, TimeSpan? NextUnlocked) Choose(int most)
    {
        DateTimeOffset now = clock.GetUtcNow(), lockNow = lockClock.GetUtcNow();
        List<Held> deliverable = [], dead = [], expired = [];
        TimeSpan? nextVisible = null, nextUnlocked = null;
        lock (_gate)
        {
            foreach (Held held in _messages.Values)
            {
                if (deliverable.Count == Math.Min(most, MostRowsInBatch)) break;
                if (held.Busy) continue;
                if (held.LockedUntil > lockNow) nextUnlocked = Sooner(nextUnlocked, held.LockedUntil - lockNow);
                else if (held.Message.ScheduledFor > now) nextVisible = Sooner(nextVisible, held.Message.ScheduledFor - now);
                else (held.Message.ExpiresAt <= now ? expired : held.Message.DeliveryCount >= Settings.MaxDeliveryCount ? dead : deliverable).Add(held);
            }
            foreach (Held held in deliverable.Concat(dead).Concat(expired)) held.Busy = true;
        }
        return (deliverable, dead, expired, nextVisible, nextUnlocked);
    }

    private async Task<IReadOnlyList<ServiceBusReceivedMessage>> LockAll(List<Held> chosen, CancellationToken cancellationToken)
    {
        DateTimeOffset until = lockClock.GetUtcNow() + Settings.LockDuration;
        IReadOnlyList<ETag>? versions = await table.TrySubmit([.. chosen.Select(held => LockRow(held, until))], cancellationToken);
        if (versions is not null) return [.. chosen.Select((held, i) => Locked(held, versions[i], until))];
        // Another process was faster with one of them at least: one by one, then.
        var locked = new List<ServiceBusReceivedMessage>();
        foreach (Held held in chosen)
        {
            if (await table.TrySubmit([LockRow(held, until)], cancellationToken) is [var version]) locked.Add(Locked(held, version, until));
            else await LookAgain(held, cancellationToken);
        }
        return locked;
    }

    private TableTransactionAction LockRow(Held held, DateTimeOffset until) => new(
        TableTransactionActionType.UpdateMerge,
        new TableEntity(entity.Name, Key(held)) { ["LockedUntil"] = until, ["DeliveryCount"] = held.Message.DeliveryCount + 1 },
        held.Version);

    private ServiceBusReceivedMessage Locked(Held held, ETag version, DateTimeOffset until)
    {
        lock (_gate)
        {
            held.Message = held.Message with { DeliveryCount = held.Message.DeliveryCount + 1 };
            (held.Version, held.LockedUntil, held.LockToken) = (version, until, Guid.NewGuid().ToString());
            return new ServiceBusReceivedMessage(held.Message, held.LockToken, until);
        }
    }

    private async Task LookAgain(Held held, CancellationToken cancellationToken)
    {
        TableEntity? row = await table.Find(entity.Name, Key(held), cancellationToken);
        if (row is null || row.GetBoolean("Dead") == true)
        {
            Forget(held);
            return;
        }
        lock (_gate) (held.Message, held.Version, held.LockedUntil) = (BusMessage.ReadFrom(row), row.ETag, row.GetDateTimeOffset("LockedUntil") ?? default);
    }

    private async Task Settle(ServiceBusReceivedMessage message, Func<Held, Task> settle)
    {
        ArgumentNullException.ThrowIfNull(message);
        Held held;
        lock (_gate)
        {
            if (!_messages.TryGetValue(message.SequenceNumber, out held!) || held.LockToken != message.LockToken || held.LockedUntil <= lockClock.GetUtcNow() || held.Busy) throw LockLost();
            held.Busy = true;
        }
        try
        {
            await settle(held);
        }
        catch (RequestFailedException gone) when (gone.Status is 404 or 412)
        {
            lock (_gate) held.LockToken = null;
            throw LockLost();
        }
        catch (Exception broken) when (ServiceBusBroker.IsStorageTrouble(broken))
        {
            throw ServiceBusBroker.Unreachable(Path, broken);
        }
        finally
        {
            lock (_gate) held.Busy = false;
        }
    }

    private async Task Expire(Held held, CancellationToken cancellationToken)
    {
        if (Settings.DeadLetteringOnMessageExpiration)
        {
            await Bury(held, "TTLExpiredException", "The message expired and was dead lettered.", null, cancellationToken);
            return;
        }
        try
        {
            await table.DeleteEntityAsync(entity.Name, Key(held), held.Version, cancellationToken);
            Forget(held);
        }
        catch (RequestFailedException changed) when (changed.Status is 404 or 412)
        {
            await LookAgain(held, cancellationToken);
        }
    }

    private async Task Bury(Held held, string? reason, string? description, IDictionary<string, object>? propertiesToModify, CancellationToken cancellationToken)
    {
        BusMessage changed = Modified(held.Message, propertiesToModify);
        var properties = new Dictionary<string, object>(changed.Properties, StringComparer.Ordinal);
        if (reason is not null) properties[BusMessage.DeadLetterReason] = reason;
        if (description is not null) properties[BusMessage.DeadLetterDescription] = description;
        await Merge(held, changed with { Properties = properties }, new TableEntity { ["Dead"] = true, ["Properties"] = PropertyText.Write(properties) }, cancellationToken);
        Forget(held);
    }

    private async Task Merge(Held held, BusMessage message, TableEntity change, CancellationToken cancellationToken)
    {
        (change.PartitionKey, change.RowKey) = (entity.Name, Key(held));
        Response answer = await table.UpdateEntityAsync(change, held.Version, TableUpdateMode.Merge, cancellationToken);
        lock (_gate) (held.Message, held.Version) = (message, answer.Headers.ETag!.Value);
    }

    private async Task<IReadOnlyList<ServiceBusReceivedMessage>> Look(bool dead, int most, CancellationToken cancellationToken)
    {
        string filter = TableClient.CreateQueryFilter($"PartitionKey eq {entity.Name} and Subscription eq {Name} and Dead eq {dead}");
        var seen = new List<ServiceBusReceivedMessage>();
        await foreach (TableEntity row in table.QueryAsync<TableEntity>(filter, cancellationToken: cancellationToken))
        {
            seen.Add(new ServiceBusReceivedMessage(BusMessage.ReadFrom(row), "", row.GetDateTimeOffset("LockedUntil") ?? default));
            if (seen.Count == most) break;
        }
        return seen;
    }

    private async Task WaitFor(Task changed, TimeSpan? nextVisible, TimeSpan? nextUnlocked, CancellationToken cancellationToken)
    {
        using var done = CancellationTokenSource.CreateLinkedTokenSource(cancellationToken);
        await Task.WhenAny(changed, Task.Delay(Bounded(nextVisible), clock, done.Token), Task.Delay(Bounded(nextUnlocked), lockClock, done.Token));
        await done.CancelAsync();
        cancellationToken.ThrowIfCancellationRequested();
    }

    private Task Changed()
    {
        lock (_gate) return _changed.Task;
    }

    private void Signal()
    {
        TaskCompletionSource changed;
        lock (_gate) (changed, _changed) = (_changed, NewSignal());
        changed.TrySetResult();
    }

    private void Forget(Held held)
    {
        lock (_gate) _messages.Remove(held.Message.Sequence);
    }

    private string Key(Held held) => BusEntity.MessageKey(entity.Name, held.Message.Sequence, Name);

    private ServiceBusException LockLost() => new(
        "The lock supplied is invalid. Either the lock expired, or the message has already been removed from the queue.", ServiceBusFailureReason.MessageLockLost, Path);

    private static BusMessage Modified(BusMessage message, IDictionary<string, object>? properties)
    {
        if (properties is null || properties.Count == 0) return message;
        var changed = new Dictionary<string, object>(message.Properties, StringComparer.Ordinal);
        foreach ((string name, object value) in properties) changed[name] = value;
        return message with { Properties = changed };
    }

    /// <summary>A task's longest delay is 49 days; whoever wakes early looks and waits again.</summary>
    private static TimeSpan Bounded(TimeSpan? wait) => wait < TimeSpan.FromDays(1) ? wait.Value : TimeSpan.FromDays(1);

    private static TimeSpan? Sooner(TimeSpan? one, TimeSpan other) => one is null || other < one ? other : one;

    private static TaskCompletionSource NewSignal() => new(TaskCreationOptions.RunContinuationsAsynchronously);

    /// <summary>A message with the version of its row.</summary>
    private sealed class Held(BusMessage message, ETag version)
    {
        public BusMessage Message { get; set; } = message;

        public ETag Version { get; set; } = version;

        /// <summary>On the broker's own clock.</summary>
        public DateTimeOffset LockedUntil { get; set; }

        /// <summary>Of the lock that this process holds.</summary>
        public string? LockToken { get; set; }

        /// <summary>An operation on its row is under way.</summary>
        public bool Busy { get; set; }
    }
}
