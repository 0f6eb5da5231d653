using System.Collections.Concurrent;
using Azure.Data.Tables;
using Microsoft.Extensions.Logging;
using Shop.Common;
using Shop.Storage;

namespace Shop.Http;

/// <summary>
/// Customers' sessions that ended while their access tokens would still open carts and orders: table <c>RevokedSessions</c>, one partition. Every
/// instance reads it once in two seconds, so that no request has to, and a sign-out is true everywhere within that time. A token lives ten
/// minutes; what is older is of no use and is deleted nightly.
/// </summary>
public sealed class RevokedSessions(ShopStorage storage, TimeProvider clock) : IRequiresStorage
{
    private const string Name = "RevokedSessions";
    private const string VersionColumn = "SessionVersion", AtColumn = "RevokedAt";

    /// <summary>A minute more than a token, for clocks that differ.</summary>
    private static readonly TimeSpan Kept = CustomerTokens.Lifetime + TimeSpan.FromMinutes(1);

    private readonly TableClient _table = storage.Table(Name);

    /// <summary>The lowest version that still counts, by customer or session.</summary>
    private readonly ConcurrentDictionary<string, (int Version, DateTimeOffset At)> _revoked = new(StringComparer.Ordinal);

    public IEnumerable<StorageNeed> Needs => [new(StorageKind.Table, Name)];

    internal const string PartitionKey = "revoked";

    internal static string RowKey(string id) => $"{id}|revoked";

    /// <summary>From memory.</summary>
    public bool Contains(Principal customer) =>
        (_revoked.TryGetValue(customer.Id, out (int Version, DateTimeOffset At) all) && customer.SessionVersion < all.Version) || _revoked.ContainsKey(customer.SessionId);

    /// <summary>Ends every session of a customer that was begun under an older version.</summary>
    public Task AddCustomer(string customerId, int version, CancellationToken cancellationToken) => Add(customerId, version, cancellationToken);

    public Task AddSession(string sessionId, CancellationToken cancellationToken) => Add(sessionId, int.MaxValue, cancellationToken);

    /// <summary>What others revoked; one operation.</summary>
    internal async Task Refresh(CancellationToken cancellationToken)
    {
        DateTimeOffset oldest = clock.GetUtcNow() - Kept;
        await foreach (TableEntity row in _table.QueryAsync<TableEntity>(TableClient.CreateQueryFilter($"PartitionKey eq {PartitionKey} and RevokedAt ge {oldest}"), cancellationToken: cancellationToken))
            Remember(row.RowKey[..row.RowKey.IndexOf('|', StringComparison.Ordinal)], row.GetInt32(VersionColumn)!.Value, row.GetDateTimeOffset(AtColumn)!.Value);
        foreach ((string id, (int _, DateTimeOffset at)) in _revoked)
            if (at < oldest) _revoked.TryRemove(id, out _);
    }

    internal Task ForgetOld(CancellationToken cancellationToken) => _table.DeleteUnchanged(TableClient.CreateQueryFilter($"RevokedAt lt {clock.GetUtcNow() - Kept}"), cancellationToken);

    private async Task Add(string id, int version, CancellationToken cancellationToken)
    {
        DateTimeOffset now = clock.GetUtcNow();
        Remember(id, version, now);
        await _table.UpsertEntityAsync(new TableEntity(PartitionKey, RowKey(id)) { [VersionColumn] = version, [AtColumn] = now }, TableUpdateMode.Replace, cancellationToken);
    }

    private void Remember(string id, int version, DateTimeOffset at) =>
        _revoked.AddOrUpdate(id, (version, at), (_, known) => (Math.Max(known.Version, version), known.At > at ? known.At : at));
}

/// <summary>Reads what other instances revoked, from before the first request on.</summary>
internal sealed partial class RevocationFollower(RevokedSessions revoked, TimeProvider clock, ILogger<RevocationFollower> log) : RepeatingService(TimeSpan.FromSeconds(2), clock)
{
    public override async Task StartAsync(CancellationToken cancellationToken)
    {
        await revoked.Refresh(cancellationToken);
        await base.StartAsync(cancellationToken);
    }

    protected override Task Turn(CancellationToken cancellationToken) => revoked.Refresh(cancellationToken);

    /// <summary>Tokens run out by themselves.</summary>
    protected override void TurnFailed(Exception failure) => NotFollowed(failure);

    [LoggerMessage(1041, LogLevel.Warning, "Sessions that ended elsewhere cannot be read; their tokens stay good for ten minutes at most.")]
    private partial void NotFollowed(Exception failure);
}
