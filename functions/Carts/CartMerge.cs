using Shop.Common;

namespace Shop.Carts;

/// <summary>What becomes of an article that is in both carts, or in one, when a customer signs in with a guest's cart.</summary>
public enum CartMergePolicy
{
    /// <summary>Both quantities together, as far as a line may go.</summary>
    Sum,

    /// <summary>The larger quantity.</summary>
    Max,

    /// <summary>The guest's lines take the place of the customer's; an empty guest's cart replaces nothing.</summary>
    Replace,
}

/// <summary>Puts one cart into another.</summary>
public static class CartMerge
{
    private const int MostRemembered = 100;

    /// <param name="into">The customer's cart; what it says of buyer, address and payment stays.</param>
    /// <param name="from">The guest's; it fills in what the other leaves open. In another currency its articles are priced in the customer's, unless there are no others.</param>
    public static Result<Cart> Run(Cart into, Cart from, CartMergePolicy policy)
    {
        IReadOnlyList<CartLine> lines = policy == CartMergePolicy.Replace && from.Lines.Count > 0 ? from.Lines : Together(into.Lines, from.Lines, policy);
        if (lines.Count > Cart.MostLines) return CartProblems.TooManyLines;
        bool allFromGuest = from.Lines.Count > 0 && (policy == CartMergePolicy.Replace || into.Lines.Count == 0);
        return into with
        {
            Lines = lines,
            Currency = allFromGuest ? from.Currency : into.Currency,
            Email = into.Email ?? from.Email,
            Phone = into.Phone ?? from.Phone,
            ShippingAddress = into.ShippingAddress ?? from.ShippingAddress,
            BillingAddress = into.BillingAddress ?? from.BillingAddress,
            ShippingOption = into.ShippingOption ?? from.ShippingOption,
            ShippingInsurance = into.ShippingInsurance || from.ShippingInsurance,
            PaymentMethod = into.PaymentMethod ?? from.PaymentMethod,
            Note = into.Note ?? from.Note,
            Analytics = into.Analytics ?? from.Analytics,
            Coupon = into.Coupon ?? from.Coupon,
            Credits = [.. into.Credits.Concat(from.Credits).DistinctBy(c => c.Id).Take(UseCredit.MostGiftCards + 1)],
            MergedCarts = [.. into.MergedCarts.Append(from.Id).TakeLast(MostRemembered)],
        };
    }

    private static List<CartLine> Together(IReadOnlyList<CartLine> into, IReadOnlyList<CartLine> from, CartMergePolicy policy)
    {
        List<CartLine> lines = [.. into];
        foreach (CartLine line in from)
        {
            int at = lines.FindIndex(l => l.Sku == line.Sku);
            if (at < 0) lines.Add(line);
            // The price that was seen last is the guest's: it was put in more recently.
            else lines[at] = line with { Quantity = policy == CartMergePolicy.Max ? Math.Max(lines[at].Quantity, line.Quantity) : Math.Min(lines[at].Quantity + line.Quantity, Cart.MostQuantity) };
        }
        return lines;
    }
}
