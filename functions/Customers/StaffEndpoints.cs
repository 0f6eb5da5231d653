using System.ComponentModel.DataAnnotations;
using Microsoft.AspNetCore.Http;
using Microsoft.Azure.Functions.Worker;
using Shop.Common;
using Shop.Http;
using Shop.Storage;

namespace Shop.Customers;

public sealed class StaffEndpoints(SignInStaff signIn, StaffAccount account, StaffMembers members, StaffStore staff, StaffSessions sessions, AskPasswordReset ask, ClientAddresses addresses)
{
    /// <summary>Signs a member of staff in.</summary>
    /// <remarks>After ten attempts in fifteen minutes the address is locked until the first of them is fifteen minutes old.</remarks>
    [Function("SignInStaff"), Access(Caller.Anyone), BodyLimit(4096)]
    [Body<StaffSignIn>, Answer<StaffSession>(200), Refusal(401, "staff.credentials-wrong", "staff.code-required", "staff.code-wrong"), Refusal(429, "account.too-many-attempts")]
    public Task<IResult> SignIn([HttpTrigger(AuthorizationLevel.Anonymous, "post", Route = "v1/admin/sessions")] HttpRequest request) => request
        .ReadBody<StaffSignIn>()
        .Then(credentials => signIn.Run(credentials, addresses.Of(request), request.HttpContext.RequestAborted))
        .ToHttp(session => Respond.Ok(session));

    /// <summary>Sets the first password with the token of an invitation.</summary>
    [Function("StaffAcceptInvitation"), Access(Caller.Anyone), BodyLimit(4096)]
    [Body<AcceptInvitation>, Answer(204), Refusal(422, "account.token-invalid"), Refusal(429, "account.too-many-attempts"), Refusal(503, "account.busy")]
    public async Task<IResult> Accept([HttpTrigger(AuthorizationLevel.Anonymous, "post", Route = "v1/admin/invitations/accept")] HttpRequest request)
    {
        Result<AcceptInvitation> asked = await request.ReadBody<AcceptInvitation>();
        return Done(asked.Problem ?? await account.AcceptInvitation(asked.Value, addresses.Of(request), request.HttpContext.RequestAborted));
    }

    /// <summary>Has a link mailed to set a new password.</summary>
    /// <remarks>The answer is the same whether or not somebody works here under the address. It also helps whom others keep locked out by guessing.</remarks>
    [Function("StaffAskPasswordReset"), Access(Caller.Anyone), BodyLimit(4096)]
    [Body<PasswordResetRequest>, Answer<MailSent>(202), Refusal(422, "account.email-invalid"), Refusal(429, "account.too-many-attempts")]
    public Task<IResult> AskReset([HttpTrigger(AuthorizationLevel.Anonymous, "post", Route = "v1/admin/password-resets")] HttpRequest request) => request
        .ReadBody<PasswordResetRequest>()
        .Then(asked => ask.ForStaff(asked.Email, request.Locale(), addresses.Of(request), request.HttpContext.RequestAborted))
        .ToHttp(told => Respond.Accepted(told));

    /// <summary>Sets a new password with a mailed token; every session ends, and the address is locked no longer.</summary>
    [Function("StaffResetPassword"), Access(Caller.Anyone), BodyLimit(4096)]
    [Body<ResetStaffPassword>, Answer(204), Refusal(422, "account.token-invalid"), Refusal(429, "account.too-many-attempts"), Refusal(503, "account.busy")]
    public async Task<IResult> Reset([HttpTrigger(AuthorizationLevel.Anonymous, "post", Route = "v1/admin/password-resets/complete")] HttpRequest request)
    {
        Result<ResetStaffPassword> asked = await request.ReadBody<ResetStaffPassword>();
        return Done(asked.Problem ?? await account.ResetPassword(asked.Value, addresses.Of(request), request.HttpContext.RequestAborted));
    }

