using Shop.Common;
using Shop.Email;
using Shop.Http;
using Shop.Storage;

namespace Shop.Customers;

/// <summary>What owners do with members of staff.</summary>
public sealed class StaffMembers(StaffStore staff, StaffSessions sessions, OneTimeTokens tokens, EmailQueue mail, AccountPages pages, CustomerOptions options, TimeProvider clock)
{
    public async Task<Result<Stored<StaffMember>>> Invite(NewStaffMember wanted, string locale, CancellationToken cancellationToken)
    {
        if (!EmailAddress.IsValid(wanted.Email)) return AccountProblems.EmailInvalid;
        var member = new StaffMember(Ids.New("stf", clock), wanted.Email, "", [.. wanted.Roles.Distinct()]);
        if (!await staff.TryAdd(member, cancellationToken)) return CustomersProblems.EmailTaken;
        await Mail(member, locale, cancellationToken);
        return (await staff.FindById(member.Id, cancellationToken))!;
    }

    /// <summary>Mails another invitation to somebody who has not accepted theirs.</summary>
    public async Task<Result<MailSent>> InviteAgain(string staffId, string locale, CancellationToken cancellationToken)
    {
        if (!Ids.IsValid("stf", staffId) || await staff.FindById(staffId, cancellationToken) is not { } member) return CustomersProblems.Unknown;
        if (member.Value.PasswordHash.Length > 0) return CustomersProblems.InvitationAccepted;
        await Mail(member.Value, locale, cancellationToken);
        return new MailSent("openMail");
    }

    /// <summary>Other roles; none for somebody who leaves. Their tokens end, since they carry the old ones.</summary>
    public async Task<Result<Stored<StaffMember>>> SetRoles(string staffId, IReadOnlyList<Role> roles, Principal caller, IfMatch ifMatch, CancellationToken cancellationToken)
    {
        if (staffId == caller.Id) return CustomersProblems.NotYourself;
        if (!Ids.IsValid("stf", staffId) || await staff.FindById(staffId, cancellationToken) is not { } member) return CustomersProblems.Unknown;
        if (ifMatch.Check(member.ETag) is { } stale) return stale;
        // Before and after: a crash between the two leaves nobody signed in with what was taken away.
        await sessions.End(staffId, cancellationToken);
        if (!await staff.TryReplace(member.Value with { Roles = [.. roles.Distinct()] }, member.ETag, cancellationToken)) return HttpProblems.PreconditionFailed;
        await sessions.End(staffId, cancellationToken);
        return (await staff.FindById(staffId, cancellationToken))!;
    }

    private async Task Mail(StaffMember member, string locale, CancellationToken cancellationToken)
    {
        string token = await tokens.Issue(StaffAccount.InvitePurpose, new Invitation(member.Id), TimeSpan.FromHours(options.VerifyWithinHours), cancellationToken);
        var model = new AccountMailModel(null, pages.Of("staff/accept", token), token, options.VerifyWithinHours, options.ResetWithinMinutes);
        await mail.Send($"{Ids.New("acc", clock)}.staff-invite", "staff-invite", locale, member.Email, model, cancellationToken);
    }

    /// <summary>For somebody who lost their device and the recovery codes: signing in asks for no code until they enrol anew. An owner does it for another, never for themselves.</summary>
    public async Task<Problem?> ResetSecondStep(string staffId, Principal caller, CancellationToken cancellationToken)
    {
        if (staffId == caller.Id) return CustomersProblems.NotYourOwnCodes;
        if (!Ids.IsValid("stf", staffId)) return CustomersProblems.Unknown;
        while (await staff.FindById(staffId, cancellationToken) is { } member)
        {
            if (member.Value.SecondStep is null) return CustomersProblems.CodesOff;
            // Whoever has the lost device may be signed in with it.
            await sessions.End(staffId, cancellationToken);
            if (!await staff.TryReplace(member.Value with { SecondStep = null }, member.ETag, cancellationToken)) continue;
            await sessions.End(staffId, cancellationToken);
            return null;
        }
        return CustomersProblems.Unknown;
    }

    public async Task<Problem?> EndSessions(string staffId, CancellationToken cancellationToken)
    {
        if (!Ids.IsValid("stf", staffId) || await staff.FindById(staffId, cancellationToken) is null) return CustomersProblems.Unknown;
        await sessions.End(staffId, cancellationToken);
        return null;
    }
}
