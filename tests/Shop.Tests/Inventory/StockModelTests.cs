using System.Collections.Concurrent;
using CsCheck;
using Shop.Common;
using Shop.Inventory;

namespace Shop.Tests.Inventory;

/// <summary>
/// Inventory against a model of it that fits on a page: the same operations one after the other must give the same answers and figures, and
/// at once, over several instances, an end that some order of them explains.
/// </summary>
public sealed class StockModelTests
{
    private enum Kind { Hold, Commit, Release, Receive, Adjust, Transfer }

    private sealed record Operation(Kind Kind, int Order, int Quantity, bool AtBandung, int Room)
    {
        public string OrderId => $"ord_{Order}";

        public string Location => AtBandung ? "bandung" : "main";

        public string OtherLocation => AtBandung ? "main" : "bandung";
    }

    private static readonly Gen<Operation[]> Operations =
        Gen.Select(Gen.Int[0, 5], Gen.Int[0, 5], Gen.Int[1, 4], Gen.Bool, Gen.Int[0, 1], (kind, order, quantity, place, room) => new Operation((Kind)kind, order, quantity, place, room)).Array[1, 20];

    /// <summary>What one order holds: 0 when it was given back, or came after the release.</summary>
    private sealed record ModelHold(int Quantity, StockHoldStatus Status);

    /// <summary>The whole of inventory for one SKU, without locations, as whoever reads the rules would write it.</summary>
    private sealed class Model(int onHand, int limit)
    {
        private readonly Dictionary<string, ModelHold> _holds = [];

        public int OnHand { get; private set; } = onHand;

        /// <summary>Sold but not yet there.</summary>
        public int Owed { get; private set; }

        public int Held => _holds.Values.Where(hold => hold.Status == StockHoldStatus.Held).Sum(hold => hold.Quantity) + Owed;

        public string? Hold(string order, int quantity)
        {
            if (_holds.TryGetValue(order, out ModelHold? known)) return known.Status == StockHoldStatus.Released ? "stock.hold-released" : null;
            if (Held + quantity > OnHand + limit) return "stock.insufficient";
            _holds[order] = new ModelHold(quantity, StockHoldStatus.Held);
            return null;
        }

        public string? Release(string order)
        {
            if (_holds.TryGetValue(order, out ModelHold? known) && known.Status == StockHoldStatus.Committed) return "stock.hold-committed";
            _holds[order] = new ModelHold(0, StockHoldStatus.Released);
            return null;
        }

        public string? Commit(string order)
        {
            if (!_holds.TryGetValue(order, out ModelHold? known)) return "stock.hold-missing";
            if (known.Status == StockHoldStatus.Released) return "stock.hold-released";
            if (known.Status == StockHoldStatus.Committed) return null;
            _holds[order] = known with { Status = StockHoldStatus.Committed };
            OnHand -= known.Quantity;
            return null;
        }

        public void Receive(int quantity) => OnHand += quantity;

        public string? Adjust(int quantity)
        {
            if (-quantity > OnHand - Held) return "stock.below-held";
            OnHand += quantity;
            return null;
        }

        public int QuantityOf(string order) => _holds.TryGetValue(order, out ModelHold? known) && known.Quantity > 0 ? known.Quantity : 0;
    }

    [Fact]
    public Task One_after_the_other_every_answer_and_every_figure_is_the_models() => Operations.SampleAsync(async operations =>
    {
        StockRoom first = await StockRoom.New(("KOPI", 6));
        StockRoom[] rooms = [first, first.Another()];
        var model = new Model(6, limit: 0);
        for (int i = 0; i < operations.Length; i++)
        {
            Operation operation = operations[i];
            StockRoom room = rooms[operation.Room];
            int asked = Math.Max(operation.Quantity, model.QuantityOf(operation.OrderId));
            if (model.QuantityOf(operation.OrderId) is > 0 and var same) asked = same;
            IReadOnlyList<StockLine> lines = StockRoom.Lines(("KOPI", asked));
            (string? expected, string? answered) = operation.Kind switch
            {
                Kind.Hold => (model.Hold(operation.OrderId, asked), (await room.Hold.Run(operation.OrderId, lines, CancellationToken.None)).Problem?.Code),
                Kind.Commit => (model.Commit(operation.OrderId), (await room.Commit.Run(operation.OrderId, lines, CancellationToken.None)).Problem?.Code),
                Kind.Release => (model.Release(operation.OrderId), (await room.Release.Run(operation.OrderId, lines, CancellationToken.None)).Problem?.Code),
                Kind.Adjust => (model.Adjust(-operation.Quantity), (await room.Adjust("KOPI", -operation.Quantity, $"adj-{i}")).Problem?.Code),
                _ => await Receive(),
            };
            Assert.Equal(expected, answered);
            StockItem item = await first.Item("KOPI");
            Assert.Equal((model.OnHand, model.Held), (item.OnHand, item.Held));

            async Task<(string?, string?)> Receive()
            {
                model.Receive(operation.Quantity);
                await room.Receive("KOPI", operation.Quantity, $"sj-{i}");
                return (null, null);
            }
        }
    }, iter: 40, threads: 1);

