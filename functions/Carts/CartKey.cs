using Microsoft.AspNetCore.Http;
using Shop.Http;

namespace Shop.Carts;

/// <summary>A cart's id with who asks for it: no cart is read without, so that a customer's opens to nobody else.</summary>
public readonly record struct CartKey(string Id, Principal Caller);

public static class CartKeyReading
{
    public static CartKey CartKey(this HttpRequest request, string cartId) => new(cartId, request.Principal());
}
