using Microsoft.Extensions.Hosting;
using Microsoft.Extensions.Logging;
using Shop.Common;
using Shop.Storage;

namespace Shop.Catalog;

/// <summary>Section <c>Demo</c>.</summary>
public sealed class DemoOptions
{
    /// <summary>Whether a shop without products imports a catalogue to try it with.</summary>
    public bool Enabled { get; init; }

    /// <summary>A CSV file as imports take it; the sample catalogue when empty.</summary>
    public string? File { get; init; }
}

/// <summary>Fills an empty shop on its first start, through the import that staff use.</summary>
public sealed partial class DemoCatalogue(DemoOptions demo, CatalogIndex index, StartImport start, DigitalFiles files, ShopOptions shop, ILogger<DemoCatalogue> logger) : BackgroundService
{
    internal static string SampleFile { get; } = Path.Combine(AppContext.BaseDirectory, "samples", "catalogue.csv");

    protected override async Task ExecuteAsync(CancellationToken stoppingToken)
    {
        if (!demo.Enabled || index.Count > 0) return;
        try
        {
            await using FileStream sample = File.OpenRead(string.IsNullOrEmpty(demo.File) ? SampleFile : demo.File);
            ImportJob job = await start.Run(sample, CatalogFileFormat.Csv, ChangeAuthor.Shop, stoppingToken);
            Started(job.Id);
            sample.Position = 0;
            await foreach (ImportGroup described in new ImportReader(Currency.Parse(shop.Currency), shop.Locale).Read(sample, stoppingToken))
                foreach (string file in described.Read().Product?.Variants.Select(v => v.DownloadFile).OfType<string>() ?? [])
                    await files.Put(file, BinaryData.FromString($"{described.Read().Product!.Text(shop.Locale, shop.Locale).Title}\n\nThis stands in for the file that a buyer of the demo shop would get.\n"), stoppingToken);
        }
        catch (Exception failure) when (!stoppingToken.IsCancellationRequested)
        {
            NotStarted(failure);
        }
    }

    [LoggerMessage(2014, LogLevel.Information, "The shop is empty: importing the demo catalogue ({ImportId}).")]
    private partial void Started(string importId);

    [LoggerMessage(2015, LogLevel.Error, "The demo catalogue could not be imported; the next start tries again.")]
    private partial void NotStarted(Exception failure);
}
