using Microsoft.Extensions.Logging.Abstractions;
using Shop.Catalog;
using Shop.Common;
using Shop.Email;
using Shop.Inventory;
using Shop.Storage;
using Shop.Tests.Catalog;
using Shop.Tests.Http;

namespace Shop.Tests.Inventory;

public sealed class StockNightTests
{
    private static readonly DateTimeOffset Now = new(2026, 11, 23, 18, 0, 0, TimeSpan.Zero);

    private static CancellationToken Stop => TestContext.Current.CancellationToken;

    [Fact]
    public async Task A_night_finds_every_figure_that_its_rows_do_not_explain_and_tells_of_it()
    {
        StockRoom room = await StockRoom.New(("A", 10), ("B", 10), ("C", 10));
        await room.Hold.Run("ord_1", StockRoom.Lines(("A", 2), ("B", 3)), Stop);
        await room.Commit.Run("ord_1", StockRoom.Lines(("A", 2)), Stop);
        var events = new CollectedEvents();
        StockNight night = Night(room, events);
        Assert.Equal(0, await Through(room, night));
        Assert.Empty(events.All);

        // Somebody repaired a figure by hand, as nobody should.
        Stored<StockItem> b = (await room.Store.ReadItem(Sku.Parse("B"), Stop))!;
        StockItem forged = b.Value with { Levels = [new StockLevel("main", 12, 2)], Version = b.Value.Version + 1 };
        Assert.True((await room.Store.TryWrite(b.Value.Sku, b, forged, new StockBatch(b.Value.Sku), Stop)).Written);
        Assert.Equal(2, await Through(room, night));
        StockReport<StockDifference> report = (await new StockReports(room.Storage).Read<StockDifference>(StockReports.Differences, Stop))!;
        Assert.Equal([("B", StockFigure.OnHand, 12, 10), ("B", StockFigure.Held, 2, 3)], report.Data.Select(d => (d.Sku.Value, d.Figure, d.Stated, d.Explained)));
        Assert.Equal(("stock.differs", "B"), (Assert.Single(events.All).Type, events.All[0].Subject));
        Azure.Storage.Queues.Models.PeekedMessage mail = Assert.Single((await room.Storage.Queue("mail").PeekMessagesAsync(10, Stop)).Value);
        Assert.Contains("stock-differs.2026-11-23", mail.Body.ToString(), StringComparison.Ordinal);

        StockExplanation explained = await new ExplainStock(room.Store).Run(await room.Item("B"), Stop);
        Assert.Equal((2, true), (explained.Differences.Count, explained.Certain));
    }

    [Fact]
    public async Task A_night_serves_those_whom_a_crash_left_waiting()
    {
        StockRoom room = await StockRoom.New(("A", 0));
        await room.Promise("A", OversellKind.Backorder, 5);
        await room.Hold.Run("ord_1", StockRoom.Lines(("A", 2)), Stop);
        // The goods were written, and then the process died before it served anybody.
        Result<StockItem> received = await room.Changes.Run(Sku.Parse("A"), null, false, "SJ-1", state => state.Item.Move("main", 3).Map(item => (StockChange?)(
            StockMovements.Add(item, StockMovementKind.Receipt, [new StockShare("main", 3)], "SJ-1", "system", Now) with { Claim = new StockClaim("SJ-1", "receipt|3|") })), Stop);
        Assert.Equal(2, received.Value.BackOrdered);
        Assert.Equal(0, await Through(room, Night(room, new CollectedEvents())));
        Assert.Equal((3, 2, 0), ((await room.Item("A")).OnHand, (await room.Item("A")).Held, (await room.Item("A")).BackOrdered));
    }

