using System.Diagnostics;
using System.Globalization;
using System.Security.Cryptography;
using System.Text;
using System.Text.Json;
using Shop.Benchmarks.Children;
using Shop.Benchmarks.Load;
using static Shop.Benchmarks.BenchmarkReport;

namespace Shop.Benchmarks.Suites;

/// <summary>Stripe's webhooks about orders that are paid: verified, stored once, acknowledged, and processed from their queue.</summary>
internal static class WebhooksSuite
{
    private const int Products = 20;

    /// <summary>More than are taken within the window: none is sent twice by accident.</summary>
    private const int MostASecond = 4000;

    public static async Task Run(BenchmarkOptions options, BenchmarkReport report)
    {
        report.Section("Webhooks of a payment provider, 32 connections", "", "a second", "p50 / p95 / p99 ms", "storage operations each");
        await using Child shop = await ShopChild.Start();
        using var client = new ShopApi(shop.Address);
        await client.Import(Products);
        var buyer = new Buyer(client, 1, Products);
        string orderId = (await buyer.Buy()).Split('/')[^1].Split('?')[0];
        int seconds = 2 * options.Seconds + 2, needed = MostASecond * seconds;
        byte[][] events = [.. Enumerable.Range(0, needed).Select(i => Signed(shop.Address, $"evt_benchmark_{i}", orderId, buyer.Intent))];

        MeterReading before = await client.Reading();
        long begun = Stopwatch.GetTimestamp();
        Measured taken = await RawHttp.Run(shop.Address, events, options.Window);
        long hooks = await Handled(client, before, "StripeHook");
        await ShopApi.Until(async () => await Handled(client, before, "PaymentEvents") >= hooks);
        TimeSpan drained = Stopwatch.GetElapsedTime(begun);
        MeterReading spent = (await client.Reading()).Since(before);
        report.Row("taken: events that were never sent", Rate(taken.PerSecond), Percentiles(taken), (spent.App / (double)hooks).ToString("0.0", CultureInfo.InvariantCulture) + " with their processing");
        report.Row("processed, while others are taken", Rate(hooks / drained.TotalSeconds), "", "");
        Measured repeated = await RawHttp.Run(shop.Address, events[..32], options.Window);
        report.Row("taken: events that were sent before", Rate(repeated.PerSecond), Percentiles(repeated), "");
        report.Note("Processing reads the payment again from its provider, which is the emulator in the same process.");
    }

    private static async Task<long> Handled(ShopApi client, MeterReading before, string function) => (await client.Reading()).Since(before).Executions.GetValueOrDefault(function);

    private static byte[] Signed(Uri server, string id, string orderId, string intent)
    {
        long at = TimeProvider.System.GetUtcNow().ToUnixTimeSeconds();
        string body = JsonSerializer.Serialize(new
        {
            id, @object = "event", type = "payment_intent.succeeded", created = at,
            data = new { @object = new { id = intent, @object = "payment_intent", metadata = new { order_id = orderId } } },
        });
        string signature = Convert.ToHexStringLower(HMACSHA256.HashData(Encoding.UTF8.GetBytes(ShopChild.WebhookSecret), Encoding.UTF8.GetBytes(string.Create(CultureInfo.InvariantCulture, $"{at}.{body}"))));
        return Encoding.UTF8.GetBytes(string.Create(
            CultureInfo.InvariantCulture, $"POST /v1/hooks/stripe HTTP/1.1\r\nHost: {server.Authority}\r\nContent-Type: application/json\r\nStripe-Signature: t={at},v1={signature}\r\nContent-Length: {Encoding.UTF8.GetByteCount(body)}\r\n\r\n{body}"));
    }
}
