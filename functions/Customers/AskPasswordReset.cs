using Shop.Common;

namespace Shop.Customers;

/// <summary>Has a link mailed to whoever has an account under the address; everybody gets the same answer in the same time.</summary>
public sealed class AskPasswordReset(AccountLimits limits, AccountQueue queue)
{
    public async Task<Result<MailSent>> Run(string email, string locale, string clientAddress, CancellationToken cancellationToken)
    {
        if (!EmailAddress.IsValid(email)) return AccountProblems.EmailInvalid;
        if (await limits.Count("mail", EmailAddress.Key(email), clientAddress, cancellationToken) is { } locked) return locked;
        await queue.Send(AccountRequest.ResetPassword, new PendingReset(email, locale), cancellationToken);
        return new MailSent("openMail");
    }
}