    [Fact]
    public Task All_at_once_over_two_instances_and_two_places_the_figures_follow_from_what_was_answered() => Operations.SampleAsync(async operations =>
    {
        StockRoom first = await StockRoom.New(("KOPI", 6));
        await first.AddLocation("bandung", 200);
        await first.Receive("KOPI", 3, "opening-bandung", "bandung");
        await first.Promise("KOPI", OversellKind.Backorder, 3);
        StockRoom second = first.Another();
        await second.Locations.Refresh(CancellationToken.None);
        StockRoom[] rooms = [first, second];
        var quantities = operations.GroupBy(o => o.Order).ToDictionary(o => o.Key, o => o.First().Quantity);
        var sold = new ConcurrentDictionary<string, bool>();
        int brought = 0;
        await Task.WhenAll(operations.Select((operation, i) => Task.Run(async () =>
        {
            StockRoom room = rooms[operation.Room];
            IReadOnlyList<StockLine> lines = StockRoom.Lines(("KOPI", quantities[operation.Order]));
            switch (operation.Kind)
            {
                case Kind.Hold:
                    await room.Hold.Run(operation.OrderId, lines, CancellationToken.None);
                    break;
                case Kind.Commit:
                    if ((await room.Commit.Run(operation.OrderId, lines, CancellationToken.None)).Ok) sold[operation.OrderId] = true;
                    break;
                case Kind.Release:
                    await room.Release.Run(operation.OrderId, lines, CancellationToken.None);
                    break;
                case Kind.Receive:
                    await room.Receive("KOPI", operation.Quantity, $"sj-{i}", operation.Location);
                    Interlocked.Add(ref brought, operation.Quantity);
                    break;
                case Kind.Adjust:
                    if ((await room.Adjust("KOPI", -operation.Quantity, $"adj-{i}", operation.Location)).Ok) Interlocked.Add(ref brought, -operation.Quantity);
                    break;
                default:
                    await room.Transfer.Run(Sku.Parse("KOPI"), operation.Quantity, operation.Location, operation.OtherLocation, false, StockRoom.Entry($"tr-{i}"), CancellationToken.None);
                    break;
            }
        })));

        StockItem item = await first.Item("KOPI");
        IReadOnlyList<StockHold> live = await first.Store.LiveHolds(item.Sku, 1000, CancellationToken.None);
        IReadOnlyList<StockMovement> movements = await first.Store.Movements(item.Sku, 1000, null, CancellationToken.None);
        int owed = live.Where(hold => hold.Status == StockHoldStatus.Committed).Sum(hold => hold.BackOrdered);
        Assert.Equal(9 + brought - sold.Keys.Sum(order => quantities[int.Parse(order[4..])]) + owed, item.OnHand);
        Assert.Equal(item.OnHand, movements.Sum(movement => movement.Quantity));
        Assert.All(item.Levels, level => Assert.Equal(level.OnHand, movements.Where(movement => movement.Location == level.Location).Sum(movement => movement.Quantity)));
        Assert.Equal(Enumerable.Range(1, movements.Count).Select(i => (long)i).Reverse(), movements.Select(movement => movement.Sequence));
        Assert.Equal(item.Held, live.Sum(hold => hold.Keeps));
        Assert.Equal(item.BackOrdered, live.Sum(hold => hold.BackOrdered));
        Assert.All(item.Levels, level => Assert.InRange(level.Held, 0, level.OnHand));
        Assert.InRange(item.BackOrdered, 0, 3);
        Assert.True(item.BackOrdered == 0 || item.Free == 0, "Somebody waits for what lies there.");
    }, iter: 40, threads: 1);
}
