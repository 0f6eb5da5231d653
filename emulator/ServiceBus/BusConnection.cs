using System.Collections.Concurrent;
using System.Security.Cryptography;
using Azure.Messaging.ServiceBus;

namespace Shop.Emulator.ServiceBus;

/// <summary>A connection string of this emulator: <c>Endpoint=sb://{unique}.emulator/;SharedAccessKeyName=…;SharedAccessKey=…</c>.</summary>
internal sealed record BusConnection(string Host, string KeyName, string Key)
{
    public const string RootKeyName = "RootManageSharedAccessKey";

    public static BusConnection New(string prefix) =>
        new($"{prefix}-{Convert.ToHexStringLower(RandomNumberGenerator.GetBytes(8))}.emulator", RootKeyName, Convert.ToBase64String(RandomNumberGenerator.GetBytes(32)));

    /// <exception cref="FormatException">The text is no connection string.</exception>
    public static BusConnection Parse(string connectionString)
    {
        ArgumentException.ThrowIfNullOrEmpty(connectionString);
        Dictionary<string, string> parts = connectionString.Split(';', StringSplitOptions.RemoveEmptyEntries)
            .Select(part => part.Split('=', 2))
            .Select(pair => pair.Length == 2 ? pair : throw new FormatException("The connection string could not be parsed; either it was malformed or contains no well-known tokens."))
            .DistinctBy(pair => pair[0], StringComparer.OrdinalIgnoreCase).ToDictionary(pair => pair[0].Trim(), pair => pair[1].Trim(), StringComparer.OrdinalIgnoreCase);
        if (!parts.TryGetValue("Endpoint", out string? endpoint) || !Uri.TryCreate(endpoint, UriKind.Absolute, out Uri? address) || address.Scheme != "sb")
            throw new FormatException("The connection string could not be parsed; either it was malformed or contains no well-known tokens.");
        if (!parts.TryGetValue("SharedAccessKeyName", out string? keyName) || !parts.TryGetValue("SharedAccessKey", out string? key))
            throw new ArgumentException("The connection string used for a Service Bus client must specify the namespace and a shared access key (name and value).", nameof(connectionString));
        if (parts.ContainsKey("EntityPath")) throw new NotSupportedException("The emulator's Service Bus takes connection strings of a namespace, not of one entity.");
        return new BusConnection(address.Host, keyName, key);
    }

    public override string ToString() => $"Endpoint=sb://{Host}/;SharedAccessKeyName={KeyName};SharedAccessKey={Key}";
}

/// <summary>The brokers of this process by host name: what a network and its name service are elsewhere.</summary>
internal static class BusRegistry
{
    private static readonly ConcurrentDictionary<string, ServiceBusBroker> Brokers = new(StringComparer.OrdinalIgnoreCase);

    public static void Add(ServiceBusBroker broker) => Brokers[broker.Connection.Host] = broker;

    public static void Remove(ServiceBusBroker broker) => Brokers.TryRemove(broker.Connection.Host, out _);

    /// <exception cref="ServiceBusException">Nothing answers under this name.</exception>
    /// <exception cref="UnauthorizedAccessException">The key is wrong.</exception>
    public static ServiceBusBroker Connect(BusConnection connection)
    {
        if (!Brokers.TryGetValue(connection.Host, out ServiceBusBroker? broker))
            throw new ServiceBusException($"No such host is known: {connection.Host}.", ServiceBusFailureReason.ServiceCommunicationProblem);
        return broker.Connection == connection
            ? broker
            : throw new UnauthorizedAccessException("Put token failed. status-code: 401, status-description: InvalidSignature: The token has an invalid signature.");
    }
}

/// <summary>A sender that a client of this emulator made.</summary>
internal sealed class EmulatedSender(ServiceBusClient client, BusConnection connection, string entity, ServiceBusSenderOptions? options) : ServiceBusSender(client, entity, options)
{
    private readonly ServiceBusClient _client = client;
    private readonly string _entity = entity;

    private protected override async Task Send(IReadOnlyList<ServiceBusMessage> messages, CancellationToken cancellationToken)
    {
        ObjectDisposedException.ThrowIf(IsClosed || _client.IsClosed, typeof(ServiceBusSender));
        if (messages.Count == 0) return;
        await BusRegistry.Connect(connection).Send(_entity, messages, cancellationToken);
    }
}
