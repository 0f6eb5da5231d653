using Shop.Catalog;
using Shop.Common;

namespace Shop.Carts;

/// <summary>Every refusal of this module.</summary>
public static class CartProblems
{
    public static Problem Unknown { get; } = new(404, "cart.unknown", "There is no such cart.");

    public static Problem Expired { get; } = new(410, "cart.expired", "This cart was left alone for too long and is gone. Make a new one.");

    public static Problem Merged { get; } = new(410, "cart.merged", "This cart was put into the customer's other one. Claim it again to learn which.");

    public static Problem NoneOpen { get; } = new(404, "cart.none-open", "The customer has no open cart.");

    public static Problem CheckedOut { get; } = new(409, "cart.checked-out", "This cart was checked out and cannot be changed. Its order is in orderId.");

    public static Problem LineUnknown { get; } = new(404, "cart.line-unknown", "The cart has no line with this SKU.");

    public static Problem CouponNotInCart { get; } = new(404, "cart.coupon-not-in-cart", "The cart has no coupon with this code.");

    public static Problem TooManyLines { get; } = new(422, "cart.too-many-lines", $"A cart has at most {Cart.MostLines} lines.");

    public static Problem TotalTooLarge { get; } = new(422, "cart.total-too-large", "The cart would cost more than can be charged at once. Buy it in several orders.");

    public static Problem QuantityOutOfRange { get; } = new Problem(422, "cart.quantity-out-of-range", $"A line has from 1 to {Cart.MostQuantity} of an article.").At("/quantity", $"must leave the line with 1 to {Cart.MostQuantity}");

    public static Problem SkuUnknown { get; } = new Problem(404, "catalog.sku-unknown", "No article with this SKU is sold.").At("/sku", "is not sold");

    public static Problem CurrencyUnsupported { get; } = new Problem(422, "cart.currency-unsupported", "The shop does not sell in this currency.").At("/currency", "is not one of the shop's currencies");

    public static Problem NotSoldInCurrency(Currency currency) =>
        new Problem(422, "cart.not-sold-in-currency", $"This article has no price in {currency}. Fill a cart in another currency, or ask the list with currency={currency} what there is.").At("/sku", $"is not sold in {currency}");

    public static Problem ShippingOptionUnknown { get; } = new Problem(422, "cart.shipping-option-unknown", "This way of shipping is not offered for this cart.").At("/shippingOption", "is not among the cart's shipping options");

    public static Problem PaymentMethodUnknown { get; } = new Problem(422, "cart.payment-method-unknown", "This way to pay is not offered.").At("/paymentMethod", "is not among the cart's payment methods");

    public static Problem EmailInvalid { get; } = new Problem(422, "cart.email-invalid", "Mail cannot be sent to this address.").At("/email", "is not an e-mail address");

    /// <summary>Two changes met again and again; nothing was lost, this one was not made.</summary>
    public static Problem Busy { get; } = new(503, "cart.busy", "The cart is being changed elsewhere; try again.") { RetryAfter = TimeSpan.FromSeconds(1) };

    public static Problem QuantityNotSold(QuantityRule rule) => new Problem(422, "cart.quantity-not-sold", $"This article is sold {rule.InWords}.").At("/quantity", $"is sold {rule.InWords}");

    public static Problem Insufficient(int available) => new Problem(409, "stock.insufficient", $"Only {available} can be sold.").At("/quantity", $"at most {available} can be sold");
}
