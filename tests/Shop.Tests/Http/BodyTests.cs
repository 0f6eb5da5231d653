using System.ComponentModel.DataAnnotations;
using Microsoft.AspNetCore.Http;
using Shop.Common;
using Shop.Http;

namespace Shop.Tests.Http;

public sealed class BodyTests
{
    public sealed record Line(Sku Sku, [Range(1, 999)] int Quantity);

    public sealed record Draft([StringLength(20, MinimumLength = 1)] string Name, IReadOnlyList<Line>? Lines = null, Money? Price = null, Size? Size = null, double? Weight = null, Dictionary<string, string>? Attributes = null);

    public enum Size { Small, ExtraLarge }

    public sealed record Patch(Optional<string?> Note = default, Optional<string> Title = default, [Range(1, 9)] Optional<int> Count = default);

    [Theory]
    [InlineData("application/json; charset=utf-8")]
    [InlineData("application/json; charset=\"UTF-8\"")]
    public async Task UTF8_may_be_named_with_or_without_quotes(string contentType) =>
        Assert.Null((await HttpTesting.Request("POST", "/", """{"name":"x"}""", contentType).ReadBody<Draft>()).Problem);

    [Fact]
    public async Task A_good_body_becomes_its_type()
    {
        Result<Draft> read = await Read<Draft>("""{"name":"Kopi","lines":[{"sku":"KOPI-250","quantity":2}],"price":{"amount":100,"currency":"IDR"},"size":"extraLarge"}""");

        Assert.Null(read.Problem);
        Assert.Equal(new Line(Sku.Parse("KOPI-250"), 2), Assert.Single(read.Value.Lines!));
        Assert.Equal(new Money(100, Currency.Idr), read.Value.Price);
        Assert.Equal(Size.ExtraLarge, read.Value.Size);
    }

    [Theory]
    [InlineData("""{"name":"x","colour":1}""", "/colour")]
    [InlineData("""{"Name":"x"}""", "/Name", "/name")]
    [InlineData("""{}""", "/name")]
    [InlineData("""{"name":null}""", "/name")]
    [InlineData("""{"name":7}""", "/name")]
    [InlineData("""{"name":""}""", "/name")]
    [InlineData("""{"name":"x","name":"y"}""", "/name")]
    [InlineData("""{"name":"\ud800"}""", "/name")]
    [InlineData("""{"name":"a\u0000b"}""", "/name")]
    [InlineData("""{"name":"x","lines":{}}""", "/lines")]
    [InlineData("""{"name":"x","lines":[null]}""", "/lines/0")]
    [InlineData("""{"name":"x","lines":[{"sku":"A","quantity":1},{"sku":"no spaces","quantity":-1,"a/b~c":0}]}""", "/lines/1/sku", "/lines/1/quantity", "/lines/1/a~1b~0c")]
    [InlineData("""{"name":"x","lines":[{"sku":"A","quantity":"1"}]}""", "/lines/0/quantity")]
    [InlineData("""{"name":"x","lines":[{"sku":"A","quantity":1.5}]}""", "/lines/0/quantity")]
    [InlineData("""{"name":"x","lines":[{"sku":"A","quantity":99999999999}]}""", "/lines/0/quantity")]
    [InlineData("""{"name":"x","price":{"amount":1}}""", "/price/currency")]
    [InlineData("""{"name":"x","price":{"amount":1,"currency":"XXX"}}""", "/price/currency")]
    [InlineData("""{"name":"x","size":"medium"}""", "/size")]
    [InlineData("""{"name":"x","size":1}""", "/size")]
    [InlineData("""{"name":"x","weight":1e999}""", "/weight")]
    [InlineData("""{"name":"x","attributes":{"a":null}}""", "/attributes/a")]
    [InlineData("""[]""", "")]
    [InlineData("""null""", "")]
    [InlineData("""{"name":"x",}""", "")]
    [InlineData("""{"name":NaN}""", "")]
    [InlineData("""{"name":"x"} {}""", "")]
    [InlineData("", "")]
    public async Task Every_mistake_is_told_with_its_pointer(string body, params string[] pointers)
    {
        Result<Draft> read = await Read<Draft>(body);

        Assert.Equal(400, read.Problem?.Status);
        Assert.Equal("request.invalid", read.Problem!.Code);
        Assert.Equal(pointers, read.Problem.Errors.Select(e => e.Pointer));
    }

