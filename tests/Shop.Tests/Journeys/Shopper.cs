using System.Net;
using System.Text.Json;

namespace Shop.Tests.Journeys;

/// <summary>Somebody who buys: every step is a request that a client would make.</summary>
internal sealed class Shopper(ShopClient shop)
{
    public Shopper(ShopHost host) : this(host.Client)
    {
    }

    public static readonly object Address = new
    {
        name = "Ayu Lestari", phone = "+62 812 3456 7890", line1 = "Jl. Merdeka 10", village = "Lebak Gede", district = "Coblong", city = "Bandung", province = "Jawa Barat", postalCode = "40132", country = "ID",
    };

    public string CartId { get; private set; } = "";

    public string OrderId { get; private set; } = "";

    public string Token { get; private set; } = "";

    /// <summary>What the payment provider gave the shopper's client to pay with.</summary>
    public string ClientSecret { get; private set; } = "";

    /// <summary>The payment at the provider.</summary>
    public string Intent => ClientSecret.Split("_secret_")[0];

    /// <summary>How parcels are to be sent; the first way that is offered when absent.</summary>
    public string? Service { get; init; }

    /// <summary>What they buy of goods that are sent; what everybody buys when absent.</summary>
    public string? Article { get; init; }

    public string Email { get; private init; } = $"ayu-{Guid.NewGuid():n}@example.test";

    /// <summary>The same shopper at a shop that was started anew.</summary>
    public Shopper At(ShopClient restarted) => new(restarted) { CartId = CartId, OrderId = OrderId, Token = Token, ClientSecret = ClientSecret, Email = Email, Service = Service, Article = Article };

    public async Task<JsonElement> Fill(params (string Sku, int Quantity)[] lines)
    {
        JsonElement cart = await ShopClient.Json(await shop.Send(HttpMethod.Post, "/v1/store/carts"));
        CartId = cart.GetProperty("id").GetString()!;
        foreach ((string sku, int quantity) in lines) cart = await ShopClient.Json(await shop.Send(HttpMethod.Post, $"/v1/store/carts/{CartId}/lines", new { sku, quantity }));
        return cart;
    }

    /// <summary>Says who buys and, where something is shipped, whereto and how.</summary>
    public async Task<JsonElement> Prepare(bool shipped = true, string paymentMethod = "card")
    {
        if (!shipped) return await ShopClient.Json(await shop.Send(HttpMethod.Patch, $"/v1/store/carts/{CartId}", new { email = Email, paymentMethod }));
        await ShopClient.Json(await shop.Send(HttpMethod.Patch, $"/v1/store/carts/{CartId}", new { email = Email, paymentMethod, shippingAddress = Address }));
        JsonElement options = await shop.Get($"/v1/store/carts/{CartId}/shipping-options");
        string option = Service ?? options.GetProperty("data")[0].GetProperty("id").GetString()!;
        return await ShopClient.Json(await shop.Send(HttpMethod.Patch, $"/v1/store/carts/{CartId}", new { shippingOption = option }));
    }

    /// <summary>Somebody who ordered a piece that is sent, and has not paid for it.</summary>
    public static async Task<Shopper> CheckedOut(ShopHost shop, string paymentMethod = "card")
    {
        var shopper = new Shopper(shop);
        await shopper.Fill((await shop.PhysicalSku(), 1));
        await shopper.Prepare(paymentMethod: paymentMethod);
        await shopper.Checkout();
        return shopper;
    }

    /// <summary>Somebody who bought for nothing: a coupon gives all of it, and it is collected.</summary>
    public static async Task<Shopper> GivenForNothing(ShopHost shop, params (string Sku, int Quantity)[] lines)
    {
        (string, string) staff = await shop.StaffToken();
        await ShopClient.Json(await shop.Send(HttpMethod.Post, "/v1/admin/coupons", new { code = "GRATIS", coupon = new { name = "Gratis", percentOff = 100 } }, staff));
        var zone = new { id = "toko", name = "Toko", area = new { country = "ID" }, rates = new[] { new { id = "toko", name = "Ambil di toko", kind = "pickup", place = "Jl. Braga 1", estimatedDays = new { min = 0, max = 0 } } } };
        await ShopClient.Json(await shop.Send(HttpMethod.Post, "/v1/admin/shipping-zones", zone, staff, ("Idempotency-Key", Guid.NewGuid().ToString())));
        var shopper = new Shopper(shop);
        await shopper.Fill(lines);
        await ShopClient.Json(await shop.Send(HttpMethod.Post, $"/v1/store/carts/{shopper.CartId}/coupons", new { code = "GRATIS" }));
        await ShopClient.Json(await shop.Send(HttpMethod.Patch, $"/v1/store/carts/{shopper.CartId}", new { email = shopper.Email, shippingOption = "toko" }));
        await shopper.Checkout();
        await Until.True(async () => (await shopper.Order()).GetProperty("paymentStatus").GetString() == "paid", "the order to be paid");
        return shopper;
    }

    public Task<HttpResponseMessage> TryCheckout(string? key = null, object? body = null) =>
        shop.Send(HttpMethod.Post, $"/v1/store/carts/{CartId}/checkout", body ?? new { }, ("Idempotency-Key", key ?? Guid.NewGuid().ToString()), ("Prefer", "wait=20"));

