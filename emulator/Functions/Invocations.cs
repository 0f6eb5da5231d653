using System.Collections.Concurrent;

namespace Shop.Emulator.Functions;

/// <summary>One finished invocation, for people.</summary>
/// <param name="Failure">The exception's type and message, or <c>null</c>.</param>
internal sealed record InvocationRecord(string Function, string InvocationId, string TraceId, DateTimeOffset At, TimeSpan Took, string? Failure);

/// <summary>The latest invocations of every function. In memory only: the emulator's page shows them, nothing depends on them.</summary>
internal sealed class Invocations
{
    private const int Kept = 50;
    private readonly ConcurrentDictionary<string, Ring> _byFunction = new(StringComparer.OrdinalIgnoreCase);

    public void Add(InvocationRecord record) => _byFunction.GetOrAdd(record.Function, static _ => new Ring()).Add(record);

    public IReadOnlyList<InvocationRecord> Latest(string function) => _byFunction.TryGetValue(function, out Ring? ring) ? ring.Newest() : [];

    /// <summary>How often each function ran since the start.</summary>
    public IReadOnlyDictionary<string, long> Counts => _byFunction.ToDictionary(f => f.Key, f => f.Value.Count, StringComparer.Ordinal);

    public long Count(string function) => _byFunction.TryGetValue(function, out Ring? ring) ? ring.Count : 0;

    private sealed class Ring
    {
        private readonly InvocationRecord?[] _records = new InvocationRecord?[Kept];
        private long _next;

        public long Count => Interlocked.Read(ref _next);

        public void Add(InvocationRecord record) => Volatile.Write(ref _records[(Interlocked.Increment(ref _next) - 1) % Kept], record);

        public IReadOnlyList<InvocationRecord> Newest() => [.. _records.OfType<InvocationRecord>().OrderByDescending(r => r.At)];
    }
}
