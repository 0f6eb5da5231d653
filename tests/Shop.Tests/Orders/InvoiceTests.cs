using Shop.Common;
using Shop.Orders;
using Shop.Payments;
using UglyToad.PdfPig;
using UglyToad.PdfPig.Content;
using UglyToad.PdfPig.DocumentLayoutAnalysis.TextExtractor;

namespace Shop.Tests.Orders;

public sealed class InvoiceTests
{
    private static readonly InvoiceOptions Seller = new() { SellerName = "PT Toko Contoh", SellerAddress = "Jl. Gudang 1, Jakarta Pusat 10110", SellerTaxId = "01.234.567.8-901.000" };
    private static readonly ShopOptions Shop = new();

    /// <summary>Beyond midnight in Jakarta.</summary>
    private static readonly DateTimeOffset Evening = new(2026, 11, 23, 18, 5, 0, TimeSpan.Zero);

    [Fact]
    public void An_invoice_says_who_sold_what_to_whom_with_discounts_and_tax()
    {
        string text = Text(Sold("id", 2));
        foreach (string written in (string[])
            ["Faktur Penjualan", "INV-2026-000042", "2026-11-24", "10042", "PT Toko Contoh", "Jl. Gudang 1", "NPWP 01.234.567.8-901.000", "Ayu Lestari", "Lebak Gede, Coblong", "Kopi Arabika 'Gayo' nomor 2", "KOPI-002",
             "Rp170.000", "-Rp17.000", "Ongkos kirim", "Rp20.000", "Rp326.000", "termasuk PPN", "Rp32.306", "kode 04", "Rp293.694", "Rp269.220", "Kartu hadiah", "-Rp50.000", "Dikembalikan", "-Rp10.000", "Kartu kredit"])
            Assert.Contains(written, text, StringComparison.Ordinal);
    }

    [Fact]
    public void It_speaks_the_language_of_its_order_and_needs_no_address()
    {
        string text = Text(Sold("en", 1) with { ShippingAddress = null });
        foreach (string written in (string[])["Invoice number", "VAT included", "Tax number", "Refunded", "ayu@example.test"]) Assert.Contains(written, text, StringComparison.Ordinal);
    }

    [Fact]
    public void A_hundred_lines_go_on_several_pages_and_none_is_lost()
    {
        byte[] pdf = Pdf(Sold("id", 100));
        if (Environment.GetEnvironmentVariable("SHOP_SHOW_INVOICE") is { Length: > 0 } file) File.WriteAllBytes(file, pdf);
        using PdfDocument document = PdfDocument.Open(pdf);

        string text = string.Join('\n', document.GetPages().Select(p => ContentOrderTextExtractor.GetText(p)));
        Assert.InRange(document.NumberOfPages, 4, 8);
        Assert.Contains($"INV-2026-000042   {document.NumberOfPages} / {document.NumberOfPages}", document.GetPage(document.NumberOfPages).Text, StringComparison.Ordinal);
        Assert.Equal(100, Enumerable.Range(1, 100).Count(i => text.Contains($"KOPI-{i:000}", StringComparison.Ordinal)));
        IsNeat(document);
    }

    [Fact]
    public void Wide_titles_and_long_names_are_parted_and_cover_nothing()
    {
        Order order = Sold("id", 3);
        string wide = new('@', 200);
        order = order with { Lines = [.. order.Lines.Select((l, i) => l with { Title = i == 0 ? wide : $"KOPI {wide[..i]} ISTIMEWA PALING WANGI DARI DATARAN TINGGI", Sku = Sku.Parse(new string('W', 64)), UnitPrice = Idr(99_999_999_999) })] };
        using PdfDocument document = PdfDocument.Open(InvoiceDocument.Pdf(order, Seller, "Transfer Bank Pembangunan Daerah Nusa Tenggara Timur", Shop));

        IsNeat(document);
        Assert.Equal(200 + 1 + 2, document.GetPages().SelectMany(p => p.Letters).Count(l => l.Value == "@"));
    }

    [Fact]
    public void What_no_reader_has_a_letter_for_is_a_question_mark()
    {
        Order order = Sold("id", 1);
        string text = Text(order with { ShippingAddress = order.ShippingAddress! with { Name = "Ayu \ufffe Müller \ud83d\ude00 店" } });
        Assert.Contains("Ayu ? Muller ?? ?", text, StringComparison.Ordinal);
    }

    [Fact]
    public void What_was_left_out_is_not_charged_and_not_taxed()
    {
        Order order = Sold("id", 2);
        RefundedLine[] without = [new(order.Lines[0].Sku, 2)];
        order = order with { Refunds = [new OrderRefund("r1", Idr(153_000), "", Evening) { Lines = without, Shipping = Idr(0), Uncaptured = true }, new OrderRefund("r2", Idr(1_000), "", Evening, RefundStatus.Pending), new OrderRefund("r3", Idr(2_000), "", Evening, RefundStatus.Due)] };
        string text = Text(order);
        foreach (string written in (string[])["Tidak dikirim dan tidak ditagih", "-Rp153.000", "-Rp15.162", "Rp155.856", "Rp142.869", "Akan dibayarkan kembali", "-Rp2.000", "Ditagih"]) Assert.Contains(written, text, StringComparison.Ordinal);
        Assert.DoesNotContain("Dikembalikan", text, StringComparison.Ordinal);
    }

