using Shop.Http;
using Shop.Orders;

namespace Shop.Downloads;

/// <summary>
/// What a stamped copy says of its buyer: the order's number, by which the shop finds who it is and nobody else does, and a code that nobody can make up,
/// so that a copy found somewhere proves whose it was: <c>10042-K7Q29MXD</c>.
/// </summary>
public sealed class Watermarks(Signing signing)
{
    public string Of(Order order, int line)
    {
        byte[] signature = signing.Sign("watermark", $"{order.Id}.{line}");
        return $"{order.Number}-{string.Create(8, signature, static (code, bytes) =>
        {
            for (int i = 0; i < code.Length; i++) code[i] = Alphabet[bytes[i] & 31];
        })}";
    }

    /// <summary>Crockford's: no letter looks like a digit.</summary>
    internal const string Alphabet = "0123456789ABCDEFGHJKMNPQRSTVWXYZ";
}