    [Fact]
    public async Task An_explanation_shows_the_movements_and_orders_behind_each_figure()
    {
        StockRoom room = await StockRoom.New(("A", 10));
        await room.Hold.Run("ord_1", StockRoom.Lines(("A", 2)), Stop);
        await room.Commit.Run("ord_1", StockRoom.Lines(("A", 2)), Stop);
        await room.Hold.Run("ord_2", StockRoom.Lines(("A", 3)), Stop);
        await room.Adjust("A", -1, "adj-1");
        StockExplanation explained = await new ExplainStock(room.Store).Run(await room.Item("A"), Stop);
        Assert.Equal((7, 3, 4), (explained.OnHand, explained.Held, explained.Available));
        Assert.Equal([(StockMovementKind.Receipt, 10), (StockMovementKind.Sale, -2), (StockMovementKind.Adjustment, -1)], explained.Sums.Select(s => (s.Kind, s.Quantity)));
        Assert.Equal([7, 8, 10], explained.Movements.Select(m => m.OnHand));
        Assert.Equal(("ord_2", 3), (Assert.Single(explained.Holds).OrderId, explained.Holds[0].Quantity));
        Assert.Empty(explained.Differences);
    }

    [Fact]
    public async Task A_hold_whose_checkout_is_gone_expires_and_one_whose_order_lives_does_not()
    {
        StockRoom room = await StockRoom.New(("A", 10));
        await room.Hold.Run("ord_gone", StockRoom.Lines(("A", 2)), Stop);
        await room.Hold.Run("ord_alive", StockRoom.Lines(("A", 3)), Stop);
        await room.Hold.Run("ord_sold", StockRoom.Lines(("A", 1)), Stop);
        await room.Commit.Run("ord_sold", StockRoom.Lines(("A", 1)), Stop);
        Assert.Null(await Sweep(room, TimeSpan.FromMinutes(50), "ord_alive").Run(FirstSweep, Stop));
        Assert.Equal((9, 5), ((await room.Item("A")).OnHand, (await room.Item("A")).Held));
        Assert.Null(await Sweep(room, TimeSpan.FromDays(30), "ord_alive").Run(FirstSweep, Stop));
        Assert.Equal((9, 3), ((await room.Item("A")).OnHand, (await room.Item("A")).Held));
        Assert.Equal(StockHoldStatus.Expired, (await room.Store.ReadHold(Sku.Parse("A"), "ord_gone", Stop))!.Value.Status);
        Assert.Equal("stock.hold-released", (await room.Commit.Run("ord_gone", StockRoom.Lines(("A", 2)), Stop)).Problem?.Code);
    }

    [Fact]
    public async Task A_sweep_goes_on_where_its_stretch_ended()
    {
        StockRoom room = await StockRoom.New(("A", 2000));
        string[] orders = [.. Enumerable.Range(1, 1100).Select(n => $"ord_{n:D4}")];
        await Task.WhenAll(orders.Select(order => room.Hold.Run(order, StockRoom.Lines(("A", 1)), Stop)));
        SweepHolds sweep = Sweep(room, TimeSpan.FromDays(1), [.. orders[..^1]]);
        StockWalk rest = (await sweep.Run(FirstSweep, Stop, pagesAtOnce: 1))!;
        Assert.Equal((1100, 1), ((await room.Item("A")).Held, rest.Part));
        Assert.Null(await sweep.Run(rest, Stop, pagesAtOnce: 1));
        Assert.Equal(1099, (await room.Item("A")).Held);
    }

