using Azure.Messaging.ServiceBus;
using Microsoft.Azure.Functions.Worker;

namespace Shop.Emulator.ServiceBus;

/// <summary>What a function may do with the message that triggered it.</summary>
internal sealed class BrokerMessageActions(BrokerSubscription subscription) : ServiceBusMessageActions
{
    public override Task CompleteMessageAsync(ServiceBusReceivedMessage message, CancellationToken cancellationToken = default) => subscription.Complete(message, cancellationToken);

    public override Task AbandonMessageAsync(ServiceBusReceivedMessage message, IDictionary<string, object>? propertiesToModify = null, CancellationToken cancellationToken = default) =>
        subscription.Abandon(message, propertiesToModify, cancellationToken);

    public override Task DeadLetterMessageAsync(
        ServiceBusReceivedMessage message, Dictionary<string, object>? propertiesToModify = null, string? deadLetterReason = null, string? deadLetterErrorDescription = null,
        CancellationToken cancellationToken = default) => subscription.DeadLetter(message, deadLetterReason, deadLetterErrorDescription, propertiesToModify, cancellationToken);

    public override Task RenewMessageLockAsync(ServiceBusReceivedMessage message, CancellationToken cancellationToken = default) => subscription.RenewLock(message, cancellationToken);
}
