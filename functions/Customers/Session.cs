using System.Buffers.Text;
using System.Globalization;
using Shop.Http;

namespace Shop.Customers;

/// <summary>One sign-in on one device: the family of refresh tokens that follow each other.</summary>
/// <param name="Id"><c>ses_…</c></param>
/// <param name="Generation">Of the newest refresh token, from 1.</param>
/// <param name="RotatedAt">When the newest was made.</param>
/// <param name="ExpiresAt">When the newest stops working.</param>
/// <param name="SessionVersion">The customer's, when the password was looked at: a sign-out everywhere ends this session, whether or not its row was deleted.</param>
/// <param name="Device">As <see cref="Devices"/> calls it; <c>null</c> where nobody can tell.</param>
public sealed record Session(
    string Id, string CustomerId, int Generation, DateTimeOffset StartedAt, DateTimeOffset RotatedAt, DateTimeOffset ExpiresAt, int SessionVersion, string? Device = null);

/// <summary>
/// Refresh tokens: <c>cus_….ses_….7.signature</c>. They are made of the session's row and the shop's key, so that none is kept and the newest
/// can be made again; the row says which generation is the newest.
/// </summary>
public sealed class RefreshTokens(Signing signing)
{
    private const string Use = "refresh";

    public string For(Session session) => $"{Name(session.CustomerId, session.Id, session.Generation)}.{Base64Url.EncodeToString(signing.Sign(Use, Name(session.CustomerId, session.Id, session.Generation)))}";

    /// <summary><c>null</c> for what we never made.</summary>
    internal (string CustomerId, string SessionId, int Generation)? Read(string token)
    {
        if (token.Split('.') is not [var customer, var session, var number, { Length: 43 } text] || !int.TryParse(number, NumberStyles.None, CultureInfo.InvariantCulture, out int generation)) return null;
        Span<byte> signature = stackalloc byte[32];
        bool ours = Base64Url.IsValid(text) && Base64Url.TryDecodeFromChars(text, signature, out int length) && length == 32 && signing.Verify(Use, Name(customer, session, generation), signature);
        return ours ? (customer, session, generation) : null;
    }

    private static string Name(string customerId, string sessionId, int generation) => string.Create(CultureInfo.InvariantCulture, $"{customerId}.{sessionId}.{generation}");
}

/// <param name="AccessToken">Send it as <c>Authorization: Bearer …</c></param>
/// <param name="ExpiresIn">Seconds until it runs out.</param>
/// <param name="RefreshToken">Gets the next pair, once.</param>
public sealed record SessionTokens(string AccessToken, int ExpiresIn, string RefreshToken);
