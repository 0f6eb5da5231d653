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

    /// <summary>What an account asked for: a mailed link, an erasure.</summary>
    [Function("GiveUpAccount")]
    public Task Account([QueueTrigger("%NamePrefix%-accounts-poison")] string message, CancellationToken cancellationToken) => messages.Keep("accounts", message, cancellationToken);

    /// <summary>Keys to be made.</summary>
    [Function("GiveUpLicence")]
    public Task Licence([QueueTrigger("%NamePrefix%-licences-poison")] string message, CancellationToken cancellationToken) => messages.Keep("licences", message, cancellationToken);

    /// <summary>Goods that somebody waits for.</summary>
    [Function("GiveUpStockReturn")]
    public Task StockReturn([QueueTrigger("%NamePrefix%-stock-returns-poison")] string message, CancellationToken cancellationToken) => messages.Keep("stock-returns", message, cancellationToken);

    /// <summary>Goods that became low.</summary>
    [Function("GiveUpStockAlert")]
    public Task StockAlert([QueueTrigger("%NamePrefix%-stock-alerts-poison")] string message, CancellationToken cancellationToken) => messages.Keep("stock-alerts", message, cancellationToken);

    /// <summary>A job over all stock.</summary>
    [Function("GiveUpStockWalk")]
    public Task StockWalk([QueueTrigger("%NamePrefix%-stock-walks-poison")] string message, CancellationToken cancellationToken) => messages.Keep("stock-walks", message, cancellationToken);

    /// <summary>A file of the catalogue.</summary>
    [Function("GiveUpExport")]
    public Task Export([QueueTrigger("%NamePrefix%-exports-poison")] string message, CancellationToken cancellationToken) => messages.Keep("exports", message, cancellationToken);

    /// <summary>The catalogue, made anew.</summary>
    [Function("GiveUpRebuild")]
    public Task Rebuild([QueueTrigger("%NamePrefix%-catalog-rebuilds-poison")] string message, CancellationToken cancellationToken) => messages.Keep("catalog-rebuilds", message, cancellationToken);

    /// <summary>A report.</summary>
    [Function("GiveUpReport")]
    public Task Report([QueueTrigger("%NamePrefix%-reports-poison")] string message, CancellationToken cancellationToken) => messages.Keep("reports", message, cancellationToken);

    /// <summary>A picture that was uploaded.</summary>
    [Function("GiveUpImage")]
    public Task Image([QueueTrigger("%NamePrefix%-images-poison")] string message, CancellationToken cancellationToken) => messages.Keep("images", message, cancellationToken);

    /// <summary>Pictures that nobody names.</summary>
    [Function("GiveUpMediaSweep")]
    public Task MediaSweep([QueueTrigger("%NamePrefix%-media-sweeps-poison")] string message, CancellationToken cancellationToken) => messages.Keep("media-sweeps", message, cancellationToken);

    /// <summary>Personal data under an older key.</summary>
    [Function("GiveUpReseal")]
    public Task Reseal([QueueTrigger("%NamePrefix%-reseal-poison")] string message, CancellationToken cancellationToken) => messages.Keep("reseal", message, cancellationToken);

    /// <summary>Nightly, when the shop's first market sleeps: 02:35 in Jakarta.</summary>
    [Function("ForgetGivenUpMessages")]
    public Task Forget([TimerTrigger("0 35 19 * * *")] TimerInfo timer, CancellationToken cancellationToken) => messages.ForgetOld(cancellationToken);
}
