using CsCheck;
using Shop.Common;
using Shop.Http;
using Shop.Inventory;
using Shop.Storage;

namespace Shop.Tests.Inventory;

public sealed class LocationTests
{
    private static readonly Location[] Places = [new("jakarta", "Jakarta", 1, true, true), new("bandung", "Bandung", 2, true, false), new("medan", "Medan", 3, true, false)];

    private static CancellationToken Stop => TestContext.Current.CancellationToken;

    [Theory]
    [InlineData(3, "jakarta:3")] // The first has all of it.
    [InlineData(5, "bandung:5")] // The first has not, the second has: one parcel rather than two.
    [InlineData(9, "jakarta:4 bandung:5")] // Nobody has all of it: in the declared order.
    [InlineData(12, "jakarta:4 bandung:6 medan:2")]
    [InlineData(0, "")]
    public void Goods_are_taken_from_the_first_place_that_has_all_of_them_or_in_the_declared_order(int quantity, string expected)
    {
        StockLevel[] levels = [new("bandung", 7, 1), new("jakarta", 4, 0), new("medan", 2, 0)];
        Assert.Equal(expected, string.Join(' ', Allocation.Choose(levels, Places, quantity).Select(share => $"{share.Location}:{share.Quantity}")));
    }

    [Fact]
    public void A_closed_place_and_an_unknown_one_are_asked_last()
    {
        StockLevel[] levels = [new("closed", 5, 0), new("gone", 5, 0), new("medan", 5, 0)];
        Location[] places = [new("closed", "Closed", 1, Open: false, false), .. Places];
        Assert.Equal("medan", Allocation.Choose(levels, places, 5)[0].Location);
        Assert.Equal(["medan", "closed", "gone"], Allocation.Choose(levels, places, 15).Select(share => share.Location));
    }

    [Fact]
    public void An_allocation_is_exactly_what_was_asked_for_and_never_more_than_lies_there() =>
        Gen.Select(Gen.Select(Gen.Int[0, 20], Gen.Int[0, 20]).Array[1, 5], Gen.Double[0, 1]).Sample((stock, part) =>
        {
            StockLevel[] levels = [.. stock.Select((s, i) => new StockLevel(i < Places.Length ? Places[i].Id : $"other-{i}", s.Item1 + s.Item2, s.Item2))];
            int quantity = (int)(levels.Sum(level => level.Free) * part);
            IReadOnlyList<StockShare> shares = Allocation.Choose(levels, Places, quantity);
            Assert.Equal(quantity, shares.Sum(share => share.Quantity));
            Assert.All(shares, share => Assert.InRange(share.Quantity, 1, levels.Single(level => level.Location == share.Location).Free));
            Assert.Equal(shares.Count, shares.DistinctBy(share => share.Location).Count());
        });

    [Fact]
    public async Task A_hold_over_several_places_is_sold_and_given_back_where_it_was_taken()
    {
        StockRoom room = await StockRoom.New(("KOPI", 4));
        await room.AddLocation("bandung", 200);
        await room.Receive("KOPI", 3, "SJ-2", "bandung");
        Assert.True((await room.Hold.Run("ord_1", StockRoom.Lines(("KOPI", 6)), Stop)).Ok);
        Assert.Equal([("bandung", 3, 2), ("main", 4, 4)], (await room.Item("KOPI")).Levels.Select(level => (level.Location, level.OnHand, level.Held)));
        await room.Commit.Run("ord_1", StockRoom.Lines(("KOPI", 6)), Stop);
        StockItem sold = await room.Item("KOPI");
        Assert.Equal([("bandung", 1, 0), ("main", 0, 0)], sold.Levels.Select(level => (level.Location, level.OnHand, level.Held)));
        Assert.Equal([("bandung", -2), ("main", -4)], (await room.Store.Movements(sold.Sku, 2, null, Stop)).Select(m => (m.Location, m.Quantity)).Order());

        await room.Receive("KOPI", 5, "SJ-3");
        await room.Hold.Run("ord_2", StockRoom.Lines(("KOPI", 6)), Stop);
        await room.Release.Run("ord_2", StockRoom.Lines(("KOPI", 6)), Stop);
        Assert.Equal([("bandung", 1, 0), ("main", 5, 0)], (await room.Item("KOPI")).Levels.Select(level => (level.Location, level.OnHand, level.Held)));
        Assert.Equal(6, await room.SumOfMovements("KOPI"));
    }

