using CsCheck;
using Shop.Catalog;
using Shop.Common;
using Shop.Http;
using Shop.Inventory;
using Shop.Storage;
using Shop.Tests.Catalog;

namespace Shop.Tests.Inventory;

public sealed class StockTests
{
    private static CancellationToken Stop => TestContext.Current.CancellationToken;

    [Fact]
    public async Task What_is_left_of_an_article_that_is_no_longer_sold_is_listed_moved_and_written_off()
    {
        StockRoom room = await StockRoom.New(("BARU", 1), ("LAMA", 6));
        Sku gone = Sku.Parse("LAMA");
        await room.AddLocation("bandung", 200);
        // As at another instance, which has never heard of the article.
        var index = new CatalogIndex(Products.Shop);
        index.Apply([new CatalogLogLine { Product = Products.Simple("baru", skus: "BARU") }]);
        StockRoom later = room.Another(index);
        await later.Locations.Refresh(Stop);

        Assert.Equal([("BARU", 1), ("LAMA", 6)], (await later.Read.List(null, 10, Stop)).Items.Select(i => (i.Sku.Value, i.OnHand)));
        (IReadOnlyList<StockItem> first, Sku? next) = await later.Read.List(null, 1, Stop);
        Assert.Equal(("BARU", "LAMA"), (first.Single().Sku.Value, (await later.Read.List(next!.Value.Value, 1, Stop)).Items.Single().Sku.Value));
        Assert.True((await later.Transfer.Run(gone, 2, "main", "bandung", false, StockRoom.Entry("TR-1"), Stop)).Ok);
        Assert.True((await later.Counting.Run(gone, 1, null, StockReason.Lost, "bandung", StockRoom.Entry("SO-1"), Stop)).Ok);
        Assert.True((await later.Settings.Policy(gone, StockPolicy.Deny, IfMatch.Anything, Stop)).Ok);
        Assert.Equal(0, (await later.Adjust("LAMA", -1, "adj-1", "bandung")).Value.At("bandung").OnHand);
        Assert.Equal(0, (await later.Adjust("LAMA", -4, "adj-2")).Value.OnHand);

        Assert.Equal(["BARU"], (await later.Read.List(null, 10, Stop)).Items.Select(i => i.Sku.Value));
        Assert.Equal("catalog.sku-unknown", (await later.Adjust("TIADA", -1, "adj-1")).Problem?.Code);
        Assert.Equal(("known|skus", "known|skus|LAMA"), (StockKeys.Known, StockKeys.KnownSku(gone)));
    }

    [Fact]
    public void Keys_are_these()
    {
        Sku sku = Sku.Parse("KOPI-GAYO-250");
        Assert.Equal("KOPI-GAYO-250", StockKeys.Partition(sku));
        Assert.Equal("KOPI-GAYO-250|item", StockKeys.Item(sku));
        Assert.Equal("KOPI-GAYO-250|hold|ord_1", StockKeys.Hold(sku, "ord_1"));
        Assert.Equal("KOPI-GAYO-250|movement|999999999957", StockKeys.Movement(sku, 42));
        Assert.Equal("KOPI-GAYO-250|backorder|000000000042", StockKeys.BackOrder(sku, 42));
        Assert.Equal("KOPI-GAYO-250|reference|SJ-2026-17", StockKeys.Reference(sku, "SJ-2026-17"));
        Assert.Equal(("locations", "jakarta|location"), (LocationStore.Partition, LocationStore.Key("jakarta")));
    }

    [Fact]
    public async Task A_hold_takes_from_what_can_be_sold_and_a_commit_from_what_is_there()
    {
        StockRoom room = await StockRoom.New(("KOPI", 10));
        Assert.True((await room.Hold.Run("ord_1", StockRoom.Lines(("KOPI", 3)), Stop)).Ok);
        Assert.Equal((10, 3, 7), Figures(await room.Item("KOPI")));
        Assert.True((await room.Commit.Run("ord_1", StockRoom.Lines(("KOPI", 3)), Stop)).Ok);
        Assert.Equal((7, 0, 7), Figures(await room.Item("KOPI")));
        StockMovement sale = (await room.Store.Movements(Sku.Parse("KOPI"), 1, null, Stop))[0];
        Assert.Equal((StockMovementKind.Sale, -3, 7, "ord_1"), (sale.Kind, sale.Quantity, sale.OnHand, sale.Reference));
    }

