using Microsoft.DurableTask.Client;

namespace Shop.Emulator.Durable;

/// <summary>
/// Which instances there are, newest first, and how many in each status. The page asks every few seconds, and the table, a partition for each
/// instance, could only answer by being read from end to end: that is done once, and afterwards every commit tells.
/// </summary>
internal sealed class InstanceIndex
{
    private readonly Lock _gate = new();
    private readonly Dictionary<string, Entry> _byId = new(StringComparer.Ordinal);
    private readonly SortedSet<Entry> _all = [];
    private readonly Dictionary<OrchestrationRuntimeStatus, SortedSet<Entry>> _byStatus = [];

    public void Note(string instanceId, OrchestrationRuntimeStatus status, DateTimeOffset createdAt)
    {
        lock (_gate)
        {
            Remove(instanceId);
            Add(new Entry(createdAt, instanceId, status));
        }
    }

    /// <summary>As <see cref="Note"/> where nothing was told of the instance yet: what was read from the table may be older than what a commit told.</summary>
    public void NoteRead(string instanceId, OrchestrationRuntimeStatus status, DateTimeOffset createdAt)
    {
        lock (_gate)
        {
            if (!_byId.ContainsKey(instanceId)) Add(new Entry(createdAt, instanceId, status));
        }
    }

    public void Forget(string instanceId)
    {
        lock (_gate) Remove(instanceId);
    }

    /// <summary>Instances by status; a status that none has is not there.</summary>
    public IReadOnlyDictionary<OrchestrationRuntimeStatus, int> Counts()
    {
        lock (_gate) return _byStatus.Where(s => s.Value.Count > 0).ToDictionary(s => s.Key, s => s.Value.Count);
    }

    /// <summary>A page of ids, newest first.</summary>
    /// <param name="status">Only those; <c>null</c> is all.</param>
    /// <param name="after">The id that the page before ended with; one that is gone begins at the newest.</param>
    /// <param name="limit">At most so many.</param>
    /// <param name="more">Whether another page follows.</param>
    public IReadOnlyList<string> Newest(OrchestrationRuntimeStatus? status, string? after, int limit, out bool more)
    {
        lock (_gate)
        {
            SortedSet<Entry> wanted = status is not { } one ? _all : _byStatus.GetValueOrDefault(one) ?? [];
            IEnumerable<Entry> rest = after is not null && _byId.TryGetValue(after, out Entry last) && wanted.Max is var oldest && last.CompareTo(oldest) < 0
                ? wanted.GetViewBetween(last, oldest).Where(e => e.Id != after)
                : after is not null && _byId.ContainsKey(after) ? [] : wanted;
            Entry[] page = [.. rest.Take(limit + 1)];
            more = page.Length > limit;
            return [.. page.Take(limit).Select(e => e.Id)];
        }
    }

    private void Add(Entry entry)
    {
        _byId[entry.Id] = entry;
        _all.Add(entry);
        if (!_byStatus.TryGetValue(entry.Status, out SortedSet<Entry>? same)) _byStatus[entry.Status] = same = [];
        same.Add(entry);
    }

    private void Remove(string instanceId)
    {
        if (!_byId.Remove(instanceId, out Entry entry)) return;
        _all.Remove(entry);
        _byStatus[entry.Status].Remove(entry);
    }

    private readonly record struct Entry(DateTimeOffset CreatedAt, string Id, OrchestrationRuntimeStatus Status) : IComparable<Entry>
    {
        public int CompareTo(Entry other) => other.CreatedAt.CompareTo(CreatedAt) is not 0 and var newer ? newer : string.CompareOrdinal(Id, other.Id);
    }
}
