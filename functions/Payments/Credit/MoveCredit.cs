using Shop.Common;
using Shop.Storage;

namespace Shop.Payments;

/// <summary>
/// What is on gift cards and store credit moves here alone: each movement once under the name of its cause, and never below nothing, however many buy at once.
/// What an order takes is a reservation like a coupon: held before the order can be paid, committed with its payment, given back when it comes to nothing.
/// </summary>
public sealed class MoveCredit(CreditStore credits, TimeProvider clock) : IDisposable
{
    private const int MostAttempts = 50;

    /// <summary>Movements of one account in this instance follow each other, so that only other instances can come between.</summary>
    private readonly SemaphoreSlim[] _turns = [.. Enumerable.Range(0, 64).Select(_ => new SemaphoreSlim(1))];

    /// <param name="again">The order gave it back and goes on all the same, once.</param>
    public Task<Result<CreditAccount>> Hold(OrderCredit credit, string orderId, CancellationToken cancellationToken, bool again = false) => Change(credit.Id, async () =>
    {
        if (await credits.Find(credit.Id, cancellationToken) is not { } read) return CreditProblems.Unknown;
        Stored<CreditUse>? earlier = await credits.FindUse(credit.Id, orderId, cancellationToken);
        if (earlier is { Value.Status: not CreditUseStatus.Released }) return read.Value;
        if (earlier is not null && (!again || earlier.Value.Again)) return CreditProblems.Released;
        DateTimeOffset now = clock.GetUtcNow();
        if (read.Value.Currency != credit.Amount.Currency || read.Value.Usable(now) < credit.Amount) return CreditProblems.Insufficient;
        (CreditAccount moved, CreditEntry entry) = read.Value.Move(CreditMovement.Spent, -credit.Amount, orderId, null, "system", now);
        return await credits.TryMove(read.ETag, moved, Name("spent", orderId, again), entry, (orderId, new CreditUse(CreditUseStatus.Held, credit.Amount) { Again = again }, earlier?.ETag), cancellationToken) ? moved : (Result<CreditAccount>?)null;
    }, cancellationToken);

    /// <summary>The order is paid: nothing gives it back any more but a refund.</summary>
    public async Task Commit(string accountId, string orderId, CancellationToken cancellationToken)
    {
        while (await credits.FindUse(accountId, orderId, cancellationToken) is var held)
        {
            if (held is null or { Value.Status: CreditUseStatus.Released }) throw new InvalidOperationException($"{orderId} was paid with credit of {accountId} that it does not hold.");
            if (held.Value.Status == CreditUseStatus.Committed || await credits.TryReplace(accountId, orderId, held, held.Value with { Status = CreditUseStatus.Committed }, cancellationToken)) return;
        }
    }

    /// <summary>Gives back what the order held, if it held something.</summary>
    public Task Free(string accountId, string orderId, CancellationToken cancellationToken) => Change(accountId, async () =>
    {
        if (await credits.Find(accountId, cancellationToken) is not { } read) return CreditProblems.Unknown;
        Stored<CreditUse>? held = await credits.FindUse(accountId, orderId, cancellationToken);
        // A hold whose answer was lost may still be on its way: it finds that the order is over.
        if (held is null) return await credits.TryInsert(accountId, orderId, new CreditUse(CreditUseStatus.Released, Money.Zero(read.Value.Currency)), cancellationToken) ? read.Value : (Result<CreditAccount>?)null;
        if (held.Value.Status != CreditUseStatus.Held) return read.Value;
        DateTimeOffset now = clock.GetUtcNow(), since = (await credits.FindEntry(accountId, Name("spent", orderId, held.Value.Again), cancellationToken))?.At ?? now;
        (CreditAccount moved, CreditEntry entry) = read.Value.Move(CreditMovement.Released, held.Value.Amount, orderId, null, "system", now);
        // Whoever held it could not spend it elsewhere: it is good for that much longer, and no more.
        moved = moved with { ExpiresAt = moved.ExpiresAt + (now - since) };
        return await credits.TryMove(read.ETag, moved, Name("released", orderId, held.Value.Again), entry, (orderId, held.Value with { Status = CreditUseStatus.Released }, held.ETag), cancellationToken) ? moved : (Result<CreditAccount>?)null;
    }, cancellationToken);

