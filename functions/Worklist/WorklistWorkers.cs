using Microsoft.Azure.Functions.Worker;

namespace Shop.Worklist;

/// <summary>What was given up after every attempt is somebody's task.</summary>
public sealed class WorklistWorkers(GivenUpMessages messages)
{
    /// <summary>What a payment provider told.</summary>
    [Function("GiveUpPaymentEvent")]
    public Task PaymentEvent([QueueTrigger("%NamePrefix%-payment-events-poison")] string message, CancellationToken cancellationToken) => messages.Keep("payment-events", message, cancellationToken);

    /// <summary>What a courier told.</summary>
    [Function("GiveUpCourierEvent")]
    public Task CourierEvent([QueueTrigger("%NamePrefix%-courier-events-poison")] string message, CancellationToken cancellationToken) => messages.Keep("courier-events", message, cancellationToken);

    /// <summary>A mail.</summary>
    [Function("GiveUpMail")]
    public Task Mail([QueueTrigger("%NamePrefix%-mail-poison")] string message, CancellationToken cancellationToken) => messages.Keep("mail", message, cancellationToken);
}
