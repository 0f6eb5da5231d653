using System.Reflection;
using System.Text.Json;
using System.Text.Json.Nodes;
using System.Text.RegularExpressions;
using Microsoft.Net.Http.Headers;
using Shop.Common;

namespace Shop.Http.OpenApi;

/// <summary>
/// The OpenAPI 3.1 description, made once from what the functions declare: routes, attributes, types and doc comments. What every function
/// shares (rights, idempotency, malformed bodies, outages) is added here, so that no endpoint has to repeat it.
/// </summary>
public sealed partial class ApiDescription
{
    private const string ProblemSchema = "Problem";
    private readonly Lazy<byte[]> _document;
    private readonly Lazy<string> _etag;

    public ApiDescription(HttpFunctions functions, ShopOptions shop)
    {
        _document = new Lazy<byte[]>(() => JsonSerializer.SerializeToUtf8Bytes(Describe(functions, shop), ShopJson.Options));
        _etag = new Lazy<string>(() => ETags.OfContent(Document));
    }

    /// <summary>UTF-8 JSON.</summary>
    public byte[] Document => _document.Value;

    public string ETag => _etag.Value;

    private static JsonObject Describe(HttpFunctions functions, ShopOptions shop)
    {
        HttpFunction[] described = [.. functions.All.Where(f => f.Name != CatchAllEndpoint.Name)];
        var docs = new XmlDocs(typeof(ApiDescription).Assembly);
        var schemas = new Schemas(docs);
        schemas.Components[ProblemSchema] = null;
        string problem = ((JsonObject)schemas.OfAnswer(typeof(ProblemDocument)))["$ref"]!.GetValue<string>().Split('/')[^1];
        schemas.Components[ProblemSchema] = schemas.Components[problem]!.DeepClone();
        schemas.Components.Remove(problem);

        // Answers first: a request's schema gives way to an answer's where both have the name.
        Dictionary<HttpFunction, JsonObject> responses = described.ToDictionary(f => f, f => Responses(f, schemas));
        JsonObject paths = [];
        foreach (HttpFunction function in described.OrderBy(f => f.Route, StringComparer.Ordinal))
        {
            string path = "/" + RouteParameter().Replace(function.Route, "{$1}");
            var item = paths[path] as JsonObject ?? [];
            paths[path] = item;
            foreach (string verb in function.Verbs) item[verb.ToLowerInvariant()] = Operation(function, verb, docs, schemas, responses[function]);
        }
        return new JsonObject
        {
            ["openapi"] = "3.1.1",
            ["info"] = new JsonObject
            {
                ["title"] = "Shop",
                ["version"] = "1",
                ["description"] = "Money is in ISO 4217 minor units. Times are UTC, RFC 3339. Errors are RFC 9457 problem+json with a stable `code`. Lists are pages: send `nextCursor` as `cursor`. "
                    + "What is answered may gain fields; what is sent may not have any that are not listed here.",
            },
            ["servers"] = new JsonArray(new JsonObject { ["url"] = shop.PublicUrl.ToString().TrimEnd('/') }),
            ["paths"] = paths,
            ["components"] = new JsonObject { ["schemas"] = Sorted(schemas.Components), ["securitySchemes"] = SecuritySchemes() },
            ["tags"] = new JsonArray([.. described.Select(TagOf).Distinct(StringComparer.Ordinal).Order(StringComparer.Ordinal).Select(JsonNode (t) => new JsonObject { ["name"] = t })]),
        };
    }

    private static JsonObject Operation(HttpFunction function, string verb, XmlDocs docs, Schemas schemas, JsonObject responses)
    {
        JsonObject operation = new()
        {
            ["operationId"] = JsonNamingPolicy.CamelCase.ConvertName(function.Name) + (function.Verbs.Count > 1 ? "_" + verb.ToLowerInvariant() : ""),
            ["tags"] = new JsonArray(TagOf(function)),
        };
        (string title, string details) = Split(docs.Summary(function.Method) ?? function.Name);
        operation["summary"] = title;
        string description = $"{details} {docs.Remarks(function.Method)}".Trim();
        if (description.Length > 0) operation["description"] = description;
        JsonArray parameters = [.. Parameters(function, docs)];
        if (parameters.Count > 0) operation["parameters"] = parameters;
        if (function.Method.GetCustomAttributes<BodyAttribute>().ToArray() is { Length: > 0 } bodies)
        {
            operation["requestBody"] = new JsonObject
            {
                ["required"] = !bodies[0].Optional,
                ["content"] = new JsonObject(bodies.Select(body => KeyValuePair.Create(body.ContentType, (JsonNode?)new JsonObject { ["schema"] = schemas.OfRequest(body.Type) }))),
            };
        }
        operation["responses"] = responses.DeepClone();
        operation["security"] = Security(function);
        return operation;
    }

