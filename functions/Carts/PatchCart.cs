using Shop.Common;
using Shop.Http;
using Shop.Payments;
using Shop.Storage;

namespace Shop.Carts;

/// <summary>Writes down who buys, where it goes, how it is shipped and paid.</summary>
public sealed class PatchCart(ChangeCart carts, PriceCart prices, PaymentMethods methods, UseCredit credits)
{
    public Task<Result<Stored<Cart>>> Run(CartKey key, CartPatch patch, IfMatch ifMatch, CancellationToken cancellationToken)
    {
        return patch.UseStoreCredit is true ? carts.RunRemembered(key, ifMatch, Change, cancellationToken) : carts.Run(key, ifMatch, Change, cancellationToken);

        async Task<Result<Cart>> Change(Cart cart)
        {
            Cart changed = cart with
            {
                Email = patch.Email.Or(cart.Email),
                Phone = patch.Phone.Or(cart.Phone),
                ShippingAddress = patch.ShippingAddress.Or(cart.ShippingAddress),
                BillingAddress = patch.BillingAddress.Or(cart.BillingAddress),
                ShippingOption = patch.ShippingOption.Or(cart.ShippingOption),
                ShippingInsurance = patch.ShippingInsurance.Or(cart.ShippingInsurance),
                PaymentMethod = patch.PaymentMethod.Or(cart.PaymentMethod),
                Note = patch.Note.Or(cart.Note),
                Analytics = !patch.Analytics.IsSet ? cart.Analytics : patch.Analytics.Value is { Consent: true } agreed ? new AnalyticsClient(agreed.ClientId, agreed.SessionId) : null,
            };
            if (changed.Email is { } email && !EmailAddress.IsValid(email)) return CartProblems.EmailInvalid;
            if (patch.PaymentMethod is { IsSet: true, Value: { } method } && methods.Find(method) is null) return CartProblems.PaymentMethodUnknown;
            if (patch.ShippingOption is { IsSet: true, Value: not null })
            {
                PricedCart shipped = await prices.Run(changed, cancellationToken);
                if (shipped.Shipping is null) return CartProblems.ShippingOptionUnknown;
                if (shipped.Beyond.Amount > 0) return CartProblems.TotalTooLarge;
            }
            return patch.UseStoreCredit is { } use ? await credits.StoreCredit(changed, use, cancellationToken) : changed;
        }
    }
}
