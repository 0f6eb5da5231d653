namespace Shop.Benchmarks.Load;

/// <summary>What the emulator counted since its start.</summary>
/// <param name="Engine">Storage operations of the Durable engine.</param>
/// <param name="Tables">Of the app; a transaction is one.</param>
/// <param name="Executions">How often each function ran.</param>
internal sealed record MeterReading(long Engine, long Tables, long Queues, long Blobs, IReadOnlyDictionary<string, long> Executions)
{
    public long App => Tables + Queues + Blobs;

    public MeterReading Since(MeterReading before) => new(
        Engine - before.Engine, Tables - before.Tables, Queues - before.Queues, Blobs - before.Blobs, Executions.ToDictionary(e => e.Key, e => e.Value - before.Executions.GetValueOrDefault(e.Key), StringComparer.Ordinal));
}
