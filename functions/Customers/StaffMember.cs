using System.Security.Cryptography;
using System.Text;
using Shop.Http;

namespace Shop.Customers;

/// <summary>Somebody who works in the shop.</summary>
/// <param name="Id"><c>stf_…</c></param>
/// <param name="Email">As they wrote it.</param>
/// <param name="PasswordHash">PBKDF2, in ASP.NET Core Identity's format.</param>
/// <param name="Roles">What they may do.</param>
public sealed record StaffMember(string Id, string Email, string PasswordHash, IReadOnlyList<Role> Roles);

/// <summary>An e-mail address as a key: normalised and hashed, so that tables hold none in the clear where none is needed.</summary>
public static class EmailKey
{
    public static string Of(string email) => Convert.ToHexStringLower(SHA256.HashData(Encoding.UTF8.GetBytes(email.Trim().Normalize().ToLowerInvariant())).AsSpan(0, 20));
}
