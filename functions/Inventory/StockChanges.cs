using System.Diagnostics;
using Azure;
using Shop.Common;
using Shop.Storage;

namespace Shop.Inventory;

/// <summary>
/// The one way stock changes: recall, decide, write; where the guess was wrong, read, decide and write again. The usual case costs one
/// storage operation. Requests that meet over a SKU while a transaction is on its way are committed together by the next one, each under its
/// own rows and with its own answer (group commit): the first of them works for all, so a flash sale costs one transaction for up to 99 holds.
/// A refusal, or "done already", is only ever said of what was read or written since the caller asked, never of what was recalled.
/// </summary>
public sealed class StockChanges(InventoryStore store, AvailabilityFeed feed, StockAlerts alerts, InventoryOptions options, TimeProvider clock)
{
    private const int MostAttempts = 12;
    private readonly StockLanes _lanes = new();

    /// <param name="sku">Whose stock.</param>
    /// <param name="orderId">Whose hold, if it is about one.</param>
    /// <param name="holdExists">Whether the hold, or the reference, is expected to be there already.</param>
    /// <param name="reference">Under which the movement is made once, if it has one.</param>
    /// <param name="decide">What to write; a <c>null</c> change when it was done already. Pure: it is called again with newer state after a conflict.</param>
    /// <param name="cancellationToken">Ends the wait; a write that was sent, or is sent for others, may happen.</param>
    internal async Task<Result<StockItem>> Run(
        Sku sku, string? orderId, bool holdExists, string? reference, Func<StockState, Result<StockChange?>> decide, CancellationToken cancellationToken)
    {
        var request = new StockRequest(orderId, holdExists, reference, decide);
        StockLane lane = _lanes.Enter(sku, request);
        try
        {
            if (await request.Turn.WaitAsync(cancellationToken))
                while (!request.IsAnswered) await Round(lane);
        }
        finally
        {
            _lanes.Leave(lane, request);
        }
        return request.Take();
    }

    /// <summary>One transaction for those at the head of the line. Its cost is the leader's; nobody's cancellation ends it for the others.</summary>
    private async Task Round(StockLane lane)
    {
        StockRequest[] group = _lanes.Group(lane, options.CommitTogether);
        try
        {
            await Prepare(lane, group);
            await Commit(lane, group);
        }
        catch (Exception failure)
        {
            lane.Doubt();
            // It may have been written all the same: shoppers are told what is so, as soon as somebody can say it.
            feed.Doubt(lane.Sku, store.FindItem);
            foreach (StockRequest request in group.Where(r => !r.IsAnswered)) request.Fail(failure);
        }
        finally
        {
            _lanes.Dismiss(lane, group);
        }
    }

    /// <summary>Gets what is to be known first: by memory where that may do, from storage where it may not.</summary>
    private async Task Prepare(StockLane lane, StockRequest[] group)
    {
        await Task.WhenAll(group.Where(request => !request.IsKnown).Select(request => Learn(lane.Sku, request)));
        if (lane.IsKnown) return;
        if (lane.MayRecall && store.RecallItem(lane.Sku) is { } remembered) lane.Recall(remembered);
        else await ReadItem(lane);
    }

    private async Task Learn(Sku sku, StockRequest request)
    {
        // A first hold, and a first use of a reference, are guessed to be first: the insert proves it.
        if (!request.MustRead && !request.HoldExists) request.Guess(null);
        else if (!request.MustRead && request.OrderId is { } known && store.RecallHold(sku, known) is { } remembered) request.Guess(remembered);
        else
        {
            Task<Stored<StockHold>?> hold = request.OrderId is { } orderId ? store.ReadHold(sku, orderId, CancellationToken.None) : Task.FromResult<Stored<StockHold>?>(null);
            Task<StockReference?> made = request.Reference is { } reference ? store.ReadReference(sku, reference, CancellationToken.None) : Task.FromResult<StockReference?>(null);
            request.Learn(await hold, await made);
        }
    }

    private async Task ReadItem(StockLane lane)
    {
        long asked = Stopwatch.GetTimestamp();
        lane.Learn(await store.ReadItem(lane.Sku, CancellationToken.None), asked);
    }

