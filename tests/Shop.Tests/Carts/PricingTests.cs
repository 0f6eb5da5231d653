using CsCheck;
using Shop.Carts;
using Shop.Catalog;
using Shop.Common;
using Shop.Marketing;
using Shop.Payments;
using Shop.Shipping;
using Shop.Tests.Catalog;

namespace Shop.Tests.Carts;

public sealed class PricingTests
{
    private static readonly DateTimeOffset Now = Products.Now;
    private static readonly TaxOptions Included = new(), OnTop = new() { PricesIncludeTax = false };

    private static readonly Gen<CouponTerms?> AnyCoupon = Gen.OneOf(
        Gen.Const((CouponTerms?)null),
        Gen.Int[1, 100].Select(percent => (CouponTerms?)Terms(percent: percent)),
        Gen.Long[1, 500_000].Select(rupiah => (CouponTerms?)Terms(amount: Idr(rupiah))),
        Gen.Long[0, 2_000_000].Select(rupiah => (CouponTerms?)Terms(percent: 10, minimum: Idr(rupiah))));

    [Fact]
    public void The_components_the_totals_and_what_the_provider_charges_always_agree() =>
        Gen.Select(Gen.Long[0, 1_000_000].Array[1, 8], Gen.Int[1, 20], Gen.Long[0, 90_000], Gen.Bool, AnyCoupon).Sample((prices, quantity, shipping, included, coupon) =>
        {
            PricedCart priced = Price(prices, quantity, coupon, included ? Included : OnTop, Idr(shipping));
            Totals totals = priced.Totals;

            Money lines = priced.Lines.Select(l => l.Total).Sum(Currency.Idr), lineTaxes = priced.Lines.Select(l => l.Tax).Sum(Currency.Idr);
            Assert.Equal(totals.Items - totals.Discount, lines);
            Assert.Equal(totals.Total, lines + totals.Shipping + (included ? Idr(0) : totals.Tax));
            Assert.True(lineTaxes <= totals.Tax && totals.Discount <= totals.Items);
            Assert.All(priced.Lines, l => Assert.True(l.Total.Amount >= 0 && l.Discount.Amount >= 0 && l.Total == l.UnitPrice * l.Quantity - l.Discount));
            Assert.All([.. priced.Lines.Select(l => l.Total), totals.Total, totals.Tax], m => Assert.Equal(0, m.Amount % Currency.Idr.Increment));
            Assert.Equal(totals.Total.Amount, StripeAmounts.ToStripe(totals.Total));
        });

    [Fact]
    public void A_percentage_is_rounded_once_and_split_by_the_largest_remainders()
    {
        PricedCart priced = Price([10_001, 10_001, 10_001], 1, Terms(percent: 10), Included);

        Assert.Equal(Idr(3_000), priced.Totals.Discount);
        Assert.Equal([Idr(1_000), Idr(1_000), Idr(1_000)], priced.Lines.Select(l => l.Discount));
        Assert.Equal([Idr(3_334), Idr(3_333), Idr(3_333)], Price([10_000, 10_000, 10_000], 1, Terms(amount: Idr(10_000)), Included).Lines.Select(l => l.Discount));
    }

    [Fact]
    public void An_amount_off_never_makes_the_items_cheaper_than_nothing() =>
        Assert.Equal((Idr(50_000), Idr(9_000)), (Price([50_000], 1, Terms(amount: Idr(80_000)), Included, Idr(9_000)).Totals is var t ? (t.Discount, t.Total) : default));

    [Fact]
    public void A_coupon_that_gives_nothing_says_why_and_holds_up_the_checkout()
    {
        PricedCart priced = Price([50_000], 1, Terms(percent: 10, minimum: Idr(100_000)), Included);

        CartNotice notice = Assert.Single(priced.Notices, n => n.Blocks);
        Assert.Equal(("coupon.gives-nothing", "/coupons/0"), (notice.Code, notice.Pointer));
        Assert.Equal(Idr(0), priced.Totals.Discount);
    }

    [Theory]
    [InlineData("2024-12-31", "standard", 9_910)] // 11 % contained in Rp100.000
    [InlineData("2025-01-01", "standard", 9_910)] // 12 % of eleven twelfths
    [InlineData("2025-01-31", "luxury", 9_910)] // no rule of its own yet
    [InlineData("2025-02-01", "luxury", 10_714)] // 12 % contained
    [InlineData("2026-11-23", "exempt", 0)]
    public void Indonesias_tax_follows_the_day_and_the_category(string day, string category, long rupiah) =>
        Assert.Equal(Idr(rupiah), Included.On(DateOnly.Parse(day, System.Globalization.CultureInfo.InvariantCulture)).Of(Idr(100_000), category));

    [Fact]
    public void Twelve_percent_of_eleven_twelfths_is_exactly_eleven_percent_on_top() =>
        Gen.Long[0, 1_000_000_000].Sample(rupiah => Assert.Equal(Idr(rupiah).Share(11, 100), OnTop.On(new DateOnly(2026, 11, 23)).Of(Idr(rupiah), "standard")));

    [Fact]
    public void Shops_elsewhere_set_rules_of_their_own()
    {
        var sales = new TaxOptions { PricesIncludeTax = false, Rules = [new TaxRule { RatePercent = 8.875m }] };

        Assert.Equal(new Money(1_775, Currency.Parse("USD")), sales.On(new DateOnly(2026, 1, 1)).Of(new Money(20_000, Currency.Parse("USD")), "standard"));
    }

    private static PricedCart Price(long[] rupiah, int quantity, CouponTerms? coupon, TaxOptions tax, Money? shipping = null)
    {
        var catalog = new CatalogIndex(Products.Shop);
        catalog.Apply(rupiah.Select((price, i) => new CatalogLogLine { Product = Products.Simple($"barang-{i}", price) }));
        var cart = new Cart
        {
            Id = "crt_1", Currency = Currency.Idr, Locale = "id", CreatedAt = Now, UpdatedAt = Now, Coupon = coupon,
            Lines = [.. rupiah.Select((price, i) => new CartLine(Sku.Parse($"BARANG-{i}"), quantity, Idr(price)))],
        };
        ShippingRate? rate = shipping is { } cost ? new ShippingRate("reg", "Reguler", "jne", cost, new EstimatedDays(1, 2)) : null;
        return Pricing.Price(cart, catalog.Find, rate, tax.On(new DateOnly(2026, 11, 23)), Now);
    }

    private static CouponTerms Terms(int? percent = null, Money? amount = null, Money? minimum = null) => new("HEMAT", percent, amount, minimum, null, null);

    private static Money Idr(long rupiah) => Money.FromMajor(rupiah, Currency.Idr);
}
