using Shop.Carts;
using Shop.Common;

namespace Shop.Tests.Carts;

public sealed class CartMergeTests
{
    [Theory]
    [InlineData(CartMergePolicy.Sum, "A×2 B×5 C×1")]
    [InlineData(CartMergePolicy.Max, "A×2 B×3 C×1")]
    [InlineData(CartMergePolicy.Replace, "B×2 C×1")]
    public void What_is_in_both_follows_the_policy(CartMergePolicy policy, string lines) =>
        Assert.Equal(lines, Told(CartMerge.Run(Cart("mine", ("A", 2), ("B", 3)), Cart("guest", ("B", 2), ("C", 1)), policy)));

    [Theory]
    [InlineData(CartMergePolicy.Sum)]
    [InlineData(CartMergePolicy.Max)]
    [InlineData(CartMergePolicy.Replace)]
    public void An_empty_guests_cart_takes_nothing_away(CartMergePolicy policy) => Assert.Equal("A×2", Told(CartMerge.Run(Cart("mine", ("A", 2)), Cart("guest"), policy)));

    [Fact]
    public void A_sum_goes_as_far_as_a_line_may() => Assert.Equal("A×999", Told(CartMerge.Run(Cart("mine", ("A", 998)), Cart("guest", ("A", 2)), CartMergePolicy.Sum)));

    [Fact]
    public void More_lines_than_a_cart_has_are_refused_and_not_dropped()
    {
        Cart mine = Cart("mine", [.. Enumerable.Range(0, 60).Select(i => ($"A{i}", 1))]);
        Cart guest = Cart("guest", [.. Enumerable.Range(0, 60).Select(i => ($"B{i}", 1))]);

        Assert.Equal("cart.too-many-lines", CartMerge.Run(mine, guest, CartMergePolicy.Sum).Problem?.Code);
    }

    [Fact]
    public void The_customers_own_details_stay_and_the_guests_fill_the_gaps()
    {
        Cart merged = CartMerge.Run(Cart("mine") with { Email = "mine@example.test" }, Cart("guest") with { Email = "guest@example.test", Phone = "0812345" }, CartMergePolicy.Sum).Value;

        Assert.Equal(("mine@example.test", "0812345"), (merged.Email, merged.Phone));
        Assert.Equal(["guest"], merged.MergedCarts);
    }

    [Theory]
    [InlineData(CartMergePolicy.Sum, true, "IDR")]
    [InlineData(CartMergePolicy.Max, true, "IDR")]
    [InlineData(CartMergePolicy.Replace, true, "USD")]
    [InlineData(CartMergePolicy.Sum, false, "USD")]
    public void The_customers_cart_keeps_its_currency_unless_everything_in_it_is_the_guests(CartMergePolicy policy, bool filled, string currency)
    {
        Cart guest = Cart("guest", ("B", 2)) with { Currency = Currency.Parse("USD") };

        Assert.Equal(currency, CartMerge.Run(filled ? Cart("mine", ("A", 1)) : Cart("mine"), guest, policy).Value.Currency.Code);
        Assert.Equal("IDR", CartMerge.Run(Cart("mine"), guest with { Lines = [] }, policy).Value.Currency.Code);
    }

    private static string Told(Result<Cart> merged) => string.Join(' ', merged.Value.Lines.Select(l => $"{l.Sku}×{l.Quantity}"));

    private static Cart Cart(string id, params (string Sku, int Quantity)[] lines) => new()
    {
        Id = id, Currency = Currency.Parse("IDR"), Locale = "id", CreatedAt = default, UpdatedAt = default,
        Lines = [.. lines.Select(l => new CartLine(Sku.Parse(l.Sku), l.Quantity, new Money(100, Currency.Parse("IDR"))))],
    };
}
