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
        string token = await tokens.Issue(StaffAccount.InvitePurpose, new Invitation(member.Id), TimeSpan.FromHours(options.VerifyWithinHours), cancellationToken);
        var model = new AccountMailModel(null, pages.Of("staff/accept", token), token, options.VerifyWithinHours, options.ResetWithinMinutes);
        await mail.Send($"{member.Id}.staff-invite", "staff-invite", locale, wanted.Email, model, cancellationToken);
        return (await staff.FindById(member.Id, cancellationToken))!;
    }

    /// <summary>Other roles; none for somebody who leaves. Their tokens end, since they carry the old ones.</summary>
    public async Task<Result<Stored<StaffMember>>> SetRoles(string staffId, IReadOnlyList<Role> roles, Principal caller, IfMatch ifMatch, CancellationToken cancellationToken)
    {
        if (staffId == caller.Id) return CustomersProblems.NotYourself;
        if (!Ids.IsValid("stf", staffId) || await staff.FindById(staffId, cancellationToken) is not { } member) return CustomersProblems.Unknown;
        if (ifMatch.Check(member.ETag) is { } stale) return stale;
        if (!await staff.TryReplace(member.Value with { Roles = [.. roles.Distinct()] }, member.ETag, cancellationToken)) return HttpProblems.PreconditionFailed;
        await sessions.End(staffId, cancellationToken);
        return (await staff.FindById(staffId, cancellationToken))!;
    }

    public async Task<Problem?> EndSessions(string staffId, CancellationToken cancellationToken)
    {
        if (!Ids.IsValid("stf", staffId) || await staff.FindById(staffId, cancellationToken) is null) return CustomersProblems.Unknown;
        await sessions.End(staffId, cancellationToken);
        return null;
    }
}
