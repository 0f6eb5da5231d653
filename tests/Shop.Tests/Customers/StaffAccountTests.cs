using System.Net;
using System.Text.Json;
using OtpNet;
using Shop.Http;
using Shop.Tests.Journeys;

namespace Shop.Tests.Customers;

public sealed class StaffAccountTests(OpenShop open) : IClassFixture<OpenShop>
{
    private const string Password = "kata sandi pegawai";
    private readonly ShopHost _shop = open.Shop;

    [Fact]
    public async Task Somebody_is_invited_chooses_a_password_and_signs_in_with_their_roles()
    {
        Colleague colleague = await Invite("reports");

        string token = await SignIn(colleague.Email);

        Assert.Equal(HttpStatusCode.OK, await Status(HttpMethod.Get, "/v1/admin/journal", token));
        Assert.Equal(HttpStatusCode.Forbidden, await Status(HttpMethod.Get, "/v1/admin/staff", token));
        Assert.Contains(colleague.Email, await Text(await Send(HttpMethod.Get, "/v1/admin/staff", await _shop.SignInOwner())));
    }

    [Fact]
    public async Task An_invitation_works_once_and_its_address_once()
    {
        Colleague colleague = await Invite("orders");

        Assert.Equal(HttpStatusCode.UnprocessableEntity, (await _shop.Send(HttpMethod.Post, "/v1/admin/invitations/accept", new { token = colleague.Token, password = "another password" })).StatusCode);
        Assert.Equal(HttpStatusCode.Conflict, (await Send(HttpMethod.Post, "/v1/admin/staff", await _shop.SignInOwner(), new { email = colleague.Email, roles = new[] { "owner" } })).StatusCode);
    }

    [Fact]
    public async Task An_invitation_that_was_lost_is_mailed_again_until_it_is_accepted()
    {
        string owner = await _shop.SignInOwner(), email = $"baru-{Guid.NewGuid():n}@example.test";
        string path = "/v1/admin/staff/" + (await ShopClient.Json(await Send(HttpMethod.Post, "/v1/admin/staff", owner, new { email, roles = new[] { "orders" } }))).GetProperty("id").GetString();

        Assert.Equal(HttpStatusCode.Accepted, await Status(HttpMethod.Post, path + "/invitations", owner));
        await Until.True(async () => (await Text(await _shop.Send(HttpMethod.Get, "/emulator/mailbox", null, ("Accept", "application/json")))).Split(email).Length > 2, "two invitations");

        Colleague colleague = await Invite("orders");
        Assert.Contains("staff.invitation-accepted", await Text(await Send(HttpMethod.Post, $"/v1/admin/staff/{colleague.Id}/invitations", owner)));
    }

    [Fact]
    public async Task Other_roles_end_the_sessions_that_carry_the_old_ones()
    {
        Colleague colleague = await Invite("reports");
        string token = await SignIn(colleague.Email);
        string owner = await _shop.SignInOwner();
        string path = $"/v1/admin/staff/{colleague.Id}";
        HttpResponseMessage shown = await Send(HttpMethod.Get, path, owner);

        Assert.Equal((HttpStatusCode)428, await Status(HttpMethod.Patch, path, owner, new { roles = new[] { "catalog" } }));
        HttpResponseMessage changed = await _shop.Send(HttpMethod.Patch, path, new { roles = new[] { "catalog" } }, ("Authorization", "Bearer " + owner), ("If-Match", shown.Headers.ETag!.ToString()));

        Assert.Equal(HttpStatusCode.OK, changed.StatusCode);
        Assert.Equal(HttpStatusCode.Unauthorized, await Status(HttpMethod.Get, "/v1/admin/journal", token));
        Assert.Equal(HttpStatusCode.Forbidden, await Status(HttpMethod.Get, "/v1/admin/journal", await SignIn(colleague.Email)));
    }

