using System.ComponentModel.DataAnnotations;
using System.Reflection;
using System.Text;
using System.Text.Json;
using Microsoft.AspNetCore.Http;
using Microsoft.Azure.Functions.Worker;
using Microsoft.OpenApi;
using Microsoft.OpenApi.Reader;
using Shop.Common;
using Shop.Http;
using Shop.Http.OpenApi;

namespace Shop.Tests.Http;

public sealed class OpenApiTests
{
    public enum Size { Small, ExtraLarge }

    public sealed record Shelf(string Id, string? Note, Money Price, Money? OldPrice, Sku Sku, Size? Size, IReadOnlyList<Shelf> Below, Dictionary<string, string?> Labels, DateTimeOffset At, int Count, Plank? Top);

    public sealed record Plank(double Length);

    public sealed record NewShelf([StringLength(9, MinimumLength = 1)] string Name, [Range(1, 5)] int Count, Plank? Top = null, [MaxLength(3)] IReadOnlyList<Sku>? Skus = null);

    public sealed record PatchShelf(Optional<string?> Note = default, Optional<Plank> Top = default);

    public sealed class Endpoints
    {
        [Function("AddShelf"), Access(Caller.Anyone), Idempotent]
        [Body<NewShelf>, Answer<Shelf>(201), Refusal(409, "shelf.full"), HeaderParameter("Prefer", "`wait=10`.")]
        public IResult Add([HttpTrigger(AuthorizationLevel.Anonymous, "post", Route = "v1/store/shelves")] HttpRequest request) => Respond.NoContent();

        [Function("ListShelves"), Access(Caller.Anyone)]
        [QueryParameter("limit", typeof(int), "How many."), QueryParameter("sort", typeof(string), "The order.", Values = ["name", "-name"]), Answer<Page<Shelf>>(200)]
        public IResult List([HttpTrigger(AuthorizationLevel.Anonymous, "get", Route = "v1/store/shelves")] HttpRequest request) => Respond.NoContent();

        [Function("GetShelf"), Access(Caller.Anyone), Answer<Shelf>(200), Refusal(404, "shelf.unknown")]
        public IResult Get([HttpTrigger(AuthorizationLevel.Anonymous, "get", Route = "v1/store/shelves/{id}")] HttpRequest request, string id) => Respond.NoContent();

        [Function("GetTopShelf"), Access(Caller.Anyone), Answer<Plank>(200)]
        public IResult Top([HttpTrigger(AuthorizationLevel.Anonymous, "get", Route = "v1/store/shelves/top")] HttpRequest request) => Respond.NoContent();

        [Function("PatchShelf"), Staff(Role.Catalog), Body<PatchShelf>, Answer(204)]
        public IResult Patch([HttpTrigger(AuthorizationLevel.Anonymous, "patch", Route = "v1/admin/shelves/{id}")] HttpRequest request, string id) => Respond.NoContent();
    }

    private const string Good = """
        {"id":"s1","note":null,"price":{"amount":1,"currency":"IDR"},"oldPrice":null,"sku":"A-1","size":"extraLarge","below":[],"labels":{"a":null},"at":"2026-01-01T00:00:00+00:00","count":1,"top":{"length":1.5}}
        """;

    private static readonly ApiDescription Description = new(new HttpFunctions(typeof(Endpoints)), new ShopOptions { PublicUrl = new Uri("https://shop.example") });
    private static readonly JsonElement Document = JsonDocument.Parse(Description.Document).RootElement;
    private static readonly OpenApiValidator Validator = new(Document);

    [Fact]
    public void The_shops_own_description_is_OpenApi()
    {
        var shop = new ApiDescription(new HttpFunctions(typeof(ApiDescription).Assembly.GetExportedTypes()), new ShopOptions { PublicUrl = new Uri("https://shop.example") });

        ReadResult read = OpenApiDocument.Parse(Encoding.UTF8.GetString(shop.Document), "json");

        Assert.Empty(read.Diagnostic!.Errors);
        Assert.Empty(read.Diagnostic.Warnings);
        Assert.Equal(OpenApiSpecVersion.OpenApi3_1, read.Diagnostic.SpecificationVersion);
        Assert.Contains("/v1/admin/sessions", read.Document!.Paths.Keys);
    }

    [Fact]
    public void Every_function_of_the_shop_says_what_it_does()
    {
        var functions = new HttpFunctions(typeof(ApiDescription).Assembly.GetExportedTypes());
        var docs = new XmlDocs(typeof(ApiDescription).Assembly);

        Assert.Equal([], functions.All.Where(f => f.Name != "ZzzCatchAll" && docs.Summary(f.Method) is null).Select(f => f.Name));
        Assert.Equal([], functions.All.Where(f => f.Name != "ZzzCatchAll" && !f.Method.GetCustomAttributes<AnswerAttribute>().Any()).Select(f => f.Name));
    }

