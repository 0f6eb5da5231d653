using System.Globalization;
using System.Runtime.Serialization;
using System.Text.Json;
using Azure.Data.Tables;
using Azure.Messaging.ServiceBus;
using Shop.Emulator.Storage;

namespace Shop.Emulator.ServiceBus;

/// <summary>A message as one subscription holds it.</summary>
internal sealed record BusMessage
{
    /// <summary>The properties under which a dead letter says why it is one.</summary>
    public const string DeadLetterReason = "DeadLetterReason", DeadLetterDescription = "DeadLetterErrorDescription";

    public required long Sequence { get; init; }

    public required byte[] Body { get; init; }

    public required IReadOnlyDictionary<string, object> Properties { get; init; }

    public required DateTimeOffset EnqueuedAt { get; init; }

    /// <summary>Not delivered before; the default value where it was not scheduled.</summary>
    public DateTimeOffset ScheduledFor { get; init; }

    public DateTimeOffset ExpiresAt { get; init; } = DateTimeOffset.MaxValue;

    public TimeSpan TimeToLive { get; init; } = TimeSpan.MaxValue;

    public int DeliveryCount { get; init; }

    public string? MessageId { get; init; }

    public string? PartitionKey { get; init; }

    public string? SessionId { get; init; }

    public string? ReplyToSessionId { get; init; }

    public string? CorrelationId { get; init; }

    public string? Subject { get; init; }

    public string? To { get; init; }

    public string? ContentType { get; init; }

    public string? ReplyTo { get; init; }

    public static BusMessage From(ServiceBusMessage message, long sequence, DateTimeOffset now, TimeSpan longestLife)
    {
        TimeSpan life = message.TimeToLive < longestLife ? message.TimeToLive : longestLife;
        DateTimeOffset from = message.ScheduledEnqueueTime > now ? message.ScheduledEnqueueTime : now;
        return new BusMessage
        {
            Sequence = sequence,
            Body = message.Body.ToArray(),
            Properties = new Dictionary<string, object>(message.ApplicationProperties, StringComparer.Ordinal),
            EnqueuedAt = from,
            ScheduledFor = message.ScheduledEnqueueTime,
            TimeToLive = life,
            ExpiresAt = life < DateTimeOffset.MaxValue - from ? from + life : DateTimeOffset.MaxValue,
            MessageId = message.MessageId,
            PartitionKey = message.PartitionKey,
            SessionId = message.SessionId,
            ReplyToSessionId = message.ReplyToSessionId,
            CorrelationId = message.CorrelationId,
            Subject = message.Subject,
            To = message.To,
            ContentType = message.ContentType,
            ReplyTo = message.ReplyTo,
        };
    }

    public void WriteTo(TableEntity row)
    {
        row["Sequence"] = Sequence;
        row.SetBytes("Body", Body);
        row["Properties"] = PropertyText.Write(Properties);
        row["EnqueuedAt"] = EnqueuedAt;
        if (ScheduledFor != default) row["ScheduledFor"] = ScheduledFor;
        if (ExpiresAt != DateTimeOffset.MaxValue) row["ExpiresAt"] = ExpiresAt;
        if (TimeToLive != TimeSpan.MaxValue) row["TimeToLive"] = TimeToLive.Ticks;
        row["DeliveryCount"] = DeliveryCount;
        foreach ((string name, string? value) in Texts()) if (value is not null) row[name] = value;
    }

    public static BusMessage ReadFrom(TableEntity row) => new()
    {
        Sequence = row.GetInt64("Sequence")!.Value,
        Body = row.GetBytes("Body"),
        Properties = PropertyText.Read(row.GetString("Properties")),
        EnqueuedAt = row.GetDateTimeOffset("EnqueuedAt")!.Value,
        ScheduledFor = row.GetDateTimeOffset("ScheduledFor") ?? default,
        ExpiresAt = row.GetDateTimeOffset("ExpiresAt") ?? DateTimeOffset.MaxValue,
        TimeToLive = row.GetInt64("TimeToLive") is { } ticks ? TimeSpan.FromTicks(ticks) : TimeSpan.MaxValue,
        DeliveryCount = row.GetInt32("DeliveryCount") ?? 0,
        MessageId = row.GetString("MessageId"),
        PartitionKey = row.GetString("MessagePartition"),
        SessionId = row.GetString("SessionId"),
        ReplyToSessionId = row.GetString("ReplyToSessionId"),
        CorrelationId = row.GetString("CorrelationId"),
        Subject = row.GetString("Subject"),
        To = row.GetString("To"),
        ContentType = row.GetString("ContentType"),
        ReplyTo = row.GetString("ReplyTo"),
    };

    private IEnumerable<(string Name, string? Value)> Texts() =>
    [
        ("MessageId", MessageId), ("MessagePartition", PartitionKey), ("SessionId", SessionId), ("ReplyToSessionId", ReplyToSessionId), ("CorrelationId", CorrelationId),
        ("Subject", Subject), ("To", To), ("ContentType", ContentType), ("ReplyTo", ReplyTo),
    ];
}

