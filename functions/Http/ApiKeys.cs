using System.Collections.Concurrent;

namespace Shop.Http;

/// <summary>
/// Whose key a bearer is. A key that was read serves for <see cref="Memory"/>: a check costs one point read, or none, and a revoked key is
/// refused everywhere within that time. The first call of a day also notes the day.
/// </summary>
internal sealed class ApiKeys(ApiKeyStore store, TimeProvider clock)
{
    public static readonly TimeSpan Memory = TimeSpan.FromSeconds(5);

    /// <summary>Bounds the memory: guesses name ids that nobody has.</summary>
    private const int MostRemembered = 1000;

    private readonly ConcurrentDictionary<string, (StoredApiKey? Key, DateTimeOffset ReadAt)> _remembered = new(StringComparer.Ordinal);

    /// <summary><c>null</c> when it is no key, not ours, revoked or out of its time.</summary>
    public async Task<Principal?> Read(string bearer, CancellationToken cancellationToken)
    {
        if (!ApiKey.TryParse(bearer, out string id, out string secret)) return null;
        DateTimeOffset now = clock.GetUtcNow();
        if (await Find(id, now, cancellationToken) is not { } found || !found.Value.Opens(secret) || !found.Value.IsAlive(now)) return null;

        var today = DateOnly.FromDateTime(now.UtcDateTime);
        if (found.LastUsedOn != today)
        {
            await store.NoteUse(id, today, cancellationToken);
            _remembered[id] = (found with { LastUsedOn = today }, now);
        }
        return new Principal(PrincipalKind.ApiKey, id, []) { Scopes = found.Value.Scopes };
    }

    private async Task<StoredApiKey?> Find(string id, DateTimeOffset now, CancellationToken cancellationToken)
    {
        if (_remembered.TryGetValue(id, out (StoredApiKey? Key, DateTimeOffset ReadAt) known) && now - known.ReadAt < Memory) return known.Key;
        StoredApiKey? read = await store.Find(id, cancellationToken);
        if (_remembered.Count >= MostRemembered) _remembered.Clear();
        _remembered[id] = (read, now);
        return read;
    }
}
