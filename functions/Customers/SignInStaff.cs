using Microsoft.AspNetCore.Identity;
using Shop.Common;
using Shop.Http;
using Shop.Storage;

namespace Shop.Customers;

/// <summary>
/// Signs staff in. An address that nobody has takes the same steps and the same time as one that somebody has: the same reads and writes,
/// the same hashing, the same lock.
/// </summary>
public sealed class SignInStaff(StaffStore staff, StaffSessions sessions, SecondSteps codes, AccountLimits limits, PasswordHasher<StaffMember> hasher, StaffTokens tokens, TimeProvider clock)
{
    private readonly StaffMember _nobody = new("", "", hasher.HashPassword(null!, "nobody has this password"), []);

    public async Task<Result<StaffSession>> Run(StaffSignIn credentials, string clientAddress, CancellationToken cancellationToken)
    {
        string key = EmailAddress.Key(credentials.Email);
        if (await limits.Count("staff", key, clientAddress, cancellationToken) is { } locked) return locked;

        Stored<StaffMember>? known = await staff.FindMember(credentials.Email, cancellationToken);
        StaffMember member = known?.Value is { PasswordHash.Length: > 0 } invited ? invited : _nobody;
        PasswordVerificationResult verified = hasher.VerifyHashedPassword(member, member.PasswordHash, credentials.Password);
        if (known is null || member.Roles.Count == 0 || verified == PasswordVerificationResult.Failed) return CustomersProblems.CredentialsWrong;
        // Before the member is written: a password, roles or sessions that end after this leave the token with a version that is over.
        int version = await sessions.ReadVersion(member.Id, cancellationToken);
        StaffMember signedIn = verified == PasswordVerificationResult.SuccessRehashNeeded ? member with { PasswordHash = hasher.HashPassword(member, credentials.Password) } : member;
        if (member.NeedsCode)
        {
            if (credentials.Code is null) return CustomersProblems.CodeRequired;
            if (codes.Use(member.Id, member.SecondStep!, credentials.Code) is not { } used) return CustomersProblems.CodeWrong;
            signedIn = signedIn with { SecondStep = used };
        }
        Stored<StaffMember>? read = known;
        while (!await staff.TryReplace(signedIn with { LastSignInAt = clock.GetUtcNow() }, read.ETag, cancellationToken))
        {
            // Two at once with one code: one of them writes first, the other is a replay. And whoever was given another password or other roles since they
            // were read does not get in with the old ones.
            if (member.NeedsCode) return CustomersProblems.CodeWrong;
            read = await staff.FindMember(credentials.Email, cancellationToken);
            if (read is null || read.Value.PasswordHash != member.PasswordHash || !read.Value.Roles.SequenceEqual(member.Roles) || read.Value.NeedsCode) return CustomersProblems.CredentialsWrong;
            signedIn = read.Value;
        }

        await limits.Forget("staff", key, cancellationToken);
        return new StaffSession(tokens.Issue(member.Id, member.Roles, version), (int)StaffTokens.Lifetime.TotalSeconds);
    }
}
