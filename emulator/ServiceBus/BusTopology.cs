using System.Text.Json;
using System.Text.Json.Serialization;
using System.Text.RegularExpressions;
using System.Xml;

namespace Shop.Emulator.ServiceBus;

/// <summary>
/// The queues, topics and subscriptions that <c>infra/service-bus.json</c> declares for the emulator and for the deployment. Names there have no
/// prefix; at run time each queue and topic is <c>{NamePrefix}-{name}</c>.
/// </summary>
internal sealed partial record BusTopology(IReadOnlyList<BusTopic> Topics, IReadOnlyList<BusQueue> Queues)
{
    public const string FileName = "service-bus.json";

    private static readonly JsonSerializerOptions Strict = new(JsonSerializerDefaults.Web)
    {
        UnmappedMemberHandling = JsonUnmappedMemberHandling.Disallow,
        ReadCommentHandling = JsonCommentHandling.Skip,
        RespectNullableAnnotations = true,
        RespectRequiredConstructorParameters = false,
        Converters = { new IsoDuration() },
    };

    /// <exception cref="EmulatorException">The file is missing or wrong; the message says where.</exception>
    public static BusTopology Read(string file)
    {
        try
        {
            return Parse(File.ReadAllText(file));
        }
        catch (Exception unusable) when (unusable is IOException or JsonException or FormatException)
        {
            throw new EmulatorException($"The declaration of Service Bus in {file} cannot be used: {unusable.Message}");
        }
    }

    public static BusTopology Parse(string json)
    {
        BusTopology topology = JsonSerializer.Deserialize<BusTopology>(json, Strict)!;
        topology = new BusTopology(topology.Topics ?? [], topology.Queues ?? []);
        foreach (string name in topology.Topics.Select(t => t.Name).Concat(topology.Queues.Select(q => q.Name)).Concat(topology.Topics.SelectMany(t => t.Subscriptions).Select(s => s.Name)))
            if (!Name().IsMatch(name)) throw new FormatException($"'{name}' is no name for a queue, topic or subscription.");
        return topology;
    }

    /// <summary>The same with locks that last no longer.</summary>
    public BusTopology WithLocksOf(TimeSpan? longest) => longest is not { } most ? this : new BusTopology(
        [.. Topics.Select(t => t with { Subscriptions = [.. t.Subscriptions.Select(s => s with { LockDuration = s.LockDuration < most ? s.LockDuration : most })] })],
        [.. Queues.Select(q => q with { LockDuration = q.LockDuration < most ? q.LockDuration : most })]);

    [GeneratedRegex(@"^[a-z0-9]([a-z0-9-]{0,48}[a-z0-9])?\z", RegexOptions.CultureInvariant | RegexOptions.ExplicitCapture, 1000)]
    private static partial Regex Name();

    private sealed class IsoDuration : JsonConverter<TimeSpan>
    {
        public override TimeSpan Read(ref Utf8JsonReader reader, Type typeToConvert, JsonSerializerOptions options) => XmlConvert.ToTimeSpan(reader.GetString() ?? "");

        public override void Write(Utf8JsonWriter writer, TimeSpan value, JsonSerializerOptions options) => writer.WriteStringValue(XmlConvert.ToString(value));
    }
}

internal sealed record BusTopic
{
    public required string Name { get; init; }

    public bool RequiresDuplicateDetection { get; init; }

    public TimeSpan DuplicateDetectionWindow { get; init; } = TimeSpan.FromMinutes(10);

    public TimeSpan DefaultMessageTimeToLive { get; init; } = TimeSpan.MaxValue;

    public IReadOnlyList<BusSubscription> Subscriptions { get; init; } = [];
}

/// <summary>Defaults are those of the service.</summary>
internal record BusSubscription
{
    public required string Name { get; init; }

    public int MaxDeliveryCount { get; init; } = 10;

    public TimeSpan LockDuration { get; init; } = TimeSpan.FromMinutes(1);

    public TimeSpan DefaultMessageTimeToLive { get; init; } = TimeSpan.MaxValue;

    public bool DeadLetteringOnMessageExpiration { get; init; }
}

internal sealed record BusQueue : BusSubscription
{
    public bool RequiresDuplicateDetection { get; init; }

    public TimeSpan DuplicateDetectionWindow { get; init; } = TimeSpan.FromMinutes(10);
}
