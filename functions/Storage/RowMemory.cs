using System.Collections.Concurrent;

namespace Shop.Storage;

/// <summary>
/// Rows as this instance last saw them, with their ETags: a guess that a conditional write proves right or wrong. Bounded; when it is full
/// it starts anew, which costs one read for each row that is needed again.
/// </summary>
internal sealed class RowMemory<T>(int most)
{
    private readonly ConcurrentDictionary<string, Stored<T>> _rows = new(StringComparer.Ordinal);
    private int _count;

    public Stored<T>? Find(string key) => _rows.GetValueOrDefault(key);

    public void Keep(string key, Stored<T> row)
    {
        if (_rows.TryAdd(key, row))
        {
            if (Interlocked.Increment(ref _count) <= most) return;
            _rows.Clear();
            Interlocked.Exchange(ref _count, 0);
        }
        _rows[key] = row;
    }

    public void Forget(string key)
    {
        if (_rows.TryRemove(key, out _)) Interlocked.Decrement(ref _count);
    }
}
