using System.Text.Json;
using Shop.Catalog;
using Shop.Tests.Catalog;
using Shop.Tests.Journeys;

namespace Shop.Tests.Faults;

/// <summary>Its goods lie at two places and go in a parcel each.</summary>
internal sealed class SplitOrder : FlowScript
{
    private const string Sku = "TEH";

    public override string Name => "split order";

    public override async Task Furnish(FaultShop shop)
    {
        StaffProducts staff = await StaffProducts.Of(shop.Host);
        await staff.Make(StaffProducts.Draft(Sku.ToLowerInvariant()));
        await ShopClient.Json(await Staff(shop, "/v1/admin/locations", new { id = "bandung", name = "Bandung", priority = 200, address = Shopper.Address }, "location"));
        await ShopClient.Json(await Staff(shop, $"/v1/admin/stock/{Sku}/receipts", new { quantity = 1000, reference = "SJ-2", location = "bandung" }, "stock-there"));
        await Until.True(() => shop.Host.Service<CatalogIndex>().Find(global::Shop.Common.Sku.Parse(Sku)) is { InStock: true }, "the goods");
    }

    public override async Task Prepare(FaultShop shop, Shopper shopper)
    {
        await shopper.Fill((shop.ArticleOf(shopper), 1), (Sku, 1));
        await shopper.Prepare();
    }

    public override async Task Run(FaultShop shop, Shopper shopper)
    {
        await Bought(shop, shopper);
        JsonElement order = await shopper.Order();
        Assert.Equal(2, order.GetProperty("shipments").GetArrayLength());
    }
}
