using System.Text;
using System.Text.Json;
using CsCheck;
using MiniExcelLibs;
using Shop.Common;
using Shop.Reports;

namespace Shop.Tests.Reports;

public sealed class SalesReportTests
{
    [Fact]
    public void A_paid_order_is_a_fact_whose_lines_and_shipping_add_up_to_what_was_paid()
    {
        SalesFact fact = SalesProjection.Of(Sales.Paid(shipping: 20_000, shippingTax: 1_982, lines: [("KOPI", "Kopi", 2, 170_000, 16_847), ("TEH", "Teh", 1, 50_000, 4_955)]))!;

        Assert.Equal("ord_01|order.paid", fact.Id);
        Assert.Equal(Sales.Idr(240_000), fact.Total);
        Assert.Equal(Sales.Idr(1_982), fact.ShippingTax);
        Assert.Equal(fact.Total, fact.Lines.Select(l => l.Gross).Sum(Currency.Idr) + fact.Shipping);
    }

    [Fact]
    public void Prices_without_tax_are_reported_with_it()
    {
        SalesReport report = Sales.Report(Sales.Paid(shipping: 10_000, shippingTax: 1_100, taxIncluded: false, lines: ("KOPI", "Kopi", 1, 100_000, 11_000)));

        Assert.Equal(new SalesFigures(1, Sales.Idr(122_100), Sales.Idr(12_100)), report.Totals[0].Figures);
        Assert.Equal(Sales.Idr(110_000), report.Totals[0].Figures.Net);
    }

    [Fact]
    public void Money_that_came_for_nothing_and_went_back_is_shown_and_is_no_sale()
    {
        SalesReport report = Sales.Report(
            Sales.Paid(lines: ("KOPI", "Kopi", 1, 100_000, 9_910)),
            Sales.Told("ord_02", "order.refunded", null, new { number = "2026-000002", paymentMethod = "card", refundId = "re_1", amount = Sales.Idr(70_000), sale = (object?)null }),
            Sales.Told("ord_03", "order.cancelled", null, new { number = "2026-000003", reason = "The payment did not come in time." }));

        SalesDay day = Assert.Single(report.Days);
        Assert.Equal((1, Sales.Idr(100_000), Sales.Idr(70_000)), (day.Orders, day.Figures.Gross, day.GivenBack));
    }

    [Fact]
    public void What_was_taken_back_is_subtracted_from_what_was_sold()
    {
        object[] lines = [new { sku = "KOPI", title = "Kopi", quantity = 1, total = Sales.Idr(100_000), tax = Sales.Idr(9_910) }];
        object taken = new { number = "1", paymentMethod = "card", refundId = "re_1", amount = Sales.Idr(110_000), sale = new { lines, shipping = Sales.Idr(10_000), tax = Sales.Idr(10_901), taxIncluded = true } };
        SalesReport report = Sales.Report(Sales.Paid(shipping: 10_000, shippingTax: 991, lines: ("KOPI", "Kopi", 3, 300_000, 29_730)), Sales.Told("ord_01", "order.refunded", null, taken));

        Assert.Equal((1, new SalesFigures(2, Sales.Idr(200_000), Sales.Idr(19_820))), (report.Totals[0].Orders, report.Totals[0].Figures));
    }

    [Fact]
    public void What_cannot_be_understood_is_refused_and_never_left_out()
    {
        object refund = new { number = "1", amount = Sales.Idr(1), sale = new { lines = Array.Empty<object>(), shipping = Sales.Idr(0), tax = Sales.Idr(0), taxIncluded = true } };
        Assert.Throws<InvalidDataException>(() => SalesProjection.Of(Sales.Told("ord_01", "order.refunded", null, refund)));
        Assert.Throws<InvalidDataException>(() => SalesProjection.Of(Sales.Told("ord_01", "order.paid", null, new { }, version: 2)));
        Totals wrong = Totals.Of(Sales.Idr(10), Sales.Idr(0), Sales.Idr(0), Sales.Idr(1), taxIncluded: true);
        Assert.Throws<InvalidDataException>(() => SalesProjection.Of(Sales.Told("ord_01", "order.paid", null, new { number = "1", totals = wrong, lines = Array.Empty<object>() })));
    }

