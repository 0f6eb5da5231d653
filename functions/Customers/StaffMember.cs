using Shop.Common;
using Shop.Http;

namespace Shop.Customers;

/// <summary>Somebody who works in the shop.</summary>
/// <param name="Id"><c>stf_…</c></param>
/// <param name="Email">As they wrote it.</param>
/// <param name="PasswordHash">PBKDF2, in ASP.NET Core Identity's format; empty until an invitation is accepted.</param>
/// <param name="Roles">What they may do; nothing for somebody who has left.</param>
public sealed record StaffMember(string Id, [property: Personal] string Email, string PasswordHash, IReadOnlyList<Role> Roles)
{
    public DateTimeOffset? PasswordSetAt { get; init; }

    public DateTimeOffset? LastSignInAt { get; init; }

    /// <summary>Of the owner: the hash of the <c>Staff__Password</c> that was followed, so that another one is known to be new.</summary>
    public string? SettingHash { get; init; }

    /// <summary>The second step of signing in; <c>null</c> where it was never begun.</summary>
    public SecondStep? SecondStep { get; init; }

    public bool NeedsCode => SecondStep is { ConfirmedAt: not null };
}

/// <summary>Time-based one-time passwords (RFC 6238) of a member of staff.</summary>
/// <param name="Sealed">The secret, sealed under the member's row.</param>
/// <param name="ConfirmedAt"><c>null</c> until a first code showed that the app has it; only then signing in asks for codes.</param>
/// <param name="LastStep">The 30 seconds whose code was used last: no code of it or before is taken again.</param>
/// <param name="RecoveryHashes">Keyed hashes of the recovery codes that were not used yet.</param>
public sealed record SecondStep(string Sealed, DateTimeOffset? ConfirmedAt, long LastStep, IReadOnlyList<string> RecoveryHashes);
