using System.Collections.Concurrent;
using Azure.Data.Tables;
using Shop.Storage;

namespace Shop.Http;

/// <summary>
/// Which session version a member of staff's tokens need: table <c>StaffSessions</c>, <c>PK=stf_… RK=stf_…|sessions</c>; no row means 0. What was read serves for five
/// seconds, so that a request costs one point read at most, and whoever was signed out is out everywhere within that time.
/// </summary>
public sealed class StaffSessions(ShopStorage storage, TimeProvider clock) : IRequiresStorage
{
    public static readonly TimeSpan Memory = TimeSpan.FromSeconds(5);

    private const string Name = "StaffSessions";
    private const string VersionColumn = "SessionVersion";
    private const int MostRemembered = 1000;
    private readonly TableClient _table = storage.Table(Name);
    private readonly ConcurrentDictionary<string, (int Version, DateTimeOffset ReadAt)> _remembered = new(StringComparer.Ordinal);

    public IEnumerable<StorageNeed> Needs => [new(StorageKind.Table, Name)];

    internal static string RowKey(string staffId) => $"{staffId}|sessions";

    public Task<int> VersionOf(string staffId, CancellationToken cancellationToken) =>
        _remembered.TryGetValue(staffId, out (int Version, DateTimeOffset ReadAt) known) && clock.GetUtcNow() - known.ReadAt < Memory
            ? Task.FromResult(known.Version)
            : ReadVersion(staffId, cancellationToken);

    /// <summary>As storage has it now, for a token that is made under it.</summary>
    public async Task<int> ReadVersion(string staffId, CancellationToken cancellationToken)
    {
        DateTimeOffset now = clock.GetUtcNow();
        int version = await Read(staffId, cancellationToken) is { } row ? row.GetInt32(VersionColumn) ?? 0 : 0;
        if (_remembered.Count >= MostRemembered) _remembered.Clear();
        _remembered[staffId] = (version, now);
        return version;
    }

    /// <summary>Ends every session of a member of staff.</summary>
    /// <returns>The version that new tokens need.</returns>
    public async Task<int> End(string staffId, CancellationToken cancellationToken)
    {
        while (true)
        {
            TableEntity? row = await Read(staffId, cancellationToken);
            int version = (row?.GetInt32(VersionColumn) ?? 0) + 1;
            var next = new TableEntity(staffId, RowKey(staffId)) { [VersionColumn] = version };
            if (!await (row is null ? new Batch(_table).Insert(next) : new Batch(_table).Replace(next, row.ETag)).TrySubmit(cancellationToken)) continue;
            _remembered[staffId] = (version, clock.GetUtcNow());
            return version;
        }
    }

    private Task<TableEntity?> Read(string staffId, CancellationToken cancellationToken) => _table.Find(staffId, RowKey(staffId), cancellationToken);
}
