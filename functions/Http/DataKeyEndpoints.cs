using Microsoft.AspNetCore.Http;
using Microsoft.Azure.Functions.Worker;
using Shop.Common;

namespace Shop.Http;

/// <summary>The keys under which personal data lies.</summary>
public sealed class DataKeyEndpoints(ResealRows reseal, ResealStore walks, Sealing sealing)
{
    /// <summary>Which data keys there are, what is under each, and which may be retired.</summary>
    [Function("DataKeyList"), Staff(Role.Owner), ApiKeyScope("data-keys:read"), Answer<DataKeyList>(200)]
    public async Task<IResult> List([HttpTrigger(AuthorizationLevel.Anonymous, "get", Route = "v1/admin/data-keys")] HttpRequest request) =>
        Respond.Ok(DataKeyList.From(sealing, (await walks.Find(request.HttpContext.RequestAborted))?.Value));

    /// <summary>Looks through everything that is sealed and puts it under the current key.</summary>
    /// <remarks>It also happens every night until nothing is under another key.</remarks>
    [Function("DataKeyReseal"), Staff(Role.Owner), ApiKeyScope("data-keys:write"), Answer<DataKeyList>(202)]
    public async Task<IResult> Reseal([HttpTrigger(AuthorizationLevel.Anonymous, "post", Route = "v1/admin/data-keys/reseal")] HttpRequest request) =>
        Respond.Accepted("/v1/admin/data-keys", DataKeyList.From(sealing, await reseal.Begin(request.HttpContext.RequestAborted)));
}

/// <param name="Current">The id of the key that seals.</param>
/// <param name="UnsealedRows">Rows from before personal data was sealed, as the last walk found them.</param>
/// <param name="UnreadableRows">Rows whose key is missing from the settings.</param>
/// <param name="StartedAt">When everything was last looked through; null before the first time.</param>
/// <param name="FinishedAt">Null while that is under way.</param>
public sealed record DataKeyList(string Current, IReadOnlyList<DataKey> Data, int UnsealedRows, int UnreadableRows, DateTimeOffset? StartedAt, DateTimeOffset? FinishedAt)
{
    /// <summary>
    /// What is not looked through ends by itself: kept answers after three days, mailed tokens and messages in queues after seven. A day more is for
    /// the instances that were started with the old setting.
    /// </summary>
    private static readonly TimeSpan ShortLived = TimeSpan.FromDays(8);

    internal static DataKeyList From(Sealing sealing, ResealJob? walk)
    {
        IReadOnlyDictionary<string, int> found = walk?.Key == sealing.Current ? walk.Found : new Dictionary<string, int>(StringComparer.Ordinal);
        DateTimeOffset? retirable = walk is { IsClean: true } && walk.Key == sealing.Current ? walk.KeySince + ShortLived : null;
        return new DataKeyList(
            sealing.Current, [.. sealing.Keys.Select(id => new DataKey(id, found.GetValueOrDefault(id), id == sealing.Current ? null : retirable))],
            found.GetValueOrDefault(SealedStores.InTheClear), walk?.Unreadable ?? 0, walk?.StartedAt, walk?.FinishedAt);
    }
}

/// <param name="Rows">How many the last walk found under it; it put them under the current one.</param>
/// <param name="RetirableFrom">When the key may be taken out of the settings; null for the current one and as long as something is under it.</param>
public sealed record DataKey(string Id, int Rows, DateTimeOffset? RetirableFrom);
