using System.Globalization;
using System.Net.Http.Headers;
using System.Text;
using System.Threading.Channels;
using Azure;
using Azure.Data.Tables;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.DependencyInjection.Extensions;
using Microsoft.Extensions.Hosting;
using Microsoft.Extensions.Logging;
using Shop.Emulator.Clock;
using Shop.Emulator.Hosting;

namespace Shop.Emulator.Webhooks;

/// <summary>
/// Posts what providers have to tell the shop: at once, again with back-off on the emulator's clock until the shop answers 2xx, for three
/// days as Stripe does, and on after a restart. At least once and in no promised order, as at the real ones.
/// </summary>
internal sealed partial class WebhookDeliverer(
    IHttpClientFactory http,
    EmulatorClock clock,
    EmulatorAddresses addresses,
    IEnumerable<WebhookChannel> channels,
    IHostApplicationLifetime lifetime,
    ILogger<WebhookDeliverer> logger) : BackgroundService
{
    internal const string HttpClientName = "emulator-webhooks";
    private const int Parallel = 16;
    private static readonly TimeSpan GivesUpAfter = TimeSpan.FromDays(3);
    private static readonly TimeSpan[] BackOff =
        [TimeSpan.FromSeconds(1), TimeSpan.FromSeconds(2), TimeSpan.FromSeconds(5), TimeSpan.FromSeconds(15), TimeSpan.FromMinutes(1), TimeSpan.FromMinutes(5), TimeSpan.FromMinutes(30), TimeSpan.FromHours(1)];

    private readonly Channel<(WebhookChannel Channel, Webhook Webhook)> _due = Channel.CreateUnbounded<(WebhookChannel, Webhook)>();
    private readonly CancellationTokenSource _stopping = new();
    private readonly DateTimeOffset _made = clock.GetUtcNow();

    /// <summary>Takes over a notice whose row is written.</summary>
    public void Post(WebhookChannel channel, Webhook webhook)
    {
        if (webhook.Copies == 0) return;
        if (webhook.Due <= clock.GetUtcNow()) _due.Writer.TryWrite((channel, webhook));
        else _ = PostLater(channel, webhook);
    }

    private async Task PostLater(WebhookChannel channel, Webhook webhook)
    {
        try
        {
            await clock.WaitUntil(webhook.Due, _stopping.Token);
            _due.Writer.TryWrite((channel, webhook));
        }
        catch (OperationCanceledException)
        {
            // The row stays pending and is found at the next start.
        }
    }

    protected override async Task ExecuteAsync(CancellationToken stoppingToken)
    {
        await using CancellationTokenRegistration stop = stoppingToken.Register(_stopping.Cancel);
        if (!await ShopListens(stoppingToken)) return;
        await Task.WhenAll(Enumerable.Range(0, Parallel).Select(_ => Work(stoppingToken)).Prepend(Resume(stoppingToken)));
    }

    private async Task<bool> ShopListens(CancellationToken cancellationToken)
    {
        var started = new TaskCompletionSource(TaskCreationOptions.RunContinuationsAsynchronously);
        await using CancellationTokenRegistration yes = lifetime.ApplicationStarted.Register(() => started.TrySetResult());
        await using CancellationTokenRegistration no = cancellationToken.Register(() => started.TrySetCanceled(cancellationToken));
        return await started.Task.ContinueWith(static t => t.IsCompletedSuccessfully, CancellationToken.None, TaskContinuationOptions.None, TaskScheduler.Default);
    }

    /// <summary>What an earlier process left undelivered.</summary>
    private async Task Resume(CancellationToken cancellationToken)
    {
        foreach (WebhookChannel channel in channels)
        {
            try
            {
                string pending = TableClient.CreateQueryFilter($"Hook eq {WebhookState.Pending} and Made lt {_made}");
                await foreach (TableEntity row in channel.Table.QueryAsync<TableEntity>(pending, cancellationToken: cancellationToken))
                    Post(channel, Webhook.FromRow(row));
            }
            catch (Exception broken) when (broken is RequestFailedException or IOException or AggregateException)
            {
                NotResumed(channel.Name, broken);
            }
        }
    }

    private async Task Work(CancellationToken cancellationToken)
    {
        try
        {
            await foreach ((WebhookChannel channel, Webhook webhook) in _due.Reader.ReadAllAsync(cancellationToken)) await Deliver(channel, webhook, cancellationToken);
        }
        catch (OperationCanceledException) when (cancellationToken.IsCancellationRequested)
        {
            // Stopping; what is undelivered stays pending.
        }
    }

    private async Task Deliver(WebhookChannel channel, Webhook webhook, CancellationToken cancellationToken)
    {
        for (int copy = 0; copy < webhook.Copies; copy++)
        {
            string answer = await Send(channel, webhook, cancellationToken);
            if (answer.StartsWith('2')) continue;
            await TryAgain(channel, webhook with { Copies = webhook.Copies - copy, Attempts = webhook.Attempts + 1 }, answer, cancellationToken);
            return;
        }
        await Record(channel, webhook, WebhookState.Delivered, "200", cancellationToken);
    }

    /// <summary>The status that the shop answered, or why there was none.</summary>
    private async Task<string> Send(WebhookChannel channel, Webhook webhook, CancellationToken cancellationToken)
    {
        try
        {
            using var request = new HttpRequestMessage(HttpMethod.Post, addresses.BaseUrl + webhook.Path);
            request.Content = new ByteArrayContent(Encoding.UTF8.GetBytes(webhook.Body));
            request.Content.Headers.ContentType = new MediaTypeHeaderValue("application/json", "utf-8");
            if (channel.Signature is { } signature) request.Headers.TryAddWithoutValidation(signature.Header, signature.Sign(webhook.Body, clock.GetUtcNow()));
            using HttpClient client = http.CreateClient(HttpClientName);
            using HttpResponseMessage response = await client.SendAsync(request, HttpCompletionOption.ResponseHeadersRead, cancellationToken);
            return ((int)response.StatusCode).ToString(CultureInfo.InvariantCulture);
        }
        catch (HttpRequestException unreachable)
        {
            return unreachable.HttpRequestError.ToString();
        }
        catch (OperationCanceledException) when (!cancellationToken.IsCancellationRequested)
        {
            return "Timeout";
        }
    }

    private async Task TryAgain(WebhookChannel channel, Webhook webhook, string answer, CancellationToken cancellationToken)
    {
        DateTimeOffset now = clock.GetUtcNow();
        if (now - webhook.Made > GivesUpAfter)
        {
            Abandoned(channel.Name, webhook.Path, webhook.Attempts, answer);
            await Record(channel, webhook, WebhookState.Abandoned, answer, cancellationToken);
            return;
        }
        webhook = webhook with { Due = now + BackOff[Math.Min(webhook.Attempts, BackOff.Length) - 1] };
        Refused(channel.Name, webhook.Path, webhook.Attempts, answer);
        await Record(channel, webhook, WebhookState.Pending, answer, cancellationToken);
        Post(channel, webhook);
    }

    private async Task Record(WebhookChannel channel, Webhook webhook, string state, string answer, CancellationToken cancellationToken)
    {
        try
        {
            var change = new TableEntity(webhook.PartitionKey, webhook.RowKey)
            {
                ["Hook"] = state,
                ["Due"] = webhook.Due,
                ["Copies"] = webhook.Copies,
                ["Attempts"] = webhook.Attempts,
                ["Answer"] = answer,
            };
            await channel.Table.UpdateEntityAsync(change, ETag.All, TableUpdateMode.Merge, cancellationToken);
        }
        catch (Exception broken) when (broken is RequestFailedException or IOException or AggregateException)
        {
            // The row still says pending: a restart posts it once more, which the shop must bear anyway.
            NotRecorded(channel.Name, broken);
        }
    }

    public override void Dispose()
    {
        base.Dispose();
        _stopping.Dispose();
    }

    [LoggerMessage(4101, LogLevel.Warning, "Webhook of {Provider} to {Path}: attempt {Attempt} was answered {Answer}; it is tried again.")]
    private partial void Refused(string provider, string path, int attempt, string answer);

    [LoggerMessage(4102, LogLevel.Error, "Webhook of {Provider} to {Path} is given up after {Attempts} attempts; the last was answered {Answer}.")]
    private partial void Abandoned(string provider, string path, int attempts, string answer);

    [LoggerMessage(4103, LogLevel.Error, "Undelivered webhooks of {Provider} could not be read.")]
    private partial void NotResumed(string provider, Exception exception);

    [LoggerMessage(4104, LogLevel.Warning, "The outcome of a webhook of {Provider} could not be stored.")]
    private partial void NotRecorded(string provider, Exception exception);
}

internal static class WebhookRegistration
{
    /// <summary>How long a provider waits for the shop's answer before it counts the attempt as failed.</summary>
    private static readonly TimeSpan AnswerLimit = TimeSpan.FromSeconds(20);

    public static IServiceCollection AddWebhooks(this IServiceCollection services)
    {
        services.AddHttpClient(WebhookDeliverer.HttpClientName, client => client.Timeout = AnswerLimit)
            .RemoveAllLoggers()
            .ConfigurePrimaryHttpMessageHandler(() => new SocketsHttpHandler { AllowAutoRedirect = false });
        services.TryAddSingleton<WebhookDeliverer>();
        services.TryAddEnumerable(ServiceDescriptor.Singleton<IHostedService, WebhookDeliverer>(provider => provider.GetRequiredService<WebhookDeliverer>()));
        return services;
    }
}
