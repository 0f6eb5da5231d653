using Microsoft.AspNetCore.Identity;
using Shop.Common;
using Shop.Http;

namespace Shop.Customers;

/// <summary>
/// Signs staff in. An address that nobody has takes the same steps and the same time as one that somebody has: the same reads and writes,
/// the same hashing, the same lock.
/// </summary>
public sealed class SignInStaff(StaffStore staff, AccountLimits limits, PasswordHasher<StaffMember> hasher, StaffTokens tokens)
{
    private readonly StaffMember _nobody = new("", "", hasher.HashPassword(null!, "nobody has this password"), []);

    public async Task<Result<StaffSession>> Run(SignIn credentials, string clientAddress, CancellationToken cancellationToken)
    {
        if (await limits.Count("staff", EmailKey.Of(credentials.Email), clientAddress, cancellationToken) is { } locked) return locked;

        StaffMember? known = (await staff.FindMember(credentials.Email, cancellationToken))?.Value;
        StaffMember member = known ?? _nobody;
        bool right = hasher.VerifyHashedPassword(member, member.PasswordHash, credentials.Password) != PasswordVerificationResult.Failed;
        if (known is null || !right) return CustomersProblems.CredentialsWrong;

        await limits.Forget("staff", EmailKey.Of(credentials.Email), cancellationToken);
        return new StaffSession(tokens.Issue(member.Id, member.Roles), (int)StaffTokens.Lifetime.TotalSeconds);
    }
}