/// <summary>Application properties keep their types on the wire; those that AMQP does not carry are refused when sent.</summary>
internal static class PropertyText
{
    private static readonly Dictionary<string, (Type Type, Func<object, string> Write, Func<string, object> Read)> Kinds = new(StringComparer.Ordinal)
    {
        ["string"] = (typeof(string), v => (string)v, t => t),
        ["bool"] = (typeof(bool), v => (bool)v ? "true" : "false", t => t == "true"),
        ["byte"] = (typeof(byte), Invariant, t => byte.Parse(t, CultureInfo.InvariantCulture)),
        ["sbyte"] = (typeof(sbyte), Invariant, t => sbyte.Parse(t, CultureInfo.InvariantCulture)),
        ["short"] = (typeof(short), Invariant, t => short.Parse(t, CultureInfo.InvariantCulture)),
        ["ushort"] = (typeof(ushort), Invariant, t => ushort.Parse(t, CultureInfo.InvariantCulture)),
        ["int"] = (typeof(int), Invariant, t => int.Parse(t, CultureInfo.InvariantCulture)),
        ["uint"] = (typeof(uint), Invariant, t => uint.Parse(t, CultureInfo.InvariantCulture)),
        ["long"] = (typeof(long), Invariant, t => long.Parse(t, CultureInfo.InvariantCulture)),
        ["ulong"] = (typeof(ulong), Invariant, t => ulong.Parse(t, CultureInfo.InvariantCulture)),
        ["float"] = (typeof(float), v => ((float)v).ToString("R", CultureInfo.InvariantCulture), t => float.Parse(t, CultureInfo.InvariantCulture)),
        ["double"] = (typeof(double), v => ((double)v).ToString("R", CultureInfo.InvariantCulture), t => double.Parse(t, CultureInfo.InvariantCulture)),
        ["decimal"] = (typeof(decimal), Invariant, t => decimal.Parse(t, CultureInfo.InvariantCulture)),
        ["char"] = (typeof(char), Invariant, t => t[0]),
        ["guid"] = (typeof(Guid), v => ((Guid)v).ToString(), t => Guid.Parse(t)),
        ["dateTime"] = (typeof(DateTime), v => ((DateTime)v).ToString("O", CultureInfo.InvariantCulture), t => DateTime.Parse(t, CultureInfo.InvariantCulture, DateTimeStyles.RoundtripKind)),
        ["dateTimeOffset"] = (typeof(DateTimeOffset), v => ((DateTimeOffset)v).ToString("O", CultureInfo.InvariantCulture), t => DateTimeOffset.Parse(t, CultureInfo.InvariantCulture)),
        ["timeSpan"] = (typeof(TimeSpan), v => ((TimeSpan)v).ToString("c"), t => TimeSpan.ParseExact(t, "c", CultureInfo.InvariantCulture)),
        ["uri"] = (typeof(Uri), v => ((Uri)v).OriginalString, t => new Uri(t, UriKind.RelativeOrAbsolute)),
        ["bytes"] = (typeof(byte[]), v => Convert.ToBase64String((byte[])v), Convert.FromBase64String),
    };

    /// <exception cref="SerializationException">A value is of a type that a message cannot carry.</exception>
    public static string Write(IReadOnlyDictionary<string, object> properties) => JsonSerializer.Serialize(properties.ToDictionary(
        p => p.Key,
        p =>
        {
            string kind = Kinds.FirstOrDefault(k => k.Value.Type == p.Value?.GetType()).Key
                ?? throw new SerializationException($"The application property '{p.Key}' is of a type that a message cannot carry: {p.Value?.GetType().ToString() ?? "null"}.");
            return new[] { kind, Kinds[kind].Write(p.Value) };
        }));

    public static Dictionary<string, object> Read(string text) =>
        JsonSerializer.Deserialize<Dictionary<string, string[]>>(text)!.ToDictionary(p => p.Key, p => Kinds[p.Value[0]].Read(p.Value[1]), StringComparer.Ordinal);

    private static string Invariant(object value) => Convert.ToString(value, CultureInfo.InvariantCulture)!;
}

/// <summary>How big a message is on the wire, roughly: its body, its properties and AMQP's framing.</summary>
internal static class MessageSize
{
    /// <summary>Of the Standard tier, for one message and for one batch.</summary>
    public const long Largest = 256 * 1024;
    private const int Framing = 64;

    public static long Of(ServiceBusMessage message) =>
        Framing + message.Body.ToMemory().Length + Text(message.MessageId) + Text(message.Subject) + Text(message.ContentType) + Text(message.CorrelationId)
        + message.ApplicationProperties.Sum(p => 8 + Text(p.Key) + (p.Value is byte[] bytes ? bytes.Length : Text(Convert.ToString(p.Value, CultureInfo.InvariantCulture))));

    private static long Text(string? text) => text is null ? 0 : System.Text.Encoding.UTF8.GetByteCount(text);
}
