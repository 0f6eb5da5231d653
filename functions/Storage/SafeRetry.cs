using System.Net.Sockets;
using Azure.Core;
using Azure.Core.Pipeline;

namespace Shop.Storage;

/// <summary>
/// Tries again where that cannot mislead. A conditional write whose answer was lost may have been made; sent again it would be told that the row has
/// changed, and who hears that takes it for somebody else's doing. Such a write fails instead, and whoever asked for it finds out or does it all anew.
/// </summary>
internal sealed class SafeRetry(int maxRetries, DelayStrategy delay) : RetryPolicy(maxRetries, delay)
{
    private const int ServerBusy = 503;

    protected override bool ShouldRetry(HttpMessage message, Exception? exception) => (MayRepeat(message.Request) || WasNotMade(message, exception)) && base.ShouldRetry(message, exception);

    protected override ValueTask<bool> ShouldRetryAsync(HttpMessage message, Exception? exception) =>
        MayRepeat(message.Request) || WasNotMade(message, exception) ? base.ShouldRetryAsync(message, exception) : new ValueTask<bool>(false);

    /// <summary>Reads, writes that say the same whatever was there, and messages, which every reader may see twice.</summary>
    private static bool MayRepeat(Request request)
    {
        if (request.Method == RequestMethod.Get || request.Method == RequestMethod.Head) return true;
        // Of a queue: a receipt is good for one change.
        if (request.Uri.Query.Contains("popreceipt=", StringComparison.Ordinal)) return false;
        if (request.Uri.Query.Contains("comp=appendblock", StringComparison.Ordinal)) return false;
        if (request.Headers.TryGetValue("If-None-Match", out _) || request.Headers.TryGetValue("If-Match", out string? version) && version != "*") return false;
        // Of a table: a new row, or a transaction.
        return request.Method != RequestMethod.Post || request.Uri.Path.EndsWith("/messages", StringComparison.Ordinal);
    }

    /// <summary>Storage was too busy to begin, or was not reached at all.</summary>
    private static bool WasNotMade(HttpMessage message, Exception? exception) => exception is null
        ? message.HasResponse && message.Response.Status == ServerBusy
        : exception.GetBaseException() is SocketException { SocketErrorCode: SocketError.ConnectionRefused or SocketError.HostNotFound or SocketError.HostUnreachable or SocketError.NetworkUnreachable };
}