    [Fact]
    public async Task A_release_gives_back_what_was_held()
    {
        StockRoom room = await StockRoom.New(("KOPI", 10));
        await room.Hold.Run("ord_1", StockRoom.Lines(("KOPI", 3)), Stop);
        Assert.True((await room.Release.Run("ord_1", StockRoom.Lines(("KOPI", 3)), Stop)).Ok);
        Assert.Equal((10, 0, 10), Figures(await room.Item("KOPI")));
    }

    [Fact]
    public async Task A_SKU_on_two_lines_adds_up()
    {
        StockRoom room = await StockRoom.New(("KOPI", 5));
        Result<StockLine[]> held = await room.Hold.Run("ord_1", StockRoom.Lines(("KOPI", 3), ("KOPI", 3)), Stop);
        Assert.Equal("stock.insufficient", held.Problem?.Code);
        Assert.Equal(["/lines/0/quantity", "/lines/1/quantity"], held.Problem!.Errors.Select(e => e.Pointer));
        Assert.True((await room.Hold.Run("ord_2", StockRoom.Lines(("KOPI", 3), ("KOPI", 2)), Stop)).Ok);
        Assert.Equal((5, 5, 0), Figures(await room.Item("KOPI")));
    }

    [Fact]
    public async Task An_order_gets_all_of_its_lines_or_none()
    {
        StockRoom room = await StockRoom.New(("A", 5), ("B", 5), ("C", 1));
        Result<StockLine[]> held = await room.Hold.Run("ord_1", StockRoom.Lines(("C", 2), ("A", 2), ("B", 9)), Stop);
        Assert.Equal(409, held.Problem?.Status);
        Assert.Equal(["/lines/0/quantity", "/lines/2/quantity"], held.Problem!.Errors.Select(e => e.Pointer));
        Assert.Equal((5, 0, 5), Figures(await room.Item("A")));
        Assert.Equal((5, 0, 5), Figures(await room.Item("B")));
    }

    [Fact]
    public async Task A_refused_hold_asked_again_gives_the_same_answer_until_there_is_more()
    {
        StockRoom room = await StockRoom.New(("A", 5), ("B", 1));
        IReadOnlyList<StockLine> lines = StockRoom.Lines(("A", 2), ("B", 2));
        Assert.Equal("stock.insufficient", (await room.Hold.Run("ord_1", lines, Stop)).Problem?.Code);
        Assert.Equal("stock.insufficient", (await room.Hold.Run("ord_1", lines, Stop)).Problem?.Code);
        await room.Receive("B", 1, "SJ-1");
        Assert.True((await room.Hold.Run("ord_1", lines, Stop)).Ok);
    }

    [Fact]
    public async Task Every_step_may_run_twice_and_on_another_instance()
    {
        StockRoom one = await StockRoom.New(("KOPI", 10));
        StockRoom other = one.Another();
        IReadOnlyList<StockLine> lines = StockRoom.Lines(("KOPI", 3));
        foreach (StockRoom room in (StockRoom[])[one, one, other]) Assert.True((await room.Hold.Run("ord_1", lines, Stop)).Ok);
        Assert.Equal((10, 3, 7), Figures(await one.Item("KOPI")));
        foreach (StockRoom room in (StockRoom[])[other, one, one]) Assert.True((await room.Commit.Run("ord_1", lines, Stop)).Ok);
        Assert.Equal((7, 0, 7), Figures(await one.Item("KOPI")));
        Assert.Equal("stock.hold-committed", (await other.Release.Run("ord_1", lines, Stop)).Problem?.Code);

        await one.Hold.Run("ord_2", lines, Stop);
        foreach (StockRoom room in (StockRoom[])[one, other, one]) Assert.True((await room.Release.Run("ord_2", lines, Stop)).Ok);
        Assert.Equal((7, 0, 7), Figures(await one.Item("KOPI")));
        Assert.Equal("stock.hold-released", (await one.Commit.Run("ord_2", lines, Stop)).Problem?.Code);

        foreach (StockRoom room in (StockRoom[])[one, other, one]) Assert.Equal(12, (await room.Receive("KOPI", 5, "SJ-7")).OnHand);
        foreach (StockRoom room in (StockRoom[])[other, one, other]) Assert.Equal(11, (await room.Adjust("KOPI", -1, "adj-1")).Value.OnHand);
        Assert.Equal(11, await one.SumOfMovements("KOPI"));
    }

