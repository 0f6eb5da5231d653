using Azure;
using Microsoft.Extensions.Configuration;
using Microsoft.Extensions.Hosting;
using Microsoft.Extensions.Logging;
using Shop.Emulator.Clock;
using Shop.Emulator.Webhooks;

namespace Shop.Emulator.Midtrans;

/// <summary>
/// Changes transactions, one change at a time whoever else tries and never without the notification that tells of it, and expires those that
/// nobody pays, on the emulator's clock and after a restart too.
/// </summary>
internal sealed partial class MidtransTransactions(
    MidtransStore store, WebhookDeliverer deliverer, IEnumerable<WebhookChannel> channels, EmulatorClock clock, IConfiguration settings, ILogger<MidtransTransactions> logger) : BackgroundService
{
    public const string WebhookPath = "/v1/hooks/midtrans";
    private const int Rounds = 100;
    private static readonly TimeSpan AfterTrouble = TimeSpan.FromSeconds(5);

    private readonly WebhookChannel _channel = channels.Single(c => c.Name == MidtransRoom.Name);
    private readonly CancellationTokenSource _stopping = new();
    private readonly Lock _gate = new();
    private PaymentMisbehaviour? _general;
    private long _answersToLose;

    /// <summary>Keeps a new transaction; <c>false</c> when its order_id was used before.</summary>
    public async Task<bool> Charge(Transaction transaction, CancellationToken cancellationToken)
    {
        IReadOnlyList<Notice> notices = Notices(transaction, [transaction], await Misbehaviour(transaction, cancellationToken), clock.GetUtcNow());
        transaction = transaction with { Notices = notices.Count };
        if (!await store.Insert(transaction, notices, cancellationToken)) return false;
        Tell(notices);
        _ = Expire(transaction);
        return true;
    }

    /// <summary>The transaction of an order_id or a transaction_id as it is now: expired when its time is over; <c>null</c> when there is none.</summary>
    public async Task<Transaction?> Find(string id, CancellationToken cancellationToken) =>
        (await Change(id, TransactionRules.ExpireWhenDue, cancellationToken))?.Kept is { } found ? found
        : Guid.TryParseExact(id, "D", out Guid transactionId) && await store.OrderOf(transactionId, cancellationToken) is { } orderId ? await Find(orderId, cancellationToken)
        : null;

    /// <summary>Changes a transaction; <c>null</c> when there is none under this order_id.</summary>
    public async Task<TransactionChange?> Change(string orderId, Func<Transaction, PaymentMisbehaviour, DateTimeOffset, TransactionChange> decide, CancellationToken cancellationToken)
    {
        for (int round = 0; round < Rounds; round++)
        {
            if (await store.Find(orderId, cancellationToken) is not { } stored) return null;
            DateTimeOffset now = clock.GetUtcNow();
            PaymentMisbehaviour misbehaviour = await Misbehaviour(stored.Transaction, cancellationToken);
            TransactionChange change = decide(stored.Transaction, misbehaviour, now);
            if (change.Kept == stored.Transaction) return change;
            IReadOnlyList<Notice> notices = Notices(stored.Transaction, change.Told, misbehaviour, now);
            if (!await store.Replace(change.Kept with { Notices = stored.Transaction.Notices + notices.Count }, stored.ETag, notices, cancellationToken)) continue;
            Tell(notices);
            return change;
        }
        throw new InvalidOperationException("The transaction never stood still.");
    }

    /// <summary>Posts the newest notification of a transaction once more; <c>false</c> where there is none yet.</summary>
    public async Task<bool> TellAgain(string orderId, CancellationToken cancellationToken)
    {
        if (await store.NoticesOf(orderId, cancellationToken) is not [.., var newest]) return false;
        deliverer.Post(_channel, newest.Webhook with { Copies = 1, Due = clock.GetUtcNow() });
        return true;
    }

    public async Task<PaymentMisbehaviour> General(CancellationToken cancellationToken) =>
        _general ??= await store.FindGeneralMisbehaviour(cancellationToken) ?? PaymentMisbehaviour.None;

    public async Task SetGeneral(PaymentMisbehaviour misbehaviour, CancellationToken cancellationToken)
    {
        await store.SaveGeneralMisbehaviour(misbehaviour, cancellationToken);
        _general = misbehaviour;
    }

    /// <summary>So many of the next changes are made, and their answers lost on the way to the shop.</summary>
    public void LoseAnswers(long many)
    {
        lock (_gate) _answersToLose = many;
    }

    public bool TakeLoss()
    {
        lock (_gate) return _answersToLose > 0 && _answersToLose-- > 0;
    }

    protected override async Task ExecuteAsync(CancellationToken stoppingToken)
    {
        foreach (Transaction transaction in await store.List(stoppingToken)) _ = Expire(transaction);
    }

    public override async Task StopAsync(CancellationToken cancellationToken)
    {
        await _stopping.CancelAsync();
        await base.StopAsync(cancellationToken);
    }

    private async Task Expire(Transaction transaction)
    {
        try
        {
            while (transaction.Status == TransactionStatus.Pending)
            {
                await clock.WaitUntil(transaction.ExpiresAt, _stopping.Token);
                try
                {
                    await Change(transaction.OrderId, TransactionRules.ExpireWhenDue, _stopping.Token);
                    return;
                }
                catch (Exception broken) when (broken is RequestFailedException or IOException or AggregateException)
                {
                    NotExpired(transaction.OrderId, broken);
                    await Task.Delay(AfterTrouble, TimeProvider.System, _stopping.Token);
                }
            }
        }
        catch (Exception stopped) when (stopped is OperationCanceledException or ObjectDisposedException)
        {
            // The row says when it expires; the next start goes on.
        }
    }

    private List<Notice> Notices(Transaction before, IReadOnlyList<Transaction> told, PaymentMisbehaviour misbehaviour, DateTimeOffset now)
    {
        var notices = new List<Notice>();
        foreach (Transaction transaction in told)
        {
            int number = before.Notices + notices.Count;
            (string partition, string row) = MidtransStore.NoticeKey(transaction.OrderId, number);
            (TimeSpan wait, int copies) = misbehaviour.Delivery(number);
            string body = MidtransShapes.Notification(transaction, settings["Midtrans:ServerKey"]).ToJsonString();
            notices.Add(new Notice(transaction.Status, new Webhook(partition, row, WebhookPath, body, now, now + wait) { Copies = copies }));
        }
        return notices;
    }

    private void Tell(IEnumerable<Notice> notices)
    {
        foreach (Notice notice in notices) deliverer.Post(_channel, notice.Webhook);
    }

    private async Task<PaymentMisbehaviour> Misbehaviour(Transaction transaction, CancellationToken cancellationToken)
    {
        if (transaction.Misbehaviour is { } own) return own;
        PaymentMisbehaviour general = await General(cancellationToken);
        return general.IsFor(transaction.TransactionId) ? general : PaymentMisbehaviour.None;
    }

    public override void Dispose()
    {
        base.Dispose();
        _stopping.Dispose();
    }

    [LoggerMessage(4601, LogLevel.Warning, "Transaction {OrderId} could not be expired; it is tried again.")]
    private partial void NotExpired(string orderId, Exception exception);
}
