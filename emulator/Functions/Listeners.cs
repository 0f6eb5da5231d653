using Microsoft.Azure.Functions.Worker;
using Microsoft.Extensions.Configuration;
using Microsoft.Extensions.Hosting;
using Microsoft.Extensions.Logging;
using Shop.Emulator.Clock;
using Shop.Emulator.Functions.Queues;
using Shop.Emulator.Functions.Timers;
using Shop.Emulator.ServiceBus;
using Shop.Emulator.Storage;

namespace Shop.Emulator.Functions;

/// <summary>Starts a listener per queue, timer and Service Bus trigger once the app is up, and stops them all before it goes down.</summary>
internal sealed class Listeners(
    FunctionIndex index, EmulatorStorage storage, HostJson host, InvocationPipeline pipeline, TriggerInvoker invoker, QueueOutputs outputs,
    ServiceBusBroker broker, EmulatorClock clock, IConfiguration settings, ILoggerFactory loggers) : IHostedLifecycleService, IDisposable
{
    private readonly CancellationTokenSource _stopping = new();
    private Task _running = Task.CompletedTask;

    public async Task StartedAsync(CancellationToken cancellationToken)
    {
        ILogger logger = loggers.CreateLogger("Shop.Emulator.Functions");
        IEnumerable<Func<Task>> queues = index.With<QueueTriggerAttribute>().Select(f => new QueueListener(
            f, FunctionIndex.Resolve(((QueueTriggerAttribute)f.TriggerAttribute).QueueName, settings), storage, host, pipeline, invoker, outputs, logger))
            .Select(l => (Func<Task>)(() => l.Run(_stopping.Token)));
        TimerListener[] timers = [.. index.With<TimerTriggerAttribute>().Select(f => new TimerListener(
            f, TimerSchedule.Parse(FunctionIndex.Resolve(((TimerTriggerAttribute)f.TriggerAttribute).Schedule, settings)).Schedule!, storage, invoker, clock, logger))];
        await TimerListener.Prepare(timers, clock.GetUtcNow(), cancellationToken);
        IEnumerable<Func<Task>> subscriptions = index.With<ServiceBusTriggerAttribute>().Select(f => new ServiceBusListener(f, SubscriptionOf(f), pipeline, invoker, logger))
            .Select(l => (Func<Task>)(() => l.Run(_stopping.Token)));
        _running = Task.WhenAll([.. queues.Concat(timers.Select(l => (Func<Task>)(() => l.Run(_stopping.Token)))).Concat(subscriptions).Select(run => Task.Run(run, CancellationToken.None))]);
    }

    public async Task StoppingAsync(CancellationToken cancellationToken)
    {
        await _stopping.CancelAsync();
        await _running.WaitAsync(cancellationToken);
    }

    private BrokerSubscription SubscriptionOf(FunctionDescriptor function)
    {
        var trigger = (ServiceBusTriggerAttribute)function.TriggerAttribute;
        return broker.Subscription(FunctionIndex.Resolve(trigger.TopicName!, settings), FunctionIndex.Resolve(trigger.SubscriptionName!, settings));
    }

    public Task StartingAsync(CancellationToken cancellationToken) => Task.CompletedTask;

    public Task StartAsync(CancellationToken cancellationToken) => Task.CompletedTask;

    public Task StopAsync(CancellationToken cancellationToken) => Task.CompletedTask;

    public Task StoppedAsync(CancellationToken cancellationToken) => Task.CompletedTask;

    public void Dispose() => _stopping.Dispose();
}
