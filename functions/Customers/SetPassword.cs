using Microsoft.AspNetCore.Identity;
using Shop.Common;
using Shop.Http;
using Shop.Storage;

namespace Shop.Customers;

/// <summary>Another password, by whoever knows the present one or holds a mailed link. Either way every session ends.</summary>
public sealed class SetPassword(OpenCustomer open, SignInStore signIns, OneTimeTokens tokens, EndSessions end, StartSession sessions, AccountLimits limits, PasswordHasher<CustomerSignIn> hasher, TimeProvider clock)
{
    /// <summary>Changes it and signs this device in anew.</summary>
    public async Task<Result<SessionTokens>> Change(Principal caller, ChangePassword asked, string clientAddress, string? device, CancellationToken cancellationToken)
    {
        Result<Stored<Customer>> customer = await open.Run(caller, cancellationToken);
        if (customer.Problem is { } problem) return problem;
        string key = EmailAddress.Key(customer.Value.Value.Details.Email);
        if (await limits.Count("customer", key, clientAddress, cancellationToken) is { } locked) return locked;
        if (await signIns.Find(key, cancellationToken) is not { } signIn || signIn.Value.CustomerId != caller.Id) return HttpProblems.Unauthenticated;
        if (hasher.VerifyHashedPassword(signIn.Value, signIn.Value.PasswordHash, asked.CurrentPassword) == PasswordVerificationResult.Failed) return AccountProblems.PasswordWrong;
        await end.Run(caller.Id, cancellationToken);
        if (!await signIns.TryReplace(key, With(signIn.Value, asked.NewPassword), signIn.ETag, cancellationToken)) return AccountProblems.Busy;

        await limits.Forget("customer", key, cancellationToken);
        return await end.Run(caller.Id, cancellationToken) is { } version ? await sessions.Run(caller.Id, version, customer.Value.Value.Groups, device, cancellationToken) : HttpProblems.Unauthenticated;
    }

    public async Task<Problem?> Reset(ResetPassword asked, string clientAddress, CancellationToken cancellationToken)
    {
        if (await limits.Count("reset", asked.Token, clientAddress, cancellationToken) is { } locked) return locked;
        // The grant is void once the password changed, so that it is used up last: a reset that broke off can be repeated.
        if (await tokens.Look<ResetGrant>(AccountMails.ResetPurpose, asked.Token, cancellationToken) is not { } grant) return AccountProblems.TokenInvalid;
        if (await signIns.Find(grant.EmailKey, cancellationToken) is not { } signIn || signIn.Value.CustomerId != grant.CustomerId || signIn.Value.PasswordSetAt != grant.PasswordSetAt) return AccountProblems.TokenInvalid;
        // Before and after: whoever holds the old password gets no session that outlives the change.
        await end.Run(grant.CustomerId, cancellationToken);
        if (!await signIns.TryReplace(grant.EmailKey, With(signIn.Value, asked.NewPassword), signIn.ETag, cancellationToken)) return AccountProblems.TokenInvalid;
        await end.Run(grant.CustomerId, cancellationToken);
        await tokens.Redeem<ResetGrant>(AccountMails.ResetPurpose, asked.Token, cancellationToken);
        await limits.Forget("customer", grant.EmailKey, cancellationToken);
        return null;
    }

    private CustomerSignIn With(CustomerSignIn signIn, string password) => signIn with { PasswordHash = hasher.HashPassword(signIn, password), PasswordSetAt = clock.GetUtcNow() };
}
