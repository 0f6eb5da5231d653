using System.Net;
using System.Text.Json;
using Azure.Data.Tables;
using Shop.Common;
using Shop.Customers;
using Shop.Http;
using Shop.Storage;
using Shop.Tests.Journeys;

namespace Shop.Tests.Customers;

public sealed class AccountTests(OpenShop open) : IClassFixture<OpenShop>
{
    private static readonly CancellationToken Cancel = TestContext.Current.CancellationToken;
    private readonly ShopHost _shop = open.Shop;

    [Fact]
    public async Task Somebody_registers_verifies_the_address_and_is_signed_in()
    {
        Member member = await Member.Join(_shop);

        JsonElement me = await member.Get("/v1/store/me");
        Assert.Equal((member.Email, "Budi Santoso", "id"), (me.GetProperty("email").GetString(), me.GetProperty("name").GetString(), me.GetProperty("locale").GetString()));
        Assert.Equal("terms", (await member.Get("/v1/store/me/consents")).GetProperty("data")[0].GetProperty("purpose").GetString());
        await member.SignIn();
        Assert.Equal(HttpStatusCode.OK, await member.Status("/v1/store/me"));
    }

    [Fact]
    public async Task Until_the_address_is_verified_there_is_no_account()
    {
        var member = new Member(_shop);
        await member.Register();
        await member.MailedToken("account-verify");

        await Refused(await member.TrySignIn(), 401, "account.credentials-wrong");
    }

    [Fact]
    public async Task Registering_tells_nobody_whether_an_address_has_an_account()
    {
        Member member = await Member.Join(_shop);

        HttpResponseMessage known = await member.Register();
        var stranger = new Member(_shop);
        HttpResponseMessage unknown = await stranger.Register();

        Assert.Equal((known.StatusCode, Operations(known)), (unknown.StatusCode, Operations(unknown)));
        Assert.Equal((await Text(unknown)).Replace(stranger.Email, "", StringComparison.Ordinal), (await Text(known)).Replace(member.Email, "", StringComparison.Ordinal));
        Assert.Contains("sudah punya akun", (await member.Mails("account-exists", 1))[0].GetProperty("subject").GetString());
        await stranger.MailedToken("account-verify");
    }

    [Fact]
    public async Task Signing_in_and_resetting_tell_nobody_either()
    {
        Member member = await Member.Join(_shop);
        var stranger = new Member(_shop);

        HttpResponseMessage wrong = await member.TrySignIn("not the password");
        HttpResponseMessage nobody = await stranger.TrySignIn("not the password");
        HttpResponseMessage asked = await _shop.Send(HttpMethod.Post, "/v1/store/password-resets", new { email = member.Email });
        HttpResponseMessage askedInVain = await _shop.Send(HttpMethod.Post, "/v1/store/password-resets", new { email = stranger.Email });

        await Refused(wrong, 401, "account.credentials-wrong");
        await Refused(nobody, 401, "account.credentials-wrong");
        Assert.Equal(Operations(wrong), Operations(nobody));
        Assert.Equal((asked.StatusCode, Operations(asked), await Text(asked)), (askedInVain.StatusCode, Operations(askedInVain), await Text(askedInVain)));
    }

    [Fact]
    public async Task A_stranger_gains_nothing_when_the_owner_of_an_address_opens_the_link()
    {
        var member = new Member(_shop);
        await member.Register();
        string token = await member.MailedToken("account-verify");

        await Refused(await member.TryVerify(token, "what the owner guesses"), 401, "account.credentials-wrong");
        await Refused(await member.TrySignIn(), 401, "account.credentials-wrong");
    }

