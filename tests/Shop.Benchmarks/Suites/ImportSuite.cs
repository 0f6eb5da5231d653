using System.Globalization;
using System.Text.Json;
using Shop.Benchmarks.Children;
using Shop.Benchmarks.Load;
using static Shop.Benchmarks.BenchmarkReport;

namespace Shop.Benchmarks.Suites;

/// <summary>A catalogue of 100,000 rows goes in, comes out, and goes in again.</summary>
internal static class ImportSuite
{
    private static readonly (string Format, string MediaType)[] Formats = [("csv", "text/csv"), ("ndjson", "application/x-ndjson")];

    public static async Task Run(BenchmarkOptions options, BenchmarkReport report)
    {
        report.Section("A catalogue as a file", "", "rows", "file MB", "seconds", "rows/s", "storage operations a row", "memory then MB");
        await using Child shop = await ShopChild.Start();
        using var client = new ShopApi(shop.Address);
        await Import("into an empty shop, with stock", SampleCatalogue.Csv(options.Imported), "text/csv", "created");
        foreach ((string format, string mediaType) in Formats)
        {
            MeterReading before = await client.Reading();
            (byte[] file, TimeSpan took) = await client.Export(format);
            await Row($"exported as {format}", options.Imported * SampleCatalogue.Variants, file, took, before);
            await Import($"the same {format} again", file, mediaType, "unchanged");
        }
        report.Note("A row of the sheet is a variant, a line of ndjson a product with its three. Azurite keeps its tables in memory; on disk it writes all of them anew every few seconds, and from some tens of thousands of rows on that is what takes the time.");

        async Task Import(string what, byte[] file, string mediaType, string outcome)
        {
            MeterReading before = await client.Reading();
            (JsonElement rows, TimeSpan took) = await client.Import(file, mediaType);
            int done = rows.GetProperty(outcome).GetInt32();
            if (done != rows.GetProperty("total").GetInt32()) throw new InvalidOperationException($"Not every row was {outcome}: {rows}");
            await Row(what, done, file, took, before);
        }

        async Task Row(string what, int rows, byte[] file, TimeSpan took, MeterReading before)
        {
            double operations = (double)(await client.Reading()).Since(before).App / rows;
            report.Row(what, rows.ToString("#,0", CultureInfo.InvariantCulture), Megabytes(file.Length), took.TotalSeconds.ToString("#,0.0", CultureInfo.InvariantCulture), Rate(rows / took.TotalSeconds), operations.ToString("0.00", CultureInfo.InvariantCulture), Megabytes(shop.Memory));
        }
    }
}
