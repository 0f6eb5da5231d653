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

    /// <summary>Two decimals of which none is charged, two, none, and three of which two are charged.</summary>
    private static readonly Gen<Currency> AnyCurrency = Gen.Int[0, 3].Select(i => Currency.Parse(((string[])["IDR", "USD", "JPY", "KWD"])[i]));

    [Fact]
    public void The_components_the_totals_and_what_the_provider_charges_always_agree() =>
        Gen.Select(AnyCurrency, Gen.Long[0, 1_000_000].Array[1, 8], Gen.Int[1, 20], Gen.Long[0, 90_000], Gen.Bool, Gen.Select(Gen.Int[0, 3], Gen.Int[1, 100], Gen.Long[1, 500_000])).Sample((currency, prices, quantity, shipping, included, coupon) =>
        {
            Money Charged(long steps) => new(steps * currency.Increment, currency);
            (int kind, int percent, long steps) = coupon;
            CouponTerms? terms = kind switch
            {
                0 => null,
                1 => Terms(percent: percent),
                2 => Terms(amount: Charged(steps)),
                _ => Terms(percent: 10, minimum: Charged(steps)),
            };
            PricedCart priced = Price([.. prices.Select(Charged)], quantity, terms, included ? Included : OnTop, Charged(shipping));
            Totals totals = priced.Totals;

            Money lines = priced.Lines.Select(l => l.Total).Sum(currency), lineTaxes = priced.Lines.Select(l => l.Tax).Sum(currency);
            Assert.Equal(totals.Items - totals.Discount, lines);
            Assert.Equal(totals.Total, lines + totals.Shipping + (included ? Money.Zero(currency) : totals.Tax));
            Assert.True(lineTaxes <= totals.Tax && totals.Discount <= totals.Items);
            Assert.All(priced.Lines, l => Assert.True(l.Total.Amount >= 0 && l.Discount.Amount >= 0 && l.Total == l.UnitPrice * l.Quantity - l.Discount));
            Assert.All([.. priced.Lines.Select(l => l.Total), totals.Total, totals.Tax], m => Assert.Equal(0, m.Amount % currency.Increment));
            Assert.Equal((totals.Total.Amount, totals.Total), (StripeAmounts.ToStripe(totals.Total), StripeAmounts.FromStripe(StripeAmounts.ToStripe(totals.Total), currency.Code.ToLowerInvariant())));
        });

    [Fact]
    public void A_coupon_in_another_currency_gives_nothing_and_says_why()
    {
        PricedCart priced = Price([new Money(1_000, Currency.Parse("USD"))], 1, Terms(amount: Idr(5_000)), Included);

        Assert.Equal(("coupon.gives-nothing", CouponProblems.OtherCurrency.Detail), (priced.Notices[0].Code, priced.Notices[0].Message));
        Assert.Equal(1_000, priced.Totals.Total.Amount);
    }

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

    [Fact]
    public void The_heaviest_cart_has_a_weight_and_no_way_to_be_shipped()
    {
        PricedCart cart = Price([.. Enumerable.Repeat(10_000L, Cart.MostLines)], Cart.MostQuantity, null, Included);
        cart = cart with { Lines = [.. cart.Lines.Select(l => l with { WeightGrams = int.MaxValue })] };

        Assert.Equal((long)int.MaxValue * Cart.MostQuantity * Cart.MostLines, cart.Grams);
        Assert.Empty(RateTable.Quote(new ParcelToQuote("ID", "40132", "Bandung", null, cart.Grams, cart.Value), new ShippingOptions()));
    }

    private static PricedCart Price(long[] rupiah, int quantity, CouponTerms? coupon, TaxOptions tax, Money? shipping = null) => Price([.. rupiah.Select(Idr)], quantity, coupon, tax, shipping);

    private static PricedCart Price(Money[] prices, int quantity, CouponTerms? coupon, TaxOptions tax, Money? shipping = null)
    {
        Currency currency = prices[0].Currency;
        var catalog = new CatalogIndex(new ShopOptions { PublicUrl = Products.Shop.PublicUrl, Currency = currency.Code });
        catalog.Apply(prices.Select((price, i) => new CatalogLogLine
        {
            Product = Products.Simple($"barang-{i}") with { Variants = [Products.Variant($"BARANG-{i}", 0, []) with { Prices = [new Price(price)] }] },
        }));
        var cart = new Cart
        {
            Id = "crt_1", Currency = currency, Locale = "id", CreatedAt = Now, UpdatedAt = Now, Coupon = coupon,
            Lines = [.. prices.Select((price, i) => new CartLine(Sku.Parse($"BARANG-{i}"), quantity, price))],
        };
        ShippingRate? rate = shipping is { } cost ? new ShippingRate("reg", "Reguler", "jne", cost, new EstimatedDays(1, 2)) : null;
        return Pricing.Price(cart, catalog.Find, rate, tax.On(new DateOnly(2026, 11, 23)), Now);
    }

    private static CouponTerms Terms(int? percent = null, Money? amount = null, Money? minimum = null) => new("HEMAT", percent, amount, minimum, null, null);

    private static Money Idr(long rupiah) => Money.FromMajor(rupiah, Currency.Idr);
}
