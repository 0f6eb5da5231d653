using Shop.Common;
using Shop.Inventory;
using Shop.Storage;

namespace Shop.Tests.Inventory;

public sealed class GroupCommitTests
{
    private static CancellationToken Stop => TestContext.Current.CancellationToken;

    [Fact]
    public async Task Holds_that_meet_over_a_SKU_cost_a_few_operations_together()
    {
        StockRoom room = await StockRoom.New(("KOPI", 500));
        using StorageMeter.Scope meter = StorageMeter.Begin();
        Result<StockLine[]>[] answers = await Task.WhenAll(Enumerable.Range(0, 200).Select(i => room.Hold.Run($"ord_{i}", StockRoom.Lines(("KOPI", 1)), Stop)));
        Assert.All(answers, a => Assert.True(a.Ok));
        Assert.InRange(meter.Total, 3, 12); // The first alone, then 99 at a time.
        Assert.Equal((500, 200), ((await room.Item("KOPI")).OnHand, (await room.Item("KOPI")).Held));

        int before = meter.Total;
        await Task.WhenAll(Enumerable.Range(0, 200).Select(i => room.Commit.Run($"ord_{i}", StockRoom.Lines(("KOPI", 1)), Stop)));
        Assert.InRange(meter.Total - before, 5, 16); // A hold and a movement each: 49 at a time.
        Assert.Equal((300, 0), ((await room.Item("KOPI")).OnHand, (await room.Item("KOPI")).Held));
        Assert.Equal(300, await room.SumOfMovements("KOPI"));
    }

    [Fact]
    public async Task Everybody_gets_an_answer_of_their_own()
    {
        StockRoom room = await StockRoom.New(("KOPI", 10));
        // Two want more than there ever is, one asks twice at once, and one is over already.
        await room.Release.Run("ord_over", StockRoom.Lines(("KOPI", 1)), Stop);
        Task<Result<StockLine[]>> Hold(string order, int quantity) => room.Hold.Run(order, StockRoom.Lines(("KOPI", quantity)), Stop);
        Result<StockLine[]>[] answers = await Task.WhenAll(Hold("ord_1", 3), Hold("ord_2", 11), Hold("ord_3", 2), Hold("ord_3", 2), Hold("ord_over", 1), Hold("ord_4", 12), Hold("ord_5", 5));
        Assert.Equal([null, "stock.insufficient", null, null, "stock.hold-released", "stock.insufficient", null], answers.Select(a => a.Problem?.Code));
        Assert.Equal((10, 10, 0), Figures(await room.Item("KOPI")));
    }

    [Fact]
    public async Task First_come_is_first_served()
    {
        StockRoom room = await StockRoom.New(("KOPI", 20));
        Result<StockLine[]>[] answers = await Task.WhenAll(Enumerable.Range(0, 60).Select(i => room.Hold.Run($"ord_{i:d2}", StockRoom.Lines(("KOPI", 1)), Stop)));
        Assert.Equal(Enumerable.Repeat(true, 20).Concat(Enumerable.Repeat(false, 40)), answers.Select(a => a.Ok));
    }

    [Fact]
    public async Task One_who_gives_up_holds_nobody_up()
    {
        StockRoom room = await StockRoom.New(("KOPI", 100));
        using var impatient = CancellationTokenSource.CreateLinkedTokenSource(Stop);
        Task<Result<StockLine[]>>[] patient = [.. Enumerable.Range(0, 30).Select(i => room.Hold.Run($"ord_a{i}", StockRoom.Lines(("KOPI", 1)), Stop))];
        Task<Result<StockLine[]>>[] leaving = [.. Enumerable.Range(0, 30).Select(i => room.Hold.Run($"ord_b{i}", StockRoom.Lines(("KOPI", 1)), impatient.Token))];
        Task<Result<StockLine[]>>[] late = [.. Enumerable.Range(0, 30).Select(i => room.Hold.Run($"ord_c{i}", StockRoom.Lines(("KOPI", 1)), Stop))];
        await impatient.CancelAsync();
        foreach (Task<Result<StockLine[]>> one in leaving) await one.ContinueWith(_ => { }, Stop, TaskContinuationOptions.None, TaskScheduler.Default);
        Assert.All(await Task.WhenAll(patient.Concat(late)), answer => Assert.True(answer.Ok));
        StockItem item = await room.Item("KOPI");
        Assert.InRange(item.Held, 60, 90);
        Assert.Equal(item.Held, (await room.Store.LiveHolds(item.Sku, 1000, Stop)).Sum(hold => hold.Keeps));
    }

    [Fact]
    public async Task Three_instances_over_one_hot_SKU_sell_what_there_is_and_no_more()
    {
        StockRoom first = await StockRoom.New(("KOPI", 70));
        StockRoom[] rooms = [first, first.Another(), first.Another()];
        Result<StockLine[]>[] answers = await Task.WhenAll(Enumerable.Range(0, 210).Select(i => Task.Run(() => rooms[i % 3].Hold.Run($"ord_{i}", StockRoom.Lines(("KOPI", 1)), Stop), Stop)));
        Assert.Equal(70, answers.Count(a => a.Ok));
        Assert.All(answers.Where(a => !a.Ok), a => Assert.Equal("stock.insufficient", a.Problem!.Code));
        Assert.Equal((70, 70, 0), Figures(await first.Item("KOPI")));
    }

    private static (int OnHand, int Held, int Available) Figures(StockItem item) => (item.OnHand, item.Held, item.Available);
}