    [Fact]
    public async Task A_mailed_token_works_once_and_in_its_time_and_is_kept_as_a_hash()
    {
        var first = new Member(_shop);
        await first.Register();
        string token = await first.MailedToken("account-verify");
        var second = new Member(_shop);
        await second.Register();
        string late = await second.MailedToken("account-verify");
        TableClient table = _shop.Service<ShopStorage>().Table("OneTimeTokens");
        await foreach (TableEntity row in table.QueryAsync<TableEntity>(cancellationToken: Cancel))
            Assert.DoesNotContain(token, string.Join('|', ((IDictionary<string, object>)row).Values));

        await first.Verify(token);
        _shop.Clock.Advance(TimeSpan.FromHours(48));

        await Refused(await first.TryVerify(token), 422, "account.token-invalid");
        await Refused(await second.TryVerify(late), 422, "account.token-invalid");
        await Refused(await second.TryVerify(late[..^1] + (late[^1] == 'A' ? 'B' : 'A')), 422, "account.token-invalid");
    }

    [Fact]
    public async Task A_verification_that_broke_off_blocks_its_address_for_nobody()
    {
        var member = new Member(_shop);
        // The sign-in was made, the customer was not.
        await _shop.Service<SignInStore>().TryAdd(EmailAddress.Key(member.Email), new CustomerSignIn("cus_gone", "", _shop.Clock.GetUtcNow()), Cancel);
        await member.Register();
        string token = await member.MailedToken("account-verify");
        await Refused(await member.TryVerify(token), 422, "account.token-invalid");

        _shop.Clock.Advance(TimeSpan.FromMinutes(11));

        await member.Verify(token);
        Assert.Equal(member.Email, (await member.Get("/v1/store/me")).GetProperty("email").GetString());
    }

    [Fact]
    public async Task A_link_for_a_new_password_goes_to_the_address_as_its_owner_wrote_it()
    {
        Member member = await Member.Join(_shop);

        await _shop.Send(HttpMethod.Post, "/v1/store/password-resets", new { email = member.Email.ToUpperInvariant() });

        Assert.Contains(member.Email, (await member.Mails("account-reset", 1))[0].GetProperty("to").ToString(), StringComparison.Ordinal);
    }

    [Fact]
    public async Task Two_registrations_of_one_address_make_one_account()
    {
        var member = new Member(_shop);
        await member.Register();
        string first = await member.MailedToken("account-verify");
        await member.Register();
        await member.Mails("account-verify", 2);
        string second = await member.MailedToken("account-verify", 2);
        Assert.NotEqual(first, second);

        HttpResponseMessage[] answers = await Task.WhenAll(member.TryVerify(first), member.TryVerify(second));

        Assert.Equal([HttpStatusCode.OK, HttpStatusCode.UnprocessableEntity], answers.Select(a => a.StatusCode).Order());
    }

    [Fact]
    public async Task A_refresh_token_gets_the_next_pair()
    {
        Member member = await Member.Join(_shop);
        string before = member.RefreshToken;
        _shop.Clock.Advance(CustomerTokens.Lifetime);
        Assert.Equal(HttpStatusCode.Unauthorized, await member.Status("/v1/store/me"));

        await member.Refresh();

        Assert.NotEqual(before, member.RefreshToken);
        Assert.Equal(HttpStatusCode.OK, await member.Status("/v1/store/me"));
    }

    [Fact]
    public async Task Two_tabs_that_refresh_together_stay_signed_in()
    {
        Member member = await Member.Join(_shop);

        HttpResponseMessage[] answers = await Task.WhenAll(Enumerable.Range(0, 4).Select(_ => member.TryRefresh(member.RefreshToken)));

        string[] next = await Task.WhenAll(answers.Select(async a => (await ShopClient.Json(a)).GetProperty("refreshToken").GetString()!));
        Assert.Single(next.Distinct());
        Assert.Equal(HttpStatusCode.OK, (await member.TryRefresh(next[0])).StatusCode);
    }

    [Fact]
    public async Task A_refresh_token_that_comes_again_ends_the_whole_session()
    {
        Member member = await Member.Join(_shop);
        string stolen = member.RefreshToken;
        await member.Refresh();
        _shop.Clock.Advance(TimeSpan.FromSeconds(10));

        await Refused(await member.TryRefresh(stolen), 401, "account.refresh-reused");

        await Refused(await member.TryRefresh(member.RefreshToken), 401, "account.refresh-invalid");
    }

    [Fact]
    public async Task An_older_generation_is_reuse_at_once()
    {
        Member member = await Member.Join(_shop);
        string stolen = member.RefreshToken;
        await member.Refresh();
        await member.Refresh();

        await Refused(await member.TryRefresh(stolen), 401, "account.refresh-reused");
    }

