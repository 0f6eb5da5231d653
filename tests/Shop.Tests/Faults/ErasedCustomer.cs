using System.Text.Json;
using Shop.Customers;
using Shop.Tests.Customers;
using Shop.Tests.Journeys;

namespace Shop.Tests.Faults;

/// <summary>Somebody with an account wants to be forgotten.</summary>
internal sealed class ErasedCustomer : FlowScript
{
    private Member _member = null!;

    public override string Name => "erased customer";

    public override async Task Prepare(FaultShop shop, Shopper shopper) => _member = await Member.Join(shop.Host);

    public override async Task Run(FaultShop shop, Shopper shopper)
    {
        JsonElement asked = await ShopClient.Json(await _member.Send(HttpMethod.Delete, "/v1/store/me"));
        shop.PassUntil(shop.Host.Clock.GetUtcNow() + EraseCustomer.Settling);
        await shop.Wait(async () => (await shop.Client.Get(asked.GetProperty("url").GetString()!)).GetProperty("status").GetString() == "done", "the erasure");
    }
}
