using Microsoft.AspNetCore.Identity;
using Shop.Common;
using Shop.Http;
using Shop.Storage;

namespace Shop.Customers;

/// <summary>What members of staff do with their own account: password, codes, sessions.</summary>
public sealed class StaffAccount(StaffStore staff, StaffSessions sessions, SecondSteps codes, AccountLimits limits, OneTimeTokens tokens, PasswordHasher<StaffMember> hasher, TimeProvider clock)
{
    internal const string InvitePurpose = "invite";
    internal const string ResetPurpose = "staff-reset";

    public async Task<Result<TotpEnrolment>> BeginCodes(string staffId, CancellationToken cancellationToken)
    {
        if (await staff.FindById(staffId, cancellationToken) is not { } member) return CustomersProblems.Unknown;
        if (member.Value.NeedsCode) return CustomersProblems.CodesOn;
        (SecondStep step, string secret) = codes.Begin(staffId);
        if (!await staff.TryReplace(member.Value with { SecondStep = step }, member.ETag, cancellationToken)) return AccountProblems.Busy;
        return new TotpEnrolment(secret, SecondSteps.Uri(member.Value.Email, secret));
    }

    public async Task<Result<RecoveryCodes>> ConfirmCodes(string staffId, string code, string clientAddress, CancellationToken cancellationToken)
    {
        if (await limits.Count("code", staffId, clientAddress, cancellationToken) is { } locked) return locked;
        if (await staff.FindById(staffId, cancellationToken) is not { } member) return CustomersProblems.Unknown;
        if (member.Value.NeedsCode) return CustomersProblems.CodesOn;
        if (member.Value.SecondStep is not { } begun) return CustomersProblems.CodesOff;
        if (codes.Use(staffId, begun, code) is not { } used) return CustomersProblems.CodeWrong;
        (IReadOnlyList<string> hashes, IReadOnlyList<string> shown) = codes.MakeRecoveryCodes(staffId);
        if (!await staff.TryReplace(member.Value with { SecondStep = used with { ConfirmedAt = clock.GetUtcNow(), RecoveryHashes = hashes } }, member.ETag, cancellationToken)) return AccountProblems.Busy;
        return new RecoveryCodes(shown);
    }

    public async Task<Problem?> EndCodes(string staffId, string code, string clientAddress, CancellationToken cancellationToken)
    {
        if (await limits.Count("code", staffId, clientAddress, cancellationToken) is { } locked) return locked;
        if (await staff.FindById(staffId, cancellationToken) is not { } member) return CustomersProblems.Unknown;
        if (!member.Value.NeedsCode) return CustomersProblems.CodesOff;
        if (codes.Use(staffId, member.Value.SecondStep!, code) is null) return CustomersProblems.CodeWrong;
        return await staff.TryReplace(member.Value with { SecondStep = null }, member.ETag, cancellationToken) ? null : AccountProblems.Busy;
    }

    /// <summary>Changes the password and ends every session, this one too.</summary>
    public async Task<Problem?> ChangePassword(string staffId, ChangeStaffPassword asked, string clientAddress, CancellationToken cancellationToken)
    {
        if (await staff.FindById(staffId, cancellationToken) is not { } member) return CustomersProblems.Unknown;
        if (await limits.Count("staff", EmailAddress.Key(member.Value.Email), clientAddress, cancellationToken) is { } locked) return locked;
        if (hasher.VerifyHashedPassword(member.Value, member.Value.PasswordHash, asked.CurrentPassword) == PasswordVerificationResult.Failed) return AccountProblems.PasswordWrong;
        // Before and after: a crash between the two leaves nobody signed in with the old password.
        await sessions.End(staffId, cancellationToken);
        if (!await staff.TryReplace(WithPassword(member.Value, asked.NewPassword), member.ETag, cancellationToken)) return AccountProblems.Busy;
        await sessions.End(staffId, cancellationToken);
        return null;
    }

    /// <summary>Sets the first password with the token of an invitation.</summary>
    public async Task<Problem?> AcceptInvitation(AcceptInvitation asked, string clientAddress, CancellationToken cancellationToken)
    {
        if (await limits.Count("reset", asked.Token, clientAddress, cancellationToken) is { } locked) return locked;
        // Void once there is a password, so that it is used up last: one that broke off can be repeated.
        if (await tokens.Look<Invitation>(InvitePurpose, asked.Token, cancellationToken) is not { } invitation) return AccountProblems.TokenInvalid;
        if (await staff.FindById(invitation.StaffId, cancellationToken) is not { Value.PasswordHash.Length: 0 } member) return AccountProblems.TokenInvalid;
        if (!await staff.TryReplace(WithPassword(member.Value, asked.Password), member.ETag, cancellationToken)) return AccountProblems.Busy;
        await tokens.Redeem<Invitation>(InvitePurpose, asked.Token, cancellationToken);
        return null;
    }

    /// <summary>Sets a new password with a mailed token: every session ends, and whoever locked the address out by guessing does so no longer. Codes are asked for as before.</summary>
    public async Task<Problem?> ResetPassword(ResetStaffPassword asked, string clientAddress, CancellationToken cancellationToken)
    {
        if (await limits.Count("reset", asked.Token, clientAddress, cancellationToken) is { } locked) return locked;
        // Void once the password changed, so that it is used up last: one that broke off can be repeated.
        if (await tokens.Look<StaffResetGrant>(ResetPurpose, asked.Token, cancellationToken) is not { } grant) return AccountProblems.TokenInvalid;
        if (await staff.FindById(grant.StaffId, cancellationToken) is not { Value.PasswordHash.Length: > 0 } member || member.Value.PasswordSetAt != grant.PasswordSetAt) return AccountProblems.TokenInvalid;
        // Before and after: a crash between the two leaves nobody signed in with the old password.
        await sessions.End(grant.StaffId, cancellationToken);
        if (!await staff.TryReplace(WithPassword(member.Value, asked.NewPassword), member.ETag, cancellationToken)) return AccountProblems.Busy;
        await sessions.End(grant.StaffId, cancellationToken);
        await limits.Forget("staff", EmailAddress.Key(member.Value.Email), cancellationToken);
        await tokens.Redeem<StaffResetGrant>(ResetPurpose, asked.Token, cancellationToken);
        return null;
    }

    private StaffMember WithPassword(StaffMember member, string password) => member with { PasswordHash = hasher.HashPassword(member, password), PasswordSetAt = clock.GetUtcNow() };
}

public sealed record Invitation(string StaffId);

/// <param name="Secret">Base 32, to type in.</param>
/// <param name="Uri"><c>otpauth://…</c>, to show as a QR code.</param>
public sealed record TotpEnrolment(string Secret, string Uri);

/// <param name="Codes">Each signs in once in place of a code. They are shown this once.</param>
public sealed record RecoveryCodes(IReadOnlyList<string> Codes);
