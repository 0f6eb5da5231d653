using System.Text.Json;

namespace Shop.Benchmarks.Load;

/// <summary>Somebody who buys two articles, from an empty cart to a paid order.</summary>
internal sealed class Buyer(ShopApi shop, int number, int products)
{
    private static readonly object Address = new
    {
        name = "Ayu Lestari", phone = "+62 812 3456 7890", line1 = "Jl. Merdeka 10", district = "Coblong", city = "Bandung", province = "Jawa Barat", postalCode = "40132", country = "ID",
    };

    /// <summary>How long a browser waits before it asks again whether the payment has arrived; half as long again each time, up to the second.</summary>
    private const double FirstPauseMilliseconds = 100, LongestPauseMilliseconds = 1000;

    /// <summary>Storage operations of each request, by what was asked.</summary>
    public Dictionary<string, int> Operations { get; } = new(StringComparer.Ordinal);

    /// <summary>The payment at its provider.</summary>
    public string Intent { get; private set; } = "";

    /// <summary>How often it asked for its order.</summary>
    public int Reads { get; private set; }

    public async Task<string> FillCart()
    {
        string cart = (await Send("cart, create", HttpMethod.Post, "/v1/store/carts")).GetProperty("id").GetString()!;
        // Neighbouring buyers choose far from each other: this measures the shop, not a fight for one article.
        for (int line = 0; line < 2; line++)
            await Send("cart, add a line", HttpMethod.Post, $"/v1/store/carts/{cart}/lines", new { sku = SampleCatalogue.Sku((number * 7 + line * 13) % products, number % SampleCatalogue.Variants), quantity = 1 });
        return cart;
    }

    /// <returns>The order's path with its token.</returns>
    public async Task<string> Buy()
    {
        string cart = await FillCart();
        await Send("cart, buyer and address", HttpMethod.Patch, $"/v1/store/carts/{cart}", new { email = $"ayu-{number}@example.test", paymentMethod = "card", shippingAddress = Address });
        JsonElement options = await Send("shipping options", HttpMethod.Get, $"/v1/store/carts/{cart}/shipping-options");
        await Send("cart, shipping option", HttpMethod.Patch, $"/v1/store/carts/{cart}", new { shippingOption = options.GetProperty("data")[0].GetProperty("id").GetString() });
        JsonElement order = await Send("checkout", HttpMethod.Post, $"/v1/store/carts/{cart}/checkout", new { }, ("Idempotency-Key", Guid.NewGuid().ToString()), ("Prefer", "wait=20"));
        string secret = order.GetProperty("payment").GetProperty("instructions").GetProperty("clientSecret").GetString()!;
        var card = new FormUrlEncodedContent([new("client_secret", secret), new("payment_method", "pm_card_visa")]);
        Intent = secret.Split("_secret_")[0];
        await shop.Send(HttpMethod.Post, $"/emulator/stripe/v1/payment_intents/{Intent}/confirm", card, ("Authorization", "Bearer pk_test_emulator"));
        string path = $"/v1/store/orders/{order.GetProperty("id").GetString()}?token={order.GetProperty("token").GetString()}";
        await Until(path, "paymentStatus", "paid");
        return path;
    }

    /// <summary>Asks for the order until it says so.</summary>
    public async Task Until(string order, string property, string value)
    {
        double pause = FirstPauseMilliseconds / 1.5;
        await ShopApi.Until(
            async () =>
            {
                Reads++;
                return (await Send("order, read", HttpMethod.Get, order)).GetProperty(property).GetString() == value;
            },
            () => (int)(pause = Math.Min(LongestPauseMilliseconds, pause * 1.5)));
    }

    private async Task<JsonElement> Send(string what, HttpMethod method, string path, object? body = null, params (string Name, string Value)[] headers)
    {
        (JsonElement json, int? operations) = await shop.Send(method, path, body, headers);
        if (operations is { } counted) Operations[what] = counted;
        return json;
    }
}