    [Fact]
    public async Task A_night_of_many_parts_tells_what_one_of_a_single_part_does_and_a_part_that_comes_once_more_changes_nothing()
    {
        StockRoom room = await StockRoom.New(("A", 10), ("B", 20), ("C", 30), ("D", 1));
        foreach (string sku in (string[])["A", "B", "C", "D"]) Assert.True((await room.Settings.Reorder(Sku.Parse(sku), [new ReorderPoint(50, 90)], Shop.Http.IfMatch.Anything, Stop)).Ok);
        // Sold no longer, whatever its rule says.
        room.Index.Apply([new CatalogLogLine { Product = Products.Simple("d", skus: "D") with { Version = 2, Status = ProductStatus.Archived } }]);
        var reports = new StockReports(room.Storage);
        StockNight night = Night(room, new CollectedEvents());
        await Through(room, night);
        string whole = await Told();
        Assert.Equal("11-23: A 80, B 70, C 60", whole);

        List<StockWalk> walks = [];
        for (StockWalk? walk = FirstNight with { At = Now.AddDays(1) }; walk is not null; walk = await night.Run(walk, Stop, rowsAtOnce: 1)) walks.Add(walk);
        Assert.Equal([null, "A", "B", "C", "D"], walks.Select(w => w.From));
        Assert.Equal(whole.Replace("11-23", "11-24", StringComparison.Ordinal), await Told());

        // Its answer was lost, and the message of the last part comes again.
        Assert.Null(await night.Run(walks[^1], Stop, rowsAtOnce: 1));
        Assert.Equal(whole.Replace("11-23", "11-24", StringComparison.Ordinal), await Told());
        Assert.Empty(room.Storage.Container("stock").GetBlobs(Azure.Storage.Blobs.Models.BlobTraits.None, Azure.Storage.Blobs.Models.BlobStates.None, "nights/", Stop));

        async Task<string> Told()
        {
            StockReport<PurchaseSuggestion> report = (await reports.Read<PurchaseSuggestion>(StockReports.Suggestions, Stop))!;
            return $"{report.AsOf:MM-dd}: {string.Join(", ", report.Data.Select(s => $"{s.Sku} {s.Quantity}"))}";
        }
    }

    [Theory]
    [InlineData(60, 14, 0, null, null, "stock 14 at or below 14: 60")] // Two a day: a week of lead time and thirty days of cover.
    [InlineData(60, 15, 0, null, null, "")]
    [InlineData(60, 10, 30, null, null, "")] // What is on its way counts.
    [InlineData(0, 5, 0, 5, 20, "stock 5 at or below 5: 15")] // Never sold, but staff wants some there.
    [InlineData(0, 6, 0, 5, 20, "")]
    [InlineData(60, 20, 0, 25, 200, "stock 20 at or below 25: 180")]
    [InlineData(0, 0, 0, null, null, "")]
    public void What_is_to_be_bought_follows_from_sales_lead_time_and_reorder_point(int sold, int onHand, int inTransit, int? point, int? target, string expected)
    {
        StockItem item = StockItem.None(Sku.Parse("A")) with
        {
            Levels = [new StockLevel("main", onHand, 0)],
            Transits = inTransit == 0 ? [] : [new StockTransit("TR-1", "bandung", "main", inTransit, Now)],
            Reorder = point is null ? [] : [new ReorderRule(null, point.Value, target!.Value)],
        };
        IEnumerable<PurchaseSuggestion> suggestions = Purchasing.Suggest(new StockHistory(item, sold, null, null), new InventoryOptions());
        Assert.Equal(expected, string.Join("; ", suggestions.Select(s => $"stock {s.Stock} at or below {s.Point}: {s.Quantity}")));
    }

    [Theory]
    [InlineData(30, 180, 1, 500, null, null)] // One a day: lasts for 180 days, as long as it may.
    [InlineData(30, 181, 1, 500, SurplusKind.Overstock, 181)]
    [InlineData(0, 1, 89, 500, null, null)]
    [InlineData(0, 1, 90, 500, SurplusKind.DeadStock, null)]
    [InlineData(0, 1, 400, 89, null, null)] // Sold out long ago, and come again since.
    [InlineData(0, 1, 400, 90, SurplusKind.DeadStock, null)]
    [InlineData(0, 1, null, 90, SurplusKind.DeadStock, null)]
    [InlineData(0, 0, 400, null, null, null)]
    public void What_lies_around_is_told_by_its_cover_and_since_when_it_could_be_sold(int sold, int onHand, int? daysSinceSold, int? daysThere, SurplusKind? kind, int? cover)
    {
        StockItem item = StockItem.None(Sku.Parse("A")) with { Levels = [new StockLevel("main", onHand, 0)] };
        StockSurplus? surplus = Purchasing.Surplus(new StockHistory(item, sold, daysSinceSold is { } days ? Now.AddDays(-days) : null, daysThere is { } there ? Now.AddDays(-there) : null), new InventoryOptions(), Now);
        Assert.Equal((kind, cover), (surplus?.Kind, surplus?.DaysOfCover));
    }

