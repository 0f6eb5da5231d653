using System.Collections.Concurrent;
using System.Globalization;
using System.Security.Cryptography;
using System.Text;
using Azure;
using Azure.Data.Tables;
using Azure.Messaging.ServiceBus;
using Shop.Emulator.Storage;

namespace Shop.Emulator.ServiceBus;

/// <summary>
/// A topic with its subscriptions, or a queue, which is a topic with one. It is a partition: a row per message and subscription, and a row per
/// MessageId of the duplicate detection window, so that sending is one batch that fails for a duplicate.
/// </summary>
internal sealed class BusEntity
{
    private const int MostRowsInBatch = 100;
    private const int Rounds = 10;
    private static readonly DateTimeOffset Epoch = new(2020, 1, 1, 0, 0, 0, TimeSpan.Zero);

    private readonly TableClient _table;
    private readonly TimeProvider _clock;
    private readonly TimeSpan? _duplicateWindow;
    private readonly TimeSpan _longestLife;
    private readonly ConcurrentQueue<(string Key, ETag Version, DateTimeOffset Until)> _history = new();
    private readonly Lock _gate = new();
    private long _lastSequence;

    /// <param name="name">With the prefix.</param>
    /// <param name="subscriptions">By name; a queue's only one is "$queue".</param>
    /// <param name="duplicateWindow"><c>null</c> without duplicate detection.</param>
    /// <param name="longestLife">Of a message.</param>
    /// <param name="table">Holds the rows.</param>
    /// <param name="clock">The shop's: scheduling, expiry and duplicates follow it.</param>
    /// <param name="lockClock">The broker's own: a lock is not lost because somebody moved the shop's clock.</param>
    public BusEntity(string name, IEnumerable<BusSubscription> subscriptions, TimeSpan? duplicateWindow, TimeSpan longestLife, TableClient table, TimeProvider clock, TimeProvider lockClock)
    {
        (Name, _duplicateWindow, _longestLife, _table, _clock) = (name, duplicateWindow, longestLife, table, clock);
        Subscriptions = subscriptions.ToDictionary(s => s.Name, s => new BrokerSubscription(this, s, table, clock, lockClock), StringComparer.OrdinalIgnoreCase);
    }

    public string Name { get; }

    public IReadOnlyDictionary<string, BrokerSubscription> Subscriptions { get; }

    public static string MessageKey(string entity, long sequence, string subscription) => $"{entity}|{sequence.ToString("D19", CultureInfo.InvariantCulture)}|{subscription}";

    public static string DuplicateKey(string entity, string messageId) => $"{entity}|id|{Convert.ToHexStringLower(SHA256.HashData(Encoding.UTF8.GetBytes(messageId)))}";

    /// <summary>
    /// Keeps messages for every subscription. Those that fit a batch, about thirty for two subscriptions, are kept all or none; the service itself
    /// takes more at once.
    /// </summary>
    public async Task Send(IReadOnlyList<ServiceBusMessage> messages, CancellationToken cancellationToken)
    {
        if (messages.Sum(MessageSize.Of) > MessageSize.Largest)
            throw new ServiceBusException($"The message or batch is larger than {MessageSize.Largest} bytes.", ServiceBusFailureReason.MessageSizeExceeded, Name);
        IEnumerable<ServiceBusMessage> once = _duplicateWindow is null ? messages : messages.DistinctBy(m => (object?)m.MessageId ?? m);
        int rowsOfEach = Subscriptions.Count + (_duplicateWindow is null ? 0 : 1);
        if (rowsOfEach == 0) return;
        foreach (ServiceBusMessage[] part in once.Chunk(MostRowsInBatch / rowsOfEach)) await SendPart([.. part], cancellationToken);
    }

    private async Task SendPart(List<ServiceBusMessage> messages, CancellationToken cancellationToken)
    {
        var expired = new Dictionary<string, ETag>(StringComparer.Ordinal);
        for (int round = 0; round < Rounds && messages.Count > 0; round++)
        {
            DateTimeOffset now = _clock.GetUtcNow();
            var rows = new List<TableTransactionAction>();
            var kept = new List<(BrokerSubscription Subscription, BusMessage Message, int Row)>();
            var ids = new List<(string Key, int Row, DateTimeOffset Until)>();
            foreach (ServiceBusMessage message in messages)
            {
                long sequence = NextSequence();
                if (_duplicateWindow is { } window && message.MessageId is { } id)
                {
                    ids.Add((DuplicateKey(Name, id), rows.Count, now + window));
                    rows.Add(IdRow(ids[^1].Key, now + window, expired));
                }
                foreach (BrokerSubscription subscription in Subscriptions.Values)
                {
                    BusMessage held = BusMessage.From(message, sequence, now, Shorter(_longestLife, subscription.Settings.DefaultMessageTimeToLive));
                    var row = new TableEntity(Name, MessageKey(Name, sequence, subscription.Name)) { ["Subscription"] = subscription.Name, ["Dead"] = false };
                    held.WriteTo(row);
                    kept.Add((subscription, held, rows.Count));
                    rows.Add(new TableTransactionAction(TableTransactionActionType.Add, row));
                }
            }
            if (await _table.TrySubmit(rows, cancellationToken) is { } versions)
            {
                foreach ((string key, int row, DateTimeOffset until) in ids) _history.Enqueue((key, versions[row], until));
                foreach ((BrokerSubscription subscription, BusMessage held, int row) in kept) subscription.Arrived(held, versions[row]);
                return;
            }
            await LeaveOutDuplicates(messages, expired, now, cancellationToken);
        }
        if (messages.Count > 0) throw new ServiceBusException("The entity is too busy.", ServiceBusFailureReason.ServiceBusy, Name);
    }

