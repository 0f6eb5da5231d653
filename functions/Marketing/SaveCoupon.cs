using System.ComponentModel.DataAnnotations;
using Shop.Common;
using Shop.Http;
using Shop.Storage;

namespace Shop.Marketing;

/// <summary>What staff says of a coupon: <c>percentOff</c> or <c>amountOff</c>, one of the two.</summary>
/// <param name="Name">For staff.</param>
/// <param name="PercentOff">Of the items, rounded to what the currency charges.</param>
/// <param name="AmountOff">Never more than the items cost.</param>
/// <param name="MinimumSpend">The least that the items cost without it.</param>
/// <param name="Limit">How many orders may use it; none for any number.</param>
/// <param name="LimitPerCustomer">How many orders of one e-mail address.</param>
/// <param name="Groups">Only for members of one of these customer groups; everybody when absent.</param>
public sealed record CouponDraft(
    [property: StringLength(100, MinimumLength = 1)] string Name,
    [property: Range(1, 100)] int? PercentOff = null,
    Money? AmountOff = null,
    Money? MinimumSpend = null,
    DateTimeOffset? StartsAt = null,
    DateTimeOffset? EndsAt = null,
    [property: Range(1, 10_000_000)] int? Limit = null,
    [property: Range(1, 1000)] int? LimitPerCustomer = null,
    bool IsActive = true,
    GroupSet? Groups = null);

/// <summary>A coupon that does not exist yet.</summary>
/// <param name="Code">3 to 32 letters, digits and hyphens.</param>
/// <param name="Coupon">What it gives.</param>
public sealed record NewCoupon([property: RegularExpression(CouponStore.CodePattern)] string Code, CouponDraft Coupon);

/// <summary>Makes and changes coupons. What orders hold of one stays theirs; carts with another version of it are told at checkout. This instance follows at once,
/// the others within half a minute.</summary>
public sealed class SaveCoupon(CouponStore coupons, CouponDirectory directory, TimeProvider clock)
{
    public async Task<Result<Stored<Coupon>>> Create(NewCoupon wanted, CancellationToken cancellationToken)
    {
        string code = CouponStore.Normal(wanted.Code);
        if (Check(wanted.Coupon) is { } mistake) return mistake with { Errors = [.. mistake.Errors.Select(e => e with { Pointer = "/coupon" + e.Pointer })] };
        var coupon = new Coupon { Code = code, Name = "", Terms = Terms(code, wanted.Coupon), CreatedAt = clock.GetUtcNow() };
        if (await coupons.Insert(With(coupon, wanted.Coupon), cancellationToken) is not { } made) return CouponProblems.CodeTaken;
        await directory.Learn(made.Value, cancellationToken);
        return made;
    }

    /// <param name="ifMatch">Of the terms staff saw. Orders that come in between count on, and are no reason to refuse.</param>
    public async Task<Result<Stored<Coupon>>> Change(string code, CouponDraft wanted, IfMatch ifMatch, CancellationToken cancellationToken)
    {
        if (Check(wanted) is { } mistake) return mistake;
        while (await coupons.Find(code, cancellationToken) is { } before)
        {
            if (ifMatch.Check(before.Value.Edition) is { } stale) return stale;
            if (await coupons.Replace(before, With(before.Value, wanted), cancellationToken) is not { } saved) continue;
            await directory.Learn(saved.Value, cancellationToken);
            return saved;
        }
        return CouponProblems.NotFound;
    }

    private static Coupon With(Coupon coupon, CouponDraft wanted) => coupon with
    {
        Name = wanted.Name, Terms = Terms(coupon.Code, wanted), Limit = wanted.Limit, LimitPerCustomer = wanted.LimitPerCustomer, IsActive = wanted.IsActive,
    };

    private static CouponTerms Terms(string code, CouponDraft wanted) => new(code, wanted.PercentOff, wanted.AmountOff, wanted.MinimumSpend, wanted.StartsAt, wanted.EndsAt, wanted.Groups);

    private static Problem? Check(CouponDraft wanted)
    {
        Problem problem = CouponProblems.TermsInvalid;
        if (wanted.PercentOff is null == wanted.AmountOff is null) problem = problem.At("/percentOff", "or amountOff: exactly one of the two");
        if (wanted.AmountOff is { } amount && (amount.Amount <= 0 || amount.Amount % amount.Currency.Increment != 0)) problem = problem.At("/amountOff", "must be an amount above zero that the currency can charge");
        if (wanted.MinimumSpend is { Amount: < 0 }) problem = problem.At("/minimumSpend", "must not be negative");
        if (wanted is { AmountOff: { } off, MinimumSpend: { } least } && off.Currency != least.Currency) problem = problem.At("/minimumSpend", "must be in the currency of amountOff");
        if (wanted.EndsAt <= wanted.StartsAt) problem = problem.At("/endsAt", "must be after startsAt");
        if (wanted.Groups is { IsEmpty: true }) problem = problem.At("/groups", "must name a group, or be left out");
        return problem.Errors.Count > 0 ? problem : null;
    }
}
