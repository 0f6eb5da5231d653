using Azure;
using Microsoft.AspNetCore.Http;
using Shop.Common;
using Shop.Http;

namespace Shop.Tests.Http;

public sealed class RespondTests
{
    private static readonly ETag Version = new("W/\"datetime'2026-01-01T00%3A00%3A00.0000000Z'\"");

    [Fact]
    public async Task A_value_is_JSON_that_no_cache_keeps()
    {
        Answered answered = await Respond.Ok(new Health("ok"), Version).Execute();

        Assert.Equal(200, answered.Status);
        Assert.Equal("""{"status":"ok"}""", answered.Text);
        Assert.Equal("application/json; charset=utf-8", answered.Headers.ContentType);
        Assert.Equal("no-store", answered.Headers.CacheControl);
        Assert.Matches("^\"[A-Za-z0-9_-]{20}\"$", answered.Headers.ETag.ToString());
    }

    [Fact]
    public async Task A_problem_is_problem_json_with_its_errors_and_retry()
    {
        Problem problem = new Problem(429, "test.busy", "Busy.") { RetryAfter = TimeSpan.FromMilliseconds(1500) }.At("/a", "is wrong");

        Answered answered = await problem.ToHttp().Execute();

        Assert.Equal(429, answered.Status);
        Assert.Equal("application/problem+json", answered.Headers.ContentType);
        Assert.Equal("2", answered.Headers.RetryAfter);
        Assert.Equal("test.busy", answered.Code);
        Assert.Equal("Too Many Requests", answered.Json.GetProperty("title").GetString());
        Assert.Equal("/a", answered.Json.GetProperty("errors")[0].GetProperty("pointer").GetString());
    }

    [Fact]
    public async Task Unauthenticated_tells_how_to_sign_in() =>
        Assert.Equal("Bearer", (await HttpProblems.Unauthenticated.ToHttp().Execute()).Headers.WWWAuthenticate);

    [Theory]
    [InlineData("\"v1\"", 304)]
    [InlineData("W/\"v1\"", 304)]
    [InlineData("\"v0\", \"v1\"", 304)]
    [InlineData("*", 304)]
    [InlineData("\"v2\"", 200)]
    [InlineData("v1", 200)]
    public async Task What_the_caller_has_is_not_sent_again(string ifNoneMatch, int status)
    {
        HttpRequest request = HttpTesting.Get("/");
        request.Headers.IfNoneMatch = ifNoneMatch;

        Answered answered = await Respond.Cached(request, new Health("ok"), "\"v1\"").Execute(request);

        Assert.Equal(status, answered.Status);
        Assert.Equal("\"v1\"", answered.Headers.ETag);
        Assert.Equal(status == 304, answered.Text.Length == 0);
    }

    [Fact]
    public async Task HEAD_has_the_length_but_no_body()
    {
        HttpRequest request = HttpTesting.Request("HEAD", "/");
        Answered answered = await Respond.Ok(new Health("ok")).Execute(request);

        Assert.Equal("", answered.Text);
        Assert.Equal(15, request.HttpContext.Response.ContentLength);
    }

    [Theory]
    [InlineData(null, true)]
    [InlineData("*", true)]
    [InlineData("current", true)]
    [InlineData("\"other\"", false)]
    [InlineData("nonsense", false)]
    public void If_Match_is_held_against_the_row(string? ifMatch, bool matches)
    {
        HttpRequest request = HttpTesting.Get("/");
        if (ifMatch is not null) request.Headers.IfMatch = ifMatch == "current" ? ETags.Strong(Version) : ifMatch;

        Assert.Equal(matches ? null : 412, request.IfMatch().Check(Version)?.Status);
    }

    [Fact]
    public void A_weak_tag_never_matches()
    {
        HttpRequest request = HttpTesting.Get("/");
        request.Headers.IfMatch = "W/" + ETags.Strong(Version);

        Assert.Equal(412, request.IfMatch().Check(Version)?.Status);
    }

    [Theory]
    [InlineData("", "id")]
    [InlineData("en", "en")]
    [InlineData("en-GB,id;q=0.5", "en")]
    [InlineData("fr, en;q=0.4, id;q=0.6", "id")]
    [InlineData("english", "id")]
    [InlineData("fr", "id")]
    [InlineData("en;q=0", "id")]
    [InlineData(";;;", "id")]
    public void The_language_is_the_one_most_wanted_that_we_speak(string acceptLanguage, string locale)
    {
        HttpRequest request = HttpTesting.Get("/");
        request.Headers.AcceptLanguage = acceptLanguage;

        Assert.Equal(locale, request.Locale());
    }

    [Fact]
    public void An_order_token_opens_its_order_alone()
    {
        var tokens = new OrderTokens(HttpTesting.Signing);
        string token = tokens.For("ord_1");

        Assert.Equal(43, token.Length);
        Assert.True(tokens.Opens("ord_1", token));
        Assert.False(tokens.Opens("ord_2", token));
        Assert.False(tokens.Opens("ord_1", ""));
        Assert.False(tokens.Opens("ord_1", null));
        Assert.False(tokens.Opens("ord_1", token[..42]));
        Assert.False(tokens.Opens("ord_1", new string('*', 43)));
    }
}