    [Fact]
    public async Task A_transfer_is_two_movements_under_one_reference_and_in_transit_in_between()
    {
        StockRoom room = await StockRoom.New(("KOPI", 10));
        Sku sku = Sku.Parse("KOPI");
        await room.AddLocation("bandung", 200);
        foreach (int _ in (int[])[1, 2]) Assert.True((await room.Transfer.Run(sku, 4, "main", "bandung", travels: false, StockRoom.Entry("TR-1"), Stop)).Ok);
        Assert.Equal([("bandung", 4), ("main", 6)], (await room.Item("KOPI")).Levels.Select(level => (level.Location, level.OnHand)));

        await room.Transfer.Run(sku, 2, "bandung", "main", travels: true, StockRoom.Entry("TR-2"), Stop);
        StockItem travelling = await room.Item("KOPI");
        Assert.Equal((8, 2), (travelling.OnHand, travelling.InTransit));
        foreach (int _ in (int[])[1, 2]) Assert.True((await room.Transfer.Arrive(sku, "TR-2", "staff:stf_1", Stop)).Ok);
        StockItem arrived = await room.Item("KOPI");
        Assert.Equal((10, 0, 8), (arrived.OnHand, arrived.InTransit, arrived.At("main").OnHand));
        Assert.Equal(
            [(5, StockMovementKind.TransferIn, "TR-2"), (4, StockMovementKind.TransferOut, "TR-2"), (3, StockMovementKind.TransferIn, "TR-1"), (2, StockMovementKind.TransferOut, "TR-1")],
            (await room.Store.Movements(sku, 4, null, Stop)).Select(m => ((int)m.Sequence, m.Kind, m.Reference)));
        Assert.Equal(10, await room.SumOfMovements("KOPI"));

        // Only what travelled arrives: not what was never sent, nor what arrived at once, nor a delivery.
        foreach (string reference in (string[])["TR-9", "TR-1", "opening"]) Assert.Equal("stock.transfer-unknown", (await room.Transfer.Arrive(sku, reference, "staff:stf_1", Stop)).Problem?.Code);
        Assert.Equal("stock.same-location", (await room.Transfer.Run(sku, 1, "main", "main", false, StockRoom.Entry("TR-3"), Stop)).Problem?.Code);
        Assert.Equal("stock.below-held", (await room.Transfer.Run(sku, 9, "main", "bandung", false, StockRoom.Entry("TR-4"), Stop)).Problem?.Code);
        Assert.Equal("stock.location-unknown", (await room.Transfer.Run(sku, 1, "main", "surabaya", false, StockRoom.Entry("TR-5"), Stop)).Problem?.Code);
    }

    [Fact]
    public async Task There_is_always_one_open_default_location()
    {
        StockRoom room = await StockRoom.New(("KOPI", 1));
        Assert.Equal("main", room.Locations.Default);
        Assert.Equal("stock.default-location", (await Patch("main", new LocationPatch(Open: new(false)))).Problem?.Code);
        Assert.Equal("stock.default-location", (await Patch("main", new LocationPatch(Default: new(false)))).Problem?.Code);
        await room.AddLocation("bandung", 1);
        Assert.Equal("stock.location-exists", (await room.ChangeLocations.Add(new NewLocation("bandung", "Bandung"), Stop)).Problem?.Code);
        Assert.True((await Patch("bandung", new LocationPatch(Default: new(true)))).Ok);
        Assert.Equal(("bandung", "bandung"), (room.Locations.Default, Assert.Single((await room.LocationStore.All(Stop)), l => l.Value.Default).Value.Id));
        Assert.True((await Patch("main", new LocationPatch(Open: new(false)))).Ok);
        Assert.Equal("stock.location-closed", (await room.Receiving.Run(Sku.Parse("KOPI"), 1, "main", StockRoom.Entry("SJ-2"), Stop)).Problem?.Code);
        Assert.Equal(1, (await room.Receive("KOPI", 1, "SJ-3")).At("bandung").OnHand);

        async Task<Result<Stored<Location>>> Patch(string id, LocationPatch patch) => await room.ChangeLocations.Patch(id, patch, IfMatch.Anything, Stop);
    }

    [Fact]
    public async Task A_count_posts_the_difference_from_what_was_expected()
    {
        StockRoom room = await StockRoom.New(("KOPI", 10));
        Sku sku = Sku.Parse("KOPI");
        await room.Hold.Run("ord_1", StockRoom.Lines(("KOPI", 2)), Stop);
        await room.Commit.Run("ord_1", StockRoom.Lines(("KOPI", 2)), Stop);
        // Ten were expected when the counting began, nine were found, and two of them were sold meanwhile: seven are left.
        foreach (int _ in (int[])[1, 2]) Assert.Equal(7, (await room.Counting.Run(sku, 9, 10, StockReason.Stolen, null, StockRoom.Entry("SO-1"), Stop)).Value.OnHand);
        Assert.Equal(12, (await room.Counting.Run(sku, 12, null, null, null, StockRoom.Entry("SO-2"), Stop)).Value.OnHand);
        Assert.Equal([(StockMovementKind.Count, 5, null), (StockMovementKind.Count, -1, StockReason.Stolen)], (await room.Store.Movements(sku, 2, null, Stop)).Select(m => (m.Kind, m.Quantity, m.Reason)));
        Assert.Equal("stock.reference-used", (await room.Counting.Run(sku, 9, 10, StockReason.Lost, null, StockRoom.Entry("SO-1"), Stop)).Problem?.Code);
        Assert.Equal(12, await room.SumOfMovements("KOPI"));
    }
}