    [Theory]
    [InlineData("receipt 10 -50, sale -10 -20, receipt 5 -3", 5, -3, -3)] // A stock-out in between: all of it is new.
    [InlineData("receipt 10 -50, sale -8 -20, receipt 5 -3", 7, -50, -50)] // Two of the old ones are left.
    [InlineData("receipt 10 -50, receipt 5 -30, sale -10 -20", 5, -50, -30)] // What came first was sold first.
    [InlineData("receipt 10 -50, sale -10 -20, return 2 -5", 2, -5, -50)] // What comes back is as old as what was sold.
    [InlineData("receipt 10 -50, transferOut -10 -20, transferIn 10 -19", 10, -50, -50)] // Moving it makes nothing new.
    [InlineData("receipt 3 -50, count 2 -9, sale -4 -2", 1, -50, -9)]
    [InlineData("receipt 3 -50, sale -3 -2", 0, null, null)]
    public void What_is_there_is_as_old_as_the_oldest_receipt_that_it_goes_back_to(string movements, int now, int? thereSince, int? oldest)
    {
        var age = new StockAge(now);
        foreach (string[] movement in movements.Split(", ").Reverse().Select(m => m.Split(' ')))
            age.Add(new StockMovement(1, Enum.Parse<StockMovementKind>(movement[0], ignoreCase: true), "main", int.Parse(movement[1], null), 0, "ref", null, null, "system", Now.AddDays(int.Parse(movement[2], null))));

        DateTimeOffset? Day(int? days) => days is { } some ? Now.AddDays(some) : null;
        Assert.Equal((Day(thereSince), Day(oldest)), (age.ThereSince, age.OldestReceivedAt));
    }

    [Fact]
    public async Task What_travels_between_locations_is_explained_by_its_transfers()
    {
        StockRoom room = await StockRoom.New(("A", 10));
        Sku sku = Sku.Parse("A");
        await room.AddLocation("bandung", 200);
        await room.Transfer.Run(sku, 4, "main", "bandung", travels: true, StockRoom.Entry("TR-1"), Stop);
        StockExplanation explained = await new ExplainStock(room.Store).Run(await room.Item("A"), Stop);
        Assert.Equal((4, 6, 0), (explained.InTransit, explained.OnHand, explained.Differences.Count));
        Assert.Equal(0, await Through(room, Night(room, new CollectedEvents())));

        // Somebody struck the transfer out by hand, as nobody should.
        Stored<StockItem> item = (await room.Store.ReadItem(sku, Stop))!;
        Assert.True((await room.Store.TryWrite(sku, item, item.Value with { Transits = [], Version = item.Value.Version + 1 }, new StockBatch(sku), Stop)).Written);
        Assert.Equal(1, await Through(room, Night(room, new CollectedEvents())));
        StockDifference difference = Assert.Single((await new ExplainStock(room.Store).Run(await room.Item("A"), Stop)).Differences);
        Assert.Equal((StockFigure.InTransit, null, 0, 4), (difference.Figure, difference.Location, difference.Stated, difference.Explained));
    }

    [Fact]
    public void Staff_is_told_once_for_each_time_a_SKU_becomes_low()
    {
        StockItem item = StockItem.None(Sku.Parse("A")) with { Reorder = [new ReorderRule(null, 5, 20), new ReorderRule("bandung", 1, 4)], Levels = [new StockLevel("bandung", 4, 0), new StockLevel("main", 4, 0)] };
        string told = "";
        foreach ((int bandung, int main) in ((int, int)[])[(4, 4), (2, 3), (2, 2), (1, 2), (9, 9), (0, 9), (3, 0)])
        {
            (item, IReadOnlyList<ReorderRule> fell) = Reordering.Watch(item with { Levels = [new StockLevel("bandung", bandung, 0), new StockLevel("main", main, 0)] }, Now);
            told += string.Join(',', fell.Select(rule => $"{rule.Location ?? "all"}{rule.Episode}")) + " ";
        }
        Assert.Equal(" all1  bandung1  bandung2 all2 ", told);
    }

