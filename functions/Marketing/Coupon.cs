using System.Security.Cryptography;
using System.Text.Json;
using System.Text.Json.Serialization;
using Azure;
using Shop.Common;

namespace Shop.Marketing;

/// <summary>A code that makes a cart cheaper: so much percent or so much money off its items.</summary>
public sealed record Coupon
{
    /// <summary>Upper case; how shoppers type it does not matter.</summary>
    public required string Code { get; init; }

    /// <summary>For staff.</summary>
    public required string Name { get; init; }

    public required CouponTerms Terms { get; init; }

    /// <summary>How many orders may use it; <c>null</c> without limit.</summary>
    public int? Limit { get; init; }

    /// <summary>How many orders of one customer, known by the e-mail address, may use it.</summary>
    public int? LimitPerCustomer { get; init; }

    /// <summary>Whether it can be used at all.</summary>
    public bool IsActive { get; init; } = true;

    public required DateTimeOffset CreatedAt { get; init; }

    /// <summary>Orders that use it now, paid or waiting for their payment.</summary>
    public int Taken { get; init; }

    [JsonIgnore]
    public bool IsUsedUp => Taken >= Limit;

    /// <summary>Changes with what staff says, and not with the orders that use it.</summary>
    [JsonIgnore]
    internal ETag Edition => new(Convert.ToHexString(SHA256.HashData(JsonSerializer.SerializeToUtf8Bytes(this with { Taken = 0 }, ShopJson.Options))));
}

/// <summary>What a coupon gives. A cart keeps a copy, so that pricing it asks nobody; checkout sees whether the copy still holds.</summary>
/// <param name="Code">Of the coupon.</param>
/// <param name="PercentOff">1 to 100; or else <paramref name="AmountOff"/>.</param>
/// <param name="AmountOff">Never more than the items cost.</param>
/// <param name="MinimumSpend">The least that the items cost without it.</param>
/// <param name="StartsAt">From when; <c>null</c> since ever.</param>
/// <param name="EndsAt">Until before when; <c>null</c> for good.</param>
/// <param name="Groups">Only for members of one of these customer groups; <c>null</c> for everybody.</param>
public sealed record CouponTerms(
    string Code, int? PercentOff, Money? AmountOff, Money? MinimumSpend, DateTimeOffset? StartsAt, DateTimeOffset? EndsAt, GroupSet? Groups = null)
{
    /// <summary>Why it gives nothing; <c>null</c> when it does.</summary>
    /// <param name="items">What the items cost without it.</param>
    /// <param name="groups">Those that the customer is in.</param>
    public Problem? RefusalFor(Money items, GroupSet groups, DateTimeOffset now)
    {
        if (Groups is { } members && !members.Meets(groups)) return CouponProblems.NotForYou;
        if (now < StartsAt) return CouponProblems.NotStarted(StartsAt.Value);
        if (now >= EndsAt) return CouponProblems.Ended;
        if ((AmountOff ?? MinimumSpend)?.Currency is { } currency && currency != items.Currency) return CouponProblems.OtherCurrency;
        return MinimumSpend is { } minimum && items < minimum ? CouponProblems.BelowMinimum(minimum) : null;
    }

    /// <summary>
    /// The discount of each line, rounded half up once for the whole cart and split by largest remainder, so that the lines add up to it.
    /// </summary>
    /// <param name="lines">What each line costs without it.</param>
    public IReadOnlyList<Money> Split(IReadOnlyList<Money> lines, Currency currency)
    {
        Money items = lines.Sum(currency);
        if (items.Amount <= 0) return [.. lines.Select(_ => Money.Zero(currency))];
        Money discount = PercentOff is { } percent ? items.Share(percent, 100) : AmountOff is { } amount && amount < items ? amount : items;
        return discount.Split([.. lines.Select(l => l.Amount)]);
    }
}
