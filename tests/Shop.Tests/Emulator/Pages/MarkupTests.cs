using Shop.Emulator.Pages;

namespace Shop.Tests.Emulator.Pages;

public sealed class MarkupTests
{
    [Fact]
    public void Whatever_stands_in_a_hole_is_encoded()
    {
        string hostile = "\"><script>alert('&')</script>";
        Assert.Equal("""<a title="&quot;&gt;&lt;script&gt;alert(&#x27;&amp;&#x27;)&lt;/script&gt;">✓ Ibu Kartini 1,5</a>""", Markup.Of($"""<a title="{hostile}">{"✓ Ibu Kartini"} {1},{5L}</a>""").ToString());
    }

    [Fact]
    public void Markup_stays_as_it_is_however_often_it_is_nested()
    {
        Markup[] rows = [Markup.Of($"<b>{"<"}</b>"), Markup.None, Markup.Of($"<i>{(string?)null}</i>")];
        Assert.Equal("<p><b>&lt;</b><i></i></p>", Markup.Of($"<p>{rows}</p>").ToString());
    }

    [Theory]
    [InlineData(0.4, "<1 ms")]
    [InlineData(340, "340 ms")]
    [InlineData(3_400, "3.4 s")]
    [InlineData(303_000, "5 min 3 s")]
    [InlineData(1_800_000, "30 min")]
    [InlineData(86_400_000, "1 d")]
    [InlineData(266_400_000, "3 d 2 h")]
    public void A_length_is_told_in_the_unit_that_suits_it(double milliseconds, string told) => Assert.Equal(told, Elements.Length(TimeSpan.FromMilliseconds(milliseconds)));
}
