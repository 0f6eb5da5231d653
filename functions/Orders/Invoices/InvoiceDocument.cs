using System.Globalization;
using Shop.Common;
using Shop.Payments;
using UglyToad.PdfPig.Content;
using UglyToad.PdfPig.Core;
using UglyToad.PdfPig.Fonts.Standard14Fonts;
using UglyToad.PdfPig.Writer;

namespace Shop.Orders;

/// <summary>
/// The invoice of an order on A4, in the order's language: who sold what to whom, with discounts, the tax and what it was reckoned from. With the seller's tax number that is in
/// Indonesia the tax invoice of a sale to a consumer (PER-11/PJ/2025, article 52). What was not charged and what went back later is told below, and whether the order was cancelled.
/// </summary>
internal sealed class InvoiceDocument
{
    private const double Width = 595, Height = 842, Left = 48, Right = Width - Left, Top = Height - 56, Bottom = 72;
    private const double QuantityAt = 340, PriceAt = 440, LabelAt = 440, TitleWidth = 250, SellerWidth = 260, BuyerWidth = 400;
    private readonly PdfDocumentBuilder _document;
    private readonly PdfDocumentBuilder.AddedFont _plain, _bold;
    private readonly Order _order;
    private readonly ShopOptions _shop;

    /// <summary>What staff left out when they accepted the order.</summary>
    private readonly SaleShare? _left;
    private readonly List<PdfPageBuilder> _pages = [];
    private double _at;

    private PdfPageBuilder Page => _pages[^1];

    private InvoiceDocument(PdfDocumentBuilder document, Order order, ShopOptions shop)
    {
        (_document, _order, _shop) = (document, order, shop);
        _left = order.Refunds.FirstOrDefault(r => r.Uncaptured) is { } left ? SaleShare.Of(order, left) : null;
        (_plain, _bold) = (_document.AddStandard14Font(Standard14Font.Helvetica), _document.AddStandard14Font(Standard14Font.HelveticaBold));
        NewPage();
    }

    /// <param name="order">One that has an invoice number.</param>
    /// <param name="paymentMethod">As people know it.</param>
    public static byte[] Pdf(Order order, InvoiceOptions seller, string paymentMethod, ShopOptions shop)
    {
        using var document = new PdfDocumentBuilder();
        var invoice = new InvoiceDocument(document, order, shop);
        invoice.Head(seller, paymentMethod);
        invoice.Lines();
        invoice.Sums();
        invoice.Taxes();
        invoice.Feet();
        return document.Build();
    }

    private string Say(string indonesian, string english) => _order.Locale == "en" ? english : indonesian;

    private void Head(InvoiceOptions seller, string paymentMethod)
    {
        double top = _at;
        AtRight(Say("Faktur Penjualan", "Invoice"), 18, _bold);
        foreach ((string label, string value) in (IEnumerable<(string, string)>)
            [(Say("Nomor faktur", "Invoice number"), _order.InvoiceNumber!), (Say("Tanggal", "Date"), Text(_shop.DayOf(_order.InvoicedAt()))), (Say("Pesanan", "Order"), _order.Number), (Say("Pembayaran", "Payment"), paymentMethod)])
        {
            Down(15);
            AtRight(label, 9.5, _plain, LabelAt - 20);
            string[] rows = [.. Fitting(value, 9.5, _bold, Right - LabelAt + 10)];
            for (int i = 0; i < rows.Length; i++)
            {
                if (i > 0) Down(12);
                AtRight(rows[i], 9.5, _bold);
            }
        }
        double right = _at;
        _at = top;
        Rows(seller.SellerName, 13, _bold, SellerWidth);
        Rows(seller.SellerAddress, 9.5, _plain, SellerWidth);
        if (seller.SellerTaxId.Length > 0) Rows($"{Say("NPWP", "Tax number")} {seller.SellerTaxId}", 9.5, _plain, SellerWidth);
        _at = Math.Min(_at, right);
        Down(26);
        if (_order.Email != EmailAddress.Nobody || _order.BillingAddress is not null || _order.ShippingAddress is not null) Buyer();
        Down(14);
    }