    [Fact]
    public void A_requests_object_is_closed_and_requires_what_has_no_default()
    {
        JsonElement schema = Schema("NewShelf");

        Assert.False(schema.GetProperty("additionalProperties").GetBoolean());
        Assert.Equal("""["name","count"]""", schema.GetProperty("required").GetRawText());
        Assert.Equal("""{"type":"string","minLength":1,"maxLength":9}""", schema.GetProperty("properties").GetProperty("name").GetRawText());
        Assert.Equal("""{"type":"integer","minimum":1,"maximum":5}""", schema.GetProperty("properties").GetProperty("count").GetRawText());
        Assert.Equal("""{"type":["array","null"],"items":{"$ref":"#/components/schemas/Sku"},"maxItems":3}""", schema.GetProperty("properties").GetProperty("skus").GetRawText());
    }

    [Fact]
    public void An_answer_has_all_of_its_fields_and_says_which_may_be_null()
    {
        JsonElement properties = Schema("Shelf").GetProperty("properties");

        Assert.Equal(11, Schema("Shelf").GetProperty("required").GetArrayLength());
        Assert.Equal("""{"type":["string","null"]}""", properties.GetProperty("note").GetRawText());
        Assert.Equal("""{"anyOf":[{"$ref":"#/components/schemas/Money"},{"type":"null"}]}""", properties.GetProperty("oldPrice").GetRawText());
        Assert.Equal("""{"type":["string","null"],"enum":["small","extraLarge",null]}""", properties.GetProperty("size").GetRawText());
        Assert.Equal("""{"type":"object","additionalProperties":{"type":["string","null"]}}""", properties.GetProperty("labels").GetRawText());
    }

    [Fact]
    public void A_type_that_is_both_read_and_written_has_two_schemas()
    {
        Assert.False(Schema("Plank").TryGetProperty("additionalProperties", out _));
        Assert.False(Schema("PlankInput").GetProperty("additionalProperties").GetBoolean());
    }

    [Fact]
    public void A_patch_requires_nothing() => Assert.False(Schema("PatchShelf").TryGetProperty("required", out _));

    [Fact]
    public void What_every_function_shares_is_described_without_being_declared()
    {
        JsonElement add = Document.GetProperty("paths").GetProperty("/v1/store/shelves").GetProperty("post");
        JsonElement patch = Document.GetProperty("paths").GetProperty("/v1/admin/shelves/{id}").GetProperty("patch");

        Assert.Equal(["Prefer", "Idempotency-Key"], add.GetProperty("parameters").EnumerateArray().Select(p => p.GetProperty("name").GetString()));
        Assert.Equal(["201", "400", "409", "413", "415", "422", "500", "503"], add.GetProperty("responses").EnumerateObject().Select(r => r.Name));
        Assert.Contains("\"idempotency.in-progress\",\"shelf.full\"", add.GetRawText());
        Assert.Equal(["id", "If-Match"], patch.GetProperty("parameters").EnumerateArray().Select(p => p.GetProperty("name").GetString()));
        Assert.Equal("""[{"staff":[]}]""", patch.GetProperty("security").GetRawText());
    }

    [Fact]
    public void A_good_answer_has_no_violations()
    {
        Assert.Empty(Validator.Violations("GET", "/v1/store/shelves/s1?x=1", 200, "application/json; charset=utf-8", Good));
        Assert.Empty(Validator.Violations("GET", "/v1/store/shelves/{id}", 200, "application/json", Good));
        Assert.Empty(Validator.Violations("GET", "/v1/store/shelves", 200, "application/json", $$"""{"data":[{{Good}}],"nextCursor":null}"""));
        Assert.Empty(Validator.Violations("GET", "/v1/store/shelves/top", 200, "application/json", """{"length":2}"""));
        Assert.Empty(Validator.Violations("HEAD", "/v1/store/shelves/s1", 200, "application/json", ""));
        Assert.Empty(Validator.Violations("PATCH", "/v1/admin/shelves/s1", 204, null, ""));
        Assert.Empty(Validator.Violations("POST", "/v1/store/shelves", 409, "application/problem+json", Problem("shelf.full")));
    }

