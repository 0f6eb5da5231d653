namespace Shop.Reports;

/// <summary>A sales report as tables. The last rows are the totals, one for each currency.</summary>
public static class SalesSheets
{
    private const string Total = "Total";
    private static readonly string[] Figures = ["quantity", "gross", "tax", "net"];

    public static Sheet Days(SalesReport report) => new("Days", ["day", "orders", .. Figures, "givenBack", "currency"],
    [
        .. report.Days.Select(d => Day(BusinessDays.Text(d.Day), d)),
        .. report.Totals.Select(t => Day(Total, t)),
    ]);

    public static Sheet Products(SalesReport report) => new("Products", ["sku", "title", .. Figures, "currency"],
    [
        .. report.Articles.Select(a => Row([Sheet.Text(a.Sku), Sheet.Text(a.Title)], a.Figures)),
        .. report.Totals.Select(t => Row([Total, ""], t.Figures)),
    ]);

    /// <summary>Each day and product.</summary>
    public static Sheet Details(SalesReport report) => new("Details", ["day", "sku", "title", .. Figures, "currency"],
    [
        .. report.Details.Select(d => Row([BusinessDays.Text(d.Day), Sheet.Text(d.Article.Sku), Sheet.Text(d.Article.Title)], d.Article.Figures)),
        .. report.Totals.Select(t => Row([Total, "", ""], t.Figures)),
    ]);

    private static object[] Day(string day, SalesDay figures) =>
        [day, (long)figures.Orders, .. Cells(figures.Figures), Sheet.Amount(figures.GivenBack), figures.GivenBack.Currency.Code];

    private static object[] Row(object[] names, SalesFigures figures) => [.. names, .. Cells(figures), figures.Gross.Currency.Code];

    private static object[] Cells(SalesFigures figures) => [figures.Quantity, Sheet.Amount(figures.Gross), Sheet.Amount(figures.Tax), Sheet.Amount(figures.Net)];
}
