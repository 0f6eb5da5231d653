using Azure;
using Azure.Storage.Queues;
using Azure.Storage.Queues.Models;
using Microsoft.Extensions.Logging;
using Shop.Emulator.Storage;

namespace Shop.Emulator.Functions.Queues;

/// <summary>
/// One queue trigger, as the host's listener runs it: batches of messages, a new batch when few are left, messages hidden and renewed
/// while their function runs, hidden again for the visibility time-out after a failure, and moved to <c>{queue}-poison</c> after the
/// last attempt. An empty queue is polled ever more slowly, from 100 ms up to the configured interval, and at once when this process has sent something.
/// </summary>
/// <remarks>Visibility is on storage's clock, so the polling is on the machine's, never on the shop's.</remarks>
internal sealed partial class QueueListener(
    FunctionDescriptor function, string queueName, EmulatorStorage storage, HostJson host, InvocationPipeline pipeline,
    TriggerInvoker invoker, QueueOutputs outputs, ILogger logger)
{
    // The host hides a running message this long and renews the time at half of it.
    private static readonly TimeSpan HostsVisibility = TimeSpan.FromMinutes(10);
    private static readonly TimeSpan FirstPoll = TimeSpan.FromMilliseconds(100);
    private readonly TimeSpan _runningVisibility = host.LongestLease is { } longest && longest < HostsVisibility ? longest : HostsVisibility;
    private readonly QueueClient _queue = storage.Queue(queueName, host.QueueMessagesAreBase64 ? QueueMessageEncoding.Base64 : QueueMessageEncoding.None);
    private readonly QueueClient _poison = storage.Queue(queueName + "-poison", host.QueueMessagesAreBase64 ? QueueMessageEncoding.Base64 : QueueMessageEncoding.None);

    public async Task Run(CancellationToken stopping)
    {
        List<Task> running = [];
        using var sent = new SentMessages(queueName);
        TimeSpan wait = FirstPoll;
        bool made = false;
        while (!stopping.IsCancellationRequested)
        {
            try
            {
                if (!made) await _queue.CreateIfNotExistsAsync(cancellationToken: stopping);
                made = true;
                running.RemoveAll(t => t.IsCompleted);
                if (running.Count > host.QueueNewBatchThreshold)
                {
                    await Task.WhenAny(running).WaitAsync(stopping);
                    continue;
                }
                QueueMessage[] messages = (await _queue.ReceiveMessagesAsync(host.QueueBatchSize, _runningVisibility, stopping)).Value;
                running.AddRange(messages.Select(m => Handle(m, stopping)));
                wait = messages.Length > 0 ? FirstPoll : TimeSpan.FromTicks(Math.Min(wait.Ticks * 3 / 2, host.QueueMaxPollingInterval.Ticks));
                if (messages.Length == 0) await sent.Wait(wait < host.QueueMaxPollingInterval ? wait : host.QueueMaxPollingInterval, stopping);
            }
            catch (OperationCanceledException) when (stopping.IsCancellationRequested)
            {
                break;
            }
            catch (Exception outage) when (outage is RequestFailedException or AggregateException or IOException)
            {
                PollingFailed(outage.Message, queueName);
                await Task.Delay(TimeSpan.FromSeconds(1), TimeProvider.System, CancellationToken.None);
            }
        }
        await Task.WhenAll(running);
    }

    private async Task Handle(QueueMessage message, CancellationToken stopping)
    {
        using var finished = CancellationTokenSource.CreateLinkedTokenSource(stopping);
        var receipt = new Receipt(message.PopReceipt);
        Task renewing = Renew(message.MessageId, receipt, finished.Token);
        bool succeeded = await Invoke(message, stopping);
        await finished.CancelAsync();
        await renewing;
        try
        {
            if (succeeded)
            {
                await _queue.DeleteMessageAsync(message.MessageId, receipt.Value, CancellationToken.None);
            }
            else if (message.DequeueCount >= host.QueueMaxDequeueCount && !stopping.IsCancellationRequested)
            {
                await _poison.CreateIfNotExistsAsync(cancellationToken: CancellationToken.None);
                await _poison.SendMessageAsync(message.Body, cancellationToken: CancellationToken.None);
                await _queue.DeleteMessageAsync(message.MessageId, receipt.Value, CancellationToken.None);
                Poisoned(function.Name, message.MessageId, message.DequeueCount);
            }
            else
            {
                await _queue.UpdateMessageAsync(message.MessageId, receipt.Value, visibilityTimeout: host.QueueVisibilityTimeout, cancellationToken: CancellationToken.None);
            }
        }
        catch (Exception lost) when (lost is RequestFailedException or AggregateException)
        {
            // The message turns visible again by itself: a queue delivers at least once.
            PollingFailed(lost.Message, queueName);
        }
    }

    private async Task<bool> Invoke(QueueMessage message, CancellationToken stopping)
    {
        try
        {
            await invoker.Invoke(function, p => Convert(message, p.ParameterType), null, outputs.Send, stopping);
            return true;
        }
        catch (Exception)
        {
            return false; // Recorded and logged by the pipeline.
        }
    }

    private object? Convert(QueueMessage message, Type type) =>
        type == typeof(string) ? message.Body.ToString()
        : type == typeof(BinaryData) ? message.Body
        : type == typeof(byte[]) ? message.Body.ToArray()
        : type == typeof(QueueMessage) ? message
        : pipeline.Serializer.Deserialize(message.Body.ToStream(), type, CancellationToken.None);

    private async Task Renew(string messageId, Receipt receipt, CancellationToken finished)
    {
        try
        {
            while (true)
            {
                await Task.Delay(_runningVisibility / 2, TimeProvider.System, finished);
                receipt.Value = (await _queue.UpdateMessageAsync(messageId, receipt.Value, visibilityTimeout: _runningVisibility, cancellationToken: finished)).Value.PopReceipt;
            }
        }
        catch (OperationCanceledException)
        {
            // The function is done.
        }
        catch (RequestFailedException lost)
        {
            PollingFailed(lost.Message, queueName);
        }
    }

    private sealed class Receipt(string value)
    {
        public string Value { get; set; } = value;
    }

    [LoggerMessage(1, LogLevel.Warning, "Queue {Queue} cannot be reached: {Reason}")]
    private partial void PollingFailed(string reason, string queue);

    [LoggerMessage(2, LogLevel.Error, "A message of {Function} went to the poison queue after {Attempts} attempts (message {MessageId}).")]
    private partial void Poisoned(string function, string messageId, long attempts);
}
