using System.Net;
using System.Net.Http.Json;
using System.Text.Json;
using Shop.Carts;
using Shop.Common;
using Shop.Customers;
using Shop.Http;
using Shop.Orders;
using Shop.Payments;
using Shop.Tests.Customers;

namespace Shop.Tests.Journeys;

/// <summary>
/// Every route of the route table, by everybody who should not get through, and by those who should. The cases come from the functions themselves: a new
/// route is among them the moment it exists, and one that needs a body to get as far as its rights must say which in <see cref="Bodies"/>.
/// </summary>
public sealed class EveryRouteTests(OpenShop open) : IClassFixture<OpenShop>
{
    private static readonly HttpFunctions Functions = new(typeof(ShopApplication).Assembly.GetExportedTypes());
    private static readonly CancellationToken Cancel = TestContext.Current.CancellationToken;

    /// <summary>Bodies of routes that read them before they look whose cart or order it is.</summary>
    private static readonly Dictionary<string, object> Bodies = new(StringComparer.Ordinal)
    {
        ["CartAddLine"] = new { sku = "NO-SUCH", quantity = 1 },
        ["CartSetLine"] = new { quantity = 1 },
        ["CartPutCoupon"] = new { code = "NONE" },
        ["CartPutGiftCard"] = new { code = "7Q3M-X0V9-RT2B-44KD-PWH1" },
        ["CartPatch"] = new { note = "mine now" },
        ["MeAddressReplace"] = new { address = Shopper.Address },
    };

    private readonly ShopHost _shop = open.Shop;

    public static TheoryData<string> Routes(Caller caller) => [.. Functions.All.Where(f => f.Name != "ZzzCatchAll" && f.Caller == caller).Select(f => f.Name)];

    public static TheoryData<string> StaffRoutes() => [.. Functions.All.Where(f => f.Staff is not null).Select(f => f.Name)];

    [Fact]
    public void Every_route_of_staff_says_which_scope_opens_it_except_those_for_people_alone()
    {
        string[] forPeople = ["v1/admin/api-keys", "v1/admin/staff", "v1/admin/me", "v1/admin/sessions"];
        // An owner decides, and no key of theirs.
        string[] ofOwners = ["DecideRefund"];

        Assert.Equal([], Functions.All.Where(f => f.Staff is not null && f.ApiKeyScope is null && !ofOwners.Contains(f.Name, StringComparer.Ordinal) && !forPeople.Any(p => f.Route == p || f.Route.StartsWith(p + "/", StringComparison.Ordinal))).Select(f => f.Name));
    }

    [Theory, MemberData(nameof(StaffRoutes))]
    public async Task A_route_of_staff_lets_in_its_roles_and_scope_and_nobody_else(string name)
    {
        HttpFunction function = Functions.Find(name)!;
        Setting setting = await Prepare();
        string scope = function.ApiKeyScope ?? "";

        await Refused(function, setting, null, 401);
        await Refused(function, setting, await NewCustomer(), 401);
        await Refused(function, setting, _shop.Service<OrderTokens>().For(setting.OrderId), 401);
        await Refused(function, setting, Tampered(StaffToken(Role.Owner)), 401);
        await Refused(function, setting, Expired(StaffToken(Role.Owner)), 401);
        await Refused(function, setting, await Key([.. Functions.ApiKeyScopes.Where(s => s != scope)]), 403);
        if (scope.Length > 0) await LetIn(function, setting, await Key([scope]));
        foreach (Role role in Enum.GetValues<Role>())
        {
            if (role == Role.Owner || function.Staff!.Roles.Contains(role)) await LetIn(function, setting, StaffToken(role));
            else await Refused(function, setting, StaffToken(role), 403);
        }
    }

    [Theory, MemberData(nameof(Routes), Caller.Customer)]
    public async Task A_customers_route_needs_a_customer(string name)
    {
        HttpFunction function = Functions.Find(name)!;
        Setting setting = await Prepare();

        await Refused(function, setting, null, 401);
        await Refused(function, setting, StaffToken(Role.Owner), 401);
        await Refused(function, setting, await Key(Functions.ApiKeyScopes), 401);
        await Refused(function, setting, Tampered(await NewCustomer()), 401);
        await Refused(function, setting, Expired(await NewCustomer()), 401);
        // Another customer gets as far as their own things, and finds none of these there.
        HttpStatusCode other = await Ask(function, setting, await NewCustomer());
        if (function.Route.Contains('{', StringComparison.Ordinal)) Assert.Equal(HttpStatusCode.NotFound, other);
        else Assert.NotEqual(HttpStatusCode.Unauthorized, other);
    }

