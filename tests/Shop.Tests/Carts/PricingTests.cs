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

    /// <summary>An article as staff may price it: lower amounts are percent of the regular one, 0 for none.</summary>
    /// <param name="Regular">In steps that the currency charges.</param>
    /// <param name="SaleYear">In which a sale of 99 years begins; the one of 2000 is on.</param>
    /// <param name="Kind">Standard, exempt and luxury tax, or a gift card.</param>
    private sealed record Article(long Regular, int Sale, int SaleYear, int FromFive, int Members, int MembersFromThree, int Kind, int Quantity)
    {
        public const string Group = "vip";

        public bool IsGiftCard => Kind == 3;

        public bool IsExempt => Kind == 1;

        /// <summary>The least of what applies, as whoever reads the rules would work it out.</summary>
        public long UnitPrice(bool isMember) => ((long?[])
        [
            Regular, Sale > 0 && SaleYear == 2000 ? Cut(Sale) : null, FromFive > 0 && Quantity >= 5 ? Cut(FromFive) : null,
            isMember && Members > 0 ? Cut(Members) : null, isMember && Members > 0 && MembersFromThree > 0 && Quantity >= 3 ? Cut(MembersFromThree) : null,
        ]).Min()!.Value;

        public Product Product(int number, Currency currency)
        {
            Money Charged(long steps) => new(steps * currency.Increment, currency);
            DateTimeOffset Year(int year) => new(year, 1, 1, 0, 0, 0, TimeSpan.Zero);
            var price = new Price(
                Charged(Regular), Sale: Sale == 0 ? null : new SalePrice(Charged(Cut(Sale)), Year(SaleYear), Year(SaleYear + 99)), Tiers: FromFive == 0 ? null : [new PriceTier(5, Charged(Cut(FromFive)))],
                Groups: Members == 0 ? null : [new GroupPrice(Group, Charged(Cut(Members)), MembersFromThree == 0 ? null : [new PriceTier(3, Charged(Cut(MembersFromThree)))])]);
            ProductKind kind = IsGiftCard ? ProductKind.Digital : ProductKind.Physical;
            Variant variant = Products.Variant($"BARANG-{number}", 0, [], kind) with
            {
                Prices = [price], TaxCategory = ((string[])["standard", "exempt", "luxury", "standard"])[Kind], Digital = IsGiftCard ? new DigitalDelivery(GiftCard: true) : null, DownloadFile = null,
            };
            return Products.Simple($"barang-{number}", kind: kind) with { Variants = [variant] };
        }

        private long Cut(int percent) => Regular * percent / 100;
    }

    private static readonly Gen<Article> AnyArticle = Gen.Select(
        Gen.Long[0, 1_000_000], Gen.Int[0, 99], Gen.Int[0, 2], Gen.Int[0, 99], Gen.Int[0, 99], Gen.Int[0, 99], Gen.Int[0, 3], Gen.Int[1, 12],
        (regular, sale, when, five, members, three, kind, quantity) => new Article(regular, sale, 1900 + (when * 100), five, members, three, kind, quantity));

    [Fact]
    public void Whatever_prices_taxes_and_credits_meet_in_a_cart_its_figures_agree_and_what_is_left_to_pay_can_be_charged() =>
        Gen.Select(AnyCurrency, AnyArticle.Array[1, 8], Gen.Bool, Gen.Bool, Gen.Int[0, 100], Gen.Long[0, 90_000], Gen.Long[0, 3_000_000], Gen.Long[0, 3_000_000]).Sample((currency, articles, isMember, included, percent, shipping, card, store) =>
        {
            Money Charged(long steps) => new(steps * currency.Increment, currency);
            var catalog = new CatalogIndex(new ShopOptions { PublicUrl = Products.Shop.PublicUrl, Currency = currency.Code });
            catalog.Apply(articles.Select((article, i) => new CatalogLogLine { Product = article.Product(i, currency) }));
            var cart = new Cart
            {
                Id = "crt_1", Currency = currency, Locale = "id", CreatedAt = Now, UpdatedAt = Now, Groups = isMember ? GroupSet.Of([Article.Group]) : GroupSet.None, Coupon = percent == 0 ? null : Terms(percent),
                Lines = [.. articles.Select((article, i) => new CartLine(Sku.Parse($"BARANG-{i}"), article.Quantity, Money.Zero(currency)))],
                Credits =
                [
                    new CreditTerms("crd_1", CreditKind.GiftCard, "card", Charged(card)), new CreditTerms("crd_2", CreditKind.GiftCard, "in another currency", new Money(1_000_000, Currency.Parse(currency.Code == "IDR" ? "USD" : "IDR"))),
                    new CreditTerms("crd_3", CreditKind.StoreCredit, "store", Charged(store)),
                ],
            };
            var rate = new ShippingRate("reg", "Reguler", "jne", Charged(shipping), new EstimatedDays(1, 2));
            PricedCart priced = Pricing.Price(cart, catalog.Find, rate, (included ? Included : OnTop).On(new DateOnly(2026, 11, 23)), Now);
            Totals totals = priced.Totals;

            Assert.Equal(articles.Select(a => Charged(a.UnitPrice(isMember))), priced.Lines.Select(l => l.UnitPrice));
            foreach ((PricedLine line, Article article) in priced.Lines.Zip(articles))
            {
                Assert.Equal(line.UnitPrice * article.Quantity - line.Discount, line.Total);
                Assert.True(line.Total.Amount >= 0 && (article.IsExempt || article.IsGiftCard ? line.Tax.IsZero : line.Tax.Amount >= 0) && (!article.IsGiftCard || line.Discount.IsZero), $"{line}");
            }
            Assert.Equal(totals.Items - totals.Discount, priced.Lines.Select(l => l.Total).Sum(currency));
            Assert.Equal(totals.Total, totals.Items - totals.Discount + totals.Shipping + (included ? Money.Zero(currency) : totals.Tax));

            Money ofPostage = totals.Tax - priced.Lines.Select(l => l.Tax).Sum(currency), untaxed = priced.ShippingTaxed?.Taxable ?? Money.Zero(currency);
            Assert.Equal(totals.Shipping, included ? untaxed + ofPostage : untaxed);

            // Credits give all that they have, or all that they may pay: gift cards are not bought with them.
            Money gifts = priced.Lines.Zip(articles).Where(p => p.Second.IsGiftCard).Select(p => p.First.Total).Sum(currency);
            Money given = priced.Credits.Select(c => c.Amount).Sum(currency), had = Charged(card) + Charged(store), payable = totals.Total - gifts;
            Assert.Equal((had < payable ? had : payable, totals.Total - given), (given, priced.ToPay));
            Assert.All(priced.Credits, c => Assert.True(c.Amount.Amount > 0 && c.Amount <= cart.Credits.Single(t => t.Id == c.Id).Balance));
            Assert.All([totals.Total, totals.Tax, priced.ToPay], m => Assert.Equal(0, m.Amount % currency.Increment));
            Assert.Equal(priced.ToPay, StripeAmounts.FromStripe(StripeAmounts.ToStripe(priced.ToPay), currency.Code.ToLowerInvariant()));
            if (currency == Currency.Idr) Assert.Equal(priced.ToPay, MidtransMessages.FromRupiah($"{MidtransMessages.ToRupiah(priced.ToPay)}.00"));
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

    [Theory]
    [InlineData("2024-12-31", "standard", 90_090, 90_090, 11, "01")]
    [InlineData("2025-01-01", "standard", 90_090, 82_583, 12, "04")] // eleven twelfths of what is without the tax
    [InlineData("2025-02-01", "luxury", 89_286, 89_286, 12, "01")]
    [InlineData("2026-11-23", "exempt", 100_000, 100_000, 0, "08")]
    public void What_the_tax_is_reckoned_from_is_told_with_it(string day, string category, long taxable, long @base, int rate, string code) =>
        Assert.Equal(new TaxBasis(Idr(taxable), Idr(@base), rate, code), Included.On(DateOnly.Parse(day, System.Globalization.CultureInfo.InvariantCulture)).BasisOf(Idr(100_000), category));

    [Fact]
    public void The_rate_of_the_base_is_the_tax_within_what_rounding_the_base_makes() => Gen.Select(Gen.Long[0, 1_000_000_000], Gen.Bool).Sample((rupiah, included) =>
    {
        TaxOfDay tax = (included ? Included : OnTop).On(new DateOnly(2026, 11, 23));
        Money amount = Idr(rupiah), taxed = tax.Of(amount, "standard");
        TaxBasis basis = tax.BasisOf(amount, "standard")!;

        Assert.Equal(included ? amount : amount + taxed, basis.Taxable + taxed);
        Assert.InRange((basis.Base.Share(12, 100) - taxed).Amount, -Idr(1).Amount, Idr(1).Amount);
    });

    [Fact]
    public void A_line_keeps_what_its_tax_is_reckoned_from()
    {
        PricedLine line = Assert.Single(Price([50_000], 2, null, OnTop).Lines);

        Assert.Equal((Idr(11_000), new TaxBasis(Idr(100_000), Idr(91_667), 12, "04")), (line.Tax, line.Taxed));
    }

    [Fact]
    public void An_exempt_category_has_a_code_and_no_rate()
    {
        static int Mistakes(params TaxRule[] rules) => new TaxOptions { Rules = rules }.Validate(new System.ComponentModel.DataAnnotations.ValidationContext(new object())).Count();

        Assert.Equal(0, Mistakes(new TaxRule { Category = TaxRule.Exempt, TransactionCode = "08" }));
        Assert.Equal(1, Mistakes(new TaxRule { Category = TaxRule.Exempt, RatePercent = 11 }));
        Assert.Equal(1, Mistakes(new TaxRule { TransactionCode = "4" }));
    }

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
