using Shop.Common;

namespace Shop.Customers;

/// <summary>The refusals about customers' accounts. None tells whether an address has one.</summary>
public static class AccountProblems
{
    /// <summary>For an unknown address and for a wrong password: nobody can tell which.</summary>
    public static Problem CredentialsWrong { get; } = new(401, "account.credentials-wrong", "The e-mail address or the password is wrong, or the address was not verified yet.");

    public static Problem SessionUnknown { get; } = new(404, "account.session-unknown", "You have no such session, or it has ended.");

    public static Problem RefreshInvalid { get; } = new(401, "account.refresh-invalid", "The refresh token is not ours, or its session has ended. Sign in again.");

    /// <summary>The session ends: either this caller or the one before holds a stolen token, and nobody can tell which.</summary>
    public static Problem RefreshReused { get; } = new(401, "account.refresh-reused", "The refresh token was used before, so its session was ended. Sign in again.");

    public static Problem TokenInvalid { get; } = new Problem(422, "account.token-invalid", "The link was used before, has run out, or is not ours. Ask for a new one.").At("/token", "is not valid");

    public static Problem EmailInvalid { get; } = new Problem(422, "account.email-invalid", "Mail cannot be sent to this address.").At("/email", "is not an e-mail address");

    public static Problem PasswordWrong { get; } = new Problem(422, "account.password-wrong", "That is not the present password.").At("/currentPassword", "is wrong");

    public static Problem OrdersOpen { get; } = new(409, "account.orders-open", "Orders are still under way. Wait until they are done, or cancel them.");

    public static Problem ErasureUnknown { get; } = new(404, "erasure.unknown", "There is no such erasure, or the token is not its own.");

    public static Problem TooManyConsents { get; } = new(422, "account.too-many-consents", $"The consent log has {Customer.MostConsents} entries already.");

    /// <summary>Two changes met again and again; nothing was lost, this one was not made.</summary>
    public static Problem Busy { get; } = new(503, "account.busy", "The account is being changed elsewhere; try again.") { RetryAfter = TimeSpan.FromSeconds(1) };

    public static Problem TooMany(TimeSpan wait) => new(429, "account.too-many-attempts", "Too many attempts. Wait before you try again.") { RetryAfter = wait };
}