    [Theory, MemberData(nameof(Routes), Caller.CartHolder)]
    public async Task A_customers_cart_is_closed_to_guests_and_to_other_customers(string name)
    {
        HttpFunction function = Functions.Find(name)!;
        Setting setting = await Prepare();

        await Refused(function, setting, null, 401);
        await Refused(function, setting, await NewCustomer(), 404);
        await Refused(function, setting, StaffToken(Role.Owner), 401);
        await Refused(function, setting, await Key(Functions.ApiKeyScopes), 401);
        await Refused(function, setting, Tampered(setting.Customer), 401);
        await LetIn(function, setting, setting.Customer);
    }

    [Theory, MemberData(nameof(Routes), Caller.OrderHolder)]
    public async Task An_order_is_not_there_for_guests_other_customers_staff_and_other_tokens(string name)
    {
        HttpFunction function = Functions.Find(name)!;
        Setting setting = await Prepare();
        OrderTokens tokens = _shop.Service<OrderTokens>();

        await Refused(function, setting, null, 404);
        await Refused(function, setting, await NewCustomer(), 404);
        await Refused(function, setting, tokens.For("ord_00000000000000000000000000"), 404);
        await Refused(function, setting, Tampered(tokens.For(setting.OrderId)), 404);
        await Refused(function, setting, Tampered(setting.Customer), 404);
        foreach (Role role in Enum.GetValues<Role>()) await Refused(function, setting, StaffToken(role), 404);
        await LetIn(function, setting, setting.Customer);
        await LetIn(function, setting, tokens.For(setting.OrderId));
    }

    [Theory, MemberData(nameof(Routes), Caller.Shopper)]
    public async Task A_route_for_guests_and_customers_takes_no_other_bearer(string name)
    {
        HttpFunction function = Functions.Find(name)!;
        Setting setting = await Prepare();

        await LetIn(function, setting, null);
        await LetIn(function, setting, setting.Customer);
        await Refused(function, setting, StaffToken(Role.Owner), 401);
        await Refused(function, setting, Tampered(setting.Customer), 401);
    }

    [Theory, MemberData(nameof(Routes), Caller.Provider)]
    public async Task A_providers_route_needs_its_signature(string name) =>
        Assert.Contains(await Ask(Functions.Find(name)!, await Prepare(), StaffToken(Role.Owner)), (HttpStatusCode[])[HttpStatusCode.BadRequest, HttpStatusCode.NotFound]);

    [Theory, MemberData(nameof(Routes), Caller.Anyone)]
    public async Task A_public_route_changes_nothing_of_anybodys_without_proof(string name)
    {
        // Public means: it reads what everybody may see, or it takes a proof in its body or, as a link in a mail does, in its address. Whoever makes another route public says so here.
        string[] known =
        [
            "ActivateLicence", "ConfirmWaitForStock", "CustomerAskPasswordReset", "CustomerRefresh", "CustomerRegister", "CustomerResetPassword", "CustomerSignIn", "CustomerVerify",
            "DeactivateLicence", "LeaveWaitForStock",
            "SignInStaff", "StaffAcceptInvitation", "StaffAskPasswordReset", "StaffResetPassword",
        ];
        HttpFunction function = Functions.Find(name)!;
        Assert.True(function.Verbs.All(v => v == "GET") || known.Contains(name, StringComparer.Ordinal), $"{name} changes something and anyone may call it.");
        HttpStatusCode status = await Ask(function, await Prepare(), null);
        Assert.True(status is not HttpStatusCode.Unauthorized and not HttpStatusCode.Forbidden and < HttpStatusCode.InternalServerError, $"{name} answered {status}.");
    }

    /// <summary>A customer with a cart and an order, which others will try to get at.</summary>
    private async Task<Setting> Prepare()
    {
        (string customerId, string bearer) = await NewCustomerWithId();
        DateTimeOffset now = _shop.Clock.GetUtcNow();
        var cart = new Cart { Id = Ids.NewUnguessable("crt", _shop.Clock), CustomerId = customerId, Currency = Currency.Parse("IDR"), Locale = "id", CreatedAt = now, UpdatedAt = now };
        await _shop.Service<CartStore>().Insert(cart, Cancel);
        Money nothing = Money.Zero(Currency.Parse("IDR"));
        var order = new Order
        {
            Id = Ids.New("ord", _shop.Clock), Number = "2026-000001", CartId = cart.Id, CustomerId = customerId, PlacedAt = now, Currency = Currency.Parse("IDR"), Locale = "id", Email = "budi@example.test",
            Lines = [], Totals = new Totals(nothing, nothing, nothing, nothing, TaxIncluded: true, nothing), Payment = new OrderPayment("card", PaymentKind.Card, "stripe", "card", OrderPaymentStatus.Cancelled), Status = OrderStatus.Cancelled,
        };
        await _shop.Service<OrderStore>().Insert(order, Cancel);
        using var added = new HttpRequestMessage(HttpMethod.Post, "/v1/store/me/addresses") { Content = JsonContent.Create(new { address = Shopper.Address }) };
        added.Headers.TryAddWithoutValidation("Authorization", "Bearer " + bearer);
        using HttpResponseMessage address = await _shop.Http.SendAsync(added, Cancel);
        var session = new Session(Ids.New("ses", _shop.Clock), customerId, 1, now, now, now.AddDays(30), 0);
        await _shop.Service<CustomerStore>().AddSession(session, Cancel);
        return new Setting(bearer, customerId, cart.Id, order.Id, (await ShopClient.Json(address)).GetProperty("id").GetString()!, session.Id);
    }

