using Microsoft.AspNetCore.Identity;
using Shop.Common;

namespace Shop.Customers;

/// <summary>
/// Makes the account that a registration asked for. The link proves the address; the password proves that whoever opened it is the one who registered,
/// so that a stranger cannot have somebody else verify an account for them.
/// </summary>
public sealed class VerifyEmail(OneTimeTokens tokens, SignInStore signIns, CustomerStore customers, StartSession sessions, AccountLimits limits, PasswordHasher<CustomerSignIn> hasher, TimeProvider clock)
{
    /// <summary>No request lives longer.</summary>
    private static readonly TimeSpan LongestVerification = TimeSpan.FromMinutes(10);

    public async Task<Result<SessionTokens>> Run(VerifyCustomer asked, string clientAddress, string? device, CancellationToken cancellationToken)
    {
        if (await limits.Count("verify", asked.Token, clientAddress, cancellationToken) is { } locked) return locked;
        if (await tokens.Look<PendingRegistration>(AccountMails.VerifyPurpose, asked.Token, cancellationToken) is not { } pending) return AccountProblems.TokenInvalid;
        if (hasher.VerifyHashedPassword(null!, pending.PasswordHash, asked.Password) == PasswordVerificationResult.Failed) return AccountProblems.CredentialsWrong;

        string key = EmailAddress.Key(pending.Email);
        var signIn = new CustomerSignIn(pending.CustomerId, pending.PasswordHash, clock.GetUtcNow());
        if (!await Take(key, signIn, cancellationToken)) return AccountProblems.TokenInvalid;
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
            : await sessions.Run(customer.Id, customer.SessionVersion, customer.Groups, device, cancellationToken);
    }

    /// <summary>
    /// Makes the address the customer's. A repeat after a crash finds its own row. Somebody else's means that another registration was verified first, unless
    /// that one broke off before it made its customer: then it is taken over, lest nobody could ever have the address.
    /// </summary>
    private async Task<bool> Take(string key, CustomerSignIn signIn, CancellationToken cancellationToken)
    {
        if (await signIns.TryAdd(key, signIn, cancellationToken)) return true;
        if (await signIns.Find(key, cancellationToken) is not { } held) return false;
        if (held.Value.CustomerId == signIn.CustomerId) return true;
        bool abandoned = held.Value.PasswordSetAt + LongestVerification < clock.GetUtcNow() && await customers.Find(held.Value.CustomerId, cancellationToken) is null;
        return abandoned && await signIns.TryReplace(key, signIn, held.ETag, cancellationToken);
    }
}