    [Fact]
    public async Task A_tampered_or_expired_refresh_token_is_refused_and_ends_nothing()
    {
        Member member = await Member.Join(_shop);
        string[] parts = member.RefreshToken.Split('.');

        await Refused(await member.TryRefresh(member.RefreshToken[..^1] + (member.RefreshToken[^1] == 'A' ? 'E' : 'A')), 401, "account.refresh-invalid");
        await Refused(await member.TryRefresh($"{parts[0]}.{parts[1]}.2.{parts[3]}"), 401, "account.refresh-invalid");
        await Refused(await member.TryRefresh("nonsense"), 401, "account.refresh-invalid");
        await member.Refresh();

        _shop.Clock.Advance(TimeSpan.FromDays(30));
        await Refused(await member.TryRefresh(member.RefreshToken), 401, "account.refresh-invalid");
    }

    [Fact]
    public async Task A_tampered_access_token_is_nobodys()
    {
        Member member = await Member.Join(_shop);
        string[] parts = member.AccessToken.Split('.');
        string none = "eyJhbGciOiJub25lIiwidHlwIjoiSldUIn0";

        foreach (string token in (string[])[$"{parts[0]}.{parts[1]}.AAAA", $"{none}.{parts[1]}.", $"{parts[0]}.{parts[1]}x.{parts[2]}", await _shop.SignInOwner()])
            Assert.Equal(HttpStatusCode.Unauthorized, (await _shop.Send(HttpMethod.Get, "/v1/store/me", null, ("Authorization", "Bearer " + token))).StatusCode);
        Assert.Equal(HttpStatusCode.Unauthorized, (await _shop.Send(HttpMethod.Get, "/v1/admin/journal", null, member.Bearer)).StatusCode);
    }

    [Fact]
    public async Task Signing_out_ends_this_session_and_no_other()
    {
        Member member = await Member.Join(_shop);
        string other = member.RefreshToken;
        await member.SignIn();

        Assert.Equal(HttpStatusCode.NoContent, (await member.Send(HttpMethod.Delete, "/v1/store/sessions/current")).StatusCode);

        await Refused(await member.TryRefresh(member.RefreshToken), 401, "account.refresh-invalid");
        Assert.Equal(HttpStatusCode.OK, (await member.TryRefresh(other)).StatusCode);
    }

    [Fact]
    public async Task A_customer_sees_where_they_are_signed_in_and_ends_it_on_one_device()
    {
        (Member member, Member stranger) = (await Member.Join(_shop), await Member.Join(_shop));
        const string Phone = "Mozilla/5.0 (Linux; Android 14; Pixel 8) AppleWebKit/537.36 (KHTML, like Gecko) Chrome/126.0.0.0 Mobile Safari/537.36";
        _shop.Clock.Advance(TimeSpan.FromSeconds(1));
        JsonElement phone = await ShopClient.Json(await _shop.Send(HttpMethod.Post, "/v1/store/sessions", new { email = member.Email, password = Member.Password }, ("User-Agent", Phone)));
        (string, string) held = ("Authorization", "Bearer " + phone.GetProperty("accessToken").GetString());

        JsonElement[] sessions = [.. (await member.Get("/v1/store/sessions")).GetProperty("data").EnumerateArray()];
        Assert.Equal([("Chrome, Android", false), (null, true)], sessions.Select(s => (s.GetProperty("device").GetString(), s.GetProperty("isCurrent").GetBoolean())));
        Assert.True(sessions[0].GetProperty("startedAt").GetDateTimeOffset() > sessions[1].GetProperty("startedAt").GetDateTimeOffset());
        string one = $"/v1/store/sessions/{sessions[0].GetProperty("id").GetString()}";
        await Refused(await stranger.Send(HttpMethod.Delete, one), 404, "account.session-unknown");
        await Refused(await member.Send(HttpMethod.Delete, "/v1/store/sessions/ses_1"), 404, "account.session-unknown");
        Assert.Equal(HttpStatusCode.OK, (await _shop.Send(HttpMethod.Get, "/v1/store/me", null, held)).StatusCode);

        Assert.Equal(HttpStatusCode.NoContent, (await member.Send(HttpMethod.Delete, one)).StatusCode);

        Assert.Equal(HttpStatusCode.Unauthorized, (await _shop.Send(HttpMethod.Get, "/v1/store/me", null, held)).StatusCode);
        await Refused(await member.TryRefresh(phone.GetProperty("refreshToken").GetString()!), 401, "account.refresh-invalid");
        await Refused(await member.Send(HttpMethod.Delete, one), 404, "account.session-unknown");
        Assert.Single((await member.Get("/v1/store/sessions")).GetProperty("data").EnumerateArray());
        await member.Refresh();
    }

