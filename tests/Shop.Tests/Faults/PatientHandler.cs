using System.Net;

namespace Shop.Tests.Faults;

/// <summary>Asks again, at whichever host lives, until it is answered: as a browser's retry with the same key would.</summary>
internal sealed class PatientHandler(Func<string?> address) : HttpMessageHandler
{
    /// <summary>About two minutes of refusals. How long a single answer takes is not counted: the host that owes it may stand still until it is killed.</summary>
    private const int AttemptsAtMost = 12_000;

    private static readonly HttpMessageInvoker Network = new(new SocketsHttpHandler { AllowAutoRedirect = false, UseProxy = false });

    protected override async Task<HttpResponseMessage> SendAsync(HttpRequestMessage request, CancellationToken cancellationToken)
    {
        byte[]? body = request.Content is null ? null : await request.Content.ReadAsByteArrayAsync(cancellationToken);
        for (int attempt = 0; attempt < AttemptsAtMost; attempt++)
        {
            if (address() is { } alive && await TryAsk(alive, request, body, cancellationToken) is { } answered)
            {
                answered.RequestMessage = request;
                return answered;
            }
            await Task.Delay(TimeSpan.FromMilliseconds(10), TimeProvider.System, cancellationToken);
        }
        throw new Xunit.Sdk.XunitException($"Waited in vain for an answer to {request.Method} {request.RequestUri}.");
    }

    /// <returns><c>null</c> where asking again may help.</returns>
    private static async Task<HttpResponseMessage?> TryAsk(string alive, HttpRequestMessage request, byte[]? body, CancellationToken cancellationToken)
    {
        using var copy = new HttpRequestMessage(request.Method, new Uri(new Uri(alive), request.RequestUri!.PathAndQuery));
        foreach ((string name, IEnumerable<string> values) in request.Headers) copy.Headers.TryAddWithoutValidation(name, values);
        if (body is not null)
        {
            copy.Content = new ByteArrayContent(body);
            copy.Content.Headers.ContentType = request.Content!.Headers.ContentType;
        }
        HttpResponseMessage answered;
        try
        {
            answered = await Network.SendAsync(copy, cancellationToken);
        }
        catch (HttpRequestException)
        {
            return null;
        }
        bool isBusy = answered.StatusCode == HttpStatusCode.Conflict && (await answered.Content.ReadAsStringAsync(cancellationToken)).Contains("idempotency.", StringComparison.Ordinal);
        return (int)answered.StatusCode >= 500 || isBusy ? null : answered;
    }
}
