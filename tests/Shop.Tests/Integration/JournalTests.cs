using Shop.Common;
using Shop.Integration;
using Shop.Storage;

namespace Shop.Tests.Integration;

public sealed class JournalTests
{
    [Fact]
    public async Task The_evening_of_the_last_day_in_London_is_the_next_month_in_Jakarta()
    {
        ShopOptions shop = new() { PublicUrl = new Uri("https://shop.test"), TimeZone = "Asia/Jakarta" };
        ShopStorage storage = await TestStorage.New(s => new JournalStore(s, shop));
        var journal = new JournalStore(storage, shop);
        var at = new DateTimeOffset(2026, 11, 30, 18, 0, 0, TimeSpan.Zero);
        await journal.Add(new JournalEntry("ord_1|order.paid", at, "10001", "Order 10001", []), TestContext.Current.CancellationToken);

        Assert.Equal("2026-12", journal.Month(at));
        (IReadOnlyList<JournalEntry> found, _) = await journal.Read(journal.Month(at), null, 10, TestContext.Current.CancellationToken);
        Assert.Equal("ord_1|order.paid", Assert.Single(found).Id);
    }
}
