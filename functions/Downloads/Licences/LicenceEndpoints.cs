using Microsoft.AspNetCore.Http;
using Microsoft.Azure.Functions.Worker;
using Shop.Common;
using Shop.Http;

namespace Shop.Downloads;

/// <summary>What the software that was sold asks about its key.</summary>
public sealed class LicenceEndpoints(UseLicence use, ClientAddresses addresses)
{
    private const string KeyHeader = "Licence-Key", DeviceHeader = "Licence-Device";

    /// <summary>Lets a licence key work on a device; the same device again changes nothing.</summary>
    [Function("ActivateLicence"), Access(Caller.Anyone)]
    [Body<LicenceUse>, Answer<LicenceResource>(200), Refusal(404, "licence.unknown"), Refusal(409, "licence.activations-used-up"), Refusal(410, "licence.revoked"), Refusal(429, "licence.too-many-calls")]
    public Task<IResult> Activate([HttpTrigger(AuthorizationLevel.Anonymous, "post", Route = "v1/store/licences/activate")] HttpRequest request) => Run(request, LicenceAct.Activate);

    /// <summary>Frees a device's place; a device that has none changes nothing.</summary>
    [Function("DeactivateLicence"), Access(Caller.Anyone)]
    [Body<LicenceUse>, Answer<LicenceResource>(200), Refusal(404, "licence.unknown"), Refusal(410, "licence.revoked"), Refusal(429, "licence.too-many-calls")]
    public Task<IResult> Deactivate([HttpTrigger(AuthorizationLevel.Anonymous, "post", Route = "v1/store/licences/deactivate")] HttpRequest request) => Run(request, LicenceAct.Deactivate);

    /// <summary>Tells whether a licence key is good, and whether it works on a device.</summary>
    /// <remarks>The key comes in a header: addresses are logged on their way, headers are not.</remarks>
    [Function("GetLicence"), Access(Caller.Anyone)]
    [HeaderParameter(KeyHeader, "The licence key."), HeaderParameter(DeviceHeader, "What distinguishes the device; may be left out.")]
    [Answer<LicenceResource>(200), Refusal(404, "licence.unknown"), Refusal(410, "licence.revoked"), Refusal(429, "licence.too-many-calls")]
    public Task<IResult> Get([HttpTrigger(AuthorizationLevel.Anonymous, "get", Route = "v1/store/licences/current")] HttpRequest request)
    {
        (string key, string device) = (request.Headers[KeyHeader].ToString(), request.Headers[DeviceHeader].ToString());
        return use.Run(LicenceAct.Look, key, device.Length == 0 ? null : device, addresses.Of(request), request.HttpContext.RequestAborted).ToHttp(Respond.Ok);
    }

    private Task<IResult> Run(HttpRequest request, LicenceAct act) =>
        request.ReadBody<LicenceUse>().Then(asked => use.Run(act, asked.Key, asked.Device, addresses.Of(request), request.HttpContext.RequestAborted)).ToHttp(Respond.Ok);
}

/// <summary>Supplies of keys that staff bought.</summary>
public sealed class LicencePoolEndpoints(FillPool fill)
{
    private const string One = "v1/admin/licence-pools/{sku}";

    /// <summary>Puts licence keys into the pool of a SKU; keys that were ever in it are left out.</summary>
    /// <remarks>The body is text/plain in UTF-8 with a key on each line, 10,000 at most. Orders that wait for keys are served at once.</remarks>
    [Function("FillLicencePool"), Staff(Role.Catalog), ApiKeyScope("catalog:write"), BodyLimit(2 * 1024 * 1024)]
    [Body(typeof(Stream), ContentType = "text/plain"), Answer<FilledPool>(200), Refusal(404, "licence.pool-unknown"), Refusal(415, "licence.lines-expected"), Refusal(422, "licence.keys-invalid")]
    public async Task<IResult> Fill([HttpTrigger(AuthorizationLevel.Anonymous, "post", Route = One + "/keys")] HttpRequest request, string sku)
    {
        if (request.ContentType?.Split(';')[0].Trim() != "text/plain") return LicenceProblems.FileExpected.ToHttp();
        if (!Sku.TryParse(sku, out Sku parsed)) return LicenceProblems.PoolUnknown.ToHttp();
        return await request.ReadBytes().Then(text => fill.Run(parsed, text, request.HttpContext.RequestAborted)).ToHttp(Respond.Ok);
    }

    /// <summary>Tells how many keys a pool has, and how many units wait for one.</summary>
    [Function("GetLicencePool"), Staff(Role.Catalog, Role.Orders), ApiKeyScope("catalog:read")]
    [Answer<LicencePoolResource>(200), Refusal(404, "licence.pool-unknown")]
    public async Task<IResult> Get([HttpTrigger(AuthorizationLevel.Anonymous, "get", Route = One)] HttpRequest request, string sku) =>
        Sku.TryParse(sku, out Sku parsed) ? await fill.Look(parsed, request.HttpContext.RequestAborted).ToHttp(Respond.Ok) : LicenceProblems.PoolUnknown.ToHttp();
}
