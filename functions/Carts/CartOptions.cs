using System.ComponentModel.DataAnnotations;

namespace Shop.Carts;

/// <summary>Section <c>Carts</c>.</summary>
public sealed class CartOptions
{
    /// <summary>A cart that nobody changed for so long is gone.</summary>
    [Range(1, 365)]
    public int ExpireAfterDays { get; init; } = 30;

    /// <summary>What happens when a customer who has an open cart signs in with a guest's.</summary>
    public CartMergePolicy MergePolicy { get; init; } = CartMergePolicy.Sum;

    /// <summary>A cart that nobody changed for so long was left by its shopper.</summary>
    [Range(5, 7 * 24 * 60)]
    public int AbandonedAfterMinutes { get; init; } = 120;

    /// <summary>How many wrong codes of gift cards one client address may try in a quarter of an hour.</summary>
    [Range(1, 10_000)]
    public int GiftCardCodesPerClientAddress { get; init; } = 30;

    /// <summary>How many wrong codes of coupons one client address may try in a quarter of an hour. Many customers may share an address behind a provider's network.</summary>
    [Range(1, 1_000_000)]
    public int CouponCodesPerClientAddress { get; init; } = 300;
}
