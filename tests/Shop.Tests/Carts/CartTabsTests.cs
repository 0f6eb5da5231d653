using System.Net;
using System.Text.Json;
using Shop.Tests.Customers;
using Shop.Tests.Journeys;

namespace Shop.Tests.Carts;

/// <summary>One cart in two tabs: what both do at once follows each other.</summary>
public sealed class CartTabsTests(OpenDemoShop open) : IClassFixture<OpenDemoShop>
{
    private readonly ShopHost _shop = open.Shop;

    [Fact]
    public async Task What_two_tabs_add_at_once_is_all_in_the_cart()
    {
        var shopper = new Shopper(_shop);
        await shopper.Fill();
        string digital = await _shop.DigitalSku(), physical = await _shop.PhysicalSku();
        const int rounds = 6;
        for (int i = 0; i < rounds; i++)
        {
            HttpResponseMessage[] added = await Task.WhenAll(Add(shopper, digital), Add(shopper, i % 2 == 0 ? digital : physical));
            Assert.All(added, answer => Assert.Equal(HttpStatusCode.OK, answer.StatusCode));
        }

        Dictionary<string, int> all = Quantities(await Cart(shopper));
        Assert.Equal((rounds + (rounds / 2), rounds / 2), (all[digital], all[physical]));
    }

    [Fact]
    public async Task Two_tabs_that_change_the_same_line_at_once_end_as_one_of_them_and_leave_other_lines_alone()
    {
        var shopper = new Shopper(_shop);
        string digital = await _shop.DigitalSku(), physical = await _shop.PhysicalSku();
        await shopper.Fill((digital, 1), (physical, 1));
        for (int i = 0; i < 6; i++)
        {
            int one = 2 + i, other = 20 + i, beside = 1 + (i % 2);
            HttpResponseMessage[] set = await Task.WhenAll(Set(shopper, digital, one), Set(shopper, digital, other), Set(shopper, physical, beside));
            Assert.All(set, answer => Assert.Equal(HttpStatusCode.OK, answer.StatusCode));
            Dictionary<string, int> now = Quantities(await Cart(shopper));
            Assert.Contains(now[digital], (int[])[one, other]);
            Assert.Equal((2, beside), (now.Count, now[physical]));
        }
    }

    private Task<HttpResponseMessage> Add(Shopper shopper, string sku) => _shop.Send(HttpMethod.Post, $"/v1/store/carts/{shopper.CartId}/lines", new { sku, quantity = 1 });

    private Task<HttpResponseMessage> Set(Shopper shopper, string sku, int quantity) => _shop.Send(HttpMethod.Patch, $"/v1/store/carts/{shopper.CartId}/lines/{sku}", new { quantity });

    private Task<JsonElement> Cart(Shopper shopper) => _shop.Get($"/v1/store/carts/{shopper.CartId}");

    private static Dictionary<string, int> Quantities(JsonElement cart) =>
        cart.GetProperty("lines").EnumerateArray().ToDictionary(l => l.GetProperty("sku").GetString()!, l => l.GetProperty("quantity").GetInt32());
}
