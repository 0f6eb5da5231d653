using Azure.Data.Tables;
using Azure.Storage.Blobs;
using Azure.Storage.Queues;

namespace Shop.Emulator.Storage;

/// <summary>
/// The storage account behind everything that the emulator keeps: orchestrations, Service Bus, payments, parcels, mails, the clock.
/// Its names begin with the shop's prefix and "emu", so that several shops share one Azurite without meeting.
/// </summary>
internal sealed class EmulatorStorage(string connectionString, string prefix)
{
    /// <summary>What the app's <c>AzureWebJobsStorage</c> means here.</summary>
    public string ConnectionString { get; } = connectionString;

    /// <summary>The <c>NamePrefix</c> setting: lower-case letters and digits.</summary>
    public string Prefix { get; } = prefix;

    private readonly TableServiceClient _tables = new(connectionString);
    private readonly BlobServiceClient _blobs = new(connectionString);
    private readonly QueueServiceClient _queues = new(connectionString);

    /// <summary>The table <c>{prefix}emu{name}</c>; call <c>CreateIfNotExists</c> once at start.</summary>
    public TableClient Table(string name) => _tables.GetTableClient($"{Prefix}emu{name}");

    /// <summary>The container <c>{prefix}-emu-{name}</c>.</summary>
    public BlobContainerClient Container(string name) => _blobs.GetBlobContainerClient($"{Prefix}-emu-{name}");

    /// <summary>A queue by its full name, with the encoding that host.json asks for.</summary>
    public QueueClient Queue(string fullName, QueueMessageEncoding encoding = QueueMessageEncoding.None) =>
        new(ConnectionString, fullName, new QueueClientOptions { MessageEncoding = encoding });

    /// <summary>Every queue of the account whose name begins with this shop's prefix.</summary>
    public IAsyncEnumerable<Azure.Storage.Queues.Models.QueueItem> Queues(CancellationToken cancellationToken) =>
        _queues.GetQueuesAsync(prefix: Prefix, cancellationToken: cancellationToken);
}
