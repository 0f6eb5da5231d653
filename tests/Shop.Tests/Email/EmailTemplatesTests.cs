using System.Text.Json;
using Shop.Common;
using Shop.Email;

namespace Shop.Tests.Email;

public sealed class EmailTemplatesTests
{
    private static readonly DateTimeOffset Evening = new(2026, 11, 23, 18, 5, 0, TimeSpan.Zero);

    /// <summary>Moments are told on the clock of the shop, which is beyond midnight already.</summary>
    [Theory]
    [InlineData("order-review", "Asia/Jakarta", "2026-11-24 01:05 WIB")]
    [InlineData("order-review-late", "Asia/Makassar", "2026-11-24 02:05 WITA")]
    [InlineData("payment-disputed", "Asia/Jayapura", "2026-11-24 03:05 WIT")]
    [InlineData("payment-disputed-late", "America/St_Johns", "2026-11-23 14:35 UTC-03:30")]
    [InlineData("flow-stuck", "Asia/Kolkata", "2026-11-23 23:35 UTC+05:30")]
    [InlineData("refund-approval", "Asia/Jakarta", "2026-11-24 01:05 WIB")]
    [InlineData("order-payable", "Asia/Jakarta", "2026-11-24 01:05 WIB")]
    [InlineData("gift-card", "Asia/Jakarta", "2026-11-24")]
    public async Task A_moment_is_told_in_the_shops_zone_with_its_name(string template, string zone, string told)
    {
        var templates = new EmailTemplates(new ShopOptions { TimeZone = zone });
        JsonElement model = JsonSerializer.SerializeToElement(new { number = "10042", orderId = "ord_1", until = Evening, due = Evening, since = Evening, expiresAt = Evening, payment = new { until = Evening }, total = Money.FromMajor(150_000, Currency.Idr) }, ShopJson.Options);

        foreach (string locale in (string[])["id", "en"])
        {
            RenderedEmail mail = await templates.Render(template, locale, model);
            Assert.Contains(told, mail.Text, StringComparison.Ordinal);
            Assert.Contains(told, System.Net.WebUtility.HtmlDecode(mail.Html), StringComparison.Ordinal);
            Assert.DoesNotContain("+00:00", mail.Text, StringComparison.Ordinal);
        }
    }
}