    /// <summary>Signs the caller out everywhere.</summary>
    [Function("StaffSignOutEverywhere"), Staff(Role.Catalog, Role.Orders, Role.Reports, Role.Support, NeedsIfMatch = false), Answer(204)]
    public async Task<IResult> SignOut([HttpTrigger(AuthorizationLevel.Anonymous, "delete", Route = "v1/admin/sessions")] HttpRequest request)
    {
        await sessions.End(request.Principal().Id, request.HttpContext.RequestAborted);
        return Respond.NoContent();
    }

    /// <summary>Changes the caller's password; every session ends.</summary>
    [Function("StaffChangePassword"), Staff(Role.Catalog, Role.Orders, Role.Reports, Role.Support), BodyLimit(4096)]
    [Body<ChangeStaffPassword>, Answer(204), Refusal(404, "staff.unknown"), Refusal(422, "account.password-wrong"), Refusal(429, "account.too-many-attempts"), Refusal(503, "account.busy")]
    public async Task<IResult> ChangePassword([HttpTrigger(AuthorizationLevel.Anonymous, "post", Route = "v1/admin/me/password")] HttpRequest request)
    {
        Result<ChangeStaffPassword> asked = await request.ReadBody<ChangeStaffPassword>();
        return Done(asked.Problem ?? await account.ChangePassword(request.Principal().Id, asked.Value, addresses.Of(request), request.HttpContext.RequestAborted));
    }

    /// <summary>Begins to protect the caller's sign-in with codes of an authenticator app.</summary>
    /// <remarks>Nothing changes until a first code is confirmed.</remarks>
    [Function("StaffBeginCodes"), Staff(Role.Catalog, Role.Orders, Role.Reports, Role.Support)]
    [Answer<TotpEnrolment>(200), Refusal(404, "staff.unknown"), Refusal(409, "staff.codes-on"), Refusal(503, "account.busy")]
    public Task<IResult> BeginCodes([HttpTrigger(AuthorizationLevel.Anonymous, "post", Route = "v1/admin/me/totp")] HttpRequest request) =>
        account.BeginCodes(request.Principal().Id, request.HttpContext.RequestAborted).ToHttp(enrolment => Respond.Ok(enrolment));

    /// <summary>Confirms the first code; from now on signing in asks for one. Answers with recovery codes, shown this once.</summary>
    [Function("StaffConfirmCodes"), Staff(Role.Catalog, Role.Orders, Role.Reports, Role.Support), BodyLimit(4096)]
    [Body<OneTimeCode>, Answer<RecoveryCodes>(200), Refusal(401, "staff.code-wrong"), Refusal(404, "staff.unknown"), Refusal(409, "staff.codes-on", "staff.codes-off"), Refusal(429, "account.too-many-attempts"), Refusal(503, "account.busy")]
    public Task<IResult> ConfirmCodes([HttpTrigger(AuthorizationLevel.Anonymous, "post", Route = "v1/admin/me/totp/confirm")] HttpRequest request) => request
        .ReadBody<OneTimeCode>()
        .Then(asked => account.ConfirmCodes(request.Principal().Id, asked.Code, addresses.Of(request), request.HttpContext.RequestAborted))
        .ToHttp(codes => Respond.Ok(codes));

    /// <summary>Signing in asks for no code any more; it takes a last one.</summary>
    [Function("StaffEndCodes"), Staff(Role.Catalog, Role.Orders, Role.Reports, Role.Support), BodyLimit(4096)]
    [Body<OneTimeCode>, Answer(204), Refusal(401, "staff.code-wrong"), Refusal(404, "staff.unknown"), Refusal(409, "staff.codes-off"), Refusal(429, "account.too-many-attempts"), Refusal(503, "account.busy")]
    public async Task<IResult> EndCodes([HttpTrigger(AuthorizationLevel.Anonymous, "post", Route = "v1/admin/me/totp/end")] HttpRequest request)
    {
        Result<OneTimeCode> asked = await request.ReadBody<OneTimeCode>();
        return Done(asked.Problem ?? await account.EndCodes(request.Principal().Id, asked.Value.Code, addresses.Of(request), request.HttpContext.RequestAborted));
    }

