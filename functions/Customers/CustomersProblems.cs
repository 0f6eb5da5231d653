using Shop.Common;

namespace Shop.Customers;

public static class CustomersProblems
{
    /// <summary>The password was right.</summary>
    public static Problem CodeRequired { get; } = new(401, "staff.code-required", "Send the code of your authenticator app, or a recovery code, as code.");

    public static Problem CodeWrong { get; } = new(401, "staff.code-wrong", "The code is wrong, or was used before.");

    public static Problem Unknown { get; } = new(404, "staff.unknown", "There is no such member of staff.");

    public static Problem EmailTaken { get; } = new Problem(409, "staff.email-taken", "Somebody works here under this address.").At("/email", "is taken");

    public static Problem InvitationAccepted { get; } = new(409, "staff.invitation-accepted", "The invitation was accepted already.");

    public static Problem NotYourself { get; } = new(409, "staff.not-yourself", "Another owner must change your roles, so that a shop is never without one.");

    /// <summary>Whoever has an owner's token for a moment must not be able to take the second step away.</summary>
    public static Problem NotYourOwnCodes { get; } = new(409, "staff.not-your-own-codes", "Another owner must do that. Turn your own codes off with a code.");

    public static Problem CodesOn { get; } = new(409, "staff.codes-on", "Signing in asks for codes already. Turn that off first.");

    public static Problem CodesOff { get; } = new(409, "staff.codes-off", "No enrolment was begun.");

    /// <summary>For an unknown address and for a wrong password: nobody can tell which.</summary>
    public static Problem CredentialsWrong { get; } = new(401, "staff.credentials-wrong", "The e-mail address or the password is wrong.");
}
