using System.ComponentModel.DataAnnotations;
using Microsoft.AspNetCore.Http;
using Microsoft.Azure.Functions.Worker;
using Shop.Common;
using Shop.Http;

namespace Shop.Inventory;

/// <summary>Where goods lie. The location <c>main</c> is there from the beginning.</summary>
public sealed class LocationEndpoints(LocationStore store, ChangeLocations change)
{
    private const string Route = "v1/admin/locations";

    /// <summary>Lists the locations in the order in which they are asked for goods.</summary>
    [Function("ListLocations"), Staff(Role.Catalog), ApiKeyScope("stock:read"), Answer<Page<Location>>(200)]
    public async Task<IResult> List([HttpTrigger(AuthorizationLevel.Anonymous, "get", Route = Route)] HttpRequest request) =>
        request.ReadQuery().Problem is { } problem
            ? problem.ToHttp()
            : Respond.Ok(new Page<Location>([.. (await store.All(request.HttpContext.RequestAborted)).Select(location => location.Value)], null));

    /// <summary>Adds a location.</summary>
    [Function("AddLocation"), Staff(Role.Catalog), ApiKeyScope("stock:write")]
    [Body<NewLocation>, Answer<Location>(201), Refusal(409, "stock.location-exists"), Refusal(422, "stock.too-many-locations")]
    public Task<IResult> Add([HttpTrigger(AuthorizationLevel.Anonymous, "post", Route = Route)] HttpRequest request) => request.ReadBody<NewLocation>()
        .Then(added => change.Add(added, request.HttpContext.RequestAborted))
        .ToHttp(added => Respond.Created($"/{Route}/{added.Value.Id}", added.Value, added.ETag));

    /// <summary>Shows a location.</summary>
    [Function("GetLocation"), Staff(Role.Catalog), ApiKeyScope("stock:read"), Answer<Location>(200), Refusal(404, "stock.location-unknown")]
    public async Task<IResult> Get([HttpTrigger(AuthorizationLevel.Anonymous, "get", Route = Route + "/{locationId}")] HttpRequest request, string locationId) =>
        IsId(locationId) && await store.Find(locationId, request.HttpContext.RequestAborted) is { } location ? Respond.Ok(location) : InventoryProblems.LocationUnknown.ToHttp();

    /// <summary>Changes a location; making it the default takes that from the one that was.</summary>
    [Function("ChangeLocation"), Staff(Role.Catalog), ApiKeyScope("stock:write")]
    [Body<LocationPatch>, Answer<Location>(200), Refusal(404, "stock.location-unknown"), Refusal(409, "stock.default-location")]
    public async Task<IResult> Change([HttpTrigger(AuthorizationLevel.Anonymous, "patch", Route = Route + "/{locationId}")] HttpRequest request, string locationId) =>
        IsId(locationId)
            ? await request.ReadBody<LocationPatch>().Then(patch => change.Patch(locationId, patch, request.IfMatch(), request.HttpContext.RequestAborted)).ToHttp(Respond.Ok)
            : InventoryProblems.LocationUnknown.ToHttp();

    /// <summary>Closes a location: nothing is brought there any more, and what still lies there is sold last.</summary>
    /// <remarks>It stays in the list, for its movements name it; a patch opens it again.</remarks>
    [Function("CloseLocation"), Staff(Role.Catalog), ApiKeyScope("stock:write"), Answer(204), Refusal(404, "stock.location-unknown"), Refusal(409, "stock.default-location")]
    public async Task<IResult> Close([HttpTrigger(AuthorizationLevel.Anonymous, "delete", Route = Route + "/{locationId}")] HttpRequest request, string locationId) =>
        IsId(locationId)
            ? (await change.Patch(locationId, new LocationPatch(Open: new(false)), request.IfMatch(), request.HttpContext.RequestAborted)).ToHttp(_ => Respond.NoContent())
            : InventoryProblems.LocationUnknown.ToHttp();

    private static bool IsId(string text) => text.Length is > 0 and <= Location.MaxIdLength && text.All(c => char.IsAsciiLetterLower(c) || char.IsAsciiDigit(c) || c == '-');
}

/// <param name="Id">Never changes.</param>
/// <param name="Name">For people.</param>
/// <param name="Priority">The lowest is asked for goods first; 100 when absent.</param>
/// <param name="Default">Whether goods go there when nobody says where.</param>
/// <param name="Address">Where couriers collect what lies there; the address of the settings when absent.</param>
public sealed record NewLocation(
    [property: RegularExpression(Location.IdPattern), StringLength(Location.MaxIdLength, MinimumLength = 1)] string Id,
    [property: StringLength(100, MinimumLength = 1)] string Name,
    [property: Range(0, 1000)] int? Priority = null,
    bool Default = false,
    Address? Address = null);

/// <summary>A merge patch: what is left out stays.</summary>
public sealed record LocationPatch(
    [property: StringLength(100, MinimumLength = 1)] Optional<string> Name = default,
    [property: Range(0, 1000)] Optional<int> Priority = default,
    Optional<bool> Open = default,
    Optional<bool> Default = default,
    Optional<Address?> Address = default);
