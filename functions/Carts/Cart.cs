using System.Text.Json.Serialization;
using Shop.Catalog;
using Shop.Common;
using Shop.Marketing;
using Shop.Payments;

namespace Shop.Carts;

/// <summary>What a shopper has put aside to buy. Prices are not part of it: they are read afresh whenever the cart is shown.</summary>
public sealed record Cart
{
    public const int MostLines = 100;

    /// <summary>Of one SKU.</summary>
    public const int MostQuantity = 999;

    /// <summary><c>crt_…</c>, unguessable: whoever knows it may use the cart.</summary>
    public required string Id { get; init; }

    /// <summary>Whose it is; <c>null</c> for a guest's, which its id alone opens.</summary>
    public string? CustomerId { get; init; }

    /// <summary>The customer's cart that this one was put into; it is history from then on.</summary>
    public string? MergedInto { get; init; }

    /// <summary>The carts that were put into this one, so that none is put in twice.</summary>
    public IReadOnlyList<string> MergedCarts { get; init; } = [];

    public required Currency Currency { get; init; }

    /// <summary>The customer groups whose prices apply: its customer's, as their access token said at the last read or change. A guest's has none.</summary>
    public GroupSet Groups { get; init; } = GroupSet.None;

    /// <summary>The language of mails about it.</summary>
    public required string Locale { get; init; }

    public IReadOnlyList<CartLine> Lines { get; init; } = [];

    [Personal]
    public string? Email { get; init; }

    [Personal]
    public string? Phone { get; init; }

    [Personal]
    public Address? ShippingAddress { get; init; }

    [Personal]
    public Address? BillingAddress { get; init; }

    /// <summary>The id of one of the shipping options.</summary>
    public string? ShippingOption { get; init; }

    /// <summary>Whether the parcel is insured, where its way of shipping offers that.</summary>
    public bool ShippingInsurance { get; init; }

    /// <summary>The id of one of the payment methods.</summary>
    public string? PaymentMethod { get; init; }

    [Personal]
    public string? Note { get; init; }

    /// <summary>Under which name the sale is measured; <c>null</c> unless the shopper agreed to it.</summary>
    [Personal]
    public AnalyticsClient? Analytics { get; init; }

    /// <summary>What its coupon promised when it was put in; checkout sees whether that still holds.</summary>
    public CouponTerms? Coupon { get; init; }

    /// <summary>Gift cards and store credit that it is paid with, as they were when they were put in; checkout sees what there is.</summary>
    public IReadOnlyList<CreditTerms> Credits { get; init; } = [];

    public required DateTimeOffset CreatedAt { get; init; }

    public required DateTimeOffset UpdatedAt { get; init; }

    /// <summary>The order it became; its own column in the row, so that checkout sets it without rewriting the cart.</summary>
    [JsonIgnore]
    public string? OrderId { get; init; }

    /// <summary>Which prices its lines have.</summary>
    [JsonIgnore]
    public PriceList Prices => new(Currency, Groups);

    [JsonIgnore]
    public bool IsCheckedOut => OrderId is not null;

    /// <summary>Whether it can still be bought from.</summary>
    public bool IsOpen(CartOptions options, DateTimeOffset now) => !IsCheckedOut && MergedInto is null && UpdatedAt.AddDays(options.ExpireAfterDays) >= now;

    /// <summary>Puts more of a SKU in; the same SKU adds up on one line.</summary>
    /// <param name="sku">What.</param>
    /// <param name="quantity">How many more, at least 1.</param>
    /// <param name="price">What it costs now: a later price is shown beside this one.</param>
    public Result<Cart> Add(Sku sku, int quantity, Money price)
    {
        int at = IndexOf(sku);
        int before = at < 0 ? 0 : Lines[at].Quantity;
        if (quantity < 1 || quantity > MostQuantity - before) return CartProblems.QuantityOutOfRange;
        if (at >= 0) return With(at, new CartLine(sku, before + quantity, price));
        if (Lines.Count == MostLines) return CartProblems.TooManyLines;
        return this with { Lines = [.. Lines, new CartLine(sku, quantity, price)] };
    }

    /// <summary>Sets how many; 0 takes the line out.</summary>
    public Result<Cart> Set(Sku sku, int quantity, Money? price)
    {
        int at = IndexOf(sku);
        if (at < 0) return CartProblems.LineUnknown;
        if (quantity is < 0 or > MostQuantity) return CartProblems.QuantityOutOfRange;
        return quantity == 0
            ? this with { Lines = [.. Lines.Where(l => l.Sku != sku)] }
            : With(at, new CartLine(sku, quantity, price ?? Lines[at].PriceSeen));
    }

    public int QuantityOf(Sku sku) => IndexOf(sku) is var at and >= 0 ? Lines[at].Quantity : 0;

    private int IndexOf(Sku sku)
    {
        for (int i = 0; i < Lines.Count; i++)
            if (Lines[i].Sku == sku) return i;
        return -1;
    }

    private Cart With(int at, CartLine line)
    {
        CartLine[] lines = [.. Lines];
        lines[at] = line;
        return this with { Lines = lines };
    }
}

/// <param name="PriceSeen">What one cost when the shopper last changed the line.</param>
public sealed record CartLine(Sku Sku, int Quantity, Money PriceSeen);
