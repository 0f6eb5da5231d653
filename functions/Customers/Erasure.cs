using System.Buffers.Text;
using Shop.Common;
using Shop.Http;

namespace Shop.Customers;

/// <summary>An erasure that was asked for and has not ended: what it needs to end although its customer is half gone.</summary>
/// <param name="Id"><c>era_…</c>, also the id of its orchestration.</param>
/// <param name="Email">Where the receipt goes, before it is forgotten too.</param>
public sealed record ErasureJob(string Id, string CustomerId, string Locale, DateTimeOffset BegunAt, [property: Personal] string Email);

/// <summary>What an erasure left.</summary>
/// <param name="Id"><c>era_…</c></param>
/// <param name="Held">What is kept for the tax office, and what goes by itself soon; nothing else of the customer is kept.</param>
/// <param name="Signature">The shop's, over this receipt with an empty signature.</param>
public sealed record ErasureReceipt(string Id, DateTimeOffset ErasedAt, IReadOnlyList<HeldRecord> Held, string Signature);

/// <summary>How far an erasure is.</summary>
/// <param name="Url">Shows this again, to whoever has it: the account will be gone.</param>
/// <param name="Receipt">Null until everything is done.</param>
public sealed record ErasureResource(string Id, ErasureStatus Status, string Url, ErasureReceipt? Receipt);

public enum ErasureStatus { Pending, Done }

/// <summary>Names of erasures and the links that open them.</summary>
public sealed class ErasureLinks(Signing signing, ShopOptions shop)
{
    private const string Link = "erasure-link";
    private const string Alphabet = "0123456789abcdefghjkmnpqrstvwxyz";

    /// <summary>One for each customer, so that asking twice asks once; keyed, so that a receipt does not tell whose it was.</summary>
    public string IdOf(string customerId) => "era_" + string.Concat(signing.Sign("erasure-id", customerId).Take(26).Select(b => Alphabet[b & 31]));

    /// <summary>From the root.</summary>
    public string PathOf(string erasureId) => $"/v1/store/erasures/{erasureId}?token={Base64Url.EncodeToString(signing.Sign(Link, erasureId))}";

    public string UrlOf(string erasureId) => shop.PublicUrl.ToString().TrimEnd('/') + PathOf(erasureId);

    public bool Opens(string erasureId, string? token)
    {
        Span<byte> signature = stackalloc byte[32];
        return token is { Length: 43 } && Base64Url.IsValid(token) && Base64Url.TryDecodeFromChars(token, signature, out int length) && length == 32
            && signing.Verify(Link, erasureId, signature);
    }
}
