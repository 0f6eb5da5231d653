using Microsoft.AspNetCore.Http;

namespace Shop.Http;

/// <summary>What the middleware found out about a request, kept with it.</summary>
internal sealed class RequestFacts
{
    public HttpFunction? Function { get; set; }

    public Principal Principal { get; set; } = Principal.Anonymous;

    public string TraceId { get; set; } = "";

    /// <summary>The shop's own language, for callers who ask for none that it speaks.</summary>
    public string DefaultLocale { get; set; } = Locales.Default;

    public string? IdempotencyId { get; set; }

    public long BodyLimit => Function?.BodyLimit ?? BodyLimitAttribute.Default;

    public static RequestFacts Of(HttpContext context)
    {
        if (context.Features.Get<RequestFacts>() is not { } facts) context.Features.Set(facts = new RequestFacts());
        return facts;
    }
}

public static class RequestExtensions
{
    /// <summary>Who is calling.</summary>
    public static Principal Principal(this HttpRequest request) => RequestFacts.Of(request.HttpContext).Principal;

    /// <summary>
    /// Names this request in an idempotent function: the same for every repeat of it, 40 hexadecimal characters. Whatever the function makes
    /// elsewhere takes its own key from it, so that a repeat after a crash finds the first one's work.
    /// </summary>
    /// <exception cref="InvalidOperationException">The function is not <see cref="IdempotentAttribute"/>.</exception>
    public static string IdempotencyId(this HttpRequest request) =>
        RequestFacts.Of(request.HttpContext).IdempotencyId ?? throw new InvalidOperationException("The function is not [Idempotent].");

    /// <summary>The language to answer in, <c>id</c> or <c>en</c>, by <c>Accept-Language</c>.</summary>
    public static string Locale(this HttpRequest request) => Locales.Choose(request, RequestFacts.Of(request.HttpContext).DefaultLocale);
}