    [Theory]
    [InlineData("Mozilla/5.0 (iPhone; CPU iPhone OS 17_5 like Mac OS X) AppleWebKit/605.1.15 (KHTML, like Gecko) Version/17.5 Mobile/15E148 Safari/604.1", "Safari, iPhone")]
    [InlineData("Mozilla/5.0 (Windows NT 10.0; Win64; x64) AppleWebKit/537.36 (KHTML, like Gecko) Chrome/126.0.0.0 Safari/537.36 Edg/126.0.0.0", "Edge, Windows")]
    [InlineData("Mozilla/5.0 (X11; Linux x86_64; rv:127.0) Gecko/20100101 Firefox/127.0", "Firefox, Linux")]
    [InlineData("Mozilla/5.0 (Macintosh; Intel Mac OS X 10_15_7) something", "Mac")]
    [InlineData("curl/8.7.1", null)]
    [InlineData("", null)]
    public void A_device_is_named_so_that_its_owner_knows_it_and_no_closer(string userAgent, string? name) => Assert.Equal(name, Devices.Of(userAgent));

    [Fact]
    public async Task Sessions_that_ran_out_are_told_to_nobody_and_go_by_themselves_and_so_do_records_of_mails()
    {
        Member member = await Member.Join(_shop);
        string id = (await member.Get("/v1/store/me")).GetProperty("id").GetString()!;
        CustomerStore customers = _shop.Service<CustomerStore>();
        string session = Assert.Single(await customers.Sessions(id, Cancel)).Id;
        await _shop.Service<global::Shop.Email.EmailStore>().MarkSent($"{id}.long-ago", "account-verify", Cancel);
        _shop.Clock.Advance(TimeSpan.FromDays(30) + TimeSpan.FromSeconds(1));
        await member.SignIn();
        Assert.NotEqual(session, Assert.Single((await member.Get("/v1/store/me/export")).GetProperty("sessions").EnumerateArray()).GetProperty("id").GetString());

        _shop.Clock.Advance(TimeSpan.FromDays(1));
        await Until.True(async () => await customers.FindSession(id, session, Cancel) is null, "the session to go");
        Assert.Single(await customers.Sessions(id, Cancel));
        Assert.True(await _shop.Service<global::Shop.Email.EmailStore>().WasSent($"{id}.long-ago", Cancel));
        _shop.Clock.Advance(TimeSpan.FromDays(60));
        await Until.True(async () => !await _shop.Service<global::Shop.Email.EmailStore>().WasSent($"{id}.long-ago", Cancel), "the record of the mail to go");
    }

    [Fact]
    public async Task Signing_out_everywhere_ends_every_session_and_access_token()
    {
        Member member = await Member.Join(_shop);
        string other = member.RefreshToken;
        await member.SignIn();

        Assert.Equal(HttpStatusCode.NoContent, (await member.Send(HttpMethod.Delete, "/v1/store/sessions")).StatusCode);

        Assert.Equal(HttpStatusCode.Unauthorized, await member.Status("/v1/store/me"));
        await Refused(await member.TryRefresh(member.RefreshToken), 401, "account.refresh-invalid");
        await Refused(await member.TryRefresh(other), 401, "account.refresh-invalid");
    }

