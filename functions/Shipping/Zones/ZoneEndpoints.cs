using Microsoft.AspNetCore.Http;
using Microsoft.Azure.Functions.Worker;
using Shop.Common;
using Shop.Http;

namespace Shop.Shipping;

/// <summary>What it costs to send something where. Where no zone is, the settings of section <c>Courier</c> hold.</summary>
public sealed class ZoneEndpoints(ZoneStore store, ChangeZones change)
{
    private const string Route = "v1/admin/shipping-zones";

    /// <summary>Lists the zones by id.</summary>
    [Function("ListShippingZones"), Staff(Role.Orders, Role.Catalog), ApiKeyScope("shipping:read"), Answer<Page<ShippingZone>>(200)]
    public async Task<IResult> List([HttpTrigger(AuthorizationLevel.Anonymous, "get", Route = Route)] HttpRequest request) =>
        request.ReadQuery().Problem is { } problem ? problem.ToHttp() : Respond.Ok(new Page<ShippingZone>(await store.All(request.HttpContext.RequestAborted), null));

    /// <summary>Adds a zone with its rates.</summary>
    [Function("AddShippingZone"), Staff(Role.Orders, Role.Catalog), ApiKeyScope("shipping:write")]
    [Body<NewZone>, Answer<ShippingZone>(201), Refusal(409, "shipping.zone-exists"), Refusal(422, "shipping.zone-invalid", "shipping.too-many-zones")]
    public Task<IResult> Add([HttpTrigger(AuthorizationLevel.Anonymous, "post", Route = Route)] HttpRequest request) => request.ReadBody<NewZone>()
        .Then(wanted => change.Add(wanted, request.Principal().Actor, request.HttpContext.RequestAborted))
        .ToHttp(added => Respond.Created($"/{Route}/{added.Value.Id}", added.Value, added.ETag));

    /// <summary>Shows a zone.</summary>
    [Function("GetShippingZone"), Staff(Role.Orders, Role.Catalog), ApiKeyScope("shipping:read"), Answer<ShippingZone>(200), Refusal(404, "shipping.zone-unknown")]
    public async Task<IResult> Get([HttpTrigger(AuthorizationLevel.Anonymous, "get", Route = Route + "/{zoneId}")] HttpRequest request, string zoneId) =>
        IsId(zoneId) && await store.Find(zoneId, request.HttpContext.RequestAborted) is { } zone ? Respond.Ok(zone) : ShippingProblems.ZoneUnknown.ToHttp();

    /// <summary>Says a zone anew. Orders keep the rate that they were sold.</summary>
    [Function("ReplaceShippingZone"), Staff(Role.Orders, Role.Catalog), ApiKeyScope("shipping:write")]
    [Body<ZoneDraft>, Answer<ShippingZone>(200), Refusal(404, "shipping.zone-unknown"), Refusal(422, "shipping.zone-invalid")]
    public async Task<IResult> Replace([HttpTrigger(AuthorizationLevel.Anonymous, "put", Route = Route + "/{zoneId}")] HttpRequest request, string zoneId) => IsId(zoneId)
        ? await request.ReadBody<ZoneDraft>().Then(wanted => change.Replace(zoneId, wanted, request.IfMatch(), request.Principal().Actor, request.HttpContext.RequestAborted)).ToHttp(Respond.Ok)
        : ShippingProblems.ZoneUnknown.ToHttp();

    /// <summary>Deletes a zone: its addresses fall to the next wider one.</summary>
    [Function("DeleteShippingZone"), Staff(Role.Orders, Role.Catalog), ApiKeyScope("shipping:write"), Answer(204), Refusal(404, "shipping.zone-unknown")]
    public async Task<IResult> Delete([HttpTrigger(AuthorizationLevel.Anonymous, "delete", Route = Route + "/{zoneId}")] HttpRequest request, string zoneId) =>
        (IsId(zoneId) ? await change.Delete(zoneId, request.IfMatch(), request.HttpContext.RequestAborted) : ShippingProblems.ZoneUnknown) is { } problem ? problem.ToHttp() : Respond.NoContent();

    private static bool IsId(string text) => text.Length is > 0 and <= 32 && text.All(c => char.IsAsciiLetterLower(c) || char.IsAsciiDigit(c) || c == '-');
}
