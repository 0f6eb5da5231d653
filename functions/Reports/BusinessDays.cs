using System.Globalization;
using Shop.Common;

namespace Shop.Reports;

/// <summary>The shop's days: they begin and end in its own time zone.</summary>
public sealed class BusinessDays(ShopOptions shop)
{
    public DateOnly Of(DateTimeOffset moment) => shop.DayOf(moment);

    /// <summary>Such as <c>2026-11-23</c>: sorts as time does.</summary>
    public static string Text(DateOnly day) => day.ToString("yyyy-MM-dd", CultureInfo.InvariantCulture);

    public static DateOnly Parse(string text) => DateOnly.ParseExact(text, "yyyy-MM-dd", CultureInfo.InvariantCulture);
}