    private void Buyer()
    {
        Rows(Say("Pembeli", "Buyer"), 8.5, _plain, Right - Left);
        if ((_order.BillingAddress ?? _order.ShippingAddress) is { } buyer)
        {
            Rows(buyer.Name, 11, _bold, Right - Left);
            Rows(string.Join(", ", ((string?[])[buyer.Line1, buyer.Line2, buyer.Village, buyer.District, buyer.City, buyer.Province]).Where(part => !string.IsNullOrEmpty(part))), 9.5, _plain, BuyerWidth);
            Rows($"{buyer.PostalCode} {buyer.Country}", 9.5, _plain, BuyerWidth);
        }
        else
        {
            Rows(_order.Email, 11, _bold, Right - Left);
        }
    }

    private void Lines()
    {
        Columns();
        foreach (OrderLine line in _order.Lines)
        {
            string[] title = [.. Fitting(line.Title, 9.5, _plain, TitleWidth)], sku = [.. Fitting(line.Sku.Value, 8, _plain, TitleWidth)];
            if (Breaks((title.Length + sku.Length + 1) * 12)) Columns();
            Down(16);
            AtRight(line.Quantity.ToString(CultureInfo.InvariantCulture), 9.5, _plain, QuantityAt);
            AtRight(line.UnitPrice.ForPeople(), 9.5, _plain, PriceAt);
            AtRight((line.UnitPrice * line.Quantity).ForPeople(), 9.5, _plain);
            foreach (string row in title)
            {
                Write(row, 9.5, _plain, Left);
                Down(12);
            }
            if (!line.Discount.IsZero)
            {
                AtRight(Say("Diskon", "Discount"), 8, _plain, PriceAt);
                AtRight("-" + line.Discount.ForPeople(), 8, _plain);
            }
            for (int i = 0; i < sku.Length; i++)
            {
                if (i > 0) Down(10);
                Write(sku[i], 8, _plain, Left);
            }
        }
        Rule();
    }

    private void Columns()
    {
        Write(Say("Barang", "Article"), 8.5, _bold, Left);
        AtRight(Say("Jumlah", "Quantity"), 8.5, _bold, QuantityAt);
        AtRight(Say("Harga satuan", "Unit price"), 8.5, _bold, PriceAt);
        AtRight("Total", 8.5, _bold);
        Rule();
    }

    private void Sums()
    {
        Totals totals = _order.Totals;
        Sum("Subtotal", totals.Items.ForPeople());
        if (!totals.Discount.IsZero) Sum(Say("Diskon", "Discount"), "-" + totals.Discount.ForPeople());
        if (!totals.Shipping.IsZero) Sum(Say("Ongkos kirim", "Shipping"), totals.Shipping.ForPeople());
        if (!totals.TaxIncluded && !totals.Tax.IsZero) Sum(Say("PPN", "VAT"), totals.Tax.ForPeople());
        Sum("Total", totals.Total.ForPeople(), 12);
        if (totals.TaxIncluded && !totals.Tax.IsZero) Sum(Say("termasuk PPN", "VAT included"), totals.Tax.ForPeople());
        if (_left is not null)
        {
            Sum(Say("Tidak dikirim dan tidak ditagih", "Not sent and not charged"), "-" + _left.Amount.ForPeople());
            if (!_left.Tax.IsZero) Sum(Say("PPN di dalamnya", "VAT in it"), "-" + _left.Tax.ForPeople());
        }
        foreach (OrderCredit credit in _order.Credits)
            Sum(credit.Kind == CreditKind.GiftCard ? Say("Kartu hadiah", "Gift card") : Say("Saldo toko", "Store credit"), "-" + credit.Amount.ForPeople());
        if (_left is not null || _order.Credits.Count > 0) Sum(Say("Ditagih", "Charged"), _order.Asked().ForPeople(), 12);
        Money Back(RefundStatus status) => _order.Refunds.Where(r => r is { Surplus: false, Uncaptured: false } && r.Status == status).Select(r => r.Amount).Sum(_order.Currency);
        if (Back(RefundStatus.Done) is { IsZero: false } done) Sum(Say("Dikembalikan", "Refunded"), "-" + done.ForPeople());
        if (Back(RefundStatus.Due) is { IsZero: false } due) Sum(Say("Akan dibayarkan kembali", "To be paid out"), "-" + due.ForPeople());
        if (_order.Status == OrderStatus.Cancelled) Sum(Say("Dibatalkan", "Cancelled"), Text(_shop.DayOf(_order.Timeline.Last(e => e.Type == "order.cancelled").At)), 12);
    }