    public async Task<JsonElement> Checkout()
    {
        JsonElement order = await ShopClient.Json(await TryCheckout());
        Placed(order);
        return order;
    }

    /// <summary>Keeps what the answer to a checkout tells.</summary>
    public void Placed(JsonElement order)
    {
        OrderId = order.GetProperty("id").GetString()!;
        Token = order.GetProperty("token").GetString()!;
        ClientSecret = "";
        Instructed(order);
    }

    /// <summary>Keeps what the order says of how it is paid, where it says it.</summary>
    public bool Instructed(JsonElement order)
    {
        if (order.GetProperty("payment").GetProperty("instructions") is not { ValueKind: JsonValueKind.Object } instructions) return false;
        if (instructions.TryGetProperty("clientSecret", out JsonElement secret)) ClientSecret = secret.GetString()!;
        return true;
    }

    /// <summary>Confirms the payment at the provider as a browser would: with the publishable key and the client secret.</summary>
    public Task<HttpResponseMessage> Pay(string method = "pm_card_visa")
    {
        var request = new HttpRequestMessage(HttpMethod.Post, $"/emulator/stripe/v1/payment_intents/{Intent}/confirm")
        {
            Content = new FormUrlEncodedContent([new("client_secret", ClientSecret), new("payment_method", method)]),
        };
        request.Headers.TryAddWithoutValidation("Authorization", "Bearer pk_test_emulator");
        return shop.Http.SendAsync(request, TestContext.Current.CancellationToken);
    }

    /// <summary>Presses a button of the provider: what the bank does with the payment, or the network with its news.</summary>
    public async Task Press(string button) => await ShopClient.Json(await shop.Send(HttpMethod.Post, $"/emulator/payments/{Intent}/{button}", new { }));

    /// <summary>Chooses another way to pay, and waits until it is open.</summary>
    public async Task<JsonElement> PayBy(string paymentMethod)
    {
        await ShopClient.Json(await TryPayBy(paymentMethod));
        await Until.True(async () => (await Order()).GetProperty("payment").GetProperty("method").GetString() == paymentMethod, $"the order to be payable by {paymentMethod}");
        JsonElement order = await Order();
        Instructed(order);
        return order;
    }

    public Task<HttpResponseMessage> TryPayBy(string paymentMethod) =>
        shop.Send(HttpMethod.Post, $"/v1/store/orders/{OrderId}/payments", new { paymentMethod }, ("Idempotency-Key", Guid.NewGuid().ToString()), ("Authorization", "Bearer " + Token));

    public Task<JsonElement> Order() => shop.Get($"/v1/store/orders/{OrderId}?token={Token}");

    public Task<string> OrderUntil(string status) => Until.Found(async () => (await Order()).GetProperty("status").GetString() is var now && now == status ? now : null, $"the order to be {status}");

    /// <summary>How a courier brings a parcel: the emulator's takes the next step every ten seconds, also of a machine that is slow.</summary>
    public static IReadOnlyList<string> Way { get; } = ["booked", "pickedUp", "inTransit", "delivered"];

    /// <summary>Returns when the order's first parcel is there, or farther on its way.</summary>
    public Task ParcelUntil(string step) => Until.True(
        async () => (await Order()).GetProperty("shipments").EnumerateArray().FirstOrDefault() is { ValueKind: JsonValueKind.Object } parcel && parcel.GetProperty("status").GetString() is var now
            && (now == step || Way.SkipWhile(s => s != step).Contains(now)),
        $"the parcel to be {step}");

    /// <summary>Buys, pays and waits until the shop says that it is paid.</summary>
    public async Task<JsonElement> Buy(bool shipped, params (string Sku, int Quantity)[] lines)
    {
        await Fill(lines);
        await Prepare(shipped);
        await Checkout();
        Assert.Equal(HttpStatusCode.OK, (await Pay()).StatusCode);
        await Until.True(async () => (await Order()).GetProperty("paymentStatus").GetString() == "paid", "the payment");
        return await Order();
    }

    public Task<JsonElement[]> Mails() => Mails(0);

    /// <summary>Waits until so many mails have come, and returns them, oldest first.</summary>
    public Task<JsonElement[]> Mails(int atLeast) => Until.Found(async () =>
    {
        JsonElement mailbox = await ShopClient.Json(await shop.Send(HttpMethod.Get, "/emulator/mailbox", null, ("Accept", "application/json")));
        JsonElement[] mine = [.. mailbox.GetProperty("data").EnumerateArray().Where(m => m.GetProperty("to").ToString().Contains(Email, StringComparison.Ordinal)).Reverse()];
        return mine.Length >= atLeast ? mine : null;
    }, $"{atLeast} mails to {Email}");

    /// <summary>The text of their order's mail of that name, once it has come.</summary>
    public async Task<string> Mail(string name)
    {
        string id = await Until.Found(async () => (await Mails()).Select(m => m.GetProperty("messageId").GetString()!.Trim('<', '>')).FirstOrDefault(m => m.StartsWith($"{OrderId}.{name}@", StringComparison.Ordinal)), $"the mail {name}");
        return (await shop.Get($"/emulator/mailbox/{id}")).GetProperty("text").GetString()!;
    }
}
