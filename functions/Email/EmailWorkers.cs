using Microsoft.Azure.Functions.Worker;
using Shop.Common;

namespace Shop.Email;

public sealed class EmailWorkers(EmailQueue queue, SendEmail send, EmailStore sent)
{
    /// <summary>Sends a mail.</summary>
    [Function("SendMail")]
    public async Task Send([QueueTrigger("%NamePrefix%-mail")] string message, CancellationToken cancellationToken)
    {
        OpenedEmail mail = queue.Open(message);
        using var trace = Tracing.Continue("send-mail", mail.Traceparent);
        await send.Run(mail, cancellationToken);
    }

    /// <summary>Nightly, when the shop's first market sleeps: 02:50 in Jakarta.</summary>
    [Function("ForgetSentMails")]
    public Task Forget([TimerTrigger("0 50 19 * * *")] TimerInfo timer, CancellationToken cancellationToken) => sent.ForgetOld(cancellationToken);
}
