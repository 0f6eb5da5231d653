using CsCheck;
using Shop.Catalog;
using Shop.Common;

namespace Shop.Tests.Catalog;

public sealed class PriceBandsTests
{
    [Fact]
    public void Bands_lie_where_the_prices_are_in_steps_of_one_two_and_five()
    {
        Assert.Equal(["0..9900 1", "10000..19999900 1", "20000000.. 2"], Bands("IDR", [0], [10_000], [20_000_000], [30_000_000]));
        Assert.Equal(["500..999 1", "1000.. 1"], Bands("USD", [999], [1_999]));
        Assert.Equal(["500..990 1", "1000.. 1"], Bands("KWD", [750], [1_250]));
        Assert.Equal(["5000000000000000.. 1"], Bands("JPY", [Money.MaxAmount]));
    }

    [Fact]
    public void A_product_with_many_prices_is_counted_once_in_each_band() => Assert.Equal(["100..199 1", "200..999 1", "1000.. 1"], Bands("USD", [150, 151, 250, 1_500]));

    [Fact]
    public void There_are_six_at_most_which_hold_every_price_and_do_not_overlap() => Gen.Long[0, 100_000_000].Array[1, 4].Array[0, 60].Sample(products =>
    {
        IReadOnlyList<PriceFacet> bands = Facets("USD", products);
        Assert.InRange(bands.Count, products.Length == 0 ? 0 : 1, 6);
        for (int i = 0; i < bands.Count; i++)
        {
            (long least, long most) = (bands[i].Min.Amount, bands[i].Max?.Amount ?? long.MaxValue);
            Assert.Equal(products.Count(prices => prices.Any(p => p >= least && p <= most)), bands[i].Count);
            if (i > 0) Assert.Equal(bands[i - 1].Max!.Value.Amount + 1, least);
        }
        if (bands.Count > 0) Assert.True(products.SelectMany(p => p).Min() >= bands[0].Min.Amount);
    }, iter: 500);

    private static IEnumerable<string> Bands(string currency, params long[][] products) => Facets(currency, products).Select(b => $"{b.Min.Amount}..{b.Max?.Amount} {b.Count}");

    private static IReadOnlyList<PriceFacet> Facets(string currency, long[][] products)
    {
        var bands = new PriceBands(Currency.Parse(currency));
        foreach (long[] prices in products) bands.Count(prices.Aggregate(0UL, (steps, price) => steps | PriceBands.StepOf(price)));
        return bands.ToFacets();
    }
}
