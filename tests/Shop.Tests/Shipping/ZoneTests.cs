using CsCheck;
using Shop.Common;
using Shop.Shipping;

namespace Shop.Tests.Shipping;

public sealed class ZoneTests
{
    private static readonly ParcelToQuote ToBandung = new("ID", "40132", "Kota Bandung", "Coblong", 1200, Idr(200_000)) { Province = "Jawa Barat" };

    [Fact]
    public void The_narrowest_zone_that_fits_an_address_counts()
    {
        ShippingZone country = Zone("a-country", new ZoneArea("ID")), province = Zone("b-province", new ZoneArea("ID", "jawa barat")), codes = Zone("c-codes", new ZoneArea("ID", PostalCodes: [new("40000", "40999")]));
        ShippingZone narrow = Zone("d-codes", new ZoneArea("ID", PostalCodes: [new("40130", "40139"), new("99999", "99999")])), city = Zone("e-city", new ZoneArea("ID", City: "KOTA BANDUNG")), district = Zone("f-district", new ZoneArea("ID", District: "Coblong"));
        ShippingZone elsewhere = Zone("g-elsewhere", new ZoneArea("ID", City: "Kota Bandung", District: "Cicendo")), abroad = Zone("h-abroad", new ZoneArea("SG"));
        ShippingZone[] all = [country, province, codes, narrow, city, district, elsewhere, abroad];

        for (ShippingZone[] left = all; left.Length > 2; left = [.. left.Where(z => z != ZoneRules.Find(left, ToBandung))])
            Assert.Equal(left.Where(z => z != elsewhere && z != abroad).MaxBy(z => z.Id), ZoneRules.Find(left, ToBandung));
        Assert.Null(ZoneRules.Find([elsewhere, abroad], ToBandung));
    }

    [Theory]
    [InlineData(1200, 0, 6, 0, 2)] // A started kilogram counts.
    [InlineData(1300, 0, 6, 300, 1)] // This courier overlooks 300 g.
    [InlineData(1301, 0, 6, 300, 2)]
    [InlineData(1200, 30_000, 6, 0, 5)] // 50 × 30 × 20 cm count as 5 kg by air,
    [InlineData(1200, 30_000, 4, 0, 8)] // and as 7.5 kg by lorry.
    [InlineData(1200, 30_000, 0, 0, 2)]
    [InlineData(1, 0, 6, 300, 1)]
    public void Room_is_charged_where_it_is_more_than_the_weight(int grams, long cubicCm, int divisor, int overlooked, int kilograms)
    {
        var rate = new ZoneRate("reg", "Reguler", new EstimatedDays(1, 2), Courier: "jne", PerKilogram: Idr(10_000), CubicCmPerGram: divisor, OverlookedGrams: overlooked);

        Assert.Equal(Idr(10_000 * kilograms), Price(rate, ToBandung with { Grams = grams, CubicCm = cubicCm }));
    }

    [Fact]
    public void Heavier_and_larger_parcels_never_cost_less() =>
        Gen.Select(Gen.Int[1, 40_000], Gen.Int[0, 5_000], Gen.Long[0, 200_000], Gen.Long[0, 50_000], Gen.Int[0, 8], Gen.Int[0, 999]).Sample((grams, more, room, moreRoom, divisor, overlooked) =>
        {
            var rate = new ZoneRate("reg", "Reguler", new EstimatedDays(1, 2), Courier: "jne", PerKilogram: Idr(9_000), Minimum: Idr(15_000), MostGrams: 1_000_000, CubicCmPerGram: divisor, OverlookedGrams: overlooked);
            Money less = Price(rate, ToBandung with { Grams = grams, CubicCm = room })!.Value, heavier = Price(rate, ToBandung with { Grams = grams + more, CubicCm = room + moreRoom })!.Value;
            return heavier >= less && less >= Idr(15_000);
        });

    [Fact]
    public void Steps_minimum_currency_and_free_postage_are_kept()
    {
        var rate = new ZoneRate("cargo", "Kargo", new EstimatedDays(2, 4), Courier: "jnt", Steps: [new(1000, Idr(20_000)), new(5000, Idr(50_000))], FreeFrom: Idr(500_000), Insurance: new InsuranceRule(20, Idr(2_500)));

        Assert.Equal(Idr(50_000), Price(rate, ToBandung));
        Assert.Equal(Idr(20_000), Price(rate, ToBandung with { Grams = 1000 }));
        Assert.Null(Price(rate, ToBandung with { Grams = 5001 }));
        Assert.Equal(Idr(0), Price(rate, ToBandung with { Value = Idr(500_000) }));
        Assert.Null(Price(rate, ToBandung with { Value = new Money(100_00, Currency.Parse("USD")) }));
        Assert.Equal((Idr(2_500), Idr(4_000)), (Insurance(rate, 200_000), Insurance(rate, 2_000_000)));
    }

    [Fact]
    public void A_zone_says_more_of_the_couriers_own_rates()
    {
        ShippingZone zone = Zone("bandung", new ZoneArea("ID"),
            new ZoneRate("jne-reg", "JNE", new EstimatedDays(1, 2), Courier: "jne", PerKilogram: Idr(99_000), FreeFrom: Idr(150_000)),
            new ZoneRate("shop", "Toko Bandung", new EstimatedDays(0, 0), RateKind.Pickup, Place: "Jl. Braga 1"));
        ShippingRate live = new("jne-reg", "JNE Reguler", "jne", Idr(24_000), new EstimatedDays(2, 3)), other = live with { Id = "jnt-ez" };

        IReadOnlyList<ShippingRate> offered = ZoneRules.Apply(zone, [live, other], ToBandung);

        Assert.Equal([("jne-reg", Idr(0), false), ("jnt-ez", Idr(24_000), true), ("shop", Idr(0), false)], offered.Select(r => (r.Id, r.Price, r.CashOnDelivery)));
        Assert.Equal("Jl. Braga 1", offered[2].Place);
    }

    private static Money Idr(long major) => Money.FromMajor(major, Currency.Idr);

    private static ShippingZone Zone(string id, ZoneArea area, params ZoneRate[] rates) => new(id, id, area, ZoneSource.Live, rates, "staff:stf_1", DateTimeOffset.UnixEpoch);

    private static Money? Price(ZoneRate rate, ParcelToQuote parcel) => ZoneRules.Quote(Zone("z", new ZoneArea("ID"), rate), parcel).SingleOrDefault()?.Price;

    private static Money? Insurance(ZoneRate rate, long value) => ZoneRules.Quote(Zone("z", new ZoneArea("ID"), rate), ToBandung with { Value = Idr(value) }).Single().Insurance;
}
