using Microsoft.AspNetCore.Identity;
using Shop.Common;
using Shop.Http;
using Shop.Storage;

namespace Shop.Customers;

/// <summary>
/// Signs staff in. An address that nobody has takes the same steps and the same time as one that somebody has: the same reads and writes,
/// the same hashing, the same lock.
/// </summary>
public sealed class SignInStaff(StaffStore staff, PasswordHasher<StaffMember> hasher, StaffTokens tokens, TimeProvider clock)
{
    private readonly StaffMember _nobody = new("", "", hasher.HashPassword(null!, "nobody has this password"), []);

    public async Task<Result<StaffSession>> Run(SignIn credentials, CancellationToken cancellationToken)
    {
        if (await CountAttempt(credentials.Email, cancellationToken) is { } locked) return CustomersProblems.Locked(locked);

        StaffMember? known = (await staff.FindMember(credentials.Email, cancellationToken))?.Value;
        StaffMember member = known ?? _nobody;
        bool right = hasher.VerifyHashedPassword(member, member.PasswordHash, credentials.Password) != PasswordVerificationResult.Failed;
        if (known is null || !right) return CustomersProblems.CredentialsWrong;

        await staff.ForgetAttempts(credentials.Email, cancellationToken);
        return new StaffSession(tokens.Issue(member.Id, member.Roles), (int)StaffTokens.Lifetime.TotalSeconds);
    }

    /// <summary>Counts before the password is looked at, so that guesses sent side by side cannot outrun the count.</summary>
    /// <returns>How long the address is locked; <c>null</c> when the attempt may go on.</returns>
    private async Task<TimeSpan?> CountAttempt(string email, CancellationToken cancellationToken)
    {
        while (true)
        {
            Stored<SignInAttempts> attempts = await staff.FindAttempts(email, cancellationToken);
            DateTimeOffset now = clock.GetUtcNow();
            if (attempts.Value.LockedFor(now) is { } wait) return wait;
            // Every lost race is somebody else's attempt, and the tenth locks: this ends.
            if (await staff.TryWriteAttempts(email, attempts.Value.Add(now), attempts.ETag, cancellationToken)) return null;
        }
    }
}
