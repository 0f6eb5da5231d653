using System.Text.Json;
using Shop.Catalog;
using Shop.Common;
using Shop.Tests.Catalog;
using Shop.Tests.Journeys;

namespace Shop.Tests.Faults;

/// <summary>Its goods lie at two places and go in a parcel each.</summary>
internal sealed class SplitOrder : FlowScript
{
    public override string Name => "split order";

    public override async Task Furnish(FaultShop shop)
    {
        StaffProducts staff = await StaffProducts.Of(shop.Host);
        await ShopClient.Json(await Staff(shop, "/v1/admin/locations", new { id = "bandung", name = "Bandung", priority = 200, address = Shopper.Address }, "location"));
        foreach (string sku in shop.Articles.Select(There))
        {
            await staff.Make(StaffProducts.Draft(sku.ToLowerInvariant()));
            await ShopClient.Json(await Staff(shop, $"/v1/admin/stock/{sku}/receipts", new { quantity = 1000, reference = "SJ-2", location = "bandung" }, $"stock-there-{sku}"));
        }
        await Until.True(() => shop.Articles.All(sku => shop.Host.Service<CatalogIndex>().Find(Sku.Parse(There(sku))) is { InStock: true }), "the goods");
    }

    public override async Task Prepare(FaultShop shop, Shopper shopper)
    {
        await shopper.Fill((shop.ArticleOf(shopper), 1), (There(shop.ArticleOf(shopper)), 1));
        await shopper.Prepare();
    }

    /// <summary>What lies at the other place: who is held in the middle of a step keeps others from the same article.</summary>
    private static string There(string article) => $"{article}-TEH";

    public override async Task Run(FaultShop shop, Shopper shopper)
    {
        await Bought(shop, shopper);
        JsonElement order = await shopper.Order();
        Assert.Equal(2, order.GetProperty("shipments").GetArrayLength());
    }
}
