using Shop.Common;

namespace Shop.Customers;

/// <summary>Has a link mailed to whoever has an account under the address; everybody gets the same answer in the same time.</summary>
public sealed class AskPasswordReset(AccountLimits limits, AccountQueue queue)
{
    public Task<Result<MailSent>> Run(string email, string locale, string clientAddress, CancellationToken cancellationToken) =>
        Run(AccountRequest.ResetPassword, "reset-mail", email, locale, clientAddress, cancellationToken);

    /// <summary>The same for who works here. It is counted apart: mails that somebody else asked for as a customer keep nobody of staff waiting.</summary>
    public Task<Result<MailSent>> ForStaff(string email, string locale, string clientAddress, CancellationToken cancellationToken) =>
        Run(AccountRequest.ResetStaffPassword, "staff-reset-mail", email, locale, clientAddress, cancellationToken);

    private async Task<Result<MailSent>> Run(AccountRequest request, string counted, string email, string locale, string clientAddress, CancellationToken cancellationToken)
    {
        if (!EmailAddress.IsValid(email)) return AccountProblems.EmailInvalid;
        if (await limits.Count(counted, EmailAddress.Key(email), clientAddress, cancellationToken) is { } locked) return locked;
        await queue.Send(request, new PendingReset(email, locale), cancellationToken);
        return new MailSent("openMail");
    }
}