    [Fact]
    public async Task Another_password_signs_every_other_device_out()
    {
        Member member = await Member.Join(_shop);
        string other = member.RefreshToken;
        await member.SignIn();

        await Refused(await member.Send(HttpMethod.Post, "/v1/store/me/password", new { currentPassword = "wrong", newPassword = "sandi yang baru" }), 422, "account.password-wrong");
        JsonElement session = await ShopClient.Json(await member.Send(HttpMethod.Post, "/v1/store/me/password", new { currentPassword = Member.Password, newPassword = "sandi yang baru" }));

        Assert.Equal(HttpStatusCode.OK, (await member.TryRefresh(session.GetProperty("refreshToken").GetString()!)).StatusCode);
        await Refused(await member.TryRefresh(other), 401, "account.refresh-invalid");
        await Refused(await member.TrySignIn(), 401, "account.credentials-wrong");
        await member.SignIn("sandi yang baru");
    }

    [Fact]
    public async Task A_forgotten_password_is_set_anew_by_a_mailed_token_once()
    {
        Member member = await Member.Join(_shop);
        await _shop.Send(HttpMethod.Post, "/v1/store/password-resets", new { email = member.Email });
        string first = await member.MailedToken("account-reset");
        await _shop.Send(HttpMethod.Post, "/v1/store/password-resets", new { email = member.Email });
        await member.Mails("account-reset", 2);
        string second = await member.MailedToken("account-reset", 2);

        Assert.Equal(HttpStatusCode.NoContent, (await Reset(second, "sandi kedua")).StatusCode);

        await Refused(await Reset(second, "sandi ketiga"), 422, "account.token-invalid");
        await Refused(await Reset(first, "sandi ketiga"), 422, "account.token-invalid");
        await Refused(await member.TryRefresh(member.RefreshToken), 401, "account.refresh-invalid");
        await member.SignIn("sandi kedua");
    }

    [Fact]
    public async Task Guesses_lock_the_address_for_a_while_and_known_or_not_alike()
    {
        Member member = await Member.Join(_shop);
        var stranger = new Member(_shop);
        foreach (Member guessed in (Member[])[member, stranger])
        {
            for (int guess = 0; guess < 10; guess++) await Refused(await guessed.TrySignIn("guess"), 401, "account.credentials-wrong");
            HttpResponseMessage locked = await guessed.TrySignIn();
            await Refused(locked, 429, "account.too-many-attempts");
            Assert.InRange(locked.Headers.RetryAfter!.Delta!.Value, TimeSpan.FromMinutes(14), TimeSpan.FromMinutes(15));
        }

        _shop.Clock.Advance(AttemptRule.Window);

        await member.SignIn();
    }

    [Fact]
    public async Task One_address_may_try_many_accounts_only_so_often()
    {
        await using ShopHost shop = await OpenShop.Start(demo: false, b => b.Configuration["Customers:AttemptsPerClientAddress"] = "5");
        for (int guess = 0; guess < 5; guess++) await Refused(await new Member(shop).TrySignIn("guess"), 401, "account.credentials-wrong");
        HttpResponseMessage locked = await new Member(shop).TrySignIn("guess");
        await Refused(locked, 429, "account.too-many-attempts");
        Assert.InRange(locked.Headers.RetryAfter!.Delta!.Value, TimeSpan.FromMinutes(14), TimeSpan.FromMinutes(15));

        shop.Clock.Advance(AttemptRule.Window);
        await Refused(await new Member(shop).TrySignIn("guess"), 401, "account.credentials-wrong");
    }

    [Fact]
    public async Task A_mailed_link_opens_a_locked_account_whatever_else_was_mailed_to_its_address()
    {
        Member member = await Member.Join(_shop);
        for (int guess = 0; guess < 10; guess++) await Refused(await member.TrySignIn("guess"), 401, "account.credentials-wrong");
        await Refused(await member.TrySignIn(), 429, "account.too-many-attempts");
        HttpStatusCode registered = HttpStatusCode.Created;
        for (int again = 0; again < 20 && registered == HttpStatusCode.Created; again++) registered = (await member.Register()).StatusCode;
        Assert.Equal(HttpStatusCode.TooManyRequests, registered);

        Assert.Equal(HttpStatusCode.Accepted, (await _shop.Send(HttpMethod.Post, "/v1/store/password-resets", new { email = member.Email })).StatusCode);
        Assert.Equal(HttpStatusCode.NoContent, (await Reset(await member.MailedToken("account-reset"), "sandi kedua")).StatusCode);

        await member.SignIn("sandi kedua");
    }

