using System.Net;

namespace Shop.Tests.Faults;

/// <summary>Asks again, at whichever host lives, until it is answered: as a browser's retry with the same key would.</summary>
internal sealed class PatientHandler(Func<string?> address) : HttpMessageHandler
{
    private static readonly HttpMessageInvoker Network = new(new SocketsHttpHandler { AllowAutoRedirect = false, UseProxy = false });

    protected override async Task<HttpResponseMessage> SendAsync(HttpRequestMessage request, CancellationToken cancellationToken)
    {
        byte[]? body = request.Content is null ? null : await request.Content.ReadAsByteArrayAsync(cancellationToken);
        HttpResponseMessage? answered = null;
        await Until.True(async () =>
        {
            if (address() is not { } alive) return false;
            using var copy = new HttpRequestMessage(request.Method, new Uri(new Uri(alive), request.RequestUri!.PathAndQuery));
            foreach ((string name, IEnumerable<string> values) in request.Headers) copy.Headers.TryAddWithoutValidation(name, values);
            if (body is not null)
            {
                copy.Content = new ByteArrayContent(body);
                copy.Content.Headers.ContentType = request.Content!.Headers.ContentType;
            }
            try
            {
                answered = await Network.SendAsync(copy, cancellationToken);
            }
            catch (HttpRequestException)
            {
                return false;
            }
            return (int)answered.StatusCode < 500 && !(answered.StatusCode == HttpStatusCode.Conflict && (await answered.Content.ReadAsStringAsync(cancellationToken)).Contains("idempotency.", StringComparison.Ordinal));
        }, $"an answer to {request.Method} {request.RequestUri}", FaultShop.Patience);
        answered!.RequestMessage = request;
        return answered;
    }
}
