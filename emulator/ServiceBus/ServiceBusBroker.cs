using Azure;
using Azure.Messaging.ServiceBus;
using Microsoft.Extensions.Hosting;
using Microsoft.Extensions.Logging;
using Shop.Emulator.Storage;

namespace Shop.Emulator.ServiceBus;

/// <summary>The namespace behind a connection string: its queues and topics, kept in one table that other processes may share.</summary>
internal sealed partial class ServiceBusBroker : BackgroundService
{
    public const string TableName = "bus";

    /// <summary>What a queue's messages are held under.</summary>
    public const string QueueSubscription = "$queue";

    /// <summary>How soon messages of another process are seen; those of this one are seen at once.</summary>
    private static readonly TimeSpan LooksAround = TimeSpan.FromSeconds(10);

    private readonly Dictionary<string, BusEntity> _entities;
    private readonly ILogger<ServiceBusBroker> _logger;

    public ServiceBusBroker(BusConnection connection, BusTopology topology, EmulatorStorage storage, TimeProvider clock, ILogger<ServiceBusBroker> logger, TimeProvider? lockClock = null)
    {
        (Connection, _logger) = (connection, logger);
        var table = storage.Table(TableName);
        TimeProvider locks = lockClock ?? TimeProvider.System;
        IEnumerable<BusEntity> topics = topology.Topics.Select(t => new BusEntity(
            $"{storage.Prefix}-{t.Name}", t.Subscriptions, t.RequiresDuplicateDetection ? t.DuplicateDetectionWindow : null, t.DefaultMessageTimeToLive, table, clock, locks));
        IEnumerable<BusEntity> queues = topology.Queues.Select(q => new BusEntity(
            $"{storage.Prefix}-{q.Name}", [q with { Name = QueueSubscription }], q.RequiresDuplicateDetection ? q.DuplicateDetectionWindow : null, q.DefaultMessageTimeToLive, table, clock, locks));
        _entities = topics.Concat(queues).ToDictionary(e => e.Name, StringComparer.OrdinalIgnoreCase);
    }

    public BusConnection Connection { get; }

    public IReadOnlyCollection<BusEntity> Entities => _entities.Values;

    /// <exception cref="ServiceBusException">There is no such queue or topic, a message is too big, or storage does not answer.</exception>
    public async Task Send(string entity, IReadOnlyList<ServiceBusMessage> messages, CancellationToken cancellationToken)
    {
        BusEntity found = Entity(entity);
        try
        {
            await found.Send(messages, cancellationToken);
        }
        catch (Exception broken) when (IsStorageTrouble(broken))
        {
            throw Unreachable(entity, broken);
        }
    }

    /// <summary>A topic's subscription, by the names that a trigger attribute has once its settings are filled in.</summary>
    /// <exception cref="ServiceBusException">There is none.</exception>
    public BrokerSubscription Subscription(string topic, string subscription) =>
        Entity(topic).Subscriptions.TryGetValue(subscription, out BrokerSubscription? found) && found.Name != QueueSubscription
            ? found
            : throw NotFound($"{topic}/Subscriptions/{subscription}");

    /// <exception cref="ServiceBusException">There is none.</exception>
    public BrokerSubscription Queue(string name) => Entity(name).Subscriptions.TryGetValue(QueueSubscription, out BrokerSubscription? found) ? found : throw NotFound(name);

    public override async Task StartAsync(CancellationToken cancellationToken)
    {
        foreach (BusEntity entity in _entities.Values) await entity.Load(history: true, cancellationToken);
        BusRegistry.Add(this);
        await base.StartAsync(cancellationToken);
    }

    public override Task StopAsync(CancellationToken cancellationToken)
    {
        BusRegistry.Remove(this);
        return base.StopAsync(cancellationToken);
    }

    protected override async Task ExecuteAsync(CancellationToken stoppingToken)
    {
        using var timer = new PeriodicTimer(LooksAround, TimeProvider.System);
        while (await timer.WaitForNextTickAsync(stoppingToken))
        {
            try
            {
                foreach (BusEntity entity in _entities.Values)
                {
                    await entity.Load(history: false, stoppingToken);
                    await entity.ForgetOldIds(stoppingToken);
                }
            }
            catch (Exception broken) when (IsStorageTrouble(broken))
            {
                NotLooked(broken);
            }
        }
    }

    internal static bool IsStorageTrouble(Exception exception) => exception is RequestFailedException or IOException or AggregateException or HttpRequestException;

    internal static ServiceBusException Unreachable(string path, Exception cause) =>
        new("The service does not answer.", ServiceBusFailureReason.ServiceCommunicationProblem, path, cause);

    private BusEntity Entity(string name) => _entities.TryGetValue(name, out BusEntity? entity) ? entity : throw NotFound(name);

    private ServiceBusException NotFound(string path) => new(
        $"The messaging entity 'sb://{Connection.Host}/{path}' could not be found. Declared are: {string.Join(", ", _entities.Keys)}.", ServiceBusFailureReason.MessagingEntityNotFound, path);

    [LoggerMessage(4501, LogLevel.Warning, "Service Bus could not look for messages of other processes.")]
    private partial void NotLooked(Exception exception);
}
