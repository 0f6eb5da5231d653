using Shop.Common;
using Shop.Customers;
using Shop.Http;
using Shop.Marketing;
using Shop.Storage;

namespace Shop.Carts;

/// <summary>
/// Puts a coupon into a cart and takes it out. Its limits are counted at checkout; here it is only refused where it cannot help. Wrong codes are counted before anybody learns that they
/// are wrong, so that nobody tries many; a right one is known in memory.
/// </summary>
public sealed class UseCoupon(ChangeCart carts, PriceCart prices, CouponDirectory known, CouponStore coupons, Guesses guesses, CartOptions options, TimeProvider clock)
{
    private readonly AttemptRule _perClient = new("coupon-client", options.CouponCodesPerClientAddress);

    /// <param name="client">The client's address.</param>
    public Task<Result<Stored<Cart>>> Put(CartKey key, string code, string client, IfMatch ifMatch, CancellationToken cancellationToken) => carts.Run(key, ifMatch, async cart =>
    {
        (TimeSpan? wait, Coupon? found) = await guesses.Find(_perClient, client, () => Find(code));
        if (wait is { } blocked) return CouponProblems.TooManyGuesses(blocked);
        if (found is not { } coupon) return CouponProblems.Unknown;
        if (cart.Coupon is { } other && other.Code != coupon.Code) return CouponProblems.AnotherInCart;
        if (coupon.IsUsedUp) return CouponProblems.UsedUp;
        Money goods = (await prices.Run(cart with { Coupon = null, ShippingOption = null }, cancellationToken)).Goods;
        return coupon.Terms.RefusalFor(goods, cart.Groups, clock.GetUtcNow()) is { } refusal ? refusal : cart with { Coupon = coupon.Terms };
    }, cancellationToken);

    public Task<Result<Stored<Cart>>> TakeOut(CartKey key, string code, IfMatch ifMatch, CancellationToken cancellationToken) => carts.Run(key, ifMatch, cart =>
        string.Equals(cart.Coupon?.Code, code, StringComparison.OrdinalIgnoreCase) ? cart with { Coupon = null } : CartProblems.CouponNotInCart, cancellationToken);

    /// <summary>From memory; one that was made elsewhere a moment ago from storage.</summary>
    private async Task<Coupon?> Find(string code) => known.Find(code) ?? (await coupons.Find(code, CancellationToken.None) is { Value: { IsActive: true } coupon } ? coupon : null);

    /// <summary>Looks whether the cart's coupon still says what it said; where it does not, the cart gets it as it is now, or loses it.</summary>
    /// <returns>Whether nothing had to be changed.</returns>
    public async Task<bool> Holds(CartKey key, Cart cart, CancellationToken cancellationToken)
    {
        if (cart.Coupon is not { } terms) return true;
        CouponTerms? now = await coupons.Find(terms.Code, cancellationToken) is { Value: { IsActive: true, IsUsedUp: false } coupon } ? coupon.Terms : null;
        if (now == terms) return true;
        await carts.Run(key, IfMatch.Anything, changed => changed.Coupon == terms ? changed with { Coupon = now } : changed, cancellationToken);
        return false;
    }
}
