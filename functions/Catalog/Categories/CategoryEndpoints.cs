using System.Globalization;
using Microsoft.AspNetCore.Http;
using Microsoft.Azure.Functions.Worker;
using Shop.Common;
using Shop.Http;
using Shop.Storage;

namespace Shop.Catalog;

/// <summary>What staff says of categories.</summary>
public sealed class CategoryEndpoints(CategoryStore store, EditCategories edit, Cursors cursors)
{
    private const string Route = "v1/admin/categories";
    private const string One = Route + "/{categoryId}";

    /// <summary>Lists the categories that the shop says something of, by path, in all languages.</summary>
    [Function("ListCategoriesForStaff"), Staff(Role.Catalog), ApiKeyScope("catalog:read"), Answer<Page<Category>>(200)]
    [QueryParameter("limit", typeof(int), "1 to 100, 20 when absent."), QueryParameter("cursor", typeof(string), "From nextCursor of the page before.")]
    public async Task<IResult> List([HttpTrigger(AuthorizationLevel.Anonymous, "get", Route = Route)] HttpRequest request)
    {
        Query query = request.ReadQuery();
        (int limit, string? after) = (query.Limit(), query.Cursor(cursors));
        if (query.Problem is { } problem) return problem.ToHttp();
        IEnumerable<Category> rest = (await store.Read(request.HttpContext.RequestAborted)).Value.Categories
            .Where(c => after is null || string.CompareOrdinal(c.Path, after) > 0).OrderBy(c => c.Path, StringComparer.Ordinal);
        Category[] page = [.. rest.Take(limit + 1)];
        return Respond.Ok(new Page<Category>([.. page.Take(limit)], cursors.Next(request, page.Length > limit ? page[limit - 1].Path : null)));
    }

    /// <summary>Shows a category as it is stored, in all languages.</summary>
    [Function("GetCategoryForStaff"), Staff(Role.Catalog), ApiKeyScope("catalog:read"), Answer<Category>(200), Refusal(404, "catalog.category-unknown")]
    public async Task<IResult> Get([HttpTrigger(AuthorizationLevel.Anonymous, "get", Route = One)] HttpRequest request, string categoryId) =>
        (await store.Read(request.HttpContext.RequestAborted)).Value.Categories.FirstOrDefault(c => c.Id == categoryId) is { } category
            ? Respond.Ok(new Stored<Category>(category, category.ETag))
            : CatalogProblems.CategoryUnknown.ToHttp();

    /// <summary>Tells who changed what of the categories and when, the newest first; also of those that are gone.</summary>
    [Function("ListCategoryChanges"), Staff(Role.Catalog), ApiKeyScope("catalog:read"), Answer<Page<CategoryChange>>(200)]
    [QueryParameter("limit", typeof(int), "1 to 100, 20 when absent."), QueryParameter("cursor", typeof(string), "From nextCursor of the page before.")]
    public async Task<IResult> Changes([HttpTrigger(AuthorizationLevel.Anonymous, "get", Route = "v1/admin/category-changes")] HttpRequest request)
    {
        Query query = request.ReadQuery();
        (int limit, string? from) = (query.Limit(), query.Cursor(cursors));
        if (query.Problem is { } problem) return problem.ToHttp();
        (IReadOnlyList<CategoryChange> changes, long? next) = await store.Changes(from is null ? null : long.Parse(from, CultureInfo.InvariantCulture), limit, request.HttpContext.RequestAborted);
        return Respond.Ok(new Page<CategoryChange>(changes, cursors.Next(request, next?.ToString(CultureInfo.InvariantCulture))));
    }

    /// <summary>Makes a category, or says something of one that only products name: by their path.</summary>
    [Function("CreateCategory"), Staff(Role.Catalog), ApiKeyScope("catalog:write")]
    [Body<NewCategory>, Answer<Category>(201), Refusal(409, "catalog.category-taken"), Refusal(409, "catalog.categories-full"), Refusal(422, "catalog.category-invalid")]
    public Task<IResult> Create([HttpTrigger(AuthorizationLevel.Anonymous, "post", Route = Route)] HttpRequest request) =>
        request.ReadBody<NewCategory>().Then(wanted => edit.Create(wanted, request.Principal().Actor, request.HttpContext.RequestAborted))
            .ToHttp(made => Respond.Created($"/{Route}/{made.Value.Id}", made.Value, made.ETag));

    /// <summary>Says anew all that a category is; what is left out is emptied. Its products stay as they are, and slugs that change redirect.</summary>
    [Function("ChangeCategory"), Staff(Role.Catalog), ApiKeyScope("catalog:write")]
    [Body<CategoryDraft>, Answer<Category>(200), Refusal(404, "catalog.category-unknown"), Refusal(409, "catalog.category-taken"), Refusal(409, "catalog.categories-full"), Refusal(422, "catalog.category-invalid")]
    public Task<IResult> Change([HttpTrigger(AuthorizationLevel.Anonymous, "put", Route = One)] HttpRequest request, string categoryId) =>
        request.ReadBody<CategoryDraft>().Then(wanted => edit.Change(categoryId, wanted, request.IfMatch(), request.Principal().Actor, request.HttpContext.RequestAborted)).ToHttp(Respond.Ok);

    /// <summary>Takes a category away in which nothing stands: neither categories nor products, archived ones aside.</summary>
    [Function("DeleteCategory"), Staff(Role.Catalog), ApiKeyScope("catalog:write"), Answer(204), Refusal(404, "catalog.category-unknown"), Refusal(409, "catalog.category-in-use")]
    public Task<IResult> Delete([HttpTrigger(AuthorizationLevel.Anonymous, "delete", Route = One)] HttpRequest request, string categoryId) =>
        edit.Delete(categoryId, request.IfMatch(), request.Principal().Actor, request.HttpContext.RequestAborted).ToHttp(_ => Respond.NoContent());
}