    /// <summary>Everybody who works here, oldest first.</summary>
    [Function("StaffList"), Staff(Role.Owner), Answer<Page<StaffResource>>(200)]
    public async Task<IResult> List([HttpTrigger(AuthorizationLevel.Anonymous, "get", Route = "v1/admin/staff")] HttpRequest request) =>
        Respond.Ok(new Page<StaffResource>([.. (await staff.List(request.HttpContext.RequestAborted)).Select(m => StaffResource.From(m.Value))], null));

    /// <summary>Invites somebody to work here; a mail with a token goes to the address.</summary>
    [Function("StaffInvite"), Staff(Role.Owner), BodyLimit(4096)]
    [Body<NewStaffMember>, Answer<StaffResource>(201), Refusal(409, "staff.email-taken"), Refusal(422, "account.email-invalid")]
    public Task<IResult> Invite([HttpTrigger(AuthorizationLevel.Anonymous, "post", Route = "v1/admin/staff")] HttpRequest request) => request
        .ReadBody<NewStaffMember>()
        .Then(wanted => members.Invite(wanted, request.Locale(), request.HttpContext.RequestAborted))
        .ToHttp(member => Respond.Created($"/v1/admin/staff/{member.Value.Id}", StaffResource.From(member.Value), member.ETag));

    /// <summary>Shows a member of staff.</summary>
    [Function("StaffGet"), Staff(Role.Owner), Answer<StaffResource>(200), Refusal(404, "staff.unknown")]
    public async Task<IResult> Get([HttpTrigger(AuthorizationLevel.Anonymous, "get", Route = "v1/admin/staff/{staffId}")] HttpRequest request, string staffId) =>
        Ids.IsValid("stf", staffId) && await staff.FindById(staffId, request.HttpContext.RequestAborted) is { } member ? Respond.Ok(StaffResource.From(member.Value), member.ETag) : CustomersProblems.Unknown.ToHttp();

    /// <summary>Gives a member of staff other roles, or none when they leave; their sessions end.</summary>
    [Function("StaffSetRoles"), Staff(Role.Owner), BodyLimit(4096)]
    [Body<StaffRoles>, Answer<StaffResource>(200), Refusal(404, "staff.unknown"), Refusal(409, "staff.not-yourself")]
    public Task<IResult> SetRoles([HttpTrigger(AuthorizationLevel.Anonymous, "patch", Route = "v1/admin/staff/{staffId}")] HttpRequest request, string staffId) => request
        .ReadBody<StaffRoles>()
        .Then(wanted => members.SetRoles(staffId, wanted.Roles, request.Principal(), request.IfMatch(), request.HttpContext.RequestAborted))
        .ToHttp(member => Respond.Ok(StaffResource.From(member.Value), member.ETag));

    /// <summary>Mails another invitation to a member of staff who has not accepted theirs.</summary>
    [Function("StaffInviteAgain"), Staff(Role.Owner), Answer<MailSent>(202), Refusal(404, "staff.unknown"), Refusal(409, "staff.invitation-accepted")]
    public Task<IResult> InviteAgain([HttpTrigger(AuthorizationLevel.Anonymous, "post", Route = "v1/admin/staff/{staffId}/invitations")] HttpRequest request, string staffId) =>
        members.InviteAgain(staffId, request.Locale(), request.HttpContext.RequestAborted).ToHttp(sent => Respond.Accepted(sent));

