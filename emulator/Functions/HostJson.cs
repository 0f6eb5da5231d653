using System.Globalization;
using Microsoft.Extensions.Configuration;

namespace Shop.Emulator.Functions;

/// <summary>
/// host.json, each value of which an app setting <c>AzureFunctionsJobHost__section__name</c> overrides, as on the real host.
/// Defaults are those of the Functions documentation for version 4.
/// </summary>
internal sealed class HostJson
{
    private readonly IConfiguration _file;
    private readonly IConfiguration _settings;

    public HostJson(string folder, IConfiguration settings)
    {
        string path = Path.Combine(folder, "host.json");
        if (!File.Exists(path)) throw new EmulatorException($"host.json is not in {folder}.");
        try
        {
            _file = new ConfigurationBuilder().AddJsonFile(path).Build();
        }
        catch (InvalidDataException malformed)
        {
            throw new EmulatorException($"{path} is not valid JSON: {malformed.InnerException?.Message ?? malformed.Message}");
        }
        _settings = settings.GetSection("AzureFunctionsJobHost");
        LongestLease = settings["Emulator:LongestLease"] is { } lease
            ? TimeSpan.TryParse(lease, CultureInfo.InvariantCulture, out TimeSpan time) && time > TimeSpan.Zero ? time : throw new EmulatorException($"Emulator:LongestLease must be a time such as 00:00:05, not '{lease}'.")
            : null;
    }

    /// <summary>
    /// Setting <c>Emulator:LongestLease</c>: how long at most a message stays with a process that took it and died. Real storage and Service Bus hold
    /// it for minutes by their own clocks, which whoever kills processes on purpose does not want to wait for.
    /// </summary>
    public TimeSpan? LongestLease { get; }

    /// <summary>Which lines are logged.</summary>
    public IConfiguration Logging => _file.GetSection("logging");

    /// <summary>How long one invocation may run.</summary>
    public TimeSpan FunctionTimeout => Time("functionTimeout", TimeSpan.FromMinutes(30));

    /// <summary>In front of every route; empty here and <c>api</c> where host.json says nothing.</summary>
    public string RoutePrefix => Text("extensions:http:routePrefix") ?? "api";

    public int QueueBatchSize => Number("extensions:queues:batchSize", 16);

    public int QueueNewBatchThreshold => Number("extensions:queues:newBatchThreshold", QueueBatchSize / 2);

    public int QueueMaxDequeueCount => Number("extensions:queues:maxDequeueCount", 5);

    public TimeSpan QueueMaxPollingInterval => Time("extensions:queues:maxPollingInterval", TimeSpan.FromMinutes(1));

    /// <summary>How long a message stays hidden after its function failed.</summary>
    public TimeSpan QueueVisibilityTimeout => Time("extensions:queues:visibilityTimeout", TimeSpan.Zero);

    public bool QueueMessagesAreBase64 => !string.Equals(Text("extensions:queues:messageEncoding"), "none", StringComparison.OrdinalIgnoreCase);

    /// <summary>The task hub, with <c>%setting%</c> names resolved by the caller.</summary>
    public string HubName => Text("extensions:durableTask:hubName") ?? "TestHubName";

    public int MaxConcurrentActivities => Number("extensions:durableTask:maxConcurrentActivityFunctions", 10 * Environment.ProcessorCount);

    /// <summary>How often the engine looks whether something is to be tidied away; work itself wakes it at once.</summary>
    public TimeSpan DurablePollingInterval => Time("extensions:durableTask:storageProvider:maxQueuePollingInterval", TimeSpan.FromSeconds(30));

    private string? Text(string key) => _settings[key] ?? _file[key];

    private int Number(string key, int otherwise) => Text(key) is not { } text ? otherwise
        : int.TryParse(text, NumberStyles.None, CultureInfo.InvariantCulture, out int number) ? number
        : throw new EmulatorException($"host.json: {key.Replace(':', '.')} must be a whole number, not '{text}'.");

    private TimeSpan Time(string key, TimeSpan otherwise) => Text(key) is not { } text ? otherwise
        : text == "-1" ? Timeout.InfiniteTimeSpan
        : TimeSpan.TryParse(text, CultureInfo.InvariantCulture, out TimeSpan time) ? time
        : throw new EmulatorException($"host.json: {key.Replace(':', '.')} must be a time such as 00:00:05, not '{text}'.");
}