    /// <summary>The first sentence is the title in lists, without its full stop; the rest is told beside it.</summary>
    private static (string Title, string Details) Split(string summary)
    {
        int end = summary.IndexOf(". ", StringComparison.Ordinal);
        return end < 0 ? (summary.TrimEnd('.'), "") : (summary[..end], summary[(end + 2)..]);
    }

    private static IEnumerable<JsonNode> Parameters(HttpFunction function, XmlDocs docs)
    {
        foreach (Match route in RouteParameter().Matches(function.Route))
        {
            string name = route.Groups[1].Value;
            yield return Parameter("path", name, docs.Parameter(function.Method, name), required: true, new JsonObject { ["type"] = "string" });
        }
        foreach (QueryParameterAttribute query in function.Method.GetCustomAttributes<QueryParameterAttribute>())
        {
            JsonObject schema = new() { ["type"] = query.Type == typeof(bool) ? "boolean" : query.Type == typeof(int) || query.Type == typeof(long) ? "integer" : "string" };
            if (query.Values.Length > 0) schema["enum"] = new JsonArray([.. query.Values.Select(v => (JsonNode)v)]);
            yield return Parameter("query", query.Name, query.Description, query.Required, schema);
        }
        foreach (HeaderParameterAttribute header in function.Method.GetCustomAttributes<HeaderParameterAttribute>())
            yield return Parameter("header", header.Name, header.Description, required: false, new JsonObject { ["type"] = "string" });
        if (function.Idempotent)
            yield return Parameter("header", IdempotencyMiddleware.Header, "1 to 255 visible characters. The same key with the same body gets the first answer again, for 72 hours.", required: true, new JsonObject { ["type"] = "string", ["maxLength"] = 255 });
        if (function.NeedsIfMatch)
            yield return Parameter("header", "If-Match", "The ETag of what you read.", required: true, new JsonObject { ["type"] = "string" });
    }

    private static JsonObject Parameter(string place, string name, string? description, bool required, JsonObject schema)
    {
        JsonObject parameter = new() { ["name"] = name, ["in"] = place, ["required"] = required, ["schema"] = schema };
        if (description is not null) parameter["description"] = description;
        return parameter;
    }

    private static JsonObject Responses(HttpFunction function, Schemas schemas)
    {
        JsonObject responses = [];
        foreach (AnswerAttribute answer in function.Method.GetCustomAttributes<AnswerAttribute>().OrderBy(a => a.Status))
        {
            JsonObject response = new() { ["description"] = ProblemJson.Title(answer.Status) };
            if (Headers(function, answer.Status) is { Count: > 0 } headers) response["headers"] = headers;
            if (answer.Type is not null || answer.ContentType != "application/json")
            {
                // One function may answer in several media types.
                JsonObject content = responses[answer.Status.ToString()]?["content"]?.DeepClone() as JsonObject ?? [];
                content[answer.ContentType] = new JsonObject { ["schema"] = answer.Type is { } type ? schemas.OfAnswer(type) : new JsonObject() };
                response["content"] = content;
            }
            responses[answer.Status.ToString()] = response;
        }
        foreach (IGrouping<int, string> refusal in Refusals(function).GroupBy(r => r.Status, r => r.Code).OrderBy(g => g.Key))
        {
            JsonObject schema = new()
            {
                ["$ref"] = $"#/components/schemas/{ProblemSchema}",
                ["properties"] = new JsonObject { ["code"] = new JsonObject { ["enum"] = new JsonArray([.. refusal.Distinct(StringComparer.Ordinal).Order(StringComparer.Ordinal).Select(c => (JsonNode)c)]) } },
            };
            JsonObject response = new() { ["description"] = ProblemJson.Title(refusal.Key), ["content"] = new JsonObject { [ProblemJson.ContentType] = new JsonObject { ["schema"] = schema } } };
            if (refusal.Key is 409 or 429 or 503) response["headers"] = new JsonObject { ["Retry-After"] = Header("Seconds to wait before trying again.", "integer") };
            if (refusal.Key == 401) response["headers"] = new JsonObject { ["WWW-Authenticate"] = Header("`Bearer`.", "string") };
            responses[refusal.Key.ToString()] = response;
        }
        return responses;
    }

    private static JsonObject Headers(HttpFunction function, int status)
    {
        JsonObject headers = [];
        if (status is 201 or 202 or 301 or 302) headers[HeaderNames.Location] = Header("Where it is.", "string");
        if (status is 200 or 201 or 304) headers[HeaderNames.ETag] = Header("The version, strong.", "string");
        if (function.Idempotent) headers["Idempotent-Replayed"] = Header("`true` when this is the first answer again.", "string");
        return headers;
    }

