using Microsoft.AspNetCore.Identity;
using Shop.Common;
using Shop.Storage;

namespace Shop.Customers;

/// <summary>
/// Signs a customer in. An address that nobody has takes the same steps and the same time as a wrong password: the same reads and writes, the same
/// hashing, the same lock.
/// </summary>
public sealed class SignInCustomer(AccountLimits limits, SignInStore signIns, CustomerStore customers, StartSession sessions, PasswordHasher<CustomerSignIn> hasher)
{
    private readonly CustomerSignIn _nobody = new("", hasher.HashPassword(null!, "nobody has this password"), default);

    public async Task<Result<SessionTokens>> Run(SignIn credentials, string clientAddress, string? device, CancellationToken cancellationToken)
    {
        string key = EmailAddress.Key(credentials.Email);
        if (await limits.Count("customer", key, clientAddress, cancellationToken) is { } locked) return locked;

        Stored<CustomerSignIn>? known = await signIns.Find(key, cancellationToken);
        CustomerSignIn signIn = known?.Value ?? _nobody;
        // Read before the password is looked at: one that is changed meanwhile leaves this session with a version that is over.
        Stored<Customer>? customer = await customers.Find(signIn.CustomerId.Length > 0 ? signIn.CustomerId : "cus_nobody", cancellationToken);
        PasswordVerificationResult verified = hasher.VerifyHashedPassword(signIn, signIn.PasswordHash, credentials.Password);
        if (known is null || customer is null || verified == PasswordVerificationResult.Failed) return AccountProblems.CredentialsWrong;

        // An older hash becomes one of today's; a race with another change of the password leaves it as it is.
        if (verified == PasswordVerificationResult.SuccessRehashNeeded)
            await signIns.TryReplace(key, signIn with { PasswordHash = hasher.HashPassword(signIn, credentials.Password) }, known.ETag, cancellationToken);
        await limits.Forget("customer", key, cancellationToken);
        return await sessions.Run(signIn.CustomerId, customer.Value.SessionVersion, customer.Value.Groups, device, cancellationToken);
    }
}