    [Fact]
    public async Task Nesting_beyond_the_limit_is_refused() =>
        Assert.Equal(400, (await Read<Draft>("{\"name\":" + new string('[', 5000) + new string(']', 5000) + "}")).Problem?.Status);

    [Fact]
    public async Task No_name_of_our_types_is_told()
    {
        Result<Draft> read = await Read<Draft>("""{"lines":7,"price":"x","size":[]}""");

        Assert.All(read.Problem!.Errors, e => Assert.DoesNotContain("Shop.", e.Detail));
        Assert.All(read.Problem.Errors, e => Assert.DoesNotContain("System.", e.Detail));
    }

    [Fact]
    public async Task Bytes_that_are_not_UTF8_are_refused()
    {
        HttpRequest request = HttpTesting.Post("/", "");
        request.Body = new MemoryStream([(byte)'"', 0xC3, 0x28, (byte)'"']);
        request.ContentLength = 4;

        Assert.Equal(400, (await request.ReadBody<Draft>()).Problem?.Status);
    }

    [Theory]
    [InlineData("text/plain")]
    [InlineData("application/xml")]
    [InlineData("application/json; charset=utf-16")]
    [InlineData("application/merge-patch+json")]
    [InlineData(null)]
    public async Task Another_media_type_is_415(string? contentType) =>
        Assert.Equal(415, (await HttpTesting.Request("POST", "/", """{"name":"x"}""", contentType).ReadBody<Draft>()).Problem?.Status);

    [Fact]
    public async Task A_merge_patch_may_be_sent_under_its_own_media_type() =>
        Assert.Null((await HttpTesting.Request("PATCH", "/", "{}", "application/merge-patch+json").ReadBody<Patch>()).Problem);

    [Fact]
    public async Task A_declared_length_above_the_limit_is_refused_unread()
    {
        HttpRequest request = HttpTesting.Post("/", "{}");
        request.ContentLength = BodyLimitAttribute.Default + 1;
        request.Body = new Unreadable();

        Assert.Equal(413, (await request.ReadBody<Draft>()).Problem?.Status);
    }

    [Fact]
    public async Task A_body_without_length_is_counted_while_it_comes()
    {
        HttpRequest request = HttpTesting.Post("/", new string(' ', (int)BodyLimitAttribute.Default + 1));
        request.ContentLength = null;

        Assert.Equal(413, (await request.ReadBody<Draft>()).Problem?.Status);
    }

    [Fact]
    public async Task A_patch_tells_left_out_from_null()
    {
        Patch nothing = (await Read<Patch>("{}")).Value;
        Patch cleared = (await Read<Patch>("""{"note":null,"count":3}""")).Value;

        Assert.False(nothing.Note.IsSet);
        Assert.Equal("old", nothing.Note.Or("old"));
        Assert.True(cleared.Note.IsSet);
        Assert.Null(cleared.Note.Or("old"));
        Assert.Equal(3, cleared.Count.Or(1));
    }

    [Theory]
    [InlineData("""{"count":null}""", "/count")]
    [InlineData("""{"count":10}""", "/count")]
    [InlineData("""{"note":5}""", "/note")]
    [InlineData("""{"title":null}""", "/title")]
    public async Task A_patch_is_checked_like_any_body(string body, string pointer) =>
        Assert.Equal([pointer], (await Read<Patch>(body)).Problem?.Errors.Select(e => e.Pointer));

    [Fact]
    public async Task An_optional_body_may_be_absent() => Assert.Null((await HttpTesting.Request("POST", "/").ReadOptionalBody<Patch>()).Problem);

    private static Task<Result<T>> Read<T>(string body) where T : notnull => HttpTesting.Post("/", body).ReadBody<T>();

    private sealed class Unreadable : MemoryStream
    {
        public override ValueTask<int> ReadAsync(Memory<byte> buffer, CancellationToken cancellationToken = default) => throw new InvalidOperationException("It was read.");
    }
}
