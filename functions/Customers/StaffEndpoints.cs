using System.ComponentModel.DataAnnotations;
using Microsoft.AspNetCore.Http;
using Microsoft.Azure.Functions.Worker;
using Shop.Http;

namespace Shop.Customers;

public sealed class StaffEndpoints(SignInStaff signIn, ClientAddresses addresses)
{
    /// <summary>Signs a member of staff in.</summary>
    /// <remarks>After ten attempts in fifteen minutes the address is locked until the first of them is fifteen minutes old.</remarks>
    [Function("SignInStaff"), Access(Caller.Anyone), BodyLimit(4096)]
    [Body<SignIn>, Answer<StaffSession>(200), Refusal(401, "staff.credentials-wrong"), Refusal(429, "account.too-many-attempts")]
    public Task<IResult> SignIn([HttpTrigger(AuthorizationLevel.Anonymous, "post", Route = "v1/admin/sessions")] HttpRequest request) => request
        .ReadBody<SignIn>()
        .Then(credentials => signIn.Run(credentials, addresses.Of(request), request.HttpContext.RequestAborted))
        .ToHttp(session => Respond.Ok(session));
}

/// <param name="Email">Case does not count.</param>
/// <param name="Password">As it was set.</param>
public sealed record SignIn([StringLength(254, MinimumLength = 3)] string Email, [StringLength(200, MinimumLength = 1)] string Password);

/// <param name="AccessToken">Send it as <c>Authorization: Bearer …</c></param>
/// <param name="ExpiresIn">Seconds until it runs out.</param>
public sealed record StaffSession(string AccessToken, int ExpiresIn);
