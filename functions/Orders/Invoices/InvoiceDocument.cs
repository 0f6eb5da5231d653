using System.Globalization;
using Shop.Common;
using Shop.Payments;
using UglyToad.PdfPig.Content;
using UglyToad.PdfPig.Core;
using UglyToad.PdfPig.Fonts.Standard14Fonts;
using UglyToad.PdfPig.Writer;

namespace Shop.Orders;

/// <summary>
/// The invoice of an order on A4, in the order's language: who sold what to whom, with discounts, the tax and what it was reckoned from. In Indonesia that makes it the tax invoice of
/// a sale to a consumer (PER-11/PJ/2025, article 52). What went back later is told below.
/// </summary>
internal sealed class InvoiceDocument
{
    private const double Width = 595, Height = 842, Left = 48, Right = Width - Left, Top = Height - 56, Bottom = 72;
    private const double QuantityAt = 340, PriceAt = 440, LabelAt = 440;
    private readonly PdfDocumentBuilder _document;
    private readonly PdfDocumentBuilder.AddedFont _plain, _bold;
    private readonly Order _order;
    private PdfPageBuilder _page;
    private double _at;

    private InvoiceDocument(PdfDocumentBuilder document, Order order)
    {
        (_document, _order) = (document, order);
        (_plain, _bold) = (_document.AddStandard14Font(Standard14Font.Helvetica), _document.AddStandard14Font(Standard14Font.HelveticaBold));
        (_page, _at) = (_document.AddPage(Width, Height), Top);
    }

    /// <param name="order">One that has an invoice number.</param>
    /// <param name="paymentMethod">As people know it.</param>
    public static byte[] Pdf(Order order, InvoiceOptions seller, string paymentMethod, ShopOptions shop)
    {
        using var document = new PdfDocumentBuilder();
        var invoice = new InvoiceDocument(document, order);
        invoice.Head(seller, paymentMethod, shop.DayOf(order.InvoicedAt()));
        invoice.Lines();
        invoice.Sums();
        invoice.Taxes();
        return document.Build();
    }

    private string Say(string indonesian, string english) => _order.Locale == "en" ? english : indonesian;

    private void Head(InvoiceOptions seller, string paymentMethod, DateOnly day)
    {
        double top = _at;
        AtRight(Say("Faktur Penjualan", "Invoice"), 18, _bold);
        foreach ((string label, string value) in (IEnumerable<(string, string)>)
            [(Say("Nomor faktur", "Invoice number"), _order.InvoiceNumber!), (Say("Tanggal", "Date"), day.ToString("yyyy-MM-dd", CultureInfo.InvariantCulture)), (Say("Pesanan", "Order"), _order.Number), (Say("Pembayaran", "Payment"), paymentMethod)])
        {
            Down(15);
            AtRight(value, 9.5, _bold);
            AtRight(label, 9.5, _plain, LabelAt - 20);
        }
        double right = _at;
        _at = top;
        Rows(seller.SellerName, 13, _bold, 34);
        Rows(seller.SellerAddress, 9.5, _plain, 48);
        if (seller.SellerTaxId.Length > 0) Rows($"{Say("NPWP", "Tax number")} {seller.SellerTaxId}", 9.5, _plain, 48);
        _at = Math.Min(_at, right);
        Down(26);
        Rows(Say("Pembeli", "Buyer"), 8.5, _plain, 60);
        if ((_order.BillingAddress ?? _order.ShippingAddress) is { } buyer)
        {
            Rows(buyer.Name, 11, _bold, 60);
            Rows(string.Join(", ", ((string?[])[buyer.Line1, buyer.Line2, buyer.Village, buyer.District, buyer.City, buyer.Province]).Where(part => !string.IsNullOrEmpty(part))), 9.5, _plain, 90);
            Rows($"{buyer.PostalCode} {buyer.Country}", 9.5, _plain, 60);
        }
        else
        {
            Rows(_order.Email, 11, _bold, 60);
        }
        Down(14);
    }