    /// <summary>Signs a member of staff out everywhere.</summary>
    [Function("StaffEndSessions"), Staff(Role.Owner, NeedsIfMatch = false), Answer(204), Refusal(404, "staff.unknown")]
    public async Task<IResult> EndSessions([HttpTrigger(AuthorizationLevel.Anonymous, "delete", Route = "v1/admin/staff/{staffId}/sessions")] HttpRequest request, string staffId) =>
        Done(await members.EndSessions(staffId, request.HttpContext.RequestAborted));

    /// <summary>Takes the second step of signing in from another member of staff, who lost what makes the codes; their sessions end.</summary>
    [Function("StaffResetSecondStep"), Staff(Role.Owner, NeedsIfMatch = false), Answer(204), Refusal(404, "staff.unknown"), Refusal(409, "staff.not-your-own-codes", "staff.codes-off")]
    public async Task<IResult> ResetSecondStep([HttpTrigger(AuthorizationLevel.Anonymous, "delete", Route = "v1/admin/staff/{staffId}/totp")] HttpRequest request, string staffId) =>
        Done(await members.ResetSecondStep(staffId, request.Principal(), request.HttpContext.RequestAborted));

    private static IResult Done(Problem? problem) => problem is null ? Respond.NoContent() : problem.ToHttp();
}

/// <param name="Email">Case does not count.</param>
/// <param name="Password">As it was set.</param>
public sealed record SignIn([StringLength(254, MinimumLength = 3)] string Email, [StringLength(200, MinimumLength = 1)] string Password);

/// <param name="Email">Case does not count.</param>
/// <param name="Password">As it was set.</param>
/// <param name="Code">Of the authenticator app, or a recovery code, where the sign-in is protected so.</param>
public sealed record StaffSignIn([StringLength(254, MinimumLength = 3)] string Email, [StringLength(200, MinimumLength = 1)] string Password, [StringLength(20, MinimumLength = 6)] string? Code = null);

/// <param name="AccessToken">Send it as <c>Authorization: Bearer …</c></param>
/// <param name="ExpiresIn">Seconds until it runs out.</param>
public sealed record StaffSession(string AccessToken, int ExpiresIn);

/// <param name="Token">From the mail.</param>
/// <param name="Password">At least 12 characters.</param>
public sealed record AcceptInvitation([property: StringLength(100, MinimumLength = 1)] string Token, [property: StringLength(200, MinimumLength = 12)] string Password);

/// <param name="Token">From the mail.</param>
/// <param name="NewPassword">At least 12 characters.</param>
public sealed record ResetStaffPassword([property: StringLength(100, MinimumLength = 1)] string Token, [property: StringLength(200, MinimumLength = 12)] string NewPassword);

/// <param name="NewPassword">At least 12 characters.</param>
public sealed record ChangeStaffPassword([property: StringLength(200, MinimumLength = 1)] string CurrentPassword, [property: StringLength(200, MinimumLength = 12)] string NewPassword);

/// <param name="Code">Six digits, or a recovery code.</param>
public sealed record OneTimeCode([property: StringLength(20, MinimumLength = 6)] string Code);

public sealed record NewStaffMember([property: StringLength(EmailAddress.MaxLength, MinimumLength = 3)] string Email, [property: MinLength(1), MaxLength(5)] IReadOnlyList<Role> Roles);

/// <param name="Roles">None for somebody who leaves.</param>
public sealed record StaffRoles([property: MaxLength(5)] IReadOnlyList<Role> Roles);

/// <param name="Invited">Whether they have not set a password yet.</param>
/// <param name="CodesOn">Whether signing in asks for a code.</param>
/// <param name="LastSignInAt">Null for somebody who never did.</param>
public sealed record StaffResource(string Id, string Email, IReadOnlyList<Role> Roles, bool Invited, bool CodesOn, DateTimeOffset? LastSignInAt)
{
    internal static StaffResource From(StaffMember member) => new(member.Id, member.Email, member.Roles, member.PasswordHash.Length == 0, member.NeedsCode, member.LastSignInAt);
}
