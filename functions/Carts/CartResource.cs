using System.ComponentModel.DataAnnotations;
using Shop.Common;
using Shop.Http;
using Shop.Payments;
using Shop.Shipping;

namespace Shop.Carts;

/// <summary>A cart as clients see it, priced afresh.</summary>
/// <param name="OrderId">The order it became, once it is checked out.</param>
public sealed record CartResource(
    string Id, Currency Currency, IReadOnlyList<CartLineResource> Lines, IReadOnlyList<string> Coupons, string? Email, string? Phone, Address? ShippingAddress, Address? BillingAddress,
    string? ShippingOption, string? PaymentMethod, string? Note, CartAnalytics? Analytics, Totals Totals, IReadOnlyList<CartNotice> Notices, CartStatus Status, string? OrderId)
{
    /// <summary>Whether the parcel is insured, where its way of shipping offers that; the totals' shipping contains it.</summary>
    public bool ShippingInsurance { get; init; }

    /// <summary>Gift cards and store credit, with what each gives.</summary>
    public required IReadOnlyList<OrderCredit> Credits { get; init; }

    /// <summary>What is left to pay; the total is the price.</summary>
    public required Money ToPay { get; init; }

    public static CartResource From(PricedCart priced)
    {
        Cart cart = priced.Cart;
        return new CartResource(
            cart.Id, cart.Currency,
            [.. priced.Lines.Select(l => new CartLineResource(l.Sku, l.Title, l.Quantity, l.UnitPrice, l.Discount, l.Total, l.Available, l.Notices) { Terms = l.Digital?.Terms })],
            cart.Coupon is null ? [] : [cart.Coupon.Code], cart.Email, cart.Phone, cart.ShippingAddress, cart.BillingAddress, cart.ShippingOption, cart.PaymentMethod, cart.Note, cart.Analytics is { } client ? new CartAnalytics(client.ClientId, client.SessionId, Consent: true) : null, priced.Totals, priced.Notices,
            cart.IsCheckedOut ? CartStatus.CheckedOut : CartStatus.Open, cart.OrderId)
        {
            ShippingInsurance = cart.ShippingInsurance,
            Credits = [.. cart.Credits.Select(c => priced.Credits.FirstOrDefault(g => g.Id == c.Id) ?? new OrderCredit(c.Id, c.Kind, c.Name, Money.Zero(cart.Currency)))],
            ToPay = priced.ToPay,
        };
    }
}

public enum CartStatus { Open, CheckedOut }

/// <param name="Discount">Of the line; the total is without it.</param>
/// <param name="Available">How many can be sold now; null without limit.</param>
public sealed record CartLineResource(Sku Sku, string Title, int Quantity, Money UnitPrice, Money Discount, Money Total, int? Available, IReadOnlyList<CartNotice> Notices)
{
    /// <summary>What must be accepted when it is checked out; null for nothing.</summary>
    public TermsOfUse? Terms { get; init; }
}

/// <param name="Currency">ISO 4217, one that the shop sells in; the customer's when absent, else its own.</param>
public sealed record NewCart(Currency? Currency = null, [property: MaxLength(Cart.MostLines)] IReadOnlyList<AddCartLine>? Lines = null);

/// <param name="Quantity">How many more.</param>
public sealed record AddCartLine(Sku Sku, int Quantity);

/// <param name="Code">As it was told to the shopper; upper and lower case are the same.</param>
public sealed record PutCoupon([property: StringLength(32, MinimumLength = 1)] string Code);

/// <param name="Code">As it was mailed; case, hyphens and spaces do not matter.</param>
public sealed record PutGiftCard([property: StringLength(CreditCode.MostTyped, MinimumLength = 1)] string Code);

/// <param name="Quantity">How many there are then; 0 takes the line out.</param>
public sealed record SetQuantity(int Quantity);

/// <summary>A merge patch: what is left out stays, null clears.</summary>
/// <param name="UseStoreCredit">Of a customer's cart: whether their store credit pays as much of it as it can.</param>
public sealed record CartPatch(
    [property: StringLength(EmailAddress.MaxLength)] Optional<string?> Email = default,
    [property: StringLength(25)] Optional<string?> Phone = default,
    Optional<Address?> ShippingAddress = default,
    Optional<Address?> BillingAddress = default,
    [property: StringLength(64)] Optional<string?> ShippingOption = default,
    [property: StringLength(64)] Optional<string?> PaymentMethod = default,
    [property: StringLength(1000)] Optional<string?> Note = default,
    Optional<CartAnalytics?> Analytics = default,
    Optional<bool> ShippingInsurance = default,
    bool? UseStoreCredit = null);

/// <summary>Whether the shopper agrees that the sale is measured, and under which name. Without consent nothing of it is kept.</summary>
/// <param name="ClientId">Drawn at random by the browser, as in GA4's cookie <c>_ga</c>; never something that says who they are.</param>
/// <param name="SessionId">Of the visit.</param>
/// <param name="Consent">false withdraws it.</param>
public sealed record CartAnalytics(
    [property: RegularExpression("^[A-Za-z0-9._-]{1,64}$")] string ClientId,
    [property: RegularExpression("^[A-Za-z0-9._-]{1,64}$")] string? SessionId = null,
    bool Consent = false);

/// <param name="Data">The ways this cart can be shipped; none when nothing is shipped or the address is missing.</param>
public sealed record ShippingOptionList(IReadOnlyList<ShippingRate> Data);

/// <param name="Data">The ways this cart can be paid.</param>
public sealed record PaymentMethodList(IReadOnlyList<PaymentMethod> Data);
