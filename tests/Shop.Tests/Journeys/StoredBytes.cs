using System.Security.Cryptography;
using System.Text;
using System.Text.RegularExpressions;
using Azure.Data.Tables;
using Azure.Storage.Blobs;
using Azure.Storage.Queues;
using Shop.Http;
using Shop.Storage;

namespace Shop.Tests.Journeys;

/// <summary>Everything that lies in storage under a prefix, as whoever stole the account would read it.</summary>
internal sealed partial class StoredBytes(string prefix)
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

    /// <summary>As <see cref="Find"/>, in what is sealed as well: every sealed value of the tables is opened, and one that cannot be is told.</summary>
    public async Task<string[]> FindOpened(Sealing sealing, IReadOnlyCollection<string> except, params string[] words)
    {
        List<string> found = [.. await Find(except, words)];
        await foreach ((string table, TableEntity row) in TableRows(except))
        {
            string place = $"{table} {row.PartitionKey} {row.RowKey}";
            List<byte[]> opened = [];
            if (row.GetString("SealedWith") is { } header) opened.Add(sealing.Open(row.RowKey, new SealedBytes(header, Rows.Read(row, "Sealed"))));
            foreach (object value in row.Select(c => c.Value).Where(v => v is not null))
                foreach (Match text in SealedText().Matches(value as byte[] is { } bytes ? Encoding.UTF8.GetString(bytes) : value.ToString()!)) opened.Add(Open(sealing, row, text.Value, place));
            foreach (string word in words)
                if (opened.Any(o => Spellings(word).Any(s => o.AsSpan().IndexOf(s) >= 0))) found.Add($"{place} Sealed: {word}");
        }
        return [.. found.Distinct(StringComparer.Ordinal)];
    }

    private static byte[] Open(Sealing sealing, TableEntity row, string text, string place)
    {
        int dot = text.LastIndexOf('.');
        foreach (string where in (string[])[row.RowKey, row.PartitionKey, row.RowKey.Split('|')[0] + "|totp"])
        {
            try
            {
                return sealing.Open(where, new SealedBytes(text[..dot], System.Buffers.Text.Base64Url.DecodeFromChars(text.AsSpan(dot + 1))));
            }
            catch (CryptographicException)
            {
                // Another of its row's names.
            }
        }
        throw new InvalidDataException($"What is sealed in {place} cannot be opened here.");
    }

    [GeneratedRegex("v[12]\\.[0-9A-Za-z]+\\.[0-9A-Za-z_-]{30,}", RegexOptions.None, 1000)]
    private static partial Regex SealedText();

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
        await foreach ((string table, TableEntity row) in TableRows(except))
            foreach ((string column, object value) in row)
                if (value is not null) yield return ($"{table} {row.PartitionKey} {row.RowKey} {column}", value as byte[] ?? Encoding.UTF8.GetBytes(value.ToString()!));
        string connection = await AzuriteFixture.ConnectionString();
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

    /// <summary>Every row of the tables, with its table's name without the prefix.</summary>
    internal async IAsyncEnumerable<(string Table, TableEntity Row)> TableRows(IReadOnlyCollection<string> except)
    {
        var tables = new TableServiceClient(await AzuriteFixture.ConnectionString());
        await foreach (Azure.Data.Tables.Models.TableItem table in tables.QueryAsync(t => t.Name.CompareTo(prefix) >= 0, cancellationToken: Cancel))
        {
            if (!table.Name.StartsWith(prefix, StringComparison.Ordinal) || except.Contains(table.Name[prefix.Length..])) continue;
            await foreach (TableEntity row in tables.GetTableClient(table.Name).QueryAsync<TableEntity>(cancellationToken: Cancel)) yield return (table.Name[prefix.Length..], row);
        }
    }
}
