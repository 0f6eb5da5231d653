using System.Security.Cryptography;
using System.Text;
using Azure;
using Microsoft.AspNetCore.Http;
using Microsoft.Azure.Functions.Worker;
using Microsoft.Azure.Functions.Worker.Middleware;
using Microsoft.Extensions.Logging;
using Shop.Common;
using Shop.Storage;

namespace Shop.Http;

/// <summary>
/// Functions that move money, stock, points or mail run once per <c>Idempotency-Key</c>; a repeat gets the first answer. A fresh request
/// costs two storage operations: claim the key, keep the answer. Refusals are answers too and are kept; 429 and 5xx are not, so that the
/// same key can try again.
/// </summary>
internal sealed partial class IdempotencyMiddleware(IdempotencyStore store, TimeProvider clock, ILogger<IdempotencyMiddleware> log) : IFunctionsWorkerMiddleware
{
    public const string Header = "Idempotency-Key";
    private const int MaxKeyLength = 255;

    /// <summary>How long an answer is kept.</summary>
    public static readonly TimeSpan Lifetime = TimeSpan.FromHours(72);

    /// <summary>A key is held this long by a request that never ended: its process was killed.</summary>
    public static readonly TimeSpan LongestRequest = TimeSpan.FromMinutes(1);

    public async Task Invoke(FunctionContext context, FunctionExecutionDelegate next)
    {
        if (context.GetHttpContext() is not { } http || RequestFacts.Of(http).Function is not { Idempotent: true })
        {
            await next(context);
            return;
        }

        string key = http.Request.Headers[Header].ToString();
        if (key.Length == 0) context.GetInvocationResult().Value = IdempotencyProblems.KeyMissing.ToHttp();
        else if (key.Length > MaxKeyLength || !key.All(c => c is >= '!' and <= '~')) context.GetInvocationResult().Value = IdempotencyProblems.KeyInvalid.ToHttp();
        else await Once(key, context, http, next);
    }

    private async Task Once(string key, FunctionContext context, HttpContext http, FunctionExecutionDelegate next)
    {
        HttpRequest request = http.Request;
        RequestFacts facts = RequestFacts.Of(http);
        Result<byte[]> body = await request.ReadBytes();
        if (body.Problem is { } unreadable)
        {
            context.GetInvocationResult().Value = unreadable.ToHttp();
            return;
        }
        request.Body = new MemoryStream(body.Value, writable: false);

        string id = IdempotencyStore.PartitionKey(facts.Principal.Actor, request.Method, request.Path, key);
        facts.IdempotencyId = id;
        DateTimeOffset now = clock.GetUtcNow();
        var fresh = new IdempotencyRecord(HashOf(request, body.Value), now, now + Lifetime, null, Guid.NewGuid()) { Actor = facts.Principal.Actor };
        (ETag? claimed, Reply? answered) = await Claim(id, fresh, http.RequestAborted);
        if (claimed is not { } version)
        {
            context.GetInvocationResult().Value = answered;
            return;
        }

        try
        {
            await next(context);
        }
        catch
        {
            await Finish(id, fresh, null, version);
            throw;
        }
        if (context.GetInvocationResult().Value is not Reply reply) throw new InvalidOperationException($"Function {facts.Function!.Name} is idempotent and must answer with a Reply, which can be kept.");
        bool kept = reply.Status is not StatusCodes.Status429TooManyRequests and < 500;
        await Finish(id, fresh, kept ? new StoredAnswer(reply.Status, reply.ContentType, reply.Location, reply.ETag, reply.Body(http)) : null, version);
    }

    /// <summary>Either the key is ours now, under a version, or there is an answer already.</summary>
    private async Task<(ETag? Version, Reply? Answer)> Claim(string id, IdempotencyRecord fresh, CancellationToken cancellationToken)
    {
        if (await store.TryClaim(id, fresh, cancellationToken) is { } claimed) return (claimed, null);
        if (await store.Find(id, cancellationToken) is not { } held) return (null, IdempotencyProblems.InProgress.ToHttp());

        IdempotencyRecord first = held.Value;
        if (first.Claim == fresh.Claim) return (held.ETag, null);
        bool abandoned = first.Answer is null && first.StartedAt + LongestRequest <= fresh.StartedAt;
        if (first.ExpiresAt > fresh.StartedAt)
        {
            if (first.RequestHash != fresh.RequestHash) return (null, IdempotencyProblems.KeyReused.ToHttp());
            if (first.Answer is { } answer) return (null, Replay(answer));
            if (!abandoned) return (null, IdempotencyProblems.InProgress.ToHttp());
        }
        return await store.TryReplace(id, fresh, held.ETag, cancellationToken) is { } taken ? (taken, null) : (null, IdempotencyProblems.InProgress.ToHttp());
    }

    /// <summary>
    /// The work is done by now, so that neither a caller who left nor storage that went away may change the answer: at worst the key is
    /// held for a minute and the work's own keys recognise the repeat.
    /// </summary>
    private async Task Finish(string id, IdempotencyRecord record, StoredAnswer? answer, ETag version)
    {
        try
        {
            if (answer is null) await store.Release(id, version);
            else await store.TryReplace(id, record with { Answer = answer }, version, CancellationToken.None);
        }
        catch (Exception failed) when (failed is RequestFailedException or AggregateException or OperationCanceledException)
        {
            LogNotKept(failed);
        }
    }

    private static Reply Replay(StoredAnswer answer) =>
        new(answer.Status, answer.Body, answer.ContentType) { Location = answer.Location, ETag = answer.ETag, Replayed = true };

    private static string HashOf(HttpRequest request, byte[] body) =>
        Convert.ToHexStringLower(SHA256.HashData([.. Encoding.UTF8.GetBytes(request.QueryString.Value + "\n"), .. body]));

    [LoggerMessage(1021, LogLevel.Warning, "The answer to an idempotent request could not be kept.")]
    private partial void LogNotKept(Exception exception);
}

/// <summary>Problems of idempotency keys.</summary>
public static class IdempotencyProblems
{
    public static Problem KeyMissing { get; } = new(400, "idempotency.key-missing", "Send an Idempotency-Key, a new one for each thing you want done and the same one when you repeat a request.");

    public static Problem KeyInvalid { get; } = new(400, "idempotency.key-invalid", "An Idempotency-Key has 1 to 255 visible ASCII characters.");

    public static Problem KeyReused { get; } = new(422, "idempotency.key-reused", "This Idempotency-Key was used with another body or query.");

    public static Problem InProgress { get; } = new(409, "idempotency.in-progress", "The first request with this Idempotency-Key is still running.") { RetryAfter = TimeSpan.FromSeconds(2) };
}