    [Fact]
    public async Task A_low_SKU_is_told_as_an_event_and_by_mail_under_the_name_of_its_time()
    {
        StockRoom room = await StockRoom.New(("A.1", 10));
        Assert.True((await room.Settings.Reorder(Sku.Parse("A.1"), [new ReorderPoint(5, 30)], Shop.Http.IfMatch.Anything, Stop)).Ok);
        await room.Hold.Run("ord_1", StockRoom.Lines(("A.1", 6)), Stop);
        var events = new CollectedEvents();
        var alert = new AlertLowStock(room.Store, room.Index, events, new EmailQueue(room.Storage, HttpTesting.Sealing), new InventoryOptions { AlertEmail = "gudang@shop.test" }, Products.Shop);
        Sku sku = Sku.Parse("A.1");
        StockAlert Fell(StockItem item, int number) => new(sku, [new StockEpisode(null, number, item.Reorder[0].LowSince!.Value)], null);
        StockAlert first = Fell(await room.Item("A.1"), 1);
        foreach (StockAlert told in (StockAlert[])[first, first, first with { Episodes = [first.Episodes[0] with { Number = 2 }] }]) await alert.Run(told, Stop); // The second time has not come.
        Assert.Equal(2, events.All.Count);
        string name = Assert.Single(events.All.Select(e => e.Id).Distinct());
        Assert.StartsWith("A=2E1.all.20", name, StringComparison.Ordinal);
        LowStock low = Assert.IsType<LowStock>(events.All[0].Data);
        Assert.Equal((4, 5, 30, 26), (low.Stock, low.Point, low.Target, low.Quantity));
        Assert.All((await room.Storage.Queue("mail").PeekMessagesAsync(10, Stop)).Value, mail => Assert.Contains($"stock-low.{name.Split('|')[0]}", mail.Body.ToString(), StringComparison.Ordinal));

        // A rule that is taken away and made again begins anew, and is told under another name.
        foreach (ReorderPoint[] rules in (ReorderPoint[][])[[], [new ReorderPoint(5, 30)]]) Assert.True((await room.Settings.Reorder(sku, rules, Shop.Http.IfMatch.Anything, Stop)).Ok);
        StockItem again = await room.Item("A.1");
        Assert.Equal(1, again.Reorder[0].Episode);
        await alert.Run(Fell(again, 1), Stop);
        Assert.NotEqual(name, events.All[^1].Id);
    }

    private static StockNight Night(StockRoom room, CollectedEvents events) => new(
        room.Store, room.Index, new StockReports(room.Storage), room.Fill, room.Feed, events, new EmailQueue(room.Storage, HttpTesting.Sealing), new InventoryOptions { AlertEmail = "gudang@shop.test" }, Products.Shop,
        NullLogger<StockNight>.Instance);

    private static readonly StockWalk FirstNight = new(StockJob.Night, Now), FirstSweep = new(StockJob.Sweep, Now);

    /// <returns>How many figures were not explained.</returns>
    private static async Task<int> Through(StockRoom room, StockNight night)
    {
        Assert.Null(await night.Run(FirstNight, Stop));
        return (await new StockReports(room.Storage).Read<StockDifference>(StockReports.Differences, Stop))!.Data.Count;
    }

    private static SweepHolds Sweep(StockRoom room, TimeSpan later, params HashSet<string> alive) => new(
        room.Store, room.Release, new SomeOrders(alive), new FixedClock(TimeProvider.System.GetUtcNow() + later), NullLogger<SweepHolds>.Instance);

    private sealed class SomeOrders(HashSet<string> alive) : IOrderLives
    {
        public Task<bool> IsAlive(string orderId, CancellationToken cancellationToken) => Task.FromResult(alive.Contains(orderId));
    }

    private sealed class FixedClock(DateTimeOffset now) : TimeProvider
    {
        public override DateTimeOffset GetUtcNow() => now;
    }

    private sealed class CollectedEvents : IEventPublisher
    {
        public List<DomainEvent> All { get; } = [];

        public Task Publish(IReadOnlyCollection<DomainEvent> events, CancellationToken cancellationToken)
        {
            All.AddRange(events);
            return Task.CompletedTask;
        }
    }
}
