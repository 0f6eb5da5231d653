using System.Net;
using System.Text;
using System.Text.Json;
using Shop.Common;
using Shop.Reports;
using Shop.Tests.Journeys;

namespace Shop.Tests.Reports;

public sealed class ReportJourneys
{
    [Fact]
    public async Task A_report_asked_for_after_a_real_order_contains_it_in_both_formats()
    {
        await using ShopHost shop = await ShopHost.Start();
        var shopper = new Shopper(shop);
        string sku = await shop.PhysicalSku();
        JsonElement order = await shopper.Buy(shipped: true, (sku, 2));
        DateOnly today = shop.Service<BusinessDays>().Of(shop.Clock.GetUtcNow());
        await Sold(shop, today);
        string bearer = await shop.SignInOwner();

        HttpResponseMessage asked = await Ask(shop, bearer, new { kind = "sales", from = today.AddDays(-1), to = today });
        Assert.Equal(HttpStatusCode.Accepted, asked.StatusCode);
        Assert.Equal("queued", (await ShopClient.Json(asked)).GetProperty("status").GetString());
        JsonElement report = await Done(shop, bearer, asked.Headers.Location!.OriginalString);

        Assert.Equal(["csv", "xlsx"], report.GetProperty("files").EnumerateArray().Select(f => f.GetProperty("format").GetString()));
        string total = Major(order.GetProperty("totals").GetProperty("total"));
        HttpResponseMessage csv = await File(shop, bearer, report, 0);
        Assert.Equal(("text/csv", $"sales-{today.AddDays(-1):yyyy-MM-dd}-{today:yyyy-MM-dd}.csv"), (csv.Content.Headers.ContentType!.MediaType, csv.Content.Headers.ContentDisposition!.FileName));
        Assert.Equal("no-store", csv.Headers.CacheControl!.ToString());
        string text = Encoding.UTF8.GetString(await csv.Content.ReadAsByteArrayAsync(TestContext.Current.CancellationToken));
        Assert.Contains($"{today:yyyy-MM-dd},{sku},", text, StringComparison.Ordinal);
        Assert.Contains($"Total,,,2,{total}.00,", text, StringComparison.Ordinal);

        byte[] book = await (await File(shop, bearer, report, 1)).Content.ReadAsByteArrayAsync(TestContext.Current.CancellationToken);
        Assert.Equal(book.Length, report.GetProperty("files")[1].GetProperty("bytes").GetInt64());
        Assert.StartsWith($"{today:yyyy-MM-dd}|1|2|{total}|", SalesReportTests.Rows(book, "Days")[0], StringComparison.Ordinal);
        Assert.StartsWith($"{sku}|", SalesReportTests.Rows(book, "Products")[0], StringComparison.Ordinal);
    }

    [Fact]
    public async Task Every_night_yesterdays_report_is_built_once()
    {
        await using ShopHost shop = await ShopHost.Start(demo: false);
        string bearer = await shop.SignInOwner();
        DateOnly today = shop.Service<BusinessDays>().Of(shop.Clock.GetUtcNow());
        string path = $"/v1/admin/reports/rep_sales-{today:yyyy-MM-dd}";
        Assert.Equal(HttpStatusCode.NotFound, (await Get(shop, bearer, path)).StatusCode);

        // Two in the night: a day and an hour from now may be the day after tomorrow.
        shop.Clock.Advance(shop.Service<ShopOptions>().StartOf(today.AddDays(1)).AddHours(2) - shop.Clock.GetUtcNow());
        bearer = await shop.SignInOwner();
        JsonElement built = await Done(shop, bearer, path);

        // A second run of that night, as another instance would make it.
        await shop.Service<AskForReport>().RunOnce(today, TestContext.Current.CancellationToken);
        Assert.Equal(built.GetRawText(), (await ShopClient.Json(await Get(shop, bearer, path))).GetRawText());
        Assert.Equal((today.ToString("yyyy-MM-dd"), today.ToString("yyyy-MM-dd")), (built.GetProperty("from").GetString(), built.GetProperty("to").GetString()));
    }

    [Fact]
    public async Task What_cannot_be_reported_is_refused()
    {
        await using ShopHost shop = await ShopHost.Start(demo: false);
        string bearer = await shop.SignInOwner();

        Assert.Equal((422, "report.range-invalid"), await Refusal(await Ask(shop, bearer, new { kind = "sales", from = "2025-01-01", to = "2026-01-02" })));
        Assert.Equal((422, "report.range-invalid"), await Refusal(await Ask(shop, bearer, new { kind = "sales", from = "2026-01-02", to = "2026-01-01" })));
        Assert.Equal((400, "request.invalid"), await Refusal(await Ask(shop, bearer, new { kind = "weather", from = "2026-01-01", to = "2026-01-01" })));
        Assert.Equal((400, "request.invalid"), await Refusal(await Ask(shop, bearer, new { kind = "sales", from = "2026-02-30", to = "2026-03-01" })));
        Assert.Equal((401, "access.unauthenticated"), await Refusal(await Ask(shop, "nobody", new { kind = "sales", from = "2026-01-01", to = "2026-01-01" })));
        Assert.Equal((404, "report.unknown"), await Refusal(await Get(shop, bearer, "/v1/admin/reports/rep_sales-yesterday")));

        HttpResponseMessage longest = await Ask(shop, bearer, new { kind = "sales", from = "2024-01-01", to = "2024-12-31" });
        JsonElement report = await Done(shop, bearer, longest.Headers.Location!.OriginalString);
        Assert.Equal((404, "report.file-unknown"), await Refusal(await Get(shop, bearer, longest.Headers.Location.OriginalString + "/files/pdf")));
        Assert.Equal(2, report.GetProperty("files").GetArrayLength());
    }

    private static Task<HttpResponseMessage> Ask(ShopHost shop, string bearer, object report) => shop.Send(HttpMethod.Post, "/v1/admin/reports", report, ("Authorization", $"Bearer {bearer}"));

    private static Task<HttpResponseMessage> Get(ShopHost shop, string bearer, string path) => shop.Send(HttpMethod.Get, path, null, ("Authorization", $"Bearer {bearer}"));

    private static async Task<HttpResponseMessage> File(ShopHost shop, string bearer, JsonElement report, int number) =>
        (await Get(shop, bearer, report.GetProperty("files")[number].GetProperty("url").GetString()!)).EnsureSuccessStatusCode();

    private static async Task<JsonElement> Done(ShopHost shop, string bearer, string path)
    {
        JsonElement report = default;
        await Until.True(async () =>
        {
            HttpResponseMessage answer = await Get(shop, bearer, path);
            if (answer.StatusCode == HttpStatusCode.NotFound) return false;
            report = await ShopClient.Json(answer);
            return report.GetProperty("status").GetString() == "done";
        }, $"{path} to be done");
        return report;
    }

    /// <summary>Until the order's event has come through the topic.</summary>
    private static Task Sold(ShopHost shop, DateOnly day) => Until.True(async () =>
    {
        await foreach (var _ in shop.Service<SalesFactStore>().Read(day, day, TestContext.Current.CancellationToken)) return true;
        return false;
    }, "the sale to be known");

    private static async Task<(int, string?)> Refusal(HttpResponseMessage response) =>
        ((int)response.StatusCode, JsonDocument.Parse(await response.Content.ReadAsStringAsync(TestContext.Current.CancellationToken)).RootElement.GetProperty("code").GetString());

    private static string Major(JsonElement money) => (money.GetProperty("amount").GetInt64() / 100).ToString(System.Globalization.CultureInfo.InvariantCulture);
}
