using Shop.Common;

namespace Shop.Reports;

/// <summary>Quantities and money that belong together.</summary>
/// <param name="Gross">With tax.</param>
/// <param name="Tax">Contained in <paramref name="Gross"/>.</param>
public readonly record struct SalesFigures(long Quantity, Money Gross, Money Tax)
{
    public Money Net => Gross - Tax;

    public static SalesFigures Zero(Currency currency) => new(0, Money.Zero(currency), Money.Zero(currency));

    public static SalesFigures operator +(SalesFigures a, SalesFigures b) => new(checked(a.Quantity + b.Quantity), a.Gross + b.Gross, a.Tax + b.Tax);
}

/// <summary>A business day.</summary>
/// <param name="Orders">How many were paid.</param>
/// <param name="Figures">Goods and shipping, sold less taken back; its quantity counts goods.</param>
/// <param name="GivenBack">Money that went back without having been a sale; in no other figure.</param>
public sealed record SalesDay(DateOnly Day, int Orders, SalesFigures Figures, Money GivenBack);

/// <summary>An article; shipping and allowances have no SKU.</summary>
/// <param name="Title">Of its latest sale.</param>
public sealed record SalesArticle(string Sku, string Title, SalesFigures Figures);

/// <summary>Sales added up. Amounts of two currencies never mix: each has its own rows and its own total.</summary>
/// <param name="Days">By day, then currency.</param>
/// <param name="Articles">By SKU, then currency; shipping and allowances last.</param>
/// <param name="Details">The same for each day.</param>
/// <param name="Totals">One for each currency: what each of the three lists adds up to.</param>
public sealed record SalesReport(
    IReadOnlyList<SalesDay> Days, IReadOnlyList<SalesArticle> Articles, IReadOnlyList<(DateOnly Day, SalesArticle Article)> Details, IReadOnlyList<SalesDay> Totals);

/// <summary>Adds facts up. Holds a row for each day and article, however many orders there were.</summary>
/// <param name="home">The shop's currency: it has a total even where nothing was sold.</param>
public sealed class SalesTally(Currency home)
{
    // No SKU has a space in it.
    private const string Shipping = "", Allowance = " ";
    private readonly Dictionary<(DateOnly Day, Currency Currency), SalesDay> _days = [];
    private readonly Dictionary<(DateOnly Day, string Sku, Currency Currency), SalesFigures> _details = [];
    private readonly Dictionary<string, (DateTimeOffset At, string Title)> _titles = new(StringComparer.Ordinal) { [Shipping] = (DateTimeOffset.MaxValue, "Shipping"), [Allowance] = (DateTimeOffset.MaxValue, "Allowances") };

    public void Add(DateOnly day, SalesFact fact)
    {
        Currency currency = fact.Total.Currency;
        SalesDay before = _days.GetValueOrDefault((day, currency)) ?? new SalesDay(day, 0, SalesFigures.Zero(currency), Money.Zero(currency));
        if (fact.Kind == SalesFactKind.GivenBack)
        {
            _days[(day, currency)] = before with { GivenBack = before.GivenBack + fact.Total };
            return;
        }
        bool sale = fact.Kind == SalesFactKind.Sale;
        SalesFigures Signed(long quantity, Money gross, Money tax) => sale ? new(quantity, gross, tax) : new(-quantity, -gross, -tax);
        SalesFigures order = SalesFigures.Zero(currency);
        foreach (SalesFactLine line in fact.Lines)
        {
            order += AddDetail(day, line.Sku.Value, Signed(line.Quantity, line.Gross, line.Tax));
            if (!_titles.TryGetValue(line.Sku.Value, out (DateTimeOffset At, string Title) known) || known.At <= fact.At) _titles[line.Sku.Value] = (fact.At, line.Title);
        }
        if (!fact.Shipping.IsZero) order += AddDetail(day, Shipping, Signed(0, fact.Shipping, fact.ShippingTax));
        if (fact is { Allowance: { } given, AllowanceTax: { } tax }) order += AddDetail(day, Allowance, Signed(0, given, tax));
        _days[(day, currency)] = before with { Orders = before.Orders + (sale ? 1 : 0), Figures = before.Figures + order };
    }

    public SalesReport Build() => new(
        [.. _days.OrderBy(d => d.Key.Day).ThenBy(d => d.Key.Currency.Code, StringComparer.Ordinal).Select(d => d.Value)],
        [.. _details
            .GroupBy(d => (d.Key.Sku, d.Key.Currency), d => d.Value)
            .OrderBy(g => g.Key.Sku is Shipping or Allowance).ThenBy(g => g.Key.Sku, StringComparer.Ordinal).ThenBy(g => g.Key.Currency.Code, StringComparer.Ordinal)
            .Select(g => Article(g.Key.Sku, g.Aggregate((a, b) => a + b)))],
        [.. _details
            .OrderBy(d => d.Key.Day).ThenBy(d => d.Key.Sku is Shipping or Allowance).ThenBy(d => d.Key.Sku, StringComparer.Ordinal).ThenBy(d => d.Key.Currency.Code, StringComparer.Ordinal)
            .Select(d => (d.Key.Day, Article(d.Key.Sku, d.Value)))],
        [.. _days.Keys.Select(k => k.Currency).Append(home).Distinct().OrderBy(c => c.Code, StringComparer.Ordinal).Select(Total)]);

    private SalesFigures AddDetail(DateOnly day, string sku, SalesFigures figures)
    {
        (DateOnly, string, Currency Currency) key = (day, sku, figures.Gross.Currency);
        _details[key] = _details.TryGetValue(key, out SalesFigures before) ? before + figures : figures;
        return figures;
    }

    private SalesArticle Article(string sku, SalesFigures figures) => new(sku.Trim(), _titles[sku].Title, figures);

    private SalesDay Total(Currency currency) => _days.Where(d => d.Key.Currency == currency).Select(d => d.Value).Aggregate(
        new SalesDay(default, 0, SalesFigures.Zero(currency), Money.Zero(currency)),
        (sum, day) => sum with { Orders = sum.Orders + day.Orders, Figures = sum.Figures + day.Figures, GivenBack = sum.GivenBack + day.GivenBack });
}