    private static JsonObject Header(string description, string type) => new() { ["description"] = description, ["schema"] = new JsonObject { ["type"] = type } };

    /// <summary>What the function declares, and what the middleware and the readers may answer in its place.</summary>
    internal static IEnumerable<(int Status, string Code)> Refusals(HttpFunction function)
    {
        MethodInfo method = function.Method;
        IEnumerable<(int, string)> declared = method.GetCustomAttributes<RefusalAttribute>().SelectMany(r => r.Codes.Select(c => (r.Status, c)));
        List<Problem> shared = [HttpProblems.Failed, HttpProblems.Unavailable];
        if (function.Caller is Caller.Shopper or Caller.CartHolder or Caller.Customer) shared.Add(HttpProblems.Unauthenticated);
        if (function.Staff is not null) shared.AddRange([HttpProblems.Unauthenticated, HttpProblems.Forbidden]);
        if (function.Caller == Caller.OrderHolder) shared.Add(HttpProblems.OrderUnknown);
        if (function.NeedsIfMatch) shared.AddRange([HttpProblems.PreconditionRequired, HttpProblems.PreconditionFailed]);
        if (function.Idempotent) shared.AddRange([IdempotencyProblems.KeyMissing, IdempotencyProblems.KeyInvalid, IdempotencyProblems.InProgress, IdempotencyProblems.KeyReused]);
        if (method.IsDefined(typeof(QueryParameterAttribute))) shared.Add(HttpProblems.Invalid);
        if (method.GetCustomAttributes<BodyAttribute>().Any(body => body.Type != typeof(Stream))) shared.AddRange([HttpProblems.Invalid, HttpProblems.MediaTypeUnsupported]);
        if (method.IsDefined(typeof(BodyAttribute)) || function.Idempotent) shared.Add(HttpProblems.TooLarge(function.BodyLimit));
        return declared.Concat(shared.Select(p => (p.Status, p.Code)));
    }

    private static JsonArray Security(HttpFunction function) => function switch
    {
        { ApiKeyScope: { } scope } => new JsonArray(new JsonObject { ["staff"] = new JsonArray() }, new JsonObject { ["apiKey"] = new JsonArray(scope) }),
        { Staff: not null } => new JsonArray(new JsonObject { ["staff"] = new JsonArray() }),
        { Caller: Caller.Customer } => new JsonArray(new JsonObject { ["customer"] = new JsonArray() }),
        { Caller: Caller.Shopper or Caller.CartHolder } => new JsonArray(new JsonObject(), new JsonObject { ["customer"] = new JsonArray() }),
        { Caller: Caller.OrderHolder } => new JsonArray(new JsonObject { ["customer"] = new JsonArray() }, new JsonObject { ["orderToken"] = new JsonArray() }, new JsonObject { ["orderTokenInQuery"] = new JsonArray() }),
        _ => [],
    };

    private static JsonObject SecuritySchemes() => new()
    {
        ["staff"] = new JsonObject { ["type"] = "http", ["scheme"] = "bearer", ["bearerFormat"] = "JWT", ["description"] = "From `POST /v1/admin/sessions`." },
        ["customer"] = new JsonObject { ["type"] = "http", ["scheme"] = "bearer", ["bearerFormat"] = "JWT", ["description"] = "From `POST /v1/store/sessions`." },
        ["apiKey"] = new JsonObject { ["type"] = "http", ["scheme"] = "bearer", ["description"] = "A key that the owner made with `POST /v1/admin/api-keys`; it needs the scope named here." },
        ["orderToken"] = new JsonObject { ["type"] = "http", ["scheme"] = "bearer", ["description"] = "The order's own token, from the checkout's answer or a mail." },
        ["orderTokenInQuery"] = new JsonObject { ["type"] = "apiKey", ["in"] = "query", ["name"] = OrderTokens.QueryName, ["description"] = "The same, for links." },
    };

    /// <summary><c>v1/store/carts/…</c> is "Carts", <c>v1/admin/products</c> "Staff: products", <c>v1/hooks/…</c> "Providers", anything else "Files".</summary>
    private static string TagOf(HttpFunction function) => function.Route.Split('/') switch
    {
        ["v1", "store", { } noun, ..] => char.ToUpperInvariant(noun[0]) + noun[1..],
        ["v1", "admin", { } noun, ..] => "Staff: " + noun,
        ["v1", "hooks", ..] => "Providers",
        _ => "Files",
    };

    private static JsonObject Sorted(JsonObject schemas) => new(schemas.OrderBy(s => s.Key, StringComparer.Ordinal).Select(s => KeyValuePair.Create(s.Key, s.Value?.DeepClone())));

    [GeneratedRegex(@"\{\*{0,2}(\w+)[^}]*\}", RegexOptions.None, 1000)]
    private static partial Regex RouteParameter();
}
