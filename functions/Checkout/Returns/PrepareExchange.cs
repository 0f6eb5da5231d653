using Azure;
using Shop.Carts;
using Shop.Catalog;
using Shop.Common;
using Shop.Http;
using Shop.Orders;
using Shop.Payments;

namespace Shop.Checkout;

/// <summary>
/// Puts what is wanted instead of returned goods into a cart of its own, with the credit that they gave. What it costs more or less by now, and what is no longer
/// there, is seen in the cart; the customer decides.
/// </summary>
public sealed class PrepareExchange(CartStore carts, CatalogIndex catalog, CreditStore credits, IssueCredit issue, Signing signing, TimeProvider clock)
{
    /// <returns>The cart's id: the same one however often it runs.</returns>
    public async Task<string> Run(Order order, OrderReturn returned, OrderRefund refund, CancellationToken cancellationToken)
    {
        string id = Ids.Unguessable("crt", refund.At, signing.Sign("exchange", returned.Id));
        DateTimeOffset now = clock.GetUtcNow();
        var cart = new Cart
        {
            Id = id, CustomerId = order.CustomerId, Currency = order.Currency, Locale = order.Locale, Email = order.Email, Phone = order.Phone,
            ShippingAddress = order.ShippingAddress, BillingAddress = order.BillingAddress, CreatedAt = now, UpdatedAt = now,
        };
        foreach (RefundedLine wanted in returned.ExchangeFor)
            if (CartLines.Add(cart, new AddCartLine(wanted.Sku, wanted.Quantity), catalog) is { Problem: null, Value: { } with }) cart = with;
        List<CreditTerms> terms = [];
        foreach (string account in refund.Credits.Select(c => c.AccountId ?? issue.IdOf($"{order.Id}|{refund.Id}")).Distinct(StringComparer.Ordinal))
            if (await credits.Find(account, cancellationToken) is { Value: { } found }) terms.Add(CreditTerms.Of(found, now));
        try
        {
            await carts.Insert(cart with { Credits = terms }, cancellationToken);
        }
        catch (RequestFailedException there) when (there.Status == 409)
        {
            // An earlier run of this step made it.
        }
        return id;
    }
}
