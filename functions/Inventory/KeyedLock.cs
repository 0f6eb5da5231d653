namespace Shop.Inventory;

/// <summary>
/// One at a time for each key, within this process: requests that meet over a SKU queue here instead of overtaking each other's ETags in
/// storage. Correctness never depends on it.
/// </summary>
internal sealed class KeyedLock
{
    private readonly Dictionary<string, Gate> _gates = new(StringComparer.Ordinal);

    public async Task<IDisposable> Enter(string key, CancellationToken cancellationToken)
    {
        Gate? gate;
        lock (_gates)
        {
            if (!_gates.TryGetValue(key, out gate)) _gates.Add(key, gate = new Gate());
            gate.Users++;
        }
        try
        {
            await gate.Semaphore.WaitAsync(cancellationToken);
            return new Leave(this, key, gate);
        }
        catch
        {
            Forget(key, gate);
            throw;
        }
    }

    private void Forget(string key, Gate gate)
    {
        lock (_gates)
            if (--gate.Users == 0 && _gates.Remove(key)) gate.Semaphore.Dispose();
    }

    private sealed class Gate
    {
        public SemaphoreSlim Semaphore { get; } = new(1, 1);

        public int Users { get; set; }
    }

    private sealed class Leave(KeyedLock owner, string key, Gate gate) : IDisposable
    {
        public void Dispose()
        {
            gate.Semaphore.Release();
            owner.Forget(key, gate);
        }
    }
}
