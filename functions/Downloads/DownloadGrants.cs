using System.Buffers.Text;
using System.Globalization;
using Shop.Common;
using Shop.Http;
using Shop.Orders;

namespace Shop.Downloads;

/// <summary>
/// The right to fetch what a paid order's digital lines deliver. A grant names its order and line and is signed, so that it can be neither
/// guessed nor made up, and needs no row of its own.
/// </summary>
public sealed class DownloadGrants(Signing signing, ShopOptions shop, DownloadOptions options)
{
    /// <summary>One for each digital line; none before the order is paid.</summary>
    public IReadOnlyList<OrderDownload> For(Order order)
    {
        if (order.PaymentStatus is not (PaymentStatus.Paid or PaymentStatus.PartiallyRefunded)) return [];
        DateTimeOffset until = Until(order);
        return [.. order.Lines.Select((line, i) => (line, i)).Where(l => l.line is { IsDigital: true, DownloadFile: not null })
            .Select(l => new OrderDownload(Id(order.Id, l.i), l.line.Sku, l.line.Title, $"{shop.PublicUrl.ToString().TrimEnd('/')}/v1/store/downloads/{Id(order.Id, l.i)}", until))];
    }

    /// <summary>The order and the line of a grant; <c>null</c> when it is not one of ours.</summary>
    public (string OrderId, int Line)? Read(string grant)
    {
        string[] parts = grant.Split('.');
        Span<byte> signature = stackalloc byte[32];
        return parts is [var orderId, var number, { Length: 43 } sign] && Ids.IsValid("ord", orderId) && int.TryParse(number, NumberStyles.None, CultureInfo.InvariantCulture, out int line)
            && Base64Url.IsValid(sign) && Base64Url.TryDecodeFromChars(sign, signature, out int length) && length == 32 && signing.Verify("download", $"{orderId}.{line}", signature)
            ? (orderId, line)
            : null;
    }

    /// <summary>When the right ends.</summary>
    public DateTimeOffset Until(Order order) => (order.Timeline.FirstOrDefault(e => e.Type == "order.paid")?.At ?? order.PlacedAt).AddDays(options.AccessDays);

    private string Id(string orderId, int line) => string.Create(CultureInfo.InvariantCulture, $"{orderId}.{line}.{Base64Url.EncodeToString(signing.Sign("download", $"{orderId}.{line}"))}");
}