    private async Task<string> NewCustomer() => (await NewCustomerWithId()).Bearer;

    private async Task<(string Id, string Bearer)> NewCustomerWithId()
    {
        string id = Ids.New("cus", _shop.Clock);
        var customer = new Customer { Id = id, Details = new PersonalDetails("Budi", $"{id}@example.test", null), Locale = "id", CreatedAt = _shop.Clock.GetUtcNow() };
        await _shop.Service<CustomerStore>().TryAdd(customer, [], Cancel);
        return (id, _shop.Service<CustomerTokens>().Issue(id, Ids.New("ses", _shop.Clock), 0, GroupSet.None));
    }

    /// <summary>Somebody else every time: what one of them ends does not end the others.</summary>
    private string StaffToken(Role role) => _shop.Service<StaffTokens>().Issue(Ids.New("stf", _shop.Clock), [role]);

    private async Task<string> Key(IReadOnlyList<string> scopes)
    {
        (ApiKey key, string text) = ApiKey.Create("tests", scopes, "stf_1", null, _shop.Clock);
        await _shop.Service<ApiKeyStore>().Add(key, Cancel);
        return text;
    }

    private static string Tampered(string token) => token[..^2] + (token[^2] == 'A' ? "BA" : "AA");

    /// <summary>As it is when its time is over.</summary>
    private string Expired(string token)
    {
        _shop.Clock.Advance(TimeSpan.FromHours(1));
        return token;
    }

    private async Task Refused(HttpFunction function, Setting setting, string? bearer, int status) => Assert.Equal((function.Name, (HttpStatusCode)status), (function.Name, await Ask(function, setting, bearer)));

    /// <summary>Whoever has the right gets past the question of rights, whatever becomes of the request then.</summary>
    private async Task LetIn(HttpFunction function, Setting setting, string? bearer)
    {
        (HttpStatusCode status, string body) = await AskAndRead(function, setting, bearer);
        Assert.True(status < HttpStatusCode.InternalServerError, $"{function.Name} answered {(int)status} {body}");
        bool shutOut = status is HttpStatusCode.Unauthorized or HttpStatusCode.Forbidden || body.Contains("\"cart.unknown\"", StringComparison.Ordinal) || body.Contains("\"order.unknown\"", StringComparison.Ordinal);
        Assert.False(shutOut, $"{function.Name} answered {(int)status} {body}");
    }

    private async Task<HttpStatusCode> Ask(HttpFunction function, Setting setting, string? bearer) => (await AskAndRead(function, setting, bearer)).Status;

    private async Task<(HttpStatusCode Status, string Body)> AskAndRead(HttpFunction function, Setting setting, string? bearer)
    {
        string path = "/" + function.Route
            .Replace("{cartId}", setting.CartId, StringComparison.Ordinal).Replace("{orderId}", setting.OrderId, StringComparison.Ordinal)
            .Replace("{addressId}", setting.AddressId, StringComparison.Ordinal).Replace("{sessionId}", setting.SessionId, StringComparison.Ordinal).Replace("{customerId}", setting.CustomerId, StringComparison.Ordinal)
            .Replace("{sku}", "NO-SUCH", StringComparison.Ordinal).Replace("{format}", "csv", StringComparison.Ordinal);
        path = System.Text.RegularExpressions.Regex.Replace(path, @"\{\*?\w+\}", "none", System.Text.RegularExpressions.RegexOptions.None, TimeSpan.FromSeconds(1));
        (HttpStatusCode, string) answer = default;
        foreach (string verb in function.Verbs)
        {
            using var request = new HttpRequestMessage(HttpMethod.Parse(verb), path);
            if (Bodies.TryGetValue(function.Name, out object? body)) request.Content = JsonContent.Create(body);
            request.Headers.TryAddWithoutValidation("Idempotency-Key", Guid.NewGuid().ToString());
            request.Headers.TryAddWithoutValidation("If-Match", "*");
            if (bearer is not null) request.Headers.TryAddWithoutValidation("Authorization", "Bearer " + bearer);
            using HttpResponseMessage response = await _shop.Http.SendAsync(request, Cancel);
            answer = (response.StatusCode, await response.Content.ReadAsStringAsync(Cancel));
        }
        return answer;
    }

    private sealed record Setting(string Customer, string CustomerId, string CartId, string OrderId, string AddressId, string SessionId);
}