    private void Lines()
    {
        Columns();
        foreach (OrderLine line in _order.Lines)
        {
            string[] title = [.. PdfText.Wrap(PdfText.Latin(line.Title), 46)];
            if (Breaks((title.Length + 2) * 12)) Columns();
            Down(16);
            AtRight(line.Quantity.ToString(CultureInfo.InvariantCulture), 9.5, _plain, QuantityAt);
            AtRight(line.UnitPrice.ForPeople(), 9.5, _plain, PriceAt);
            AtRight((line.UnitPrice * line.Quantity).ForPeople(), 9.5, _plain);
            foreach (string row in title)
            {
                Write(row, 9.5, _plain, Left);
                Down(12);
            }
            Write(line.Sku.Value, 8, _plain, Left);
            if (line.Discount.IsZero) continue;
            AtRight(Say("Diskon", "Discount"), 8, _plain, PriceAt);
            AtRight("-" + line.Discount.ForPeople(), 8, _plain);
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
        Sum(Say("Subtotal", "Subtotal"), totals.Items.ForPeople());
        if (!totals.Discount.IsZero) Sum(Say("Diskon", "Discount"), "-" + totals.Discount.ForPeople());
        if (!totals.Shipping.IsZero) Sum(Say("Ongkos kirim", "Shipping"), totals.Shipping.ForPeople());
        if (!totals.TaxIncluded) Sum(Say("PPN", "VAT"), totals.Tax.ForPeople());
        Sum("Total", totals.Total.ForPeople(), 12);
        if (totals.TaxIncluded) Sum(Say("termasuk PPN", "VAT included"), totals.Tax.ForPeople());
        foreach (OrderCredit credit in _order.Credits)
            Sum(credit.Kind == CreditKind.GiftCard ? Say("Kartu hadiah", "Gift card") : Say("Saldo toko", "Store credit"), "-" + credit.Amount.ForPeople());
        Money back = _order.Refunds.Where(r => !r.Surplus).Select(r => r.Amount).Sum(_order.Currency);
        if (!back.IsZero) Sum(Say("Dikembalikan", "Refunded"), "-" + back.ForPeople());
    }

    /// <summary>Of each rate: what is taxed, what the rate is taken of, and the code that e-Faktur sorts it by.</summary>
    private void Taxes()
    {
        IGrouping<(decimal, string?), TaxBasis>[] rates = [.. _order.Lines.Select(l => l.Taxed).Append(_order.ShippingTaxed).OfType<TaxBasis>().GroupBy(b => (b.RatePercent, b.TransactionCode))];
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
        _page.DrawLine(new PdfPoint(Left, _at), new PdfPoint(Right, _at), 0.6);
    }

    private void Rows(string text, double size, PdfDocumentBuilder.AddedFont font, int most)
    {
        foreach (string row in PdfText.Wrap(PdfText.Latin(text), most))
        {
            Write(row, size, font, Left);
            Down(size + 4);
        }
    }

    private void Write(string text, double size, PdfDocumentBuilder.AddedFont font, double x) => _page.AddText(PdfText.Latin(text), size, new PdfPoint(x, _at), font);

    private void AtRight(string text, double size, PdfDocumentBuilder.AddedFont font, double right = Right)
    {
        IReadOnlyList<Letter> letters = _page.MeasureText(PdfText.Latin(text), size, new PdfPoint(0, _at), font);
        if (letters.Count > 0) Write(text, size, font, right - letters[^1].EndBaseLine.X);
    }

    private void Down(double by) => _at -= by;

    /// <returns>Whether a new page began, because so much does not fit on this one.</returns>
    private bool Breaks(double needed)
    {
        if (_at - needed > Bottom) return false;
        (_page, _at) = (_document.AddPage(Width, Height), Top);
        return true;
    }
}
