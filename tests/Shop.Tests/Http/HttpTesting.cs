using System.Collections;
using System.Collections.Immutable;
using System.Text;
using System.Text.Json;
using Microsoft.AspNetCore.Http;
using Microsoft.Azure.Functions.Worker;
using Microsoft.Extensions.DependencyInjection;
using Shop.Http;

namespace Shop.Tests.Http;

/// <summary>Requests, contexts and answers without a host.</summary>
internal static class HttpTesting
{
    public static Signing Signing { get; } = new(new SecurityOptions { SigningKey = "a signing key for tests, long enough" });

    public static Sealing Sealing { get; } = new(new SecurityOptions { DataKeys = Convert.ToBase64String(new byte[32]) });

    public static SealedRows Rows { get; } = new(Sealing);

    public static HttpRequest Get(string pathAndQuery) => Request("GET", pathAndQuery);

    public static HttpRequest Post(string path, string body, string contentType = "application/json") => Request("POST", path, body, contentType);

    public static HttpRequest Request(string method, string pathAndQuery, string? body = null, string? contentType = "application/json")
    {
        string[] parts = pathAndQuery.Split('?', 2);
        var context = new DefaultHttpContext { RequestServices = new ServiceCollection().AddLogging().BuildServiceProvider() };
        context.Request.Method = method;
        context.Request.Path = parts[0];
        context.Request.QueryString = parts.Length == 2 ? new QueryString("?" + parts[1]) : default;
        context.Response.Body = new MemoryStream();
        if (body is not null)
        {
            byte[] bytes = Encoding.UTF8.GetBytes(body);
            context.Request.Body = new MemoryStream(bytes);
            context.Request.ContentLength = bytes.Length;
            context.Request.ContentType = contentType;
        }
        return context.Request;
    }

    /// <summary>What the caller of an endpoint would read.</summary>
    public static async Task<Answered> Execute(this IResult result, HttpRequest? request = null)
    {
        HttpContext context = (request ?? Get("/")).HttpContext;
        await result.ExecuteAsync(context);
        string text = Encoding.UTF8.GetString(((MemoryStream)context.Response.Body).ToArray());
        return new Answered(context.Response.StatusCode, context.Response.Headers, text);
    }
}

internal sealed record Answered(int Status, IHeaderDictionary Headers, string Text)
{
    public JsonElement Json => JsonDocument.Parse(Text).RootElement;

    public string Code => Json.GetProperty("code").GetString()!;
}

/// <summary>One invocation of a function over HTTP, as far as middleware sees it.</summary>
internal sealed class TestInvocation : FunctionContext
{
    private readonly Slot _result = new();

    public TestInvocation(string function, HttpRequest? request, IServiceProvider? services = null)
    {
        FunctionDefinition = new Definition(function);
        InstanceServices = services ?? new ServiceCollection().BuildServiceProvider();
        if (request is not null) Items["HttpRequestContext"] = request.HttpContext;
        Features.Set<InvocationResult>(_result);
    }

    public object? Result { get => _result.Value; set => _result.Value = value; }

    public override string InvocationId => "1";
    public override string FunctionId => "1";
    public override TraceContext TraceContext { get; } = new NoTrace();
    public override BindingContext BindingContext => throw new NotSupportedException();
    public override RetryContext RetryContext => throw new NotSupportedException();
    public override IServiceProvider InstanceServices { get; set; }
    public override FunctionDefinition FunctionDefinition { get; }
    public override IDictionary<object, object> Items { get; set; } = new Dictionary<object, object>();
    public override IInvocationFeatures Features { get; } = new FeatureBag();

    private sealed class Slot : InvocationResult
    {
        public override object? Value { get; set; }
    }

    private sealed class NoTrace : TraceContext
    {
        public override string TraceParent => "00-0af7651916cd43dd8448eb211c80319c-b7ad6b7169203331-01";
        public override string TraceState => "";
    }

    private sealed class FeatureBag : Dictionary<Type, object>, IInvocationFeatures
    {
        public void Set<T>(T instance) => this[typeof(T)] = instance!;

        public T? Get<T>() => TryGetValue(typeof(T), out object? value) ? (T)value : default;

        IEnumerator<KeyValuePair<Type, object>> IEnumerable<KeyValuePair<Type, object>>.GetEnumerator() => GetEnumerator();

        IEnumerator IEnumerable.GetEnumerator() => GetEnumerator();
    }

    private sealed class Definition(string name) : FunctionDefinition
    {
        public override ImmutableArray<FunctionParameter> Parameters => [];
        public override string PathToAssembly => "";
        public override string EntryPoint => "";
        public override string Id => name;
        public override string Name => name;
        public override IImmutableDictionary<string, BindingMetadata> InputBindings => ImmutableDictionary<string, BindingMetadata>.Empty;
        public override IImmutableDictionary<string, BindingMetadata> OutputBindings => ImmutableDictionary<string, BindingMetadata>.Empty;
    }
}
