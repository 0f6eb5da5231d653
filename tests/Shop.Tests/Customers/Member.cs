using System.Net;
using System.Text.Json;
using System.Text.RegularExpressions;
using Shop.Tests.Journeys;

namespace Shop.Tests.Customers;

/// <summary>Somebody with an account, or on the way to one: every step is a request that a client would make.</summary>
internal sealed partial class Member(ShopHost shop)
{
    public const string Password = "rahasia-sekali";

    public string Email { get; } = $"budi-{Guid.NewGuid():n}@example.test";

    public string AccessToken { get; private set; } = "";

    public string RefreshToken { get; private set; } = "";

    public (string Name, string Value) Bearer => ("Authorization", "Bearer " + AccessToken);

    public static async Task<Member> Join(ShopHost shop)
    {
        var member = new Member(shop);
        Assert.Equal(HttpStatusCode.Created, (await member.Register()).StatusCode);
        await member.Verify(await member.MailedToken("account-verify"));
        return member;
    }

    public Task<HttpResponseMessage> Register(string? email = null) => shop.Send(HttpMethod.Post, "/v1/store/customers", new { email = email ?? Email, password = Password, name = "Budi Santoso", termsVersion = "2026-01" });

    public async Task Verify(string token) => Keep(await ShopClient.Json(await TryVerify(token)));

    public Task<HttpResponseMessage> TryVerify(string token, string password = Password) => shop.Send(HttpMethod.Post, "/v1/store/customers/verify", new { token, password });

    public async Task SignIn(string password = Password) => Keep(await ShopClient.Json(await TrySignIn(password)));

    public Task<HttpResponseMessage> TrySignIn(string password = Password) => shop.Send(HttpMethod.Post, "/v1/store/sessions", new { email = Email, password });

    public async Task Refresh() => Keep(await ShopClient.Json(await TryRefresh(RefreshToken)));

    public Task<HttpResponseMessage> TryRefresh(string refreshToken) => shop.Send(HttpMethod.Post, "/v1/store/sessions/refresh", new { refreshToken });

    public Task<HttpResponseMessage> Send(HttpMethod method, string path, object? body = null, params (string Name, string Value)[] headers) => shop.Send(method, path, body, [Bearer, .. headers]);

    public async Task<JsonElement> Get(string path) => await ShopClient.Json(await Send(HttpMethod.Get, path));

    public async Task<HttpStatusCode> Status(string path) => (await Send(HttpMethod.Get, path)).StatusCode;

    /// <summary>The token in the newest mail of this kind.</summary>
    /// <param name="template">Part of the mail's Message-ID.</param>
    /// <param name="number">How many such mails there must be.</param>
    public async Task<string> MailedToken(string template, int number = 1)
    {
        JsonElement[] mails = await Mails(template, number);
        return Token().Match(mails[0].GetRawText()).Groups[1].Value;
    }

    /// <summary>Waits until so many mails of the kind have come; newest first.</summary>
    public Task<JsonElement[]> Mails(string template, int atLeast) => Until.Found(async () =>
    {
        JsonElement mailbox = await ShopClient.Json(await shop.Send(HttpMethod.Get, "/emulator/mailbox", null, ("Accept", "application/json")));
        JsonElement[] mine = [.. mailbox.GetProperty("data").EnumerateArray().Where(m => m.GetProperty("to").ToString().Contains(Email, StringComparison.Ordinal) && m.GetRawText().Contains(template, StringComparison.Ordinal))];
        return mine.Length >= atLeast ? mine : null;
    }, $"{atLeast} mails {template} to {Email}");

    private void Keep(JsonElement session) => (AccessToken, RefreshToken) = (session.GetProperty("accessToken").GetString()!, session.GetProperty("refreshToken").GetString()!);

    [GeneratedRegex("#token=([A-Za-z0-9_-]+)", RegexOptions.None, 1000)]
    private static partial Regex Token();
}