    [Fact]
    public async Task A_password_with_an_old_hash_is_hashed_anew_when_its_owner_signs_in()
    {
        Member member = await Member.Join(_shop);
        SignInStore store = _shop.Service<SignInStore>();
        string key = EmailAddress.Key(member.Email);
        Stored<CustomerSignIn> stored = (await store.Find(key, Cancel))!;
        var weak = new Microsoft.AspNetCore.Identity.PasswordHasher<CustomerSignIn>(Microsoft.Extensions.Options.Options.Create(new Microsoft.AspNetCore.Identity.PasswordHasherOptions { IterationCount = 10 }));
        string old = weak.HashPassword(stored.Value, Member.Password);
        await store.TryReplace(key, stored.Value with { PasswordHash = old }, stored.ETag, Cancel);

        await member.SignIn();

        Assert.NotEqual(old, (await store.Find(key, Cancel))!.Value.PasswordHash);
        await member.SignIn();
    }

    [Fact]
    public async Task Name_phone_language_and_channels_change_and_every_channel_is_in_the_log()
    {
        Member member = await Member.Join(_shop);

        JsonElement me = await ShopClient.Json(await member.Send(HttpMethod.Patch, "/v1/store/me", new { name = "Budi S.", phone = "0812 3456 7890", locale = "en", marketingChannels = new[] { "whatsApp", "email" } }));
        await ShopClient.Json(await member.Send(HttpMethod.Patch, "/v1/store/me", new { marketingChannels = new[] { "email" } }));

        Assert.Equal(("Budi S.", "en"), (me.GetProperty("name").GetString(), me.GetProperty("locale").GetString()));
        Assert.Equal(
            ["1 terms True registration", "2 marketing.email True preferences", "3 marketing.whatsApp True preferences", "4 marketing.whatsApp False preferences"],
            (await member.Get("/v1/store/me/consents")).GetProperty("data").EnumerateArray().Select(c => $"{c.GetProperty("sequence")} {c.GetProperty("purpose")} {c.GetProperty("given")} {c.GetProperty("source")}"));
    }

    [Fact]
    public async Task A_consent_is_added_and_withdrawn_and_both_stay()
    {
        Member member = await Member.Join(_shop);

        await ShopClient.Json(await member.Send(HttpMethod.Post, "/v1/store/me/consents", new { purpose = "analytics", version = "2", given = true }));
        await ShopClient.Json(await member.Send(HttpMethod.Post, "/v1/store/me/consents", new { purpose = "analytics", version = "2", given = false }));

        Assert.Equal(3, (await member.Get("/v1/store/me/consents")).GetProperty("data").GetArrayLength());
    }

    [Fact]
    public async Task Addresses_are_kept_changed_and_forgotten_and_one_is_the_default()
    {
        Member member = await Member.Join(_shop);
        JsonElement home = await ShopClient.Json(await member.Send(HttpMethod.Post, "/v1/store/me/addresses", new { address = Shopper.Address, defaultShipping = true }));
        JsonElement office = await ShopClient.Json(await member.Send(HttpMethod.Post, "/v1/store/me/addresses", new { address = Shopper.Address, defaultShipping = true, defaultBilling = true }));
        string homeId = home.GetProperty("id").GetString()!;

        Assert.Equal("False True", await Defaults(member));
        await ShopClient.Json(await member.Send(HttpMethod.Put, $"/v1/store/me/addresses/{homeId}", new { address = Shopper.Address, defaultShipping = true }));
        Assert.Equal("True False", await Defaults(member));
        Assert.Equal(HttpStatusCode.NoContent, (await member.Send(HttpMethod.Delete, $"/v1/store/me/addresses/{homeId}")).StatusCode);
        Assert.Equal("False", await Defaults(member));
        Assert.Equal(JsonValueKind.Null, (await member.Get("/v1/store/me")).GetProperty("defaultShippingAddress").ValueKind);
        await Refused(await member.Send(HttpMethod.Delete, $"/v1/store/me/addresses/{homeId}"), 404, "address.unknown");

        Member other = await Member.Join(_shop);
        await Refused(await other.Send(HttpMethod.Put, $"/v1/store/me/addresses/{office.GetProperty("id").GetString()}", new { address = Shopper.Address }), 404, "address.unknown");
    }

