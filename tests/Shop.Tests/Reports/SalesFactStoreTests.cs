using Shop.Common;
using Shop.Reports;
using Shop.Storage;

namespace Shop.Tests.Reports;

public sealed class SalesFactStoreTests
{
    private static readonly BusinessDays Days = new(Sales.Shop);

    [Fact]
    public void A_fact_is_named_by_its_business_day_and_its_event() =>
        Assert.Equal("2026-11-23|ord_01|order.paid", SalesFactStore.RowKey(new DateOnly(2026, 11, 23), "ord_01|order.paid"));

    [Fact]
    public async Task An_event_that_comes_twice_is_one_fact()
    {
        SalesFactStore facts = await NewStore();
        SalesFact fact = SalesProjection.Of(Sales.Paid(lines: ("KOPI", "Kopi", 2, 170_000, 16_847)))!;

        await facts.Add(fact, TestContext.Current.CancellationToken);
        await facts.Add(fact, TestContext.Current.CancellationToken);

        SalesFact kept = Assert.Single(await Read(facts, 23, 23));
        Assert.Equal((fact.Id, fact.Total), (kept.Id, kept.Total));
        Assert.Equal(fact.Lines, kept.Lines);
    }

    [Fact]
    public async Task Only_the_days_asked_for_are_read_and_read_with_one_operation()
    {
        SalesFactStore facts = await NewStore();
        for (int day = 0; day < 5; day++)
            await facts.Add(SalesProjection.Of(Sales.Paid($"ord_{day}", Sales.Noon.AddDays(day), lines: ("KOPI", "Kopi", 1, 85_000, 8_423)))!, TestContext.Current.CancellationToken);

        using StorageMeter.Scope counted = StorageMeter.Begin();
        Assert.Equal(["ord_1|order.paid", "ord_2|order.paid", "ord_3|order.paid"], (await Read(facts, 24, 26)).Select(f => f.Id));
        Assert.Equal(1, counted.Total);
    }

    private static async Task<SalesFactStore> NewStore() => new(await TestStorage.New(storage => new SalesFactStore(storage, Days)), Days);

    private static async Task<List<SalesFact>> Read(SalesFactStore facts, int from, int to)
    {
        List<SalesFact> read = [];
        await foreach ((_, SalesFact fact) in facts.Read(new DateOnly(2026, 11, from), new DateOnly(2026, 11, to), TestContext.Current.CancellationToken)) read.Add(fact);
        return read;
    }
}
