using Shop.Common;
using Shop.Http;
using Shop.Storage;

namespace Shop.Marketing;

/// <summary>
/// An order's use of a coupon is a reservation: held before the order can be paid, committed with its payment, freed when it comes to
/// nothing. Each may be repeated. Limits hold however many buy at once: the counts are conditional.
/// </summary>
public sealed class RedeemCoupon(CouponStore coupons, CouponDirectory directory, Signing signing) : IDisposable
{
    private const int MostAttempts = 20;

    /// <summary>Orders of this instance that use the same coupon follow each other, so that only other instances can come between.</summary>
    private readonly SemaphoreSlim[] _turns = [.. Enumerable.Range(0, 64).Select(_ => new SemaphoreSlim(1))];

    /// <param name="terms">As the order was priced; a coupon that says something else by now is refused.</param>
    public async Task<Result<bool>> Hold(CouponTerms terms, string orderId, string email, CancellationToken cancellationToken)
    {
        string customer = NameOf(email);
        return await Change(terms.Code, async () =>
        {
            if (await coupons.Find(terms.Code, cancellationToken) is not { Value.IsActive: true } coupon || coupon.Value.Terms != terms) return CouponProblems.Unknown;
            if (await coupons.FindRedemption(terms.Code, orderId, cancellationToken) is { } earlier)
                return earlier.Status == RedemptionStatus.Freed ? CouponProblems.Freed : true;
            return await TryTake(coupon, orderId, new Redemption(RedemptionStatus.Held, customer, default), cancellationToken);
        }, cancellationToken);
    }

    /// <summary>As above for an order that gave its coupon back and goes on all the same, whatever the coupon says by now of what it gives.</summary>
    public Task<Result<bool>> HoldAgain(string code, string orderId, CancellationToken cancellationToken) => Change(code, async () =>
    {
        if (await coupons.FindRedemption(code, orderId, cancellationToken) is not { Customer.Length: > 0 } earlier) return CouponProblems.Unknown;
        if (earlier.Status != RedemptionStatus.Freed) return true;
        if (await coupons.Find(code, cancellationToken) is not { Value.IsActive: true } coupon) return CouponProblems.Unknown;
        return await TryTake(coupon, orderId, earlier with { Status = RedemptionStatus.Held }, cancellationToken);
    }, cancellationToken);

    /// <summary>The order is paid: nothing gives the coupon back any more.</summary>
    public Task Commit(string code, string orderId, CancellationToken cancellationToken) => coupons.Commit(code, orderId, cancellationToken);

    /// <summary>Gives back what the order held, if it held something.</summary>
    public Task Free(string code, string orderId, CancellationToken cancellationToken) => Free(code, orderId, evenSold: false, cancellationToken);

    /// <summary>The order was paid and came to nothing all the same, before anything of it was sent: whoever placed it may use the coupon again.</summary>
    public Task GiveBack(string code, string orderId, CancellationToken cancellationToken) => Free(code, orderId, evenSold: true, cancellationToken);

    private Task Free(string code, string orderId, bool evenSold, CancellationToken cancellationToken) => Change(code, async () =>
    {
        // A hold whose answer was lost may still be on its way: it finds that the order is over.
        if (await coupons.FindRedemption(code, orderId, cancellationToken) is not { } held) return await coupons.TryRefuse(code, orderId, cancellationToken) ? true : (Result<bool>?)null;
        if (held.Status == RedemptionStatus.Freed || (held.Status == RedemptionStatus.Committed && !evenSold)) return true;
        if (await coupons.Find(code, cancellationToken) is not { } coupon) return true;
        (int taken, Azure.ETag version) = held.Customer.Length > 0 ? await coupons.FindCustomer(code, held.Customer, cancellationToken) : (0, default);
        return await TryCount(coupon, -1, orderId, held with { Status = RedemptionStatus.Freed }, (taken - 1, version), cancellationToken);
    }, cancellationToken);

    /// <summary>Within the coupon's limits.</summary>
    private async Task<Result<bool>?> TryTake(Stored<Coupon> coupon, string orderId, Redemption held, CancellationToken cancellationToken)
    {
        (int taken, Azure.ETag version) = await coupons.FindCustomer(coupon.Value.Code, held.Customer, cancellationToken);
        if (coupon.Value.IsUsedUp) return CouponProblems.UsedUp;
        if (taken >= coupon.Value.LimitPerCustomer) return CouponProblems.UsedUpByCustomer;
        await coupons.ListUse(held.Customer, coupon.Value.Code, orderId, cancellationToken);
        return await TryCount(coupon, 1, orderId, held, (taken + 1, version), cancellationToken);
    }

    private async Task<Result<bool>?> TryCount(Stored<Coupon> read, int orders, string orderId, Redemption redemption, (int Taken, Azure.ETag ETag) customer, CancellationToken cancellationToken)
    {
        Coupon counted = read.Value with { Taken = read.Value.Taken + orders };
        if (!await coupons.TryCount(read, counted.Taken, orderId, redemption, customer, cancellationToken)) return null;
        if (counted.IsUsedUp != read.Value.IsUsedUp) await directory.Learn(counted, cancellationToken);
        return true;
    }

    /// <summary>Who uses coupons, however the address is written: keyed, since addresses are few enough to be tried.</summary>
    internal string NameOf(string email) => Convert.ToHexStringLower(signing.Sign("coupon", EmailAddress.Key(email)).AsSpan(0, 20));

    public void Dispose()
    {
        foreach (SemaphoreSlim turn in _turns) turn.Dispose();
    }

    /// <param name="attempt">Answers <c>null</c> when somebody came between.</param>
    private async Task<Result<bool>> Change(string code, Func<Task<Result<bool>?>> attempt, CancellationToken cancellationToken)
    {
        SemaphoreSlim turn = _turns[(uint)string.GetHashCode(code, StringComparison.Ordinal) % _turns.Length];
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
        throw new InvalidOperationException($"The coupon {code} is being used too quickly.");
    }
}