    [Fact]
    public async Task Fifty_addresses_are_enough_however_fast_they_come()
    {
        Member member = await Member.Join(_shop);
        for (int i = 0; i < Customer.MostAddresses - 1; i++) await ShopClient.Json(await member.Send(HttpMethod.Post, "/v1/store/me/addresses", new { address = Shopper.Address }));

        HttpResponseMessage[] last = await Task.WhenAll(Enumerable.Range(0, 3).Select(_ => member.Send(HttpMethod.Post, "/v1/store/me/addresses", new { address = Shopper.Address })));

        Assert.Equal([201, 422, 422], last.Select(l => (int)l.StatusCode).Order());
    }

    [Fact]
    public async Task Nothing_personal_is_readable_in_the_tables_or_in_the_log()
    {
        Member member = await Member.Join(_shop);
        await ShopClient.Json(await member.Send(HttpMethod.Post, "/v1/store/me/addresses", new { address = Shopper.Address }));

        foreach (string table in (string[])["Customers", "SignIns", "OneTimeTokens", "Attempts"])
            await foreach (TableEntity row in _shop.Service<ShopStorage>().Table(table).QueryAsync<TableEntity>(cancellationToken: Cancel))
            {
                string text = string.Join('|', ((IDictionary<string, object>)row).Values.Select(v => v is byte[] bytes ? System.Text.Encoding.UTF8.GetString(bytes) : v?.ToString()));
                Assert.DoesNotContain("example.test", text);
                Assert.DoesNotContain("Budi", text);
                Assert.DoesNotContain("Merdeka", text);
                Assert.DoesNotContain("127.0.0.1", text);
            }
        string log = string.Join('\n', _shop.Logs.Lines);
        Assert.DoesNotContain(member.Email, log);
        Assert.DoesNotContain(member.AccessToken, log);
        Assert.DoesNotContain(member.RefreshToken, log);
    }

    [Fact]
    public void Rows_are_named_so()
    {
        Assert.Equal("cus_1|customer", CustomerStore.CustomerKey("cus_1"));
        Assert.Equal("cus_1|consent|000007", CustomerStore.ConsentKey("cus_1", 7));
        Assert.Equal("cus_1|address|adr_2", CustomerStore.AddressKey("cus_1", "adr_2"));
        Assert.Equal("cus_1|session|ses_2", CustomerStore.SessionKey("cus_1", "ses_2"));
        Assert.Equal("abc|sign-in", SignInStore.RowKey("abc"));
        Assert.Equal("abc|attempts", Attempts.RowKey("abc"));
        Assert.Equal("abc|token", OneTimeTokens.RowKey("abc"));
        Assert.Equal("13f06c8ffc88df74059b", OneTimeTokens.PartitionKey("verify", "t")[..20]);
    }

    private Task<HttpResponseMessage> Reset(string token, string newPassword) => _shop.Send(HttpMethod.Post, "/v1/store/password-resets/complete", new { token, newPassword });

    private static async Task<string> Defaults(Member member) =>
        string.Join(' ', (await member.Get("/v1/store/me/addresses")).GetProperty("data").EnumerateArray().Select(a => a.GetProperty("defaultShipping").GetBoolean()));

    private static string Operations(HttpResponseMessage response) => response.Headers.GetValues("X-Storage-Operations").Single();

    private static Task<string> Text(HttpResponseMessage response) => response.Content.ReadAsStringAsync(Cancel);

    private static async Task Refused(HttpResponseMessage response, int status, string code) =>
        Assert.Equal((status, code), ((int)response.StatusCode, JsonDocument.Parse(await Text(response)).RootElement.GetProperty("code").GetString()));
}
