using System.Collections.Concurrent;

namespace Shop.Storage;

/// <summary>
/// What the latest orders and orchestrations cost in this instance, in storage operations. A parcel's orchestration is named for its
/// order (<c>ord_…-1</c>), so an order's cost is the sum over the ids that begin with its own.
/// </summary>
public sealed class OperationCosts
{
    private const int MostKept = 10_000;
    private readonly ConcurrentDictionary<string, int> _bySubject = new(StringComparer.Ordinal);
    private readonly ConcurrentQueue<string> _oldestFirst = new();

    public void Add(string subject, int operations)
    {
        _bySubject.AddOrUpdate(subject, _ => { _oldestFirst.Enqueue(subject); return operations; }, (_, before) => before + operations);
        while (_bySubject.Count > MostKept && _oldestFirst.TryDequeue(out string? oldest)) _bySubject.TryRemove(oldest, out _);
    }

    /// <summary>Of one orchestration.</summary>
    public int Of(string subject) => _bySubject.GetValueOrDefault(subject);

    /// <summary>Of an order with its orchestrations; for people, not for a request: it looks through all that are kept.</summary>
    public int OfOrder(string orderId) => _bySubject.Where(c => c.Key.StartsWith(orderId, StringComparison.Ordinal)).Sum(c => c.Value);
}
