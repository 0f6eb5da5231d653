using Shop.Common;
using Shop.Shipping;
using UglyToad.PdfPig;

namespace Shop.Tests.Shipping;

public sealed class LabelTests
{
    [Fact]
    public void A_label_says_whereto_from_where_what_and_how_much_to_collect()
    {
        var to = new Address("Ayu Lestari", "+62 812 3456 7890", "Jl. Merdeka 10", "Bandung", "Jawa Barat", "40132", "ID", "Gang Mawar No. 3, pagar hijau, sebelah warung kopi", "Coblong", "Lebak Gede");
        var rate = new ShippingRate("jne-reg", "JNE Reguler", "jne", Money.FromMajor(12_000, Currency.Idr), new EstimatedDays(2, 3)) { Insured = true, Insurance = Money.FromMajor(5_000, Currency.Idr) };
        var shipment = new Shipment("ord_01karxkz3m5q7w9e1r3t5y7u9a-2", "jne", "JNE071234567890123", "", ShipmentStatus.Booked, []);
        byte[] pdf = ParcelLabel.Pdf(
            new ParcelToLabel("10042", shipment, rate, to, Money.FromMajor(250_000, Currency.Idr), [.. Enumerable.Range(1, 10).Select(i => new ParcelLabelLine(Sku.Parse($"KOPI-{i}"), "Kopi Arabika Gayo (250 g, Biji)", i))]),
            new ShippingOptions().Origin);
        if (Environment.GetEnvironmentVariable("SHOP_SHOW_LABEL") is { Length: > 0 } file) File.WriteAllBytes(file, pdf);

        using PdfDocument document = PdfDocument.Open(pdf);
        string text = Assert.Single(document.GetPages()).Text;
        foreach (string written in (string[])["JNE071234567890123", "Ayu Lestari", "Gang Mawar", "Lebak Gede, Coblong", "40132 ID", "Toko", "COD Rp250.000", "Insured", "8 x KOPI-8", "+ 2"]) Assert.Contains(written, text, StringComparison.Ordinal);
    }

    [Fact]
    public void Bars_are_start_letters_check_and_stop() => Assert.Equal("211214" + "111323" + "131123" + "2331112", string.Concat(Code128.Bars("A")));

    [Fact]
    public void Every_symbol_is_eleven_modules_wide_and_the_stop_thirteen() => Assert.Equal(11 * (1 + 95 + 1) + 13, Code128.Bars(string.Concat(Enumerable.Range(' ', 95).Select(c => (char)c))).Sum());
}
