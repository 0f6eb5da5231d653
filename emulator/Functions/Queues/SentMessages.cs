using System.Diagnostics;

namespace Shop.Emulator.Functions.Queues;

/// <summary>
/// Wakes a queue's listeners when this process has put a message into it, or shown one that was hidden, so that nobody waits for the next look.
/// It hears of them by the trace of the HTTP calls, whichever client makes them; what other processes send is found by looking.
/// </summary>
internal sealed class SentMessages : IDisposable
{
    private static readonly Dictionary<string, List<SentMessages>> Listening = new(StringComparer.Ordinal);

    private static readonly ActivityListener Calls = new()
    {
        ShouldListenTo = source => source.Name == "System.Net.Http",
        Sample = (ref ActivityCreationOptions<ActivityContext> _) => ActivitySamplingResult.AllData,
        ActivityStopped = Hear,
    };

    private readonly string _queue;
    private readonly SemaphoreSlim _sent = new(0, 1);

    static SentMessages() => ActivitySource.AddActivityListener(Calls);

    /// <param name="queue">The whole name of the queue.</param>
    public SentMessages(string queue)
    {
        _queue = queue;
        lock (Listening)
        {
            if (!Listening.TryGetValue(queue, out List<SentMessages>? others)) Listening.Add(queue, others = []);
            others.Add(this);
        }
    }

    /// <summary>Ends when something was sent since the last time, or the time is up.</summary>
    public Task Wait(TimeSpan longest, CancellationToken cancellationToken) => _sent.WaitAsync(longest, cancellationToken);

    public void Dispose()
    {
        lock (Listening)
        {
            Listening[_queue].Remove(this);
            if (Listening[_queue].Count == 0) Listening.Remove(_queue);
        }
        _sent.Dispose();
    }

    private static void Hear(Activity call)
    {
        if (call.GetTagItem("http.request.method") is not ("POST" or "PUT") || call.GetTagItem("url.full") is not string url) return;
        // …/{account}/{queue}/messages or, of one message, …/{account}/{queue}/messages/{id}
        int end = url.IndexOf("/messages", StringComparison.Ordinal);
        if (end <= 0) return;
        string queue = url[(url.LastIndexOf('/', end - 1) + 1)..end];
        lock (Listening)
            foreach (SentMessages listener in Listening.GetValueOrDefault(queue, []))
                if (listener._sent.CurrentCount == 0) listener._sent.Release();
    }
}
