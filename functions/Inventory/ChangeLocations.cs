using Azure;
using Shop.Common;
using Shop.Http;
using Shop.Storage;

namespace Shop.Inventory;

/// <summary>Staff adds, changes and closes locations. This instance follows at once, the others within half a minute.</summary>
public sealed class ChangeLocations(LocationStore store, LocationDirectory directory)
{
    private const int MostAttempts = 5;

    /// <returns>409 <c>stock.location-exists</c>, 422 <c>stock.too-many-locations</c>.</returns>
    public Task<Result<Stored<Location>>> Add(NewLocation added, CancellationToken cancellationToken) => Write(added.Id, before => before is null
        ? new Location(added.Id, added.Name.Trim(), added.Priority ?? Location.Main.Priority, Open: true, added.Default) { Address = added.Address }
        : InventoryProblems.LocationExists, cancellationToken);

    /// <returns>404 <c>stock.location-unknown</c>, 409 <c>stock.default-location</c>, 412 for another version.</returns>
    public Task<Result<Stored<Location>>> Patch(string locationId, LocationPatch patch, IfMatch match, CancellationToken cancellationToken) => Write(locationId, before =>
        before is null ? InventoryProblems.LocationUnknown
        : match.Check(before.ETag) is { } stale ? stale
        : before.Value with
        {
            Name = patch.Name.Or(before.Value.Name).Trim(),
            Priority = patch.Priority.Or(before.Value.Priority),
            Open = patch.Open.Or(before.Value.Open),
            Default = patch.Default.Or(before.Value.Default),
            Address = patch.Address.Or(before.Value.Address),
        }, cancellationToken);

    private async Task<Result<Stored<Location>>> Write(string locationId, Func<Stored<Location>?, Result<Location>> decide, CancellationToken cancellationToken)
    {
        for (int attempt = 0; attempt < MostAttempts; attempt++)
        {
            IReadOnlyList<Stored<Location>> before = await store.All(cancellationToken);
            Result<Location> decided = decide(before.FirstOrDefault(location => location.Value.Id == locationId));
            Result<Location[]> after = decided.Then(location => LocationRules.Put([.. before.Select(l => l.Value)], location));
            if (after.Problem is { } problem) return problem;
            if (await store.TryWrite(before, after.Value, locationId, cancellationToken) is not { } version) continue;
            await directory.Refresh(cancellationToken);
            return new Stored<Location>(decided.Value, version);
        }
        return InventoryProblems.Busy;
    }
}
