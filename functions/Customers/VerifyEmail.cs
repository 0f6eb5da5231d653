using Microsoft.AspNetCore.Identity;
using Shop.Common;

namespace Shop.Customers;

/// <summary>
/// Makes the account that a registration asked for. The link proves the address; the password proves that whoever opened it is the one who registered,
/// so that a stranger cannot have somebody else verify an account for them.
/// </summary>
public sealed class VerifyEmail(OneTimeTokens tokens, SignInStore signIns, CustomerStore customers, StartSession sessions, AccountLimits limits, PasswordHasher<CustomerSignIn> hasher, TimeProvider clock)
{
    public async Task<Result<SessionTokens>> Run(VerifyCustomer asked, string clientAddress, CancellationToken cancellationToken)
    {
        if (await limits.Count("verify", asked.Token, clientAddress, cancellationToken) is { } locked) return locked;
        if (await tokens.Look<PendingRegistration>(AccountMails.VerifyPurpose, asked.Token, cancellationToken) is not { } pending) return AccountProblems.TokenInvalid;
        if (hasher.VerifyHashedPassword(null!, pending.PasswordHash, asked.Password) == PasswordVerificationResult.Failed) return AccountProblems.CredentialsWrong;

        string key = EmailAddress.Key(pending.Email);
        var signIn = new CustomerSignIn(pending.CustomerId, pending.PasswordHash, clock.GetUtcNow());
        // A repeat after a crash finds its own row; somebody else's means that another registration was verified first.
        if (!await signIns.TryAdd(key, signIn, cancellationToken) && (await signIns.Find(key, cancellationToken))?.Value.CustomerId != pending.CustomerId) return AccountProblems.TokenInvalid;
        Consent[] consents = [.. ConsentRules.AtRegistration(pending)];
        var customer = new Customer
        {
            Id = pending.CustomerId,
            Details = new PersonalDetails(pending.Name, pending.Email, pending.Phone),
            Locale = pending.Locale,
            MarketingChannels = pending.MarketingChannels,
            CreatedAt = clock.GetUtcNow(),
            Consents = consents.Length,
        };
        await customers.TryAdd(customer, consents, cancellationToken);
        // Last, so that a crash before it leaves the link good for another try; of two at once, one starts the session.
        return await tokens.Redeem<PendingRegistration>(AccountMails.VerifyPurpose, asked.Token, cancellationToken) is null
            ? AccountProblems.TokenInvalid
            : await sessions.Run(customer.Id, customer.SessionVersion, customer.Groups, cancellationToken);
    }
}
