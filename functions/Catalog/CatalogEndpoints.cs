using System.Text.Json;
using Microsoft.AspNetCore.Http;
using Microsoft.Azure.Functions.Worker;
using Shop.Common;
using Shop.Http;

namespace Shop.Catalog;

/// <summary>What shoppers read: from memory, without a storage operation, and rendered once for everybody who asks the same and gets the same prices.</summary>
public sealed class CatalogEndpoints(CatalogIndex index, BrowseProducts browse, Cursors cursors)
{
    /// <summary>Lists, searches and filters products.</summary>
    /// <remarks>Facets count what each further choice would leave. Option names and values may be given in any of the shop's languages. With a customer's bearer prices are those of their groups.</remarks>
    [Function("ListProducts"), Access(Caller.Shopper), Answer<ProductPage>(200), Answer(304)]
    [QueryParameter("q", typeof(string), "Words to search for, in Indonesian or English; the last may be unfinished.")]
    [QueryParameter("category", typeof(string), "A category's slug; products below it are found as well.")]
    [QueryParameter("sort", typeof(string), "The order; relevance without q is newest first.", Values = ["relevance", "newest", "price", "-price", "title"])]
    [QueryParameter("inStock", typeof(bool), "true: only what lies in stock; false: only what does not. What can be ordered before it comes does not lie in stock.")]
    [QueryParameter("currency", typeof(string), "One of the currencies that the shop sells in; its own when absent. Products without a price in it are left out.")]
    [QueryParameter("minPrice", typeof(long), "In minor units of that currency.")]
    [QueryParameter("maxPrice", typeof(long), "In minor units of that currency.")]
    [QueryParameter("option.*", typeof(string), "A value of an option, such as option.Color=Red; given twice, either. At most 20 options and 50 values of each.")]
    [QueryParameter("attribute.*", typeof(string), "A value of an attribute, such as attribute.Material=Katun; given twice, either. At most 20 attributes and 50 values of each.")]
    [QueryParameter("limit", typeof(int), "Products on a page: 1 to 100, 20 when absent.")]
    [QueryParameter("cursor", typeof(string), "From nextCursor of the page before.")]
    public async Task<IResult> List([HttpTrigger(AuthorizationLevel.Anonymous, "get", Route = "v1/store/products")] HttpRequest request)
    {
        int locale = LocaleOf(request);
        string question = request.QueryString.Value ?? "";
        GroupSet groups = request.Principal().Groups;
        AnswerCache answers = index.Answers;
        if (answers.Find(question, locale, groups) is { } known) return known;

        Result<ProductQuery> query = ProductQuery.Read(request, cursors, index.Currencies);
        if (query.Problem is { } problem) return problem.ToHttp();
        ProductListing listing = await browse.Run(query.Value, locale, request.HttpContext.RequestAborted);
        var answer = new CatalogAnswer(listing.ToJson(locale, cursors.Next(request, listing.Last)), Locales.All[locale], groups);
        return listing.IsComplete ? answers.Keep(question, locale, groups, answer) : answer;
    }

    /// <summary>Shows a product.</summary>
    /// <remarks>By its slug in any language; a slug it once had redirects to the present one. With a customer's bearer prices are those of their groups.</remarks>
    [QueryParameter("currency", typeof(string), "One of the currencies that the shop sells in; its own when absent.")]
    [Function("GetProduct"), Access(Caller.Shopper), Answer<ProductResource>(200), Answer(301), Answer(304), Refusal(404, "catalog.product-unknown")]
    public IResult Get([HttpTrigger(AuthorizationLevel.Anonymous, "get", Route = "v1/store/products/{slug}")] HttpRequest request, string slug)
    {
        Query query = request.ReadQuery();
        PriceList prices = ProductQuery.PricesOf(request, query, index.Currencies);
        if (query.Problem is { } problem) return problem.ToHttp();
        AnswerCache answers = index.Answers;
        if (index.FindBySlug(slug) is not { } entry || !entry.IsListedIn(prices)) return CatalogProblems.ProductUnknown.ToHttp();
        int locale = LocaleOf(request);
        if (entry.Product.FormerSlugs.Contains(slug, StringComparer.Ordinal))
            return Respond.MovedPermanently($"/v1/store/products/{entry.Product.Text(Locales.All[locale], index.Fallback).Slug}{request.QueryString}");
        return entry.Page(locale, answers, index.View, prices);
    }

    /// <summary>Shows the tree of categories.</summary>
    [Function("ListCategories"), Access(Caller.Anyone), Answer<CategoryList>(200), Answer(304)]
    public IResult Categories([HttpTrigger(AuthorizationLevel.Anonymous, "get", Route = "v1/store/categories")] HttpRequest request)
    {
        const string Question = "/categories";
        int locale = LocaleOf(request);
        AnswerCache answers = index.Answers;
        return answers.Find(Question, locale, GroupSet.None) ?? answers.Keep(Question, locale, GroupSet.None, new CatalogAnswer(
            JsonSerializer.SerializeToUtf8Bytes(new CategoryList(index.View.Categories.In(Locales.All[locale])), ShopJson.Options), Locales.All[locale], GroupSet.None));
    }

    /// <summary>Shows a category with the way down to it, those below it and what its page tells search engines.</summary>
    /// <remarks>By its slug in any language; a slug it once had redirects to the present one. The list's <c>category</c> filter takes the old one for the new.</remarks>
    [Function("GetCategory"), Access(Caller.Anyone), Answer<CategoryDetail>(200), Answer(301), Answer(304), Refusal(404, "catalog.category-unknown")]
    [QueryParameter("slug", typeof(string), "From the root down, such as busana/batik.")]
    public IResult Category([HttpTrigger(AuthorizationLevel.Anonymous, "get", Route = "v1/store/category")] HttpRequest request)
    {
        Query query = request.ReadQuery();
        string? slug = query.Text("slug");
        if (query.Problem is { } problem) return problem.ToHttp();
        AnswerCache answers = index.Answers;
        if (slug is null || index.View.Categories.Find(slug) is not { IsVisible: true } category) return CatalogProblems.CategoryUnknown.ToHttp();
        int number = LocaleOf(request);
        string locale = Locales.All[number], question = $"/category/{category.Path}";
        if (!category.Slugs.Contains(slug, StringComparer.Ordinal)) return Respond.MovedPermanently($"/v1/store/category?slug={Uri.EscapeDataString(category.Slug(locale))}");
        return answers.Find(question, number, GroupSet.None) ?? answers.Keep(question, number, GroupSet.None, new CatalogAnswer(
            JsonSerializer.SerializeToUtf8Bytes(CategoryDetail.From(category, locale, index.Pages), ShopJson.Options), locale, GroupSet.None));
    }

    /// <summary>The place of the answer's language in <see cref="Locales.All"/>.</summary>
    private static int LocaleOf(HttpRequest request)
    {
        string locale = request.Locale();
        int number = Locales.All.Count - 1;
        while (number > 0 && Locales.All[number] != locale) number--;
        return number;
    }
}

/// <summary>The tree of categories.</summary>
/// <param name="Data">The categories at the root, each with those below it.</param>
public sealed record CategoryList(IReadOnlyList<CategoryResource> Data);
