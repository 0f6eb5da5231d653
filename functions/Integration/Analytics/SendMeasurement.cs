using System.Net.Http.Json;
using Shop.Common;

namespace Shop.Integration;

/// <summary>
/// Tells the collector of a sale or a refund, once as far as we know: what was marked as sent is left out. A crash between sending and marking sends it again
/// under the same transaction id, which the collector counts once.
/// </summary>
public sealed class SendMeasurement(IHttpClientFactory clients, MeasurementStore sent, AnalyticsOptions options)
{
    public const string ClientName = "analytics";

    public async Task Run(ReceivedEvent told, CancellationToken cancellationToken)
    {
        if (!options.IsOn || Measurement.Of(told) is not { } measurement || await sent.WasSent(told, cancellationToken)) return;
        var url = new Uri($"{options.Url.TrimEnd('/')}/mp/collect?measurement_id={Uri.EscapeDataString(options.MeasurementId)}&api_secret={Uri.EscapeDataString(options.ApiSecret)}");
        using HttpResponseMessage answer = await clients.CreateClient(ClientName).PostAsJsonAsync(url, measurement, ShopJson.Options, cancellationToken);
        // The address holds the secret: it must not get into the exception that is logged.
        if (!answer.IsSuccessStatusCode) throw new HttpRequestException($"The collector of measurements answered {(int)answer.StatusCode}.");
        await sent.MarkSent(told, CancellationToken.None);
    }
}