    [Fact]
    public async Task A_hold_that_comes_after_the_release_is_refused()
    {
        StockRoom room = await StockRoom.New(("KOPI", 10));
        IReadOnlyList<StockLine> lines = StockRoom.Lines(("KOPI", 3));
        await room.Release.Run("ord_1", lines, Stop);
        Assert.Equal("stock.hold-released", (await room.Hold.Run("ord_1", lines, Stop)).Problem?.Code);
        Assert.Equal((10, 0, 10), Figures(await room.Item("KOPI")));
    }

    [Fact]
    public async Task What_is_held_cannot_be_adjusted_away()
    {
        StockRoom room = await StockRoom.New(("KOPI", 5));
        await room.Hold.Run("ord_1", StockRoom.Lines(("KOPI", 4)), Stop);
        Assert.Equal("stock.below-held", (await room.Adjust("KOPI", -2, "adj-1")).Problem?.Code);
        Assert.Equal(4, (await room.Adjust("KOPI", -1, "adj-2")).Value.OnHand);
    }

    [Fact]
    public async Task The_same_count_again_does_not_bring_sold_goods_back()
    {
        StockRoom room = await StockRoom.New(("KOPI", 0));
        Sku sku = Sku.Parse("KOPI");
        Assert.Equal(new CountedStock(true, 10), await room.Count.Count(sku, 10, "imp_1", "staff:stf_1", Stop));
        await room.Hold.Run("ord_1", StockRoom.Lines(("KOPI", 4)), Stop);
        await room.Commit.Run("ord_1", StockRoom.Lines(("KOPI", 4)), Stop);
        Assert.False((await room.Count.Count(sku, 10, "imp_2", "staff:stf_1", Stop)).IsNews);
        Assert.Equal(6, (await room.Item("KOPI")).OnHand);
        Assert.Equal(new CountedStock(true, 20), await room.Count.Count(sku, 20, "imp_3", "staff:stf_1", Stop));
        Assert.Equal((20, 20), ((await room.Item("KOPI")).OnHand, await room.SumOfMovements("KOPI")));
    }

    [Fact]
    public async Task A_hold_costs_one_operation_a_SKU_and_so_does_its_commit()
    {
        StockRoom room = await StockRoom.New(("A", 10), ("B", 10));
        IReadOnlyList<StockLine> lines = StockRoom.Lines(("A", 1), ("B", 1));
        using StorageMeter.Scope meter = StorageMeter.Begin();
        await room.Hold.Run("ord_1", lines, Stop);
        Assert.Equal(2, meter.Total);
        await room.Commit.Run("ord_1", lines, Stop);
        Assert.Equal(4, meter.Total);
    }

    [Fact]
    public async Task Fifty_buyers_on_two_instances_get_the_twenty_there_are()
    {
        StockRoom one = await StockRoom.New(("KOPI", 20));
        StockRoom other = one.Another();
        Result<StockLine[]>[] answers = await Task.WhenAll(Enumerable.Range(0, 50)
            .Select(i => (i % 2 == 0 ? one : other).Hold.Run($"ord_{i}", StockRoom.Lines(("KOPI", 1)), Stop)));
        Assert.Equal(20, answers.Count(a => a.Ok));
        Assert.All(answers.Where(a => !a.Ok), a => Assert.Equal("stock.insufficient", a.Problem!.Code));
        Assert.Equal((20, 20, 0), Figures(await one.Item("KOPI")));
    }

