using System.Diagnostics.Metrics;

namespace Shop.Storage;

public enum StorageKind { Table, Queue, Blob }

/// <summary>
/// Counts what the app asks of storage. An entity-group transaction is one operation, a retry is another: the count is what Azure bills
/// and what design budgets are written in. A scope adds up everything that happens inside it, across awaits and nested scopes.
/// </summary>
public static class StorageMeter
{
    private static readonly Meter Meter = new("Shop.Storage");
    private static readonly Counter<long> Operations = Meter.CreateCounter<long>("shop.storage.operations", "{operation}", "Storage operations asked for by the app.");
    private static readonly AsyncLocal<Scope?> Current = new();
    private static readonly KeyValuePair<string, object?>[] Tags = [.. Enum.GetNames<StorageKind>().Select(n => KeyValuePair.Create("kind", (object?)n))];

    /// <summary>Starts counting; dispose the scope to stop. Counts also go to the scope around it.</summary>
    public static Scope Begin() => Current.Value = new Scope(Current.Value);

    /// <summary>Says whom the operations of the scope are for: an order or an orchestration, by its id. The last word counts.</summary>
    public static void ChargeTo(string subject)
    {
        if (Current.Value is { } scope) scope.Subject = subject;
    }

    internal static void Count(StorageKind kind)
    {
        Operations.Add(1, Tags[(int)kind]);
        for (Scope? scope = Current.Value; scope is not null; scope = scope.Outer) scope.Add(kind);
    }

    public sealed class Scope : IDisposable
    {
        private readonly int[] _counts = new int[3];

        internal Scope(Scope? outer) => Outer = outer;

        internal Scope? Outer { get; }

        /// <summary>Whom it is for; <c>null</c> when nobody said.</summary>
        public string? Subject { get; internal set; }

        public int Tables => Volatile.Read(ref _counts[0]);

        public int Queues => Volatile.Read(ref _counts[1]);

        public int Blobs => Volatile.Read(ref _counts[2]);

        public int Total => Tables + Queues + Blobs;

        internal void Add(StorageKind kind) => Interlocked.Increment(ref _counts[(int)kind]);

        public void Dispose() => Current.Value = Outer;
    }
}
