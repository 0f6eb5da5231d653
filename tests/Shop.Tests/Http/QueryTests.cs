using Shop.Http;

namespace Shop.Tests.Http;

public sealed class QueryTests
{
    private static readonly Cursors Cursors = new(HttpTesting.Signing);

    [Fact]
    public void Values_are_read_by_their_type()
    {
        Query query = HttpTesting.Get("/p?limit=5&q=%20kopi%20&inStock=true&sort=-price&option.Color=Red&option.Color=Blue&from=2026-01-31").ReadQuery();

        Assert.Equal(5, query.Limit());
        Assert.Equal("kopi", query.Text("q"));
        Assert.True(query.Flag("inStock"));
        Assert.Equal("-price", query.OneOf("sort", ["relevance", "-price"]));
        Assert.Equal(["Red", "Blue"], query.Prefixed("option.")["Color"]);
        Assert.Equal(new DateOnly(2026, 1, 31), query.Date("from"));
        Assert.Null(query.Problem);
    }

    [Theory]
    [InlineData(20, 50)]
    [InlineData(21, 1, "?option.*")]
    [InlineData(1, 51, "?option.A0")]
    public void Names_under_a_prefix_and_their_values_are_bounded(int names, int values, params string[] pointers)
    {
        Query query = HttpTesting.Get("/p?" + string.Join('&', Enumerable.Range(0, names).SelectMany(n => Enumerable.Range(0, values).Select(v => $"option.A{n}={v}")))).ReadQuery();
        query.Prefixed("option.");
        Assert.Equal(pointers, query.Problem?.Errors.Select(e => e.Pointer) ?? []);
        Assert.Equal(pointers.Length == 0 ? null : "request.invalid", query.Problem?.Code);
    }

    [Fact]
    public void Absent_values_have_their_fallbacks()
    {
        Query query = HttpTesting.Get("/p").ReadQuery();

        Assert.Equal(20, query.Limit());
        Assert.Null(query.Text("q"));
        Assert.Null(query.Flag("inStock"));
        Assert.Equal("relevance", query.OneOf("sort", ["relevance", "-price"]));
        Assert.Null(query.Cursor(Cursors));
        Assert.Null(query.Problem);
    }

    [Theory]
    [InlineData("limit=0", "?limit")]
    [InlineData("limit=101", "?limit")]
    [InlineData("limit=x", "?limit")]
    [InlineData("limit=1&limit=2", "?limit")]
    [InlineData("Limit=1", "?Limit")]
    [InlineData("inStock=yes", "?inStock")]
    [InlineData("sort=random", "?sort")]
    [InlineData("cursor=abc", "?cursor")]
    [InlineData("cursor=%00%ff", "?cursor")]
    [InlineData("utm_source=x", "?utm_source")]
    [InlineData("limit=0&inStock=1", "?limit", "?inStock")]
    public void Bad_values_and_unknown_names_are_told(string text, params string[] pointers)
    {
        Query query = HttpTesting.Get("/p?" + text).ReadQuery();
        query.Limit();
        query.Flag("inStock");
        query.OneOf("sort", ["relevance", "-price"]);
        query.Cursor(Cursors);

        Assert.Equal(pointers, query.Problem?.Errors.Select(e => e.Pointer));
        Assert.Equal(400, query.Problem?.Status);
    }

    [Fact]
    public void A_cursor_leads_on_in_its_own_list_whatever_the_limit()
    {
        string cursor = Cursors.Next(HttpTesting.Get("/p?q=kopi&limit=2"), "prd_5|title")!;

        Assert.Equal("prd_5|title", Read($"/p?limit=50&q=kopi&cursor={cursor}"));
        Assert.Null(Cursors.Next(HttpTesting.Get("/p"), null));
    }

    [Fact]
    public void A_cursor_of_another_list_or_a_changed_one_is_refused()
    {
        string cursor = Cursors.Next(HttpTesting.Get("/p?q=kopi"), "prd_5")!;

        Assert.Null(Read($"/p?q=teh&cursor={cursor}"));
        Assert.Null(Read($"/other?q=kopi&cursor={cursor}"));
        Assert.Null(Read($"/p?q=kopi&cursor={(cursor[0] == 'A' ? 'B' : 'A') + cursor[1..]}"));
        Assert.Null(Read($"/p?q=kopi&cursor={cursor}AAAA"));
    }

    private static string? Read(string pathAndQuery)
    {
        Query query = HttpTesting.Get(pathAndQuery).ReadQuery();
        query.Text("q");
        query.Limit();
        string? position = query.Cursor(Cursors);
        Assert.Equal(position is null, query.Problem is not null);
        return position;
    }
}
