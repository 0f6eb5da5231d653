using Azure.Core;
using Azure.Core.Pipeline;
using Azure.Data.Tables;
using Azure.Data.Tables.Models;
using Azure.Identity;
using Azure.Storage.Blobs;
using Azure.Storage.Blobs.Models;
using Azure.Storage.Queues;
using Azure.Storage.Queues.Models;

namespace Shop.Storage;

/// <summary>
/// Clients for the shop's tables, queues and containers under the configured prefix, with every operation counted by
/// <see cref="StorageMeter"/>. A client is made once and shared; making one costs no call.
/// </summary>
public sealed class ShopStorage
{
    private readonly TableServiceClient _tables;
    private readonly QueueServiceClient _queues;
    private readonly BlobServiceClient _blobs;
    private readonly string _prefix;

    public ShopStorage(StorageOptions options)
    {
        _prefix = options.NamePrefix;
        var tables = Metered(new TableClientOptions(), StorageKind.Table);
        var queues = Metered(new QueueClientOptions { MessageEncoding = QueueMessageEncoding.Base64 }, StorageKind.Queue);
        var blobs = Metered(new BlobClientOptions(), StorageKind.Blob);
        if (!string.IsNullOrEmpty(options.ConnectionString))
        {
            _tables = new TableServiceClient(options.ConnectionString, tables);
            _queues = new QueueServiceClient(options.ConnectionString, queues);
            _blobs = new BlobServiceClient(options.ConnectionString, blobs);
        }
        else if (!string.IsNullOrEmpty(options.AccountName))
        {
            TokenCredential identity = new DefaultAzureCredential();
            _tables = new TableServiceClient(Endpoint("table"), identity, tables);
            _queues = new QueueServiceClient(Endpoint("queue"), identity, queues);
            _blobs = new BlobServiceClient(Endpoint("blob"), identity, blobs);
            Uri Endpoint(string service) => new($"https://{options.AccountName}.{service}.core.windows.net");
        }
        else
        {
            throw new InvalidOperationException("Set AzureWebJobsStorage (a connection string) or AzureWebJobsStorage__accountName (an account reached with the app's identity).");
        }
    }

    /// <summary>The table <c>{prefix}{name}</c>, <paramref name="name"/> in Pascal case: <c>shopOrders</c>.</summary>
    public TableClient Table(string name) => _tables.GetTableClient(_prefix + name);

    /// <summary>The queue <c>{prefix}-{name}</c>; a trigger names it <c>%NamePrefix%-{name}</c>.</summary>
    public QueueClient Queue(string name) => _queues.GetQueueClient($"{_prefix}-{name}");

    /// <summary>The container <c>{prefix}-{name}</c>.</summary>
    public BlobContainerClient Container(string name) => _blobs.GetBlobContainerClient($"{_prefix}-{name}");

    internal string FullName(StorageNeed need) => need.Kind switch
    {
        StorageKind.Table => Table(need.Name).Name,
        StorageKind.Queue => Queue(need.Name).Name,
        _ => Container(need.Name).Name,
    };

    /// <summary>The full names of what is there under the prefix, and of other shops whose prefix begins alike: one operation for 1,000 tables, or 5,000 queues or containers.</summary>
    internal async Task<IReadOnlySet<string>> List(StorageKind kind, CancellationToken cancellationToken)
    {
        HashSet<string> names = new(StringComparer.OrdinalIgnoreCase);
        switch (kind)
        {
            case StorageKind.Table:
                string beyond = _prefix[..^1] + (char)(_prefix[^1] + 1);
                await foreach (TableItem table in _tables.QueryAsync($"TableName ge '{_prefix}' and TableName lt '{beyond}'", cancellationToken: cancellationToken)) names.Add(table.Name);
                break;
            case StorageKind.Queue:
                await foreach (QueueItem queue in _queues.GetQueuesAsync(prefix: _prefix, cancellationToken: cancellationToken)) names.Add(queue.Name);
                break;
            default:
                await foreach (BlobContainerItem container in _blobs.GetBlobContainersAsync(prefix: _prefix, cancellationToken: cancellationToken)) names.Add(container.Name);
                break;
        }
        return names;
    }

    private static T Metered<T>(T options, StorageKind kind) where T : ClientOptions
    {
        options.AddPolicy(new MeterPolicy(kind), HttpPipelinePosition.PerRetry);
        options.RetryPolicy = new SafeRetry(3, DelayStrategy.CreateExponentialDelayStrategy(TimeSpan.FromMilliseconds(100), TimeSpan.FromSeconds(2)));
        options.Retry.NetworkTimeout = TimeSpan.FromSeconds(20);
        return options;
    }

    private sealed class MeterPolicy(StorageKind kind) : HttpPipelineSynchronousPolicy
    {
        public override void OnSendingRequest(HttpMessage message) => StorageMeter.Count(kind);
    }
}
