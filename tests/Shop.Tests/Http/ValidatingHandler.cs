using Xunit.Sdk;

namespace Shop.Tests.Http;

/// <summary>Holds every answer of the API that a test sees against the shop's own description, and fails the test where they differ.</summary>
internal sealed class ValidatingHandler(HttpMessageHandler inner, ValidatingHandler.Description description) : DelegatingHandler(inner)
{
    public ValidatingHandler(HttpMessageHandler inner) : this(inner, OfShops)
    {
    }

    /// <summary>Every shop describes itself alike: the first that is asked says it for all, since it takes a while to write and to read.</summary>
    private static Description OfShops { get; } = new();

    protected override async Task<HttpResponseMessage> SendAsync(HttpRequestMessage request, CancellationToken cancellationToken)
    {
        HttpResponseMessage response = await base.SendAsync(request, cancellationToken);
        if (!request.RequestUri!.AbsolutePath.StartsWith("/v1/", StringComparison.Ordinal)) return response;

        await response.Content.LoadIntoBufferAsync(cancellationToken);
        string body = await response.Content.ReadAsStringAsync(cancellationToken);
        // What matches no function is the catch-all's answer, which belongs to no path.
        if (body.Contains("\"request.path-unknown\"", StringComparison.Ordinal) || body.Contains("\"request.method-not-allowed\"", StringComparison.Ordinal)) return response;
        OpenApiValidator validator = description.Validator ??= await Load(request.RequestUri, cancellationToken);
        IReadOnlyList<string> violations = validator.Violations(request.Method.Method, request.RequestUri.AbsolutePath, (int)response.StatusCode, response.Content.Headers.ContentType?.ToString(), body);
        if (violations.Count > 0) throw new XunitException($"The answer is not what /openapi.json says:{Environment.NewLine}{string.Join(Environment.NewLine, violations)}");
        return response;
    }

    private async Task<OpenApiValidator> Load(Uri any, CancellationToken cancellationToken)
    {
        using var request = new HttpRequestMessage(HttpMethod.Get, new Uri(any, "/openapi.json"));
        using HttpResponseMessage response = await base.SendAsync(request, cancellationToken);
        return OpenApiValidator.Parse(await response.EnsureSuccessStatusCode().Content.ReadAsStringAsync(cancellationToken));
    }

    /// <summary>What an API says of itself, once it was asked.</summary>
    internal sealed class Description
    {
        public OpenApiValidator? Validator { get; set; }
    }
}
