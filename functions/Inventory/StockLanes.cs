using System.Diagnostics;
using System.Runtime.ExceptionServices;
using Shop.Common;
using Shop.Storage;

namespace Shop.Inventory;

/// <summary>One caller's change, from asking to answer.</summary>
internal sealed class StockRequest(string? orderId, bool holdExists, string? reference, Func<StockState, Result<StockChange?>> decide)
{
    private readonly TaskCompletionSource<bool> _turn = new(TaskCreationOptions.RunContinuationsAsynchronously);
    private Result<StockItem> _answer;
    private ExceptionDispatchInfo? _failure;

    public string? OrderId => orderId;
    public bool HoldExists => holdExists;
    public string? Reference => reference;
    public Func<StockState, Result<StockChange?>> Decide => decide;

    /// <summary>What is said of storage is only said as of this moment or later.</summary>
    public long Entered { get; } = Stopwatch.GetTimestamp();

    public Stored<StockHold>? Hold { get; private set; }

    /// <summary>The movement that its reference has made already.</summary>
    public StockReference? Made { get; private set; }

    public bool IsKnown { get; private set; }

    /// <summary>Hold and reference were read since it came, not guessed.</summary>
    public bool IsCertain { get; private set; }

    public bool MustRead { get; private set; }

    public int Attempts { get; set; }
    public bool IsAnswered { get; private set; }

    /// <summary><c>true</c> when this caller is to work for all who wait; <c>false</c> when its own answer is there.</summary>
    public Task<bool> Turn => _turn.Task;

    public void Guess(Stored<StockHold>? hold) => (Hold, IsKnown) = (hold, true);

    public void Learn(Stored<StockHold>? hold, StockReference? made) => (Hold, Made, IsKnown, IsCertain) = (hold, made, true, true);

    public void Reread() => (IsKnown, IsCertain, MustRead) = (false, false, true);

    public void Lead() => _turn.TrySetResult(true);

    public void Answer(Result<StockItem> answer)
    {
        (_answer, IsAnswered) = (answer, true);
        _turn.TrySetResult(false);
    }

    public void Fail(Exception failure)
    {
        (_failure, IsAnswered) = (ExceptionDispatchInfo.Capture(failure), true);
        _turn.TrySetResult(false);
    }

    public Result<StockItem> Take()
    {
        _failure?.Throw();
        return _answer;
    }
}

/// <summary>The requests that have met over one SKU in this instance, first come first served.</summary>
internal sealed class StockLane(Sku sku)
{
    public Sku Sku => sku;
    public LinkedList<StockRequest> Waiting { get; } = new();
    public StockRequest? Leader { get; set; }

    /// <summary>The item as it is thought to be; only the leader looks at it and below.</summary>
    public Stored<StockItem>? Item { get; private set; }

    public bool IsKnown { get; private set; }

    /// <summary>It was so in storage at this moment, at least; 0 when it is a memory.</summary>
    public long CertainSince { get; private set; }

    /// <summary>Whether a memory will do: only until storage has been asked.</summary>
    public bool MayRecall { get; private set; } = true;

    public void Recall(Stored<StockItem> item) => (Item, IsKnown) = (item, true);

    public void Learn(Stored<StockItem>? item, long certainSince) => (Item, IsKnown, MayRecall, CertainSince) = (item, true, false, certainSince);

    public void Doubt() => (IsKnown, MayRecall, CertainSince) = (false, false, 0);
}

/// <summary>Who waits for which SKU, and who of them works for the rest. It hands out turns and never touches storage.</summary>
internal sealed class StockLanes
{
    private readonly Dictionary<Sku, StockLane> _lanes = [];

    /// <summary>Joins those who wait; the first becomes the leader at once.</summary>
    public StockLane Enter(Sku sku, StockRequest request)
    {
        lock (_lanes)
        {
            if (!_lanes.TryGetValue(sku, out StockLane? lane)) _lanes.Add(sku, lane = new StockLane(sku));
            lane.Waiting.AddLast(request);
            if (lane.Leader is null) Next(lane);
            return lane;
        }
    }

    /// <summary>Those at the head of the line.</summary>
    public StockRequest[] Group(StockLane lane, int most)
    {
        lock (_lanes) return [.. lane.Waiting.Take(most)];
    }

    /// <summary>Takes those who were answered out of the line.</summary>
    public void Dismiss(StockLane lane, IEnumerable<StockRequest> group)
    {
        lock (_lanes)
            foreach (StockRequest request in group)
                if (request.IsAnswered) lane.Waiting.Remove(request);
    }

    /// <summary>Leaves, answered or not; whoever is first in line works on.</summary>
    public void Leave(StockLane lane, StockRequest request)
    {
        lock (_lanes)
        {
            lane.Waiting.Remove(request);
            if (lane.Leader == request) Next(lane);
        }
    }

    private void Next(StockLane lane)
    {
        lane.Leader = lane.Waiting.First?.Value;
        if (lane.Leader is { } leader) leader.Lead();
        else _lanes.Remove(lane.Sku);
    }
}
