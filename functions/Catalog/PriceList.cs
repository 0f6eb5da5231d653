using Shop.Common;

namespace Shop.Catalog;

/// <summary>Which prices a buyer gets: those of one currency, with the lower ones of the customer groups they are in.</summary>
public sealed record PriceList(Currency Currency, GroupSet Groups)
{
    /// <summary>What guests get in a currency.</summary>
    public static PriceList In(Currency currency) => new(currency, GroupSet.None);
}
