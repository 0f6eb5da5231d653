using System.Text.Json;
using Shop.Common;

namespace Shop.Http;

/// <summary>RFC 9457: <c>{type, title, status, detail, code, errors, traceId}</c>.</summary>
internal static class ProblemJson
{
    public const string ContentType = "application/problem+json";

    public static byte[] Write(Problem problem, string traceId) => JsonSerializer.SerializeToUtf8Bytes(
        new ProblemDocument("about:blank", Title(problem.Status), problem.Status, problem.Detail, problem.Code, problem.Errors, traceId), ShopJson.Options);

    /// <summary>The status in words, as RFC 9457 asks of <c>about:blank</c>.</summary>
    internal static string Title(int status) => Microsoft.AspNetCore.WebUtilities.ReasonPhrases.GetReasonPhrase(status);
}

/// <summary>Why a request was refused.</summary>
/// <param name="Type">Always <c>about:blank</c>; <see cref="Code"/> tells problems apart.</param>
/// <param name="Title">The status in words.</param>
/// <param name="Status">The HTTP status.</param>
/// <param name="Detail">What was wrong and what to do, for a person.</param>
/// <param name="Code">Stable, for programs: <c>module.reason</c>.</param>
/// <param name="Errors">Where in the request it was.</param>
/// <param name="TraceId">The W3C trace id under which we find the request.</param>
internal sealed record ProblemDocument(string Type, string Title, int Status, string Detail, string Code, IReadOnlyList<FieldError> Errors, string TraceId);
