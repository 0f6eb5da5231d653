using System.ComponentModel.DataAnnotations;
using Microsoft.AspNetCore.Http;
using Microsoft.Azure.Functions.Worker;
using Shop.Common;
using Shop.Http;

namespace Shop.Customers;

/// <summary>How customers come to an account and into it.</summary>
public sealed class AccountEndpoints(
    RegisterCustomer register, VerifyEmail verify, SignInCustomer signIn, RefreshSession refresh, EndSessions end, OpenCustomer open, SetPassword passwords, AskPasswordReset ask,
    OwnSessions sessions, ClientAddresses addresses)
{
    /// <summary>Registers a customer.</summary>
    /// <remarks>The answer is the same whether or not the address has an account. A mail goes to it: with a link to verify it, or saying that there is an account already.</remarks>
    [Function("CustomerRegister"), Access(Caller.Anyone), BodyLimit(8192)]
    [Body<NewCustomer>, Answer<Registered>(201), Refusal(422, "account.email-invalid"), Refusal(429, "account.too-many-attempts")]
    public Task<IResult> Register([HttpTrigger(AuthorizationLevel.Anonymous, "post", Route = "v1/store/customers")] HttpRequest request) => request
        .ReadBody<NewCustomer>()
        .Then(wanted => register.Run(wanted, request.Locale(), addresses.Of(request), request.HttpContext.RequestAborted))
        .ToHttp(told => Respond.Created(told));

    /// <summary>Verifies the address of a registration, makes the account and signs in.</summary>
    /// <remarks>It takes the mailed token and the password that was chosen.</remarks>
    [Function("CustomerVerify"), Access(Caller.Anyone), BodyLimit(4096)]
    [Body<VerifyCustomer>, Answer<SessionTokens>(200), Refusal(401, "account.credentials-wrong"), Refusal(422, "account.token-invalid"), Refusal(429, "account.too-many-attempts")]
    public Task<IResult> Verify([HttpTrigger(AuthorizationLevel.Anonymous, "post", Route = "v1/store/customers/verify")] HttpRequest request) => request
        .ReadBody<VerifyCustomer>()
        .Then(asked => verify.Run(asked, addresses.Of(request), DeviceOf(request), request.HttpContext.RequestAborted))
        .ToHttp(session => Respond.Ok(session));

    /// <summary>Signs a customer in.</summary>
    [Function("CustomerSignIn"), Access(Caller.Anyone), BodyLimit(4096)]
    [Body<SignIn>, Answer<SessionTokens>(200), Refusal(401, "account.credentials-wrong"), Refusal(429, "account.too-many-attempts")]
    public Task<IResult> SignIn([HttpTrigger(AuthorizationLevel.Anonymous, "post", Route = "v1/store/sessions")] HttpRequest request) => request
        .ReadBody<SignIn>()
        .Then(credentials => signIn.Run(credentials, addresses.Of(request), DeviceOf(request), request.HttpContext.RequestAborted))
        .ToHttp(session => Respond.Ok(session));

    /// <summary>Exchanges a refresh token for the next pair of tokens.</summary>
    /// <remarks>Each works once. An old one that comes again ends the session: it was stolen, or its successor was.</remarks>
    [Function("CustomerRefresh"), Access(Caller.Anyone), BodyLimit(4096)]
    [Body<Refresh>, Answer<SessionTokens>(200), Refusal(401, "account.refresh-invalid", "account.refresh-reused")]
    public Task<IResult> Refresh([HttpTrigger(AuthorizationLevel.Anonymous, "post", Route = "v1/store/sessions/refresh")] HttpRequest request) => request
        .ReadBody<Refresh>()
        .Then(asked => refresh.Run(asked.RefreshToken, request.HttpContext.RequestAborted))
        .ToHttp(session => Respond.Ok(session));

    /// <summary>Signs out on every device, within seconds.</summary>
    [Function("CustomerSignOutEverywhere"), Access(Caller.Customer), Answer(204)]
    public async Task<IResult> SignOutEverywhere([HttpTrigger(AuthorizationLevel.Anonymous, "delete", Route = "v1/store/sessions")] HttpRequest request)
    {
        if ((await open.Run(request.Principal(), request.HttpContext.RequestAborted)).Problem is { } problem) return problem.ToHttp();
        await end.Run(request.Principal().Id, request.HttpContext.RequestAborted);
        return Respond.NoContent();
    }

    /// <summary>Lists the devices that are signed in.</summary>
    [Function("CustomerListSessions"), Access(Caller.Customer), Answer<SessionList>(200)]
    public async Task<IResult> ListSessions([HttpTrigger(AuthorizationLevel.Anonymous, "get", Route = "v1/store/sessions")] HttpRequest request) =>
        (await sessions.List(request.Principal(), request.HttpContext.RequestAborted)).ToHttp(list => Respond.Ok(list));

    /// <summary>Signs out on one device, within seconds.</summary>
    /// <param name="sessionId">From the list, or <c>current</c> for this device.</param>
    [Function("CustomerSignOut"), Access(Caller.Customer), Answer(204), Refusal(404, "account.session-unknown")]
    public async Task<IResult> SignOut([HttpTrigger(AuthorizationLevel.Anonymous, "delete", Route = "v1/store/sessions/{sessionId}")] HttpRequest request, string sessionId) =>
        await sessions.End(request.Principal(), sessionId, request.HttpContext.RequestAborted) is { } problem ? problem.ToHttp() : Respond.NoContent();

    /// <summary>Changes the password; every other device is signed out.</summary>
    [Function("CustomerChangePassword"), Access(Caller.Customer), BodyLimit(4096)]
    [Body<ChangePassword>, Answer<SessionTokens>(200), Refusal(422, "account.password-wrong"), Refusal(429, "account.too-many-attempts"), Refusal(503, "account.busy")]
    public Task<IResult> ChangePassword([HttpTrigger(AuthorizationLevel.Anonymous, "post", Route = "v1/store/me/password")] HttpRequest request) => request
        .ReadBody<ChangePassword>()
        .Then(asked => passwords.Change(request.Principal(), asked, addresses.Of(request), DeviceOf(request), request.HttpContext.RequestAborted))
        .ToHttp(session => Respond.Ok(session));

    /// <summary>Has a link mailed to set a new password.</summary>
    /// <remarks>The answer is the same whether or not the address has an account.</remarks>
    [Function("CustomerAskPasswordReset"), Access(Caller.Anyone), BodyLimit(4096)]
    [Body<PasswordResetRequest>, Answer<MailSent>(202), Refusal(422, "account.email-invalid"), Refusal(429, "account.too-many-attempts")]
    public Task<IResult> AskReset([HttpTrigger(AuthorizationLevel.Anonymous, "post", Route = "v1/store/password-resets")] HttpRequest request) => request
        .ReadBody<PasswordResetRequest>()
        .Then(asked => ask.Run(asked.Email, request.Locale(), addresses.Of(request), request.HttpContext.RequestAborted))
        .ToHttp(told => Respond.Accepted(told));

    /// <summary>Sets a new password with a mailed token; every device is signed out.</summary>
    [Function("CustomerResetPassword"), Access(Caller.Anyone), BodyLimit(4096)]
    [Body<ResetPassword>, Answer(204), Refusal(422, "account.token-invalid"), Refusal(429, "account.too-many-attempts")]
    public async Task<IResult> Reset([HttpTrigger(AuthorizationLevel.Anonymous, "post", Route = "v1/store/password-resets/complete")] HttpRequest request)
    {
        Result<ResetPassword> asked = await request.ReadBody<ResetPassword>();
        return (asked.Problem ?? await passwords.Reset(asked.Value, addresses.Of(request), request.HttpContext.RequestAborted)) is { } problem ? problem.ToHttp() : Respond.NoContent();
    }

    private static string? DeviceOf(HttpRequest request) => Devices.Of(request.Headers.UserAgent.ToString());
}

