using System.Buffers.Text;
using System.Globalization;
using Shop.Common;
using Shop.Http;
using Shop.Orders;

namespace Shop.Downloads;

/// <summary>
/// The right to fetch what a paid order's digital lines deliver. It follows from the order, so that it begins with the payment and ends with a
/// refund without anybody having to be told. Its address names order and line and is signed: it can be neither guessed nor made up.
/// </summary>
public sealed class DownloadGrants(Signing signing, ShopOptions shop, DownloadOptions options)
{
    /// <summary>One for each file that the order gives a right to as it was sold; none before it is paid. What staff changed since is not in it.</summary>
    public IReadOnlyList<OrderDownload> For(Order order) =>
    [
        .. DigitalLines(order).Where(l => l.Line.DownloadFile is not null && Entitled(order, l.Line) > 0)
            .Select(l => new OrderDownload(Id(order.Id, l.Number), l.Line.Sku, l.Line.Title, Url(order.Id, l.Number), Until(order, l.Line, new DownloadGrant()))),
    ];

    /// <summary>Lines that deliver a file or licence keys, by their place in the order; none before it is paid.</summary>
    internal static IEnumerable<(int Number, OrderLine Line)> DigitalLines(Order order) =>
        order.InvoiceNumber is null ? [] : order.Lines.Select((line, number) => (number, line)).Where(l => l.line is { IsDigital: true } && (l.line.DownloadFile ?? (object?)l.line.Digital?.Licence) is not null);

    /// <summary>A digital line by its place; <c>null</c> where there is none, or nothing is paid.</summary>
    internal static OrderLine? LineAt(Order order, int number) => DigitalLines(order).FirstOrDefault(l => l.Number == number).Line;

    /// <summary>How many units of a line are paid and kept. In a dispute it is not known whose the money is; what a gift card paid beside money that a bank gave back buys nothing alone.</summary>
    internal static int Entitled(Order order, OrderLine line) =>
        order.PaymentStatus is PaymentStatus.Paid or PaymentStatus.PartiallyRefunded && !(order.IsChargedBack() && order.KeptAsMoney().IsZero) ? SaleShare.Rest(order, line.Sku) : 0;

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
    internal DateTimeOffset Until(Order order, OrderLine line, DownloadGrant grant) =>
        grant.Until ?? (order.Timeline.FirstOrDefault(e => e.Type == "order.paid")?.At ?? order.PlacedAt).AddDays(line.Digital?.AccessDays ?? options.AccessDays);

    /// <summary>How often the file may be fetched.</summary>
    internal int LimitOf(OrderLine line) => line.Digital?.DownloadLimit ?? options.Limit;

    internal DownloadStatus StatusOf(Order order, OrderLine line, DownloadGrant grant, DateTimeOffset now) =>
        grant.IsRevoked || Entitled(order, line) == 0 ? DownloadStatus.Revoked
        : Until(order, line, grant) < now ? DownloadStatus.Expired
        : grant.Used >= LimitOf(line) ? DownloadStatus.UsedUp
        : DownloadStatus.Available;

    internal string Id(string orderId, int line) => string.Create(CultureInfo.InvariantCulture, $"{orderId}.{line}.{Base64Url.EncodeToString(signing.Sign("download", $"{orderId}.{line}"))}");

    internal string Url(string orderId, int line) => $"{shop.PublicUrl.ToString().TrimEnd('/')}/v1/store/downloads/{Id(orderId, line)}";
}
