using CsCheck;
using Shop.Common;

namespace Shop.Tests.Common;

public sealed class MoneyTests
{
    private static readonly Currency Usd = Currency.Parse("USD");
    private static readonly Gen<long> Amounts = Gen.Long[-1_000_000_000_000, 1_000_000_000_000];

    [Fact]
    public void A_split_adds_up_to_the_whole_whatever_the_weights() =>
        Gen.Select(Amounts, Gen.Long[0, 1_000_000].Array[1, 40].Where(w => w.Sum() > 0), Gen.Int[0, 3])
            .Sample((amount, weights, currency) =>
            {
                var whole = new Money(amount, Currency.Parse(((string[])["IDR", "USD", "JPY", "KWD"])[currency]));
                Assert.Equal(whole, whole.Split(weights).Sum(whole.Currency));
            });

    [Fact]
    public void Whole_rupiah_split_into_whole_rupiah() =>
        Gen.Select(Gen.Long[0, 10_000_000], Gen.Long[1, 1000].Array[1, 20]).Sample((rupiah, weights) =>
            Assert.All(new Money(rupiah * 100, Currency.Idr).Split(weights), part => Assert.Equal(0, part.Amount % 100)));

    [Fact]
    public void What_is_left_of_a_split_goes_to_the_largest_remainders() =>
        Assert.Equal([34, 33, 33], new Money(100, Usd).Split([1, 1, 1]).Select(m => m.Amount));

    [Theory]
    [InlineData(1_000_000, 11, 111, "IDR", 99_100)] // tax contained in Rp10.000 at 11 %: Rp990,99
    [InlineData(5, 1, 2, "USD", 3)]
    [InlineData(-5, 1, 2, "USD", -3)]
    public void A_share_rounds_half_up_to_what_the_currency_charges(long amount, long numerator, long denominator, string currency, long expected) =>
        Assert.Equal(expected, new Money(amount, Currency.Parse(currency)).Share(numerator, denominator).Amount);

    [Fact]
    public void Two_currencies_never_add_up() =>
        Assert.Throws<InvalidOperationException>(() => new Money(1, Usd) + new Money(1, Currency.Idr));

    [Fact]
    public void An_import_states_major_units() => Assert.Equal(new Money(15_000_000, Currency.Idr), Money.FromMajor(150_000m, Currency.Idr));

    [Fact]
    public void Half_a_rupiah_is_refused() => Assert.Throws<FormatException>(() => Money.FromMajor(1.5m, Currency.Idr));
}
