using Microsoft.AspNetCore.Http;
using Microsoft.Azure.Functions.Worker;
using Shop.Common;
using Shop.Http;

namespace Shop.Catalog;

/// <summary>What staff does with products. Single products are read from the table, so that everybody reads their own writes.</summary>
public sealed class ProductEndpoints(CatalogStore store, ProductList list, EditProducts edit, Cursors cursors)
{
    private const string Route = "v1/admin/products", One = Route + "/{productId}";

    /// <summary>Lists products of every status, the newest first.</summary>
    /// <remarks>From memory: a change that was made elsewhere shows within seconds.</remarks>
    [Function("ListProductsForStaff"), Staff(Role.Catalog), ApiKeyScope("catalog:read"), Answer<Page<ProductSummary>>(200)]
    [QueryParameter("q", typeof(string), "Letters in a handle, title or SKU, or a bar code.")]
    [QueryParameter("status", typeof(ProductStatus), "Only of this status.")]
    [QueryParameter("limit", typeof(int), "1 to 100, 20 when absent."), QueryParameter("cursor", typeof(string), "From nextCursor of the page before.")]
    public IResult List([HttpTrigger(AuthorizationLevel.Anonymous, "get", Route = Route)] HttpRequest request)
    {
        Query query = request.ReadQuery();
        (string? words, ProductStatus? status, int limit, string? after) = (query.Text("q"), query.Choice<ProductStatus>("status"), query.Limit(), query.Cursor(cursors));
        if (query.Problem is { } problem) return problem.ToHttp();
        (IReadOnlyList<ProductSummary> page, string? last) = list.Run(status, words, after, limit);
        return Respond.Ok(new Page<ProductSummary>(page, cursors.Next(request, last)));
    }

    /// <summary>Shows a product as it is stored, in all languages.</summary>
    [Function("GetProductForStaff"), Staff(Role.Catalog), ApiKeyScope("catalog:read"), Answer<Product>(200), Refusal(404, "catalog.product-unknown")]
    public async Task<IResult> Get([HttpTrigger(AuthorizationLevel.Anonymous, "get", Route = One)] HttpRequest request, string productId) =>
        Ids.IsValid("prd", productId) && await store.Find(productId, request.HttpContext.RequestAborted) is { } stored
            ? Respond.Ok(stored)
            : CatalogProblems.ProductUnknown.ToHttp();

    /// <summary>Makes a product: a draft, unless it says otherwise.</summary>
    [Function("CreateProduct"), Staff(Role.Catalog), ApiKeyScope("catalog:write")]
    [Body<NewProduct>, Answer<Product>(201), Refusal(409, "catalog.name-taken"), Refusal(422, "catalog.product-invalid")]
    public Task<IResult> Create([HttpTrigger(AuthorizationLevel.Anonymous, "post", Route = Route)] HttpRequest request) =>
        request.ReadBody<NewProduct>().Then(wanted => edit.Create(wanted, request.Principal().Actor, request.HttpContext.RequestAborted))
            .ToHttp(made => Respond.Created($"/{Route}/{made.Value.Id}", made.Value, made.ETag));

    /// <summary>Says anew all that a product is; what is left out is emptied. Slugs that change redirect.</summary>
    [Function("ChangeProduct"), Staff(Role.Catalog), ApiKeyScope("catalog:write")]
    [Body<ProductDraft>, Answer<Product>(200), Refusal(404, "catalog.product-unknown"), Refusal(409, "catalog.name-taken"), Refusal(422, "catalog.product-invalid")]
    public Task<IResult> Change([HttpTrigger(AuthorizationLevel.Anonymous, "put", Route = One)] HttpRequest request, string productId) =>
        request.ReadBody<ProductDraft>().Then(wanted => edit.Change(productId, wanted, request.IfMatch(), request.Principal().Actor, request.HttpContext.RequestAborted)).ToHttp(Respond.Ok);

    /// <summary>Takes a product out of the shop. It is archived and never deleted.</summary>
    [Function("ArchiveProduct"), Staff(Role.Catalog), ApiKeyScope("catalog:write"), Answer<Product>(200), Refusal(404, "catalog.product-unknown")]
    public Task<IResult> Archive([HttpTrigger(AuthorizationLevel.Anonymous, "delete", Route = One)] HttpRequest request, string productId) =>
        edit.Archive(productId, request.IfMatch(), request.Principal().Actor, request.HttpContext.RequestAborted).ToHttp(Respond.Ok);

    /// <summary>Tells who changed what of a product and when, the newest first.</summary>
    [Function("ListProductChanges"), Staff(Role.Catalog), ApiKeyScope("catalog:read"), Answer<Page<ProductChange>>(200), Refusal(404, "catalog.product-unknown")]
    [QueryParameter("limit", typeof(int), "1 to 100, 20 when absent."), QueryParameter("cursor", typeof(string), "From nextCursor of the page before.")]
    public async Task<IResult> Changes([HttpTrigger(AuthorizationLevel.Anonymous, "get", Route = One + "/changes")] HttpRequest request, string productId)
    {
        Query query = request.ReadQuery();
        (int limit, string? after) = (query.Limit(), query.Cursor(cursors));
        if (query.Problem is { } problem) return problem.ToHttp();
        CancellationToken aborted = request.HttpContext.RequestAborted;
        if (!Ids.IsValid("prd", productId) || await store.Find(productId, aborted) is null) return CatalogProblems.ProductUnknown.ToHttp();
        (IReadOnlyList<ProductChange> changes, string? next) = await store.Changes(productId, after, limit, aborted);
        return Respond.Ok(new Page<ProductChange>(changes, cursors.Next(request, next)));
    }
}
