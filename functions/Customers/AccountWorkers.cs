using Microsoft.Azure.Functions.Worker;
using Shop.Common;
using Shop.Http;

namespace Shop.Customers;

public sealed class AccountWorkers(AccountMails mails, OneTimeTokens tokens, Attempts attempts, RevokedSessions revoked, CustomerStore customers, TimeProvider clock)
{
    /// <summary>Mails about an account.</summary>
    [Function("AccountMail")]
    public async Task Mail([QueueTrigger("%NamePrefix%-accounts")] string message, CancellationToken cancellationToken)
    {
        AccountMessage asked = QueueMessages.Read<AccountMessage>(message, "account.mail", 1);
        using var trace = Tracing.Continue("account-mail", asked.Traceparent);
        await mails.Run(asked, cancellationToken);
    }

    /// <summary>Nightly, when the shop's first market sleeps: 02:20 in Jakarta.</summary>
    [Function("ForgetAttemptsAndTokens")]
    public async Task Forget([TimerTrigger("0 20 19 * * *")] TimerInfo timer, CancellationToken cancellationToken)
    {
        await attempts.ForgetOld(cancellationToken);
        await tokens.ForgetOld(cancellationToken);
        await revoked.ForgetOld(cancellationToken);
        await customers.ForgetSessions(clock.GetUtcNow(), cancellationToken);
    }
}