/// <param name="Email">Where the link to verify it goes.</param>
/// <param name="Password">At least 8 characters.</param>
/// <param name="Locale">Of mails; by Accept-Language when absent.</param>
/// <param name="TermsVersion">Which terms were agreed to; kept in the consent log.</param>
/// <param name="MarketingChannels">Where marketing may reach them; nowhere when absent.</param>
public sealed record NewCustomer(
    [property: StringLength(EmailAddress.MaxLength, MinimumLength = 3)] string Email,
    [property: StringLength(200, MinimumLength = 8)] string Password,
    [property: StringLength(100, MinimumLength = 1)] string Name,
    [property: RegularExpression(@"^[0-9+() -]{5,25}$", ErrorMessage = "must be a telephone number")] string? Phone = null,
    [property: AllowedValues("id", "en", null)] string? Locale = null,
    [property: StringLength(40, MinimumLength = 1)] string? TermsVersion = null,
    [property: MaxLength(3)] IReadOnlyList<MarketingChannel>? MarketingChannels = null);

/// <param name="Next">What to do now: <c>verifyEmail</c>.</param>
public sealed record Registered(string Email, string Next);

/// <param name="Token">From the mail.</param>
/// <param name="Password">The one that was chosen.</param>
public sealed record VerifyCustomer([property: StringLength(100, MinimumLength = 1)] string Token, [property: StringLength(200, MinimumLength = 1)] string Password);

public sealed record Refresh([property: StringLength(300, MinimumLength = 1)] string RefreshToken);

public sealed record ChangePassword([property: StringLength(200, MinimumLength = 1)] string CurrentPassword, [property: StringLength(200, MinimumLength = 8)] string NewPassword);

public sealed record PasswordResetRequest([property: StringLength(EmailAddress.MaxLength, MinimumLength = 3)] string Email);

/// <param name="Next">What to do now: <c>openMail</c>.</param>
public sealed record MailSent(string Next);

/// <param name="Token">From the mail.</param>
public sealed record ResetPassword([property: StringLength(100, MinimumLength = 1)] string Token, [property: StringLength(200, MinimumLength = 8)] string NewPassword);
