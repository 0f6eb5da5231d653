using Shop.Common;
using Shop.Inventory;

namespace Shop.Tests.Inventory;

public sealed class BackOrderTests
{
    private static CancellationToken Stop => TestContext.Current.CancellationToken;

    [Fact]
    public async Task What_is_not_there_is_promised_up_to_the_limit_and_never_beyond()
    {
        StockRoom room = await StockRoom.New(("KOPI", 2));
        await room.Promise("KOPI", OversellKind.Backorder, 5, new DateOnly(2026, 12, 24));
        Result<StockLine[]>[] answers = await Task.WhenAll(Enumerable.Range(0, 20).Select(i => room.Hold.Run($"ord_{i:d2}", StockRoom.Lines(("KOPI", 1)), Stop)));
        Assert.Equal(7, answers.Count(a => a.Ok));
        StockItem item = await room.Item("KOPI");
        Assert.Equal((2, 7, -5, 5, 0), (item.OnHand, item.Held, item.Available, item.BackOrdered, item.Promisable));
        Assert.Equal((0, 0), (room.Index.Find(item.Sku)!.Available, room.Index.Find(item.Sku)!.Promise!.Quantity));
    }

    [Fact]
    public async Task Goods_that_come_go_to_those_who_wait_first_come_first_served()
    {
        StockRoom room = await StockRoom.New(("KOPI", 1));
        await room.Promise("KOPI", OversellKind.Preorder, 10);
        foreach ((string order, int quantity) in ((string, int)[])[("ord_1", 3), ("ord_2", 4), ("ord_3", 1)]) Assert.True((await room.Hold.Run(order, StockRoom.Lines(("KOPI", quantity)), Stop)).Ok);
        // The first has paid: what was there is sold at once, the rest when it comes.
        await room.Commit.Run("ord_1", StockRoom.Lines(("KOPI", 3)), Stop);
        Assert.Equal((0, 7), ((await room.Item("KOPI")).OnHand, (await room.Item("KOPI")).BackOrdered));

        await room.Receive("KOPI", 4, "SJ-1");
        StockItem item = await room.Item("KOPI");
        Assert.Equal((2, 5, 3), (item.OnHand, item.Held, item.BackOrdered)); // Two of the first sold, two kept for the second.
        Assert.Equal([("ord_2", 4, 2), ("ord_3", 1, 1)], (await room.Store.LiveHolds(item.Sku, 10, Stop)).Select(h => (h.OrderId, h.Keeps, h.BackOrdered)));

        await room.Release.Run("ord_2", StockRoom.Lines(("KOPI", 4)), Stop);
        item = await room.Item("KOPI"); // What the second gave back the third gets.
        Assert.Equal((2, 1, 0, 1), (item.OnHand, item.Held, item.BackOrdered, item.Available));
        await room.Commit.Run("ord_3", StockRoom.Lines(("KOPI", 1)), Stop);
        Assert.Equal((1, 0, 1), ((await room.Item("KOPI")).OnHand, (await room.Item("KOPI")).Held, await room.SumOfMovements("KOPI")));
        Assert.Empty(await room.Store.BackOrders(item.Sku, 10, Stop));
    }

    [Fact]
    public async Task Every_step_of_a_back_order_may_run_twice()
    {
        StockRoom room = await StockRoom.New(("KOPI", 0));
        await room.Promise("KOPI", OversellKind.Backorder, 5);
        IReadOnlyList<StockLine> lines = StockRoom.Lines(("KOPI", 2));
        foreach (StockRoom one in (StockRoom[])[room, room.Another()]) Assert.True((await one.Hold.Run("ord_1", lines, Stop)).Ok);
        foreach (StockRoom one in (StockRoom[])[room, room.Another()]) Assert.True((await one.Commit.Run("ord_1", lines, Stop)).Ok);
        foreach (StockRoom one in (StockRoom[])[room.Another(), room]) await one.Receive("KOPI", 2, "SJ-1");
        Assert.Equal((0, 0, 0), ((await room.Item("KOPI")).OnHand, (await room.Item("KOPI")).Held, await room.SumOfMovements("KOPI")));
    }
}
