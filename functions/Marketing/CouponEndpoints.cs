using Microsoft.AspNetCore.Http;
using Microsoft.Azure.Functions.Worker;
using Shop.Common;
using Shop.Http;
using Shop.Storage;

namespace Shop.Marketing;

/// <summary>Coupons, for staff. Shoppers put their codes into carts.</summary>
public sealed class CouponEndpoints(CouponStore coupons, SaveCoupon save, Cursors cursors)
{
    private const string Route = "v1/admin/coupons";

    /// <summary>The coupons by code.</summary>
    [Function("ListCoupons"), Staff(Role.Catalog), ApiKeyScope("marketing:read")]
    [QueryParameter("limit", typeof(int), "1 to 100, 20 when absent."), QueryParameter("cursor", typeof(string), "Where the page before ended.")]
    [Answer<Page<Coupon>>(200)]
    public async Task<IResult> List([HttpTrigger(AuthorizationLevel.Anonymous, "get", Route = Route)] HttpRequest request)
    {
        Query query = request.ReadQuery();
        (int limit, string? after) = (query.Limit(), query.Cursor(cursors));
        if (query.Problem is { } problem) return problem.ToHttp();
        (IReadOnlyList<Coupon> page, string? next) = await coupons.Page(after, limit, request.HttpContext.RequestAborted);
        return Respond.Ok(new Page<Coupon>(page, cursors.Next(request, next)));
    }

    /// <summary>Shows a coupon and how many orders use it.</summary>
    [Function("GetCoupon"), Staff(Role.Catalog), ApiKeyScope("marketing:read"), Answer<Coupon>(200), Refusal(404, "coupon.not-found")]
    public async Task<IResult> Get([HttpTrigger(AuthorizationLevel.Anonymous, "get", Route = Route + "/{code}")] HttpRequest request, string code) =>
        await coupons.Find(code, request.HttpContext.RequestAborted) is { } coupon ? Show(coupon) : CouponProblems.NotFound.ToHttp();

    /// <summary>Makes a coupon.</summary>
    [Function("CreateCoupon"), Staff(Role.Catalog), ApiKeyScope("marketing:write")]
    [Body<NewCoupon>, Answer<Coupon>(201), Refusal(409, "coupon.code-taken"), Refusal(422, "coupon.terms-invalid")]
    public Task<IResult> Create([HttpTrigger(AuthorizationLevel.Anonymous, "post", Route = Route)] HttpRequest request) =>
        request.ReadBody<NewCoupon>().Then(wanted => save.Create(wanted, request.HttpContext.RequestAborted))
            .ToHttp(made => Respond.Created($"/{Route}/{made.Value.Code}", made.Value, made.Value.Edition));

    /// <summary>Changes what a coupon gives. Orders that use it keep what they were given.</summary>
    [Function("ChangeCoupon"), Staff(Role.Catalog), ApiKeyScope("marketing:write")]
    [Body<CouponDraft>, Answer<Coupon>(200), Refusal(404, "coupon.not-found"), Refusal(422, "coupon.terms-invalid")]
    public Task<IResult> Change([HttpTrigger(AuthorizationLevel.Anonymous, "put", Route = Route + "/{code}")] HttpRequest request, string code) =>
        request.ReadBody<CouponDraft>().Then(wanted => save.Change(code, wanted, request.IfMatch(), request.HttpContext.RequestAborted)).ToHttp(Show);

    private static Reply Show(Stored<Coupon> coupon) => Respond.Ok(coupon.Value, coupon.Value.Edition);
}