    /// <summary>Puts something on an account, which is made where there is none.</summary>
    /// <param name="name">Of the cause: the same one gives once.</param>
    /// <returns>The account as it is now, and the entry as it was made first.</returns>
    public async Task<(CreditAccount Account, CreditEntry Entry)> Give(CreditAccount opened, string name, CreditGift gift, CancellationToken cancellationToken)
    {
        Result<CreditAccount> given = await Change(opened.Id, async () =>
        {
            Stored<CreditAccount>? read = await credits.Find(opened.Id, cancellationToken);
            if (read is not null && await credits.FindEntry(opened.Id, name, cancellationToken) is not null) return read.Value;
            (CreditAccount moved, CreditEntry entry) = (read?.Value ?? opened).Move(gift.Movement, gift.Amount, gift.Reference, gift.Reason, gift.Actor, clock.GetUtcNow());
            return await credits.TryMove(read?.ETag, moved, name, entry, null, cancellationToken) ? moved : (Result<CreditAccount>?)null;
        }, cancellationToken);
        if (given.Value.Kind == CreditKind.GiftCard) await credits.List(given.Value, cancellationToken);
        return (given.Value, await Entry(opened.Id, name, cancellationToken));
    }

    /// <summary>Takes something off an account; not more than is there.</summary>
    /// <param name="name">Of the cause: the same one takes once.</param>
    /// <param name="gift">What is taken, as a positive amount.</param>
    /// <returns>The entry as it was made first.</returns>
    public async Task<Result<CreditEntry>> Take(string accountId, string name, CreditGift gift, CancellationToken cancellationToken)
    {
        Result<CreditAccount> taken = await Change(accountId, async () =>
        {
            if (await credits.Find(accountId, cancellationToken) is not { } read) return CreditProblems.Unknown;
            if (await credits.FindEntry(accountId, name, cancellationToken) is not null) return read.Value;
            if (read.Value.Currency != gift.Amount.Currency || read.Value.Balance < gift.Amount) return CreditProblems.Insufficient;
            (CreditAccount moved, CreditEntry entry) = read.Value.Move(gift.Movement, -gift.Amount, gift.Reference, gift.Reason, gift.Actor, clock.GetUtcNow());
            return await credits.TryMove(read.ETag, moved, name, entry, null, cancellationToken) ? moved : (Result<CreditAccount>?)null;
        }, cancellationToken);
        return taken.Problem is { } problem ? problem : await Entry(accountId, name, cancellationToken);
    }

    /// <summary>Lets nobody spend it any more, or again.</summary>
    public Task<Result<CreditAccount>> Say(string accountId, Func<CreditAccount, CreditAccount> change, CancellationToken cancellationToken) => Change(accountId, async () =>
    {
        if (await credits.Find(accountId, cancellationToken) is not { } read) return CreditProblems.Unknown;
        CreditAccount changed = change(read.Value);
        return changed == read.Value || await credits.TryReplace(read, changed, cancellationToken) ? changed : (Result<CreditAccount>?)null;
    }, cancellationToken);

    private static string Name(string movement, string orderId, bool again) => $"{movement}|{orderId}{(again ? "|again" : "")}";

    public void Dispose()
    {
        foreach (SemaphoreSlim turn in _turns) turn.Dispose();
    }

    private async Task<CreditEntry> Entry(string accountId, string name, CancellationToken cancellationToken) =>
        await credits.FindEntry(accountId, name, cancellationToken) ?? throw new InvalidOperationException($"{accountId} lacks its entry {name}.");

    /// <param name="attempt">Answers <c>null</c> when somebody came between.</param>
    private async Task<Result<CreditAccount>> Change(string accountId, Func<Task<Result<CreditAccount>?>> attempt, CancellationToken cancellationToken)
    {
        SemaphoreSlim turn = _turns[(uint)string.GetHashCode(accountId, StringComparison.Ordinal) % _turns.Length];
        await turn.WaitAsync(cancellationToken);
        try
        {
            for (int i = 0; i < MostAttempts; i++)
                if (await attempt() is { } done) return done;
        }
        finally
        {
            turn.Release();
        }
        throw new InvalidOperationException($"{accountId} moves too quickly.");
    }
}

/// <summary>What moves, and why.</summary>
/// <param name="Amount">Always positive.</param>
public sealed record CreditGift(CreditMovement Movement, Money Amount, string? Reference, string? Reason, string Actor);
