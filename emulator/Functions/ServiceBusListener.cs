using System.Reflection;
using Azure.Messaging.ServiceBus;
using Microsoft.Azure.Functions.Worker;
using Microsoft.Extensions.Logging;
using Shop.Emulator.ServiceBus;

namespace Shop.Emulator.Functions;

/// <summary>
/// One Service Bus trigger: messages are locked, the locks renewed while the function runs; what succeeds is completed, what fails is
/// abandoned and comes again until the subscription makes a dead letter of it.
/// </summary>
internal sealed partial class ServiceBusListener(FunctionDescriptor function, BrokerSubscription subscription, InvocationPipeline pipeline, TriggerInvoker invoker, ILogger logger)
{
    private const int AtOnce = 16;

    public async Task Run(CancellationToken stopping)
    {
        List<Task> running = [];
        while (!stopping.IsCancellationRequested)
        {
            try
            {
                running.RemoveAll(t => t.IsCompleted);
                if (running.Count >= AtOnce)
                {
                    await Task.WhenAny(running).WaitAsync(stopping);
                    continue;
                }
                foreach (ServiceBusReceivedMessage message in await subscription.Receive(AtOnce - running.Count, stopping)) running.Add(Handle(message, stopping));
            }
            catch (OperationCanceledException) when (stopping.IsCancellationRequested)
            {
                break;
            }
            catch (ServiceBusException outage)
            {
                Unreachable(outage.Message, subscription.Path);
                await Task.Delay(TimeSpan.FromSeconds(1), TimeProvider.System, CancellationToken.None);
            }
        }
        await Task.WhenAll(running);
    }

    private async Task Handle(ServiceBusReceivedMessage message, CancellationToken stopping)
    {
        using var finished = CancellationTokenSource.CreateLinkedTokenSource(stopping);
        Task renewing = Renew(message, finished.Token);
        bool succeeded = await Invoke(message, stopping);
        await finished.CancelAsync();
        await renewing;
        try
        {
            if (!succeeded) await subscription.Abandon(message, null, CancellationToken.None);
            else if (((ServiceBusTriggerAttribute)function.TriggerAttribute).AutoCompleteMessages) await subscription.Complete(message, CancellationToken.None);
        }
        catch (ServiceBusException lost)
        {
            // The message comes again when its lock runs out, or the function settled it itself.
            Unreachable(lost.Message, subscription.Path);
        }
    }

    private async Task<bool> Invoke(ServiceBusReceivedMessage message, CancellationToken stopping)
    {
        string? trace = message.ApplicationProperties.TryGetValue("Diagnostic-Id", out object? value) ? value as string : null;
        try
        {
            await invoker.Invoke(function, p => Convert(message, p), trace, null, stopping);
            return true;
        }
        catch (Exception)
        {
            return false; // Recorded and logged by the pipeline.
        }
    }

    private object? Convert(ServiceBusReceivedMessage message, ParameterInfo parameter)
    {
        Type type = parameter.ParameterType;
        if (type == typeof(ServiceBusMessageActions)) return new BrokerMessageActions(subscription);
        if (parameter != function.Trigger) return null;
        return type == typeof(ServiceBusReceivedMessage) ? message
            : type == typeof(string) ? message.Body.ToString()
            : type == typeof(BinaryData) ? message.Body
            : pipeline.Serializer.Deserialize(message.Body.ToStream(), type, CancellationToken.None);
    }

    private async Task Renew(ServiceBusReceivedMessage message, CancellationToken finished)
    {
        try
        {
            while (true)
            {
                await Task.Delay(subscription.Settings.LockDuration / 2, TimeProvider.System, finished);
                await subscription.RenewLock(message, finished);
            }
        }
        catch (OperationCanceledException)
        {
            // The function is done.
        }
        catch (ServiceBusException lost)
        {
            Unreachable(lost.Message, subscription.Path);
        }
    }

    [LoggerMessage(1, LogLevel.Warning, "{Subscription}: {Reason}")]
    private partial void Unreachable(string reason, string subscription);
}