    /// <summary>A duplicate is accepted and dropped in silence, as the service does; an id whose window has passed counts as new.</summary>
    private async Task LeaveOutDuplicates(List<ServiceBusMessage> messages, Dictionary<string, ETag> expired, DateTimeOffset now, CancellationToken cancellationToken)
    {
        foreach (ServiceBusMessage message in messages.Where(m => m.MessageId is not null).ToList())
        {
            string key = DuplicateKey(Name, message.MessageId);
            TableEntity? seen = await _table.Find(Name, key, cancellationToken);
            expired.Remove(key);
            if (seen is null) continue;
            if (seen.GetDateTimeOffset("Until") > now) messages.Remove(message);
            else expired[key] = seen.ETag;
        }
    }

    /// <summary>Fills the subscriptions with what the table holds and they do not know: after a start, and what other processes sent.</summary>
    public async Task Load(bool history, CancellationToken cancellationToken)
    {
        string from = $"{Name}|0", to = $"{Name}|:";
        string filter = TableClient.CreateQueryFilter($"PartitionKey eq {Name} and RowKey ge {from} and RowKey lt {to} and Dead eq false");
        await foreach (TableEntity row in _table.QueryAsync<TableEntity>(filter, cancellationToken: cancellationToken))
            if (Subscriptions.TryGetValue(row.GetString("Subscription"), out BrokerSubscription? subscription)) subscription.Found(row);
        if (!history || _duplicateWindow is null) return;
        string ids = $"{Name}|id|";
        filter = TableClient.CreateQueryFilter($"PartitionKey eq {Name} and RowKey ge {ids} and RowKey lt {ids + "~"}");
        await foreach (TableEntity row in _table.QueryAsync<TableEntity>(filter, select: ["RowKey", "Until"], cancellationToken: cancellationToken))
            _history.Enqueue((row.RowKey, row.ETag, row.GetDateTimeOffset("Until")!.Value));
    }

    /// <summary>Forgets MessageIds whose window has passed.</summary>
    public async Task ForgetOldIds(CancellationToken cancellationToken)
    {
        DateTimeOffset now = _clock.GetUtcNow();
        while (true)
        {
            var old = new List<TableTransactionAction>();
            while (old.Count < MostRowsInBatch && _history.TryPeek(out (string Key, ETag Version, DateTimeOffset Until) oldest) && oldest.Until < now && _history.TryDequeue(out oldest))
                old.Add(new TableTransactionAction(TableTransactionActionType.Delete, new TableEntity(Name, oldest.Key), oldest.Version));
            if (old.Count == 0) return;
            if (await _table.TrySubmit(old, cancellationToken) is not null) continue;
            // An id that was sent again meanwhile has a newer version, which stays.
            foreach (TableTransactionAction one in old) await _table.TrySubmit([one], cancellationToken);
        }
    }

    private TableTransactionAction IdRow(string key, DateTimeOffset until, Dictionary<string, ETag> expired)
    {
        var row = new TableEntity(Name, key) { ["Until"] = until };
        return expired.TryGetValue(key, out ETag version)
            ? new TableTransactionAction(TableTransactionActionType.UpdateReplace, row, version)
            : new TableTransactionAction(TableTransactionActionType.Add, row);
    }

    /// <summary>Microseconds and ten random bits, so that two processes give different numbers; rising within one.</summary>
    private long NextSequence()
    {
        long fresh = ((TimeProvider.System.GetUtcNow() - Epoch).Ticks / 10 << 10) | (long)RandomNumberGenerator.GetInt32(1024);
        lock (_gate) return _lastSequence = fresh > _lastSequence ? fresh : _lastSequence + 1;
    }

    private static TimeSpan Shorter(TimeSpan one, TimeSpan other) => one < other ? one : other;
}