    /// <summary>
    /// Of each rate: what is taxed, what the rate is taken of, and the code that e-Faktur sorts it by. Left out where not all of it is known, as in orders of before the postage's
    /// was kept, and where the seller charges no tax.
    /// </summary>
    private void Taxes()
    {
        if (_order.ShippingTaxed is null && _order.Totals.Tax != _order.Lines.Select(l => l.Tax).Sum(_order.Currency)) return;
        IGrouping<(decimal, string?), TaxBasis>[] rates =
        [
            .. Bases(_order.Lines, _order.ShippingTaxed).Concat(_left is null ? [] : Bases(_left.Lines, _left.ShippingTaxed).Select(b => b with { Taxable = -b.Taxable, Base = -b.Base }))
                .Where(b => b.RatePercent != 0 || b.TransactionCode is not null).GroupBy(b => (b.RatePercent, b.TransactionCode)),
        ];
        if (rates.Length == 0) return;
        Breaks((rates.Length + 2) * 14);
        Down(24);
        foreach (IGrouping<(decimal Percent, string? Code), TaxBasis> rate in rates)
        {
            Money taxable = rate.Select(b => b.Taxable).Sum(_order.Currency), based = rate.Select(b => b.Base).Sum(_order.Currency);
            string code = rate.Key.Code is { } known ? $" ({Say("kode", "code")} {known})" : "";
            Write(
                string.Create(CultureInfo.InvariantCulture, $"{Say("PPN", "VAT")} {rate.Key.Percent:0.####}%{code}: {Say("harga tanpa PPN", "price without it")} {taxable.ForPeople()}, {Say("dasar pengenaan pajak (DPP)", "tax base")} {based.ForPeople()}"),
                8.5, _plain, Left);
            Down(13);
        }
    }

    private static IEnumerable<TaxBasis> Bases(IEnumerable<OrderLine> lines, TaxBasis? shipping) => lines.Select(l => l.Taxed).Append(shipping).OfType<TaxBasis>();

    private static string Text(DateOnly day) => day.ToString("yyyy-MM-dd", CultureInfo.InvariantCulture);

    private void Sum(string label, string amount, double size = 9.5)
    {
        Breaks(20);
        Down(size + 6);
        AtRight(label, size, size > 10 ? _bold : _plain, LabelAt);
        AtRight(amount, size, size > 10 ? _bold : _plain);
    }

    private void Rule()
    {
        Down(7);
        Page.DrawLine(new PdfPoint(Left, _at), new PdfPoint(Right, _at), 0.6);
    }

    private void Rows(string text, double size, PdfDocumentBuilder.AddedFont font, double width)
    {
        foreach (string row in Fitting(text, size, font, width))
        {
            Write(row, size, font, Left);
            Down(size + 4);
        }
    }

    private void Write(string latin, double size, PdfDocumentBuilder.AddedFont font, double x) => Page.AddText(latin, size, new PdfPoint(x, _at), font);

    private void AtRight(string text, double size, PdfDocumentBuilder.AddedFont font, double right = Right)
    {
        string latin = PdfText.Latin(text);
        Write(latin, size, font, right - WidthOf(latin, size, font));
    }

    private IEnumerable<string> Fitting(string text, double size, PdfDocumentBuilder.AddedFont font, double width) => PdfText.Wrap(PdfText.Latin(text), row => WidthOf(row, size, font) <= width);

    private double WidthOf(string latin, double size, PdfDocumentBuilder.AddedFont font) => Page.MeasureText(latin, size, new PdfPoint(0, 0), font) is [.., var last] ? last.EndBaseLine.X : 0;

    private void Down(double by) => _at -= by;

    private void NewPage()
    {
        _pages.Add(_document.AddPage(Width, Height));
        _at = Top;
    }

    /// <summary>Which invoice a page is of, and which of its pages.</summary>
    private void Feet()
    {
        if (_pages.Count == 1) return;
        for (int i = 0; i < _pages.Count; i++) _pages[i].AddText(string.Create(CultureInfo.InvariantCulture, $"{PdfText.Latin(_order.InvoiceNumber!)}   {i + 1} / {_pages.Count}"), 8, new PdfPoint(Left, Bottom - 24), _plain);
    }

    /// <returns>Whether a new page began, because so much does not fit on this one.</returns>
    private bool Breaks(double needed)
    {
        if (_at - needed > Bottom) return false;
        NewPage();
        return true;
    }
}