    [Fact]
    public async Task Whoever_leaves_cannot_sign_in()
    {
        Colleague colleague = await Invite("reports");

        HttpResponseMessage changed = await _shop.Send(HttpMethod.Patch, $"/v1/admin/staff/{colleague.Id}", new { roles = Array.Empty<string>() }, ("Authorization", "Bearer " + await _shop.SignInOwner()), ("If-Match", "*"));

        Assert.Equal(HttpStatusCode.OK, changed.StatusCode);
        Assert.Contains("staff.credentials-wrong", await Text(await TrySignIn(colleague.Email)));
    }

    [Fact]
    public async Task An_owner_does_not_take_their_own_roles()
    {
        string owner = await _shop.SignInOwner();
        JsonElement everybody = await ShopClient.Json(await Send(HttpMethod.Get, "/v1/admin/staff", owner));
        string id = everybody.GetProperty("data").EnumerateArray().Single(m => m.GetProperty("email").GetString() == ShopHost.StaffEmail).GetProperty("id").GetString()!;

        Assert.Equal(HttpStatusCode.Conflict, (await _shop.Send(HttpMethod.Patch, $"/v1/admin/staff/{id}", new { roles = new[] { "reports" } }, ("Authorization", "Bearer " + owner), ("If-Match", "*"))).StatusCode);
    }

    [Fact]
    public async Task Signing_out_everywhere_and_another_password_end_every_session()
    {
        Colleague colleague = await Invite("reports");
        string token = await SignIn(colleague.Email);
        Assert.Equal(HttpStatusCode.NoContent, await Status(HttpMethod.Delete, "/v1/admin/sessions", token));
        Assert.Equal(HttpStatusCode.Unauthorized, await Status(HttpMethod.Get, "/v1/admin/journal", token));

        token = await SignIn(colleague.Email);
        Assert.Equal(HttpStatusCode.UnprocessableEntity, await Status(HttpMethod.Post, "/v1/admin/me/password", token, new { currentPassword = "wrong", newPassword = "sebuah sandi baru" }));
        Assert.Equal(HttpStatusCode.NoContent, await Status(HttpMethod.Post, "/v1/admin/me/password", token, new { currentPassword = Password, newPassword = "sebuah sandi baru" }));
        Assert.Equal(HttpStatusCode.Unauthorized, await Status(HttpMethod.Get, "/v1/admin/journal", token));
        await SignIn(colleague.Email, "sebuah sandi baru");

        token = await SignIn(colleague.Email, "sebuah sandi baru");
        Assert.Equal(HttpStatusCode.NoContent, await Status(HttpMethod.Delete, $"/v1/admin/staff/{colleague.Id}/sessions", await _shop.SignInOwner()));
        Assert.Equal(HttpStatusCode.Unauthorized, await Status(HttpMethod.Get, "/v1/admin/journal", token));
    }

    [Fact]
    public async Task Codes_are_asked_for_once_enrolled_and_none_is_taken_twice()
    {
        Colleague colleague = await Invite("reports");
        (Totp app, _) = await Enrol(colleague);

        Assert.Contains("staff.code-required", await Text(await TrySignIn(colleague.Email)));
        Assert.Contains("staff.code-wrong", await Text(await TrySignIn(colleague.Email, code: "000000")));
        _shop.Clock.Advance(TimeSpan.FromSeconds(60));
        string code = app.ComputeTotp(_shop.Clock.GetUtcNow().UtcDateTime);
        Assert.Equal(HttpStatusCode.OK, (await TrySignIn(colleague.Email, code: code)).StatusCode);
        Assert.Contains("staff.code-wrong", await Text(await TrySignIn(colleague.Email, code: code)));
    }

    [Fact]
    public async Task The_code_that_confirmed_signs_nobody_in()
    {
        Colleague colleague = await Invite("reports");
        (_, JsonElement confirmed) = await Enrol(colleague);
        Assert.Equal(10, confirmed.GetProperty("codes").GetArrayLength());

        Assert.Contains("staff.code-wrong", await Text(await TrySignIn(colleague.Email, code: colleague.LastCode)));
    }