    [Fact]
    public void A_business_day_begins_at_midnight_of_the_shops_time_zone()
    {
        var days = new BusinessDays(Sales.Shop);

        Assert.Equal(new DateOnly(2026, 11, 23), days.Of(new DateTimeOffset(2026, 11, 23, 16, 59, 59, TimeSpan.Zero)));
        Assert.Equal(new DateOnly(2026, 11, 24), days.Of(new DateTimeOffset(2026, 11, 23, 17, 0, 0, TimeSpan.Zero)));
    }

    [Fact]
    public void Days_products_and_details_add_up_to_the_same_totals() => Gen
        .Select(Gen.Int[0, 4], Gen.Int[0, 3], Gen.Int[1, 9], Gen.Long[1, 900_000], Gen.Long[0, 50_000], Gen.Bool)
        .Array[0, 40]
        .Sample(orders =>
        {
            SalesReport report = Sales.Report([.. orders.Select((o, i) =>
            {
                (int day, int sku, int quantity, long price, long shipping, bool included) = o;
                return Sales.Paid($"ord_{i}", Sales.Noon.AddDays(day), shipping, shipping / 11, included, ($"SKU-{sku}", "Title", quantity, price * quantity, price / 11), ("SKU-9", "Other", 1, price, price / 11));
            })]);
            SalesFigures total = report.Totals.Single().Figures;
            return total == Add(report.Days.Select(d => d.Figures)) && total == Add(report.Articles.Select(a => a.Figures)) && total == Add(report.Details.Select(d => d.Article.Figures))
                && total.Net + total.Tax == total.Gross && report.Totals[0].Orders == orders.Length;
        });

    [Fact]
    public void Two_currencies_never_share_a_row()
    {
        ReceivedEvent dollars = Sales.Told("ord_02", "order.paid", null, new
        {
            number = "2", totals = Totals.Of(Usd(1050), Usd(0), Usd(0), Usd(50), taxIncluded: true),
            lines = new[] { new { sku = "KOPI", title = "Coffee", quantity = 1, total = Usd(1050), tax = Usd(50) } },
        });

        string[] lines = Lines(SheetFiles.Csv(SalesSheets.Details(Sales.Report(Sales.Paid(lines: ("KOPI", "Kopi", 1, 100_000, 9_910)), dollars))));

        Assert.Contains("2026-11-23,KOPI,Coffee,1,100000.00,9910.00,90090.00,IDR", lines);
        Assert.Contains("2026-11-23,KOPI,Coffee,1,10.50,0.50,10.00,USD", lines);
        Assert.Equal(["Total,,,1,100000.00,9910.00,90090.00,IDR", "Total,,,1,10.50,0.50,10.00,USD"], lines[^2..]);

        static Money Usd(long cents) => new(cents, Currency.Parse("USD"));
    }

    [Fact]
    public void A_csv_file_is_utf8_with_a_mark_and_writes_numbers_for_every_country_alike()
    {
        byte[] file = SheetFiles.Csv(SalesSheets.Details(Sales.Report(Sales.Paid(shipping: 20_000, shippingTax: 1_982, lines: ("KOPI-1", "Kopi \"Gayo\", 1 kg é", 12, 1_234_567, 122_345)))));

        Assert.Equal(Encoding.UTF8.GetPreamble(), file[..3]);
        Assert.Equal(
            [
                "day,sku,title,quantity,gross,tax,net,currency",
                "2026-11-23,KOPI-1,\"Kopi \"\"Gayo\"\", 1 kg é\",12,1234567.00,122345.00,1112222.00,IDR",
                "2026-11-23,,Shipping,0,20000.00,1982.00,18018.00,IDR",
                "Total,,,12,1254567.00,124327.00,1130240.00,IDR",
            ],
            Lines(file));
    }

