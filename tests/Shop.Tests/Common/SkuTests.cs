using Shop.Common;

namespace Shop.Tests.Common;

public sealed class SkuTests
{
    [Theory]
    [InlineData("A")]
    [InlineData("KOPI-GAYO_250.g")]
    [InlineData("...")]
    [InlineData(".x")]
    public void Letters_digits_dots_underscores_and_hyphens_are_a_SKU(string text) => Assert.Equal(text, Sku.Parse(text).Value);

    [Theory]
    [InlineData("")]
    [InlineData("a b")]
    [InlineData("a/b")]
    [InlineData("a\n")]
    [InlineData(".")]
    [InlineData("..")]
    public void What_cannot_stand_in_a_path_is_none(string text) => Assert.False(Sku.TryParse(text, out _));
}