    [Fact]
    public async Task A_recovery_code_works_once()
    {
        Colleague colleague = await Invite("reports");
        (_, JsonElement confirmed) = await Enrol(colleague);
        string recovery = confirmed.GetProperty("codes")[3].GetString()!;

        HttpResponseMessage[] together = await Task.WhenAll(TrySignIn(colleague.Email, code: recovery), TrySignIn(colleague.Email, code: recovery));

        Assert.Equal([HttpStatusCode.OK, HttpStatusCode.Unauthorized], together.Select(a => a.StatusCode).Order());
        Assert.Contains("staff.code-wrong", await Text(await TrySignIn(colleague.Email, code: recovery)));
    }

    [Fact]
    public async Task Codes_are_turned_off_with_a_last_one()
    {
        Colleague colleague = await Invite("reports");
        (Totp app, _) = await Enrol(colleague);
        _shop.Clock.Advance(TimeSpan.FromSeconds(60));
        JsonElement session = await ShopClient.Json(await TrySignIn(colleague.Email, code: app.ComputeTotp(_shop.Clock.GetUtcNow().UtcDateTime)));
        string token = session.GetProperty("accessToken").GetString()!;
        _shop.Clock.Advance(TimeSpan.FromSeconds(60));

        Assert.Equal(HttpStatusCode.NoContent, await Status(HttpMethod.Post, "/v1/admin/me/totp/end", token, new { code = app.ComputeTotp(_shop.Clock.GetUtcNow().UtcDateTime) }));
        await SignIn(colleague.Email);
    }

    [Fact]
    public async Task Whom_others_lock_out_by_guessing_opens_the_lock_with_a_mailed_link()
    {
        Colleague colleague = await Invite("reports");
        string before = await SignIn(colleague.Email);
        for (int i = 0; i < 10; i++) await TrySignIn(colleague.Email, "ditebak orang lain");
        Assert.Equal(HttpStatusCode.TooManyRequests, (await TrySignIn(colleague.Email)).StatusCode);

        HttpResponseMessage asked = await _shop.Send(HttpMethod.Post, "/v1/admin/password-resets", new { email = colleague.Email });
        HttpResponseMessage unknown = await _shop.Send(HttpMethod.Post, "/v1/admin/password-resets", new { email = $"tiada-{Guid.NewGuid():n}@example.test" });
        Assert.Equal((asked.StatusCode, await Text(asked), Operations(asked)), (unknown.StatusCode, await Text(unknown), Operations(unknown)));
        string token = await colleague.Member.MailedToken("account-reset");
        const string again = "sandi yang baru sekali";
        Assert.Equal(HttpStatusCode.NoContent, (await Reset(token, again)).StatusCode);

        Assert.Equal(HttpStatusCode.Unauthorized, await Status(HttpMethod.Get, "/v1/admin/journal", before));
        Assert.Contains("staff.credentials-wrong", await Text(await TrySignIn(colleague.Email)));
        await SignIn(colleague.Email, again);
        Assert.Contains("account.token-invalid", await Text(await Reset(token, "sandi yang ketiga")));
    }

    [Fact]
    public async Task A_link_for_a_new_password_is_void_once_it_was_changed_and_nobody_who_left_gets_one()
    {
        Colleague colleague = await Invite("reports");
        await _shop.Send(HttpMethod.Post, "/v1/admin/password-resets", new { email = colleague.Email });
        string token = await colleague.Member.MailedToken("account-reset");
        Assert.Equal(HttpStatusCode.NoContent, await Status(HttpMethod.Post, "/v1/admin/me/password", await SignIn(colleague.Email), new { currentPassword = Password, newPassword = "sebuah sandi baru" }));
        Assert.Contains("account.token-invalid", await Text(await Reset(token, "sandi yang ketiga")));

        Colleague left = await Invite("reports");
        await _shop.Send(HttpMethod.Patch, $"/v1/admin/staff/{left.Id}", new { roles = Array.Empty<string>() }, ("Authorization", "Bearer " + await _shop.SignInOwner()), ("If-Match", "*"));
        await _shop.Send(HttpMethod.Post, "/v1/admin/password-resets", new { email = left.Email });
        // What is asked later is mailed later: when that is there, the one before would be.
        await _shop.Send(HttpMethod.Post, "/v1/admin/password-resets", new { email = colleague.Email });
        await colleague.Member.Mails("account-reset", 2);
        Assert.Empty(await left.Member.Mails("account-reset", 0));
    }

