using System.Text;
using Azure.Data.Tables;
using Azure.Storage.Blobs;
using Azure.Storage.Queues;

namespace Shop.Tests.Journeys;

/// <summary>Everything that lies in storage under a prefix, as whoever stole the account would read it.</summary>
internal sealed class StoredBytes(string prefix)
{
    private static readonly CancellationToken Cancel = TestContext.Current.CancellationToken;

    /// <summary>Where one of the words stands: in text, in UTF-8 or UTF-16 bytes, or in base64 of either.</summary>
    /// <param name="except">Tables and containers, without the prefix, that are not the shop's.</param>
    /// <param name="words">What must not be there.</param>
    public async Task<string[]> Find(IReadOnlyCollection<string> except, params string[] words)
    {
        List<string> found = [];
        await foreach ((string place, byte[] bytes) in All(except))
            foreach (string word in words)
                if (Spellings(word).Any(s => bytes.AsSpan().IndexOf(s) >= 0)) found.Add($"{place}: {word}");
        return [.. found.Distinct(StringComparer.Ordinal)];
    }

    private static IEnumerable<byte[]> Spellings(string word)
    {
        yield return Encoding.UTF8.GetBytes(word);
        yield return Encoding.Unicode.GetBytes(word);
        // A word inside base64 depends on where it begins: three ways, without the characters its neighbours share.
        for (int before = 0; before < 3; before++)
        {
            string text = Convert.ToBase64String([.. new byte[before], .. Encoding.UTF8.GetBytes(word)]);
            yield return Encoding.UTF8.GetBytes(text[(before == 0 ? 0 : before + 1)..^4]);
        }
    }

    private async IAsyncEnumerable<(string Place, byte[] Bytes)> All(IReadOnlyCollection<string> except)
    {
        string connection = await AzuriteFixture.ConnectionString();
        var tables = new TableServiceClient(connection);
        await foreach (Azure.Data.Tables.Models.TableItem table in tables.QueryAsync(t => t.Name.CompareTo(prefix) >= 0, cancellationToken: Cancel))
        {
            if (!table.Name.StartsWith(prefix, StringComparison.Ordinal) || except.Contains(table.Name[prefix.Length..])) continue;
            await foreach (TableEntity row in tables.GetTableClient(table.Name).QueryAsync<TableEntity>(cancellationToken: Cancel))
                foreach ((string column, object value) in row)
                    if (value is not null) yield return ($"{table.Name[prefix.Length..]} {row.PartitionKey} {row.RowKey} {column}", value as byte[] ?? Encoding.UTF8.GetBytes(value.ToString()!));
        }
        var queues = new QueueServiceClient(connection, new QueueClientOptions());
        await foreach (Azure.Storage.Queues.Models.QueueItem queue in queues.GetQueuesAsync(prefix: prefix + "-", cancellationToken: Cancel))
            foreach (Azure.Storage.Queues.Models.PeekedMessage message in (await queues.GetQueueClient(queue.Name).PeekMessagesAsync(32, Cancel)).Value)
                yield return ($"queue {queue.Name[prefix.Length..]}", message.Body.ToArray());
        var blobs = new BlobServiceClient(connection);
        await foreach (Azure.Storage.Blobs.Models.BlobContainerItem container in blobs.GetBlobContainersAsync(prefix: prefix + "-", cancellationToken: Cancel))
        {
            if (except.Contains(container.Name[prefix.Length..])) continue;
            await foreach (Azure.Storage.Blobs.Models.BlobItem blob in blobs.GetBlobContainerClient(container.Name).GetBlobsAsync(cancellationToken: Cancel))
                yield return ($"blob {container.Name[prefix.Length..]}/{blob.Name}", (await blobs.GetBlobContainerClient(container.Name).GetBlobClient(blob.Name).DownloadContentAsync(Cancel)).Value.Content.ToArray());
        }
    }
}