    private async Task Commit(StockLane lane, StockRequest[] group)
    {
        var batch = new StockBatch(lane.Sku);
        StockItem item = lane.Item?.Value ?? StockItem.None(lane.Sku);
        List<(StockRequest Request, Result<StockItem> Answer)> written = [], told = [];
        foreach (StockRequest request in group)
        {
            if (Decide(request, item) is not { } decision) continue;
            if (decision is { Ok: true, Value: { } change } && change.Item.IsPossible)
            {
                StockBatchRefusal? refusal = batch.TryAdd(change, request.Hold, request.OrderId);
                if (refusal == StockBatchRefusal.Full) break;
                // The same order again, or the same reference: once the first is through, this one reads what became of it.
                if (refusal == StockBatchRefusal.SameRows) request.Reread();
                else written.Add((request, item = change.Item));
            }
            else if (decision is { Ok: true, Value: not null }) Contradicted(lane, request);
            else if (!request.IsCertain) request.Reread();
            else told.Add((request, decision.Problem is { } problem ? problem : item));
        }

        if (written.Count > 0)
        {
            if (!await Write(lane, item, batch, written)) return;
        }
        if (told.Exists(one => lane.CertainSince < one.Request.Entered))
        {
            await ReadItem(lane);
            return;
        }
        // Said again where nothing was written, because whoever changed it may have died before it was announced.
        if (written.Count == 0 && told.Count > 0) feed.Announce(item);
        foreach ((StockRequest request, Result<StockItem> answer) in told) request.Answer(answer);
    }

    /// <returns><c>null</c> where the rule itself broke; that is this caller's affair alone.</returns>
    private static Result<StockChange?>? Decide(StockRequest request, StockItem item)
    {
        try
        {
            return request.Decide(new StockState(item, request.Hold, request.Made));
        }
        catch (Exception broken)
        {
            request.Fail(broken);
            return null;
        }
    }

    private async Task<bool> Write(StockLane lane, StockItem item, StockBatch batch, List<(StockRequest Request, Result<StockItem> Answer)> written)
    {
        (StockItem watched, IReadOnlyList<ReorderRule> fell) = Reordering.Watch(item, clock.GetUtcNow());
        // Before it is written, so that a crash in between costs a look in vain and not the alert.
        List<StockNote> notes = [];
        if (fell.Count > 0) notes.Add(await alerts.Note(lane.Sku, fell, CancellationToken.None));
        // More than before, and not only from none: where fewer came than people waited, the next ones are for those who are left.
        if (watched is { Awaited: true, Available: > 0 } && watched.Available > (lane.Item?.Value.Available ?? 0)) notes.Add(await alerts.NoteReturn(lane.Sku, CancellationToken.None));
        long sent = Stopwatch.GetTimestamp();
        (bool done, Stored<StockItem>? now) = await store.TryWrite(lane.Sku, lane.Item, watched, batch, CancellationToken.None);
        if (done)
        {
            // A batch of holds alone says nothing of the item.
            if (watched.Version != (lane.Item?.Value.Version ?? 0)) lane.Learn(now, sent);
            feed.Announce(watched);
            foreach ((StockRequest request, Result<StockItem> answer) in written) request.Answer(answer);
            foreach (StockNote note in notes) await StockAlerts.Show(note, CancellationToken.None);
            return true;
        }
        foreach (StockNote note in notes) await StockAlerts.Drop(note, CancellationToken.None);

        ETag? before = lane.Item?.ETag;
        await ReadItem(lane);
        bool itemMoved = lane.Item?.ETag != before;
        int attempts = 0;
        foreach ((StockRequest request, _) in written)
        {
            attempts = Math.Max(attempts, ++request.Attempts);
            // Where the item is as it was thought to be, it was one of the other rows that was not.
            if (!itemMoved) request.Reread();
            if (request.Attempts >= MostAttempts) request.Answer(InventoryProblems.Busy);
        }
        if (attempts > 1) await Task.Delay(TimeSpan.FromMilliseconds(Random.Shared.Next(2, 10 * attempts)), clock, CancellationToken.None);
        return false;
    }

    private static void Contradicted(StockLane lane, StockRequest request)
    {
        if (++request.Attempts >= MostAttempts) request.Fail(new InvalidOperationException($"Item and hold of {lane.Sku} contradict each other."));
        request.Reread();
        lane.Doubt();
    }
}