    [Fact]
    public async Task An_owner_takes_anothers_lost_second_step_away_and_nobody_their_own()
    {
        Colleague colleague = await Invite("owner");
        string owner = await _shop.SignInOwner(), path = $"/v1/admin/staff/{colleague.Id}/totp";
        Assert.Contains("staff.codes-off", await Text(await Send(HttpMethod.Delete, path, owner)));
        (Totp app, _) = await Enrol(colleague);
        _shop.Clock.Advance(TimeSpan.FromSeconds(60));
        string signedIn = (await ShopClient.Json(await TrySignIn(colleague.Email, code: app.ComputeTotp(_shop.Clock.GetUtcNow().UtcDateTime)))).GetProperty("accessToken").GetString()!;
        Assert.Contains("staff.not-your-own-codes", await Text(await Send(HttpMethod.Delete, path, signedIn)));

        Assert.Equal(HttpStatusCode.NoContent, await Status(HttpMethod.Delete, path, await _shop.SignInOwner()));

        Assert.Equal(HttpStatusCode.Unauthorized, await Status(HttpMethod.Get, "/v1/admin/staff", signedIn));
        await SignIn(colleague.Email);
    }

    private Task<HttpResponseMessage> Reset(string token, string newPassword) => _shop.Send(HttpMethod.Post, "/v1/admin/password-resets/complete", new { token, newPassword });

    private static string Operations(HttpResponseMessage answer) => answer.Headers.GetValues("X-Storage-Operations").Single();

    private async Task<(Totp App, JsonElement Confirmed)> Enrol(Colleague colleague)
    {
        string token = await SignIn(colleague.Email);
        JsonElement enrolment = await ShopClient.Json(await Send(HttpMethod.Post, "/v1/admin/me/totp", token));
        Assert.StartsWith("otpauth://totp/", enrolment.GetProperty("uri").GetString());
        var app = new Totp(Base32Encoding.ToBytes(enrolment.GetProperty("secret").GetString()));
        await SignIn(colleague.Email);
        colleague.LastCode = app.ComputeTotp(_shop.Clock.GetUtcNow().UtcDateTime);
        return (app, await ShopClient.Json(await Send(HttpMethod.Post, "/v1/admin/me/totp/confirm", token, new { code = colleague.LastCode })));
    }

    private async Task<Colleague> Invite(string role)
    {
        var member = new Member(_shop);
        JsonElement made = await ShopClient.Json(await Send(HttpMethod.Post, "/v1/admin/staff", await _shop.SignInOwner(), new { email = member.Email, roles = new[] { role } }));
        string token = await member.MailedToken("staff-invite");
        Assert.Equal(HttpStatusCode.NoContent, (await _shop.Send(HttpMethod.Post, "/v1/admin/invitations/accept", new { token, password = Password })).StatusCode);
        return new Colleague(made.GetProperty("id").GetString()!, member, token);
    }

    private async Task<string> SignIn(string email, string password = Password) => (await ShopClient.Json(await TrySignIn(email, password))).GetProperty("accessToken").GetString()!;

    private Task<HttpResponseMessage> TrySignIn(string email, string password = Password, string? code = null) =>
        _shop.Send(HttpMethod.Post, "/v1/admin/sessions", code is null ? new { email, password } : new { email, password, code });

    private Task<HttpResponseMessage> Send(HttpMethod method, string path, string bearer, object? body = null) => _shop.Send(method, path, body, ("Authorization", "Bearer " + bearer));

    private async Task<HttpStatusCode> Status(HttpMethod method, string path, string bearer, object? body = null) => (await Send(method, path, bearer, body)).StatusCode;

    private static Task<string> Text(HttpResponseMessage response) => response.Content.ReadAsStringAsync(TestContext.Current.CancellationToken);

    private sealed record Colleague(string Id, Member Member, string Token)
    {
        public string Email => Member.Email;

        public string LastCode { get; set; } = "";
    }
}