    [Theory]
    [InlineData("\"id\":\"s1\"", "\"id\":1", "/id is not \"string\"")]
    [InlineData("\"id\":\"s1\"", "\"id\":null", "/id is not \"string\"")]
    [InlineData("\"id\":\"s1\",", "", "/id is missing")]
    [InlineData("\"id\":\"s1\"", "\"id\":\"s1\",\"more\":1", "/more is not described")]
    [InlineData("\"amount\":1", "\"amount\":1.5", "/price/amount is not \"integer\"")]
    [InlineData("\"amount\":1", "\"amount\":9007199254740992", "/price/amount is too large")]
    [InlineData("\"currency\":\"IDR\"", "\"currency\":\"idr\"", "/price/currency does not match")]
    [InlineData("\"currency\":\"IDR\"", "\"currency\":\"IDR\",\"isZero\":false", "/price/isZero is not described")]
    [InlineData("\"oldPrice\":null", "\"oldPrice\":{\"amount\":1}", "/oldPrice/currency is missing")]
    [InlineData("extraLarge", "ExtraLarge", "/size is not one of")]
    [InlineData("\"a\":null", "\"a\":1", "/labels/a is not")]
    [InlineData("2026-01-01T00:00:00+00:00", "2026-01-01", "/at is not a date-time")]
    [InlineData("\"below\":[]", "\"below\":[{}]", "/below/0/id is missing")]
    [InlineData("\"below\":[]", "\"below\":{}", "/below is not \"array\"")]
    [InlineData("{\"id\"", "{{\"id\"", "the body is not JSON")]
    public void A_bad_answer_is_told(string good, string bad, string violation)
    {
        Assert.Contains(good, Good);

        Assert.Contains(Validator.Violations("GET", "/v1/store/shelves/s1", 200, "application/json", Good.Replace(good, bad, StringComparison.Ordinal)), v => v.Contains(violation, StringComparison.Ordinal));
    }

    [Fact]
    public void An_answer_that_is_not_described_is_told()
    {
        Assert.Contains("path", Assert.Single(Validator.Violations("GET", "/v1/store/tables", 200, "application/json", "{}")));
        Assert.Contains("method", Assert.Single(Validator.Violations("DELETE", "/v1/store/shelves/s1", 200, "application/json", "{}")));
        Assert.Contains("status", Assert.Single(Validator.Violations("GET", "/v1/store/shelves/s1", 202, "application/json", Good)));
        Assert.Contains("media type", Assert.Single(Validator.Violations("GET", "/v1/store/shelves/s1", 200, "text/html", Good)));
        Assert.Contains("no body", Assert.Single(Validator.Violations("PATCH", "/v1/admin/shelves/s1", 204, "application/json", "{}")));
        Assert.Contains("/code", Assert.Single(Validator.Violations("GET", "/v1/store/shelves/s1", 404, "application/problem+json", Problem("shelf.full"))));
        Assert.Contains("/traceId", Assert.Single(Validator.Violations("GET", "/v1/store/shelves/s1", 404, "application/problem+json", Problem("shelf.unknown").Replace("traceId", "trace", StringComparison.Ordinal)), v => v.Contains("missing", StringComparison.Ordinal)));
    }

    [Fact]
    public async Task A_test_whose_answer_differs_from_the_description_fails()
    {
        using var http = new HttpClient(new ValidatingHandler(new Shelves(), new ValidatingHandler.Description())) { BaseAddress = new Uri("http://shop.example") };

        Assert.Equal(Good, await http.GetStringAsync("/v1/store/shelves/good", TestContext.Current.CancellationToken));
        await Assert.ThrowsAsync<Xunit.Sdk.XunitException>(() => http.GetStringAsync("/v1/store/shelves/bad", TestContext.Current.CancellationToken));
    }

    [Fact]
    public async Task The_reference_serves_its_own_script()
    {
        HttpRequest request = HttpTesting.Get("/docs/scalar.js");
        Answered script = await new OpenApiEndpoints(Description).Load(request).Execute(request);

        Assert.Contains("createApiReference", script.Text);
        Assert.Contains($"src=\"/{ApiReference.ScriptRoute}\"", ApiReference.Page);
    }

    private sealed class Shelves : HttpMessageHandler
    {
        protected override Task<HttpResponseMessage> SendAsync(HttpRequestMessage request, CancellationToken cancellationToken) => Task.FromResult(new HttpResponseMessage
        {
            Content = new StringContent(request.RequestUri!.AbsolutePath switch
            {
                "/openapi.json" => Encoding.UTF8.GetString(Description.Document),
                "/v1/store/shelves/good" => Good,
                _ => "{}",
            }, Encoding.UTF8, "application/json"),
        });
    }

    private static JsonElement Schema(string name) => Document.GetProperty("components").GetProperty("schemas").GetProperty(name);

    private static string Problem(string code) => $$"""{"type":"about:blank","title":"","status":409,"detail":"","code":"{{code}}","errors":[],"traceId":""}""";
}