    [Fact]
    public async Task Other_instances_learn_what_can_be_sold_from_the_log()
    {
        StockRoom room = await StockRoom.New(("KOPI", 20));
        await room.Hold.Run("ord_1", StockRoom.Lines(("KOPI", 5)), Stop);
        Assert.Equal(15, room.Index.Find(Sku.Parse("KOPI"))!.Available);
        await room.Feed.Flush(Stop);
        var elsewhere = new CatalogIndex(Products.Shop);
        elsewhere.Apply([new CatalogLogLine { Product = room.Index.Find(Sku.Parse("KOPI"))!.Product }]);
        elsewhere.Apply((await room.Log.Read(new LogPosition(1, 0), Stop)).Lines);
        Assert.Equal(15, elsewhere.Find(Sku.Parse("KOPI"))!.Available);
    }

    [Fact]
    public async Task A_reference_that_was_used_for_something_else_is_refused()
    {
        StockRoom room = await StockRoom.New(("KOPI", 0));
        await room.Receive("KOPI", 5, "SJ-1");
        await room.Receive("KOPI", 5, "SJ-1");
        Result<StockItem> more = await room.Receiving.Run(Sku.Parse("KOPI"), 6, null, StockRoom.Entry("SJ-1"), Stop);
        Result<StockItem> adjusted = await room.Adjust("KOPI", -1, "SJ-1");
        Assert.Equal(("stock.reference-used", "stock.reference-used"), (more.Problem?.Code, adjusted.Problem?.Code));
        Assert.Equal((5, 0, 5), Figures(await room.Item("KOPI")));
    }

    /// <summary>Three instances, five orders, two SKUs, each order's steps in any order and some twice, all at once.</summary>
    [Fact]
    public Task However_steps_interleave_nothing_is_oversold_and_the_movements_add_up() =>
        Gen.Select(Gen.Int[0, 4], Gen.Int[0, 2], Gen.Int[1, 4], Gen.Int[1, 4], Gen.Int[0, 2]).Array[1, 24].SampleAsync(async steps =>
        {
            StockRoom first = await StockRoom.New(("A", 6), ("B", 6));
            StockRoom[] rooms = [first, first.Another(), first.Another()];
            var quantities = new Dictionary<int, (int A, int B)>();
            foreach ((int order, _, int a, int b, _) in steps) quantities.TryAdd(order, (a, b));
            await Task.WhenAll(steps.Select(step =>
            {
                (int a, int b) = quantities[step.Item1];
                IReadOnlyList<StockLine> lines = StockRoom.Lines(("A", a), ("B", b));
                StockRoom room = rooms[step.Item5];
                return step.Item2 switch
                {
                    0 => (Task)room.Hold.Run($"ord_{step.Item1}", lines, CancellationToken.None),
                    1 => room.Commit.Run($"ord_{step.Item1}", lines, CancellationToken.None),
                    _ => room.Release.Run($"ord_{step.Item1}", lines, CancellationToken.None),
                };
            }));
            foreach (string sku in (string[])["A", "B"])
            {
                StockItem level = await first.Item(sku);
                Assert.InRange(level.Held, 0, level.OnHand);
                Assert.InRange(level.OnHand, 0, 6);
                Assert.Equal(level.OnHand, await first.SumOfMovements(sku));
                Assert.Equal(level.Held, await HeldByOrders(first, sku));
            }
        }, iter: 25, threads: 1);

    private static async Task<int> HeldByOrders(StockRoom room, string sku) => (await room.Store.LiveHolds(Sku.Parse(sku), 1000, CancellationToken.None)).Sum(hold => hold.Keeps);

    private static (int OnHand, int Held, int Available) Figures(StockItem item) => (item.OnHand, item.Held, item.Available);
}