    [Fact]
    public void One_of_an_order_that_was_cancelled_says_so()
    {
        string text = Text(Sold("id", 1) with { Status = OrderStatus.Cancelled, Timeline = [Told("shipment.booked", 0), Told("order.cancelled", 2), Told("note", 5)] });
        Assert.Contains("Dibatalkan", text, StringComparison.Ordinal);
        Assert.Contains("2026-11-26", text, StringComparison.Ordinal);
    }

    [Fact]
    public void Who_charges_no_tax_says_nothing_of_it()
    {
        Order order = Sold("id", 1);
        var none = new TaxBasis(Idr(153_000), Idr(153_000), 0);
        order = order with { Lines = [order.Lines[0] with { Tax = Idr(0), Taxed = none }], ShippingTaxed = none, Totals = order.Totals with { Tax = Idr(0) } };
        Assert.DoesNotContain("PPN", Text(order), StringComparison.Ordinal);
    }

    [Fact]
    public void A_base_that_is_not_whole_is_left_out()
    {
        string text = Text(Sold("id", 1) with { ShippingTaxed = null });
        Assert.Contains("termasuk PPN", text, StringComparison.Ordinal);
        Assert.DoesNotContain("DPP", text, StringComparison.Ordinal);
    }

    [Fact]
    public void A_buyer_who_was_erased_is_not_named() =>
        Assert.DoesNotContain("Pembeli", Text(Sold("id", 1) with { ShippingAddress = null, Email = EmailAddress.Nobody }), StringComparison.Ordinal);

    [Fact]
    public void It_is_of_the_day_on_which_it_was_paid_or_left_to_be_paid_at_the_door()
    {
        Order cash = Sold("id", 1) with { Timeline = [Told("order.placed", 0), Told("order.accepted", 1), Told("shipment.booked", 2), Told("order.paid", 3)] };
        Assert.Equal((Evening, Evening.AddDays(2)), (Sold("id", 1).InvoicedAt(), cash.InvoicedAt()));
    }

    /// <summary>Nothing is written beyond the edges, or over anything else.</summary>
    private static void IsNeat(PdfDocument document)
    {
        foreach (Page page in document.GetPages())
        {
            Letter[] letters = [.. page.Letters.Where(l => l.Value != " ")];
            Assert.All(letters, l => Assert.True(l.BoundingBox.Left >= 40 && l.BoundingBox.Right <= 556 && l.BoundingBox.Bottom >= 40 && l.BoundingBox.Top <= 802, $"{l}"));
            foreach (IGrouping<double, Letter> row in letters.GroupBy(l => Math.Round(l.StartBaseLine.Y, 1)))
            {
                Letter[] there = [.. row.OrderBy(l => l.StartBaseLine.X)];
                for (int i = 1; i < there.Length; i++) Assert.True(there[i].StartBaseLine.X >= there[i - 1].EndBaseLine.X - 0.5, $"{there[i]} is written over {there[i - 1]}");
            }
        }
    }

    private static byte[] Pdf(Order order) => InvoiceDocument.Pdf(order, Seller, "Kartu kredit / debit", Shop);

    private static string Text(Order order)
    {
        using PdfDocument document = PdfDocument.Open(Pdf(order));
        return string.Join('\n', document.GetPages().Select(p => ContentOrderTextExtractor.GetText(p)));
    }

    /// <summary>So many lines of two at Rp85.000, with 10 % off.</summary>
    private static Order Sold(string locale, int lines) => new()
    {
        Id = "ord_01", Number = "10042", InvoiceNumber = "INV-2026-000042", CartId = "crt_01", PlacedAt = Evening, Currency = Currency.Idr, Locale = locale, Email = "ayu@example.test",
        Lines = [.. Enumerable.Range(1, lines).Select(i => new OrderLine(Sku.Parse($"KOPI-{i:000}"), $"Kopi Arabika ‘Gayo’ nomor {i}", false, 2, Idr(85_000), Idr(17_000), Idr(15_162), Idr(153_000), 250, null)
        {
            Taxed = new TaxBasis(Idr(137_838), Idr(126_351), 12, "04"),
        })],
        Totals = Totals.Of(Idr(170_000L * lines), Idr(17_000L * lines), Idr(20_000), Idr(15_162L * lines + 1_982), taxIncluded: true),
        ShippingTaxed = new TaxBasis(Idr(18_018), Idr(16_518), 12, "04"),
        ShippingAddress = new Address("Ayu Lestari", "+62 812 3456 7890", "Jl. Merdeka 10", "Bandung", "Jawa Barat", "40132", "ID", "Gang Mawar No. 3, pagar hijau, sebelah warung kopi", "Coblong", "Lebak Gede"),
        Credits = [new OrderCredit("crd_1", CreditKind.GiftCard, "•••• 1234", Idr(50_000))],
        Payment = new OrderPayment("card", PaymentKind.Card, "stripe", "card", OrderPaymentStatus.Paid, Reference: "pi_1"),
        Refunds = [new OrderRefund("r1", Idr(10_000), "late", Evening)],
        Timeline = [Told("order.placed", 0), Told("order.paid", 0), Told("shipment.booked", 1)],
    };

    private static OrderEvent Told(string type, int day) => new(1, Evening.AddDays(day), type, type, "system");

    private static Money Idr(long rupiah) => Money.FromMajor(rupiah, Currency.Idr);
}
