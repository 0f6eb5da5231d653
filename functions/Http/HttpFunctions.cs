using System.Reflection;
using Microsoft.AspNetCore.Http;
using Microsoft.AspNetCore.Routing;
using Microsoft.AspNetCore.Routing.Template;
using Microsoft.Azure.Functions.Worker;

namespace Shop.Http;

/// <summary>One HTTP function with what it declares.</summary>
public sealed record HttpFunction
{
    public required string Name { get; init; }

    public required MethodInfo Method { get; init; }

    /// <summary>Upper case; empty means every method.</summary>
    public required IReadOnlyList<string> Verbs { get; init; }

    /// <summary>Without a slash in front: <c>v1/store/carts/{cartId}</c>.</summary>
    public required string Route { get; init; }

    /// <summary><c>null</c> for functions of staff.</summary>
    public required Caller? Caller { get; init; }

    /// <summary><c>null</c> for functions that staff do not own.</summary>
    public required StaffAttribute? Staff { get; init; }

    /// <summary>What an API key needs to call it; <c>null</c> where none may.</summary>
    public required string? ApiKeyScope { get; init; }

    public required bool Idempotent { get; init; }

    public required long BodyLimit { get; init; }

    public bool NeedsIfMatch => Staff is { NeedsIfMatch: true } && Verbs.Any(v => v is "PUT" or "PATCH" or "DELETE");

    /// <summary>Whether the catch-all can call it for a HEAD request: its parameters come from the request alone.</summary>
    public bool AnswersHead => Verbs.Contains("GET", StringComparer.Ordinal) && Method.GetParameters().All(p =>
        p.ParameterType == typeof(HttpRequest) || p.ParameterType == typeof(FunctionContext) || p.ParameterType == typeof(CancellationToken) || p.ParameterType == typeof(string));

    public bool Answers(string verb) => Verbs.Count == 0 || Verbs.Contains(verb, StringComparer.Ordinal);
}

/// <summary>Every HTTP function of the app, read once from its attributes. Both runtimes know functions by these names.</summary>
public sealed class HttpFunctions
{
    private readonly Dictionary<string, HttpFunction> _byName;
    private readonly (TemplateMatcher Matcher, HttpFunction Function)[] _routes;

    /// <exception cref="InvalidOperationException">Functions are declared wrongly; the message names all of them.</exception>
    public HttpFunctions(params IEnumerable<Type> types)
    {
        List<string> mistakes = [];
        All = [.. types.Where(t => t is { IsVisible: true, IsClass: true }).SelectMany(t => t.GetMethods()).Select(m => Read(m, mistakes)).OfType<HttpFunction>().OrderBy(f => f.Name, StringComparer.Ordinal)];
        if (mistakes.Count > 0) throw new InvalidOperationException(string.Join(Environment.NewLine, mistakes));
        _byName = All.ToDictionary(f => f.Name, StringComparer.OrdinalIgnoreCase);
        _routes = [.. All.Where(f => f.Name != CatchAllEndpoint.Name).Select(f => (new TemplateMatcher(TemplateParser.Parse(f.Route), []), f))];
    }

    /// <summary>By name, as the host orders its routes.</summary>
    public IReadOnlyList<HttpFunction> All { get; }

    /// <summary>Every scope that opens something, in alphabetical order.</summary>
    public IReadOnlyList<string> ApiKeyScopes => [.. All.Select(f => f.ApiKeyScope).OfType<string>().Distinct(StringComparer.Ordinal).Order(StringComparer.Ordinal)];

    public HttpFunction? Find(string name) => _byName.GetValueOrDefault(name);

    /// <summary>The function the host would call for this, and the values of its route; <c>null</c> where there is none.</summary>
    public (HttpFunction Function, RouteValueDictionary Values)? Match(string verb, PathString path)
    {
        foreach ((TemplateMatcher matcher, HttpFunction function) in _routes)
        {
            var values = new RouteValueDictionary();
            if (function.Answers(verb) && matcher.TryMatch(path, values)) return (function, values);
        }
        return null;
    }

    /// <summary>Which methods the path has: empty where it is no path of ours.</summary>
    public IReadOnlyList<string> VerbsOf(PathString path)
    {
        HttpFunction[] here = [.. _routes.Where(r => r.Matcher.TryMatch(path, [])).Select(r => r.Function)];
        if (here.Length == 0) return [];
        return [.. here.SelectMany(f => f.Verbs).Concat(here.Any(f => f.AnswersHead) ? ["HEAD", "OPTIONS"] : ["OPTIONS"]).Distinct(StringComparer.Ordinal).Order(StringComparer.Ordinal)];
    }

    private static HttpFunction? Read(MethodInfo method, List<string> mistakes)
    {
        if (method.GetCustomAttribute<FunctionAttribute>() is not { } function) return null;
        HttpTriggerAttribute? trigger = method.GetParameters().Select(p => p.GetCustomAttribute<HttpTriggerAttribute>()).FirstOrDefault(a => a is not null);
        if (trigger is null) return null;

        var access = method.GetCustomAttribute<AccessAttribute>();
        var staff = method.GetCustomAttribute<StaffAttribute>();
        string? scope = method.GetCustomAttribute<ApiKeyScopeAttribute>()?.Scope;
        string where = $"Function {function.Name} ({method.DeclaringType!.FullName}.{method.Name})";
        if (access is null == staff is null) mistakes.Add($"{where} must declare who may call it: either [Access] or [Staff].");
        if (scope is not null && staff is null) mistakes.Add($"{where} declares [ApiKeyScope] without [Staff].");
        if (!typeof(IResult).IsAssignableFrom(Awaited(method.ReturnType))) mistakes.Add($"{where} must return an IResult: the host answers anything else with an empty 200.");
        if (trigger.Route is null) mistakes.Add($"{where} must state its Route.");
        return new HttpFunction
        {
            Name = function.Name,
            Method = method,
            Verbs = [.. (trigger.Methods ?? []).Select(m => m.ToUpperInvariant())],
            Route = trigger.Route ?? "",
            Caller = access?.Caller,
            Staff = staff,
            ApiKeyScope = scope,
            Idempotent = method.GetCustomAttribute<IdempotentAttribute>() is not null,
            BodyLimit = method.GetCustomAttribute<BodyLimitAttribute>()?.Bytes ?? BodyLimitAttribute.Default,
        };
    }

    private static Type Awaited(Type type) => type.IsGenericType && type.GetGenericTypeDefinition() == typeof(Task<>) ? type.GetGenericArguments()[0] : type;
}