    [Fact]
    public async Task An_excel_book_has_a_sheet_of_days_and_one_of_products()
    {
        SalesReport report = Sales.Report(
            Sales.Paid("ord_01", Sales.Noon, lines: ("KOPI", "Kopi", 2, 170_000, 16_847)),
            Sales.Paid("ord_02", Sales.Noon.AddDays(1), shipping: 20_000, shippingTax: 1_982, lines: ("KOPI", "Kopi Gayo", 1, 85_000, 8_423)));

        byte[] file = await SheetFiles.Xlsx([SalesSheets.Days(report), SalesSheets.Products(report)], TestContext.Current.CancellationToken);

        Assert.Equal(["Days", "Products"], new MemoryStream(file).GetSheetNames());
        Assert.Equal(
            ["2026-11-23|1|2|170000|16847|153153|0|IDR", "2026-11-24|1|1|105000|10405|94595|0|IDR", "Total|2|3|275000|27252|247748|0|IDR"],
            Rows(file, "Days"));
        Assert.Equal(
            ["KOPI|Kopi Gayo|3|255000|25270|229730|IDR", "|Shipping|0|20000|1982|18018|IDR", "Total||3|275000|27252|247748|IDR"],
            Rows(file, "Products"));
    }

    [Theory]
    [InlineData("=HYPERLINK(\"https://evil.example\")")]
    [InlineData("+1")]
    [InlineData("-1+cmd|' /C calc'!A0")]
    [InlineData("@SUM(A1)")]
    [InlineData("\t=1")]
    [InlineData("\r=1")]
    public async Task A_title_that_a_spreadsheet_would_run_stays_text(string title)
    {
        SalesReport report = Sales.Report(Sales.Paid(lines: ("-SKU", title, 1, 1_000, 99)));

        string csv = Encoding.UTF8.GetString(SheetFiles.Csv(SalesSheets.Details(report)));
        Assert.Contains($"'{title}".Replace("\"", "\"\"", StringComparison.Ordinal), csv, StringComparison.Ordinal);
        Assert.Contains(",'-SKU,", csv, StringComparison.Ordinal);

        byte[] book = await SheetFiles.Xlsx([SalesSheets.Products(report)], TestContext.Current.CancellationToken);
        Assert.StartsWith("'-SKU|'", Rows(book, "Products")[0], StringComparison.Ordinal);
    }

    [Fact]
    public async Task Characters_that_xml_cannot_hold_do_not_break_the_book()
    {
        byte[] book = await SheetFiles.Xlsx([SalesSheets.Products(Sales.Report(Sales.Paid(lines: ("SKU", "a\u0001b<c>&\"\uFFFF\uD83D", 1, 1_000, 99))))], TestContext.Current.CancellationToken);

        Assert.StartsWith("SKU|a", Rows(book, "Products")[0], StringComparison.Ordinal);
    }

    [Fact]
    public void A_period_without_sales_has_a_total_of_nothing() =>
        Assert.Equal(["day,sku,title,quantity,gross,tax,net,currency", "Total,,,0,0.00,0.00,0.00,IDR"], Lines(SheetFiles.Csv(SalesSheets.Details(Sales.Report()))));

    private static SalesFigures Add(IEnumerable<SalesFigures> figures) => figures.Aggregate(SalesFigures.Zero(Currency.Idr), (a, b) => a + b);

    private static string[] Lines(byte[] csv) => Encoding.UTF8.GetString(csv).TrimStart('\uFEFF').TrimEnd().Split("\r\n");

    /// <summary>The rows under the header, cells between bars.</summary>
    internal static string[] Rows(byte[] book, string sheet) =>
        [.. new MemoryStream(book).Query(useHeaderRow: true, sheetName: sheet).Select(row => string.Join('|', ((IDictionary<string, object?>)row).Values.Select(v => Convert.ToString(v, System.Globalization.CultureInfo.InvariantCulture))))];
}
