using System.Globalization;
using System.Runtime.InteropServices;
using System.Text.Json;
using Azure;
using Azure.Storage.Blobs;
using Azure.Storage.Blobs.Models;
using Azure.Storage.Blobs.Specialized;
using Shop.Common;
using Shop.Storage;

namespace Shop.Catalog;

/// <summary>A place in the catalogue's logs: bytes of log <paramref name="Number"/> before <paramref name="Offset"/> were read.</summary>
[StructLayout(LayoutKind.Auto)]
public readonly record struct LogPosition(int Number, long Offset);

/// <summary>
/// The catalogue's log: append blobs <c>log/000000001</c>, <c>log/000000002</c> … of JSON lines. A log ends by an infinite lease of a known
/// id: from then on appends without it are refused, and the next log is there already. So nothing is ever written behind a line that a
/// reader took for the last. The last line, written under the lease, names the next log; one that is full lacks it.
/// </summary>
public sealed class CatalogLog : IRequiresStorage
{
    private const string EndLease = "5f0c1c2e-6a5e-4d0e-9a3c-0c6f3a1b7d42";
    private const int LargestBlock = 3 * 1024 * 1024;
    private const int LargestRead = 4 * 1024 * 1024;
    private readonly BlobContainerClient _container;
    private int _current;

    public CatalogLog(ShopStorage storage) : this(storage.Container("catalog"))
    {
    }

    internal CatalogLog(BlobContainerClient container) => _container = container;

    public IEnumerable<StorageNeed> Needs => [new(StorageKind.Blob, "catalog")];

    /// <summary><c>log/000000001</c>: names sort as the numbers do.</summary>
    internal static string LogName(int number) => $"log/{number.ToString("D9", CultureInfo.InvariantCulture)}";

    /// <summary>Appends the lines in as few blocks as they fit: one storage operation each. They are durable and ordered when it returns.</summary>
    public async Task Append(IEnumerable<CatalogLogLine> lines, CancellationToken cancellationToken)
    {
        using var block = new MemoryStream();
        foreach (CatalogLogLine line in lines)
        {
            byte[] json = JsonSerializer.SerializeToUtf8Bytes(line, ShopJson.Options);
            if (block.Length > 0 && block.Length + json.Length >= LargestBlock) await AppendBlock(block, cancellationToken);
            block.Write(json);
            block.WriteByte((byte)'\n');
        }
        if (block.Length > 0) await AppendBlock(block, cancellationToken);
    }

    /// <summary>Lines as logs and snapshots hold them.</summary>
    internal static byte[] Write(IEnumerable<CatalogLogLine> lines)
    {
        using var json = new MemoryStream();
        foreach (CatalogLogLine line in lines)
        {
            JsonSerializer.Serialize(json, line, ShopJson.Options);
            json.WriteByte((byte)'\n');
        }
        return json.ToArray();
    }

    /// <summary>Reads on from a position: one storage operation.</summary>
    internal async Task<Reading> Read(LogPosition position, CancellationToken cancellationToken)
    {
        // One byte that was read already is asked for again: a range that begins at the end would be refused, every second, with 416.
        long start = Math.Max(0, position.Offset - 1);
        BlobDownloadStreamingResult download;
        try
        {
            download = await _container.GetBlobClient(LogName(position.Number)).DownloadStreamingAsync(
                new BlobDownloadOptions { Range = new HttpRange(start, LargestRead) }, cancellationToken);
        }
        catch (RequestFailedException none) when (none.Status is 404 or 416)
        {
            // Logs never shrink: a shorter one was begun under the name of one that was lost.
            return new Reading([], position, none.Status == 404 || position.Offset > 0 ? ReadingEnd.Gone : ReadingEnd.End);
        }
        using (download)
        {
            byte[] buffer = new byte[download.Details.ContentLength];
            await download.Content.ReadExactlyAsync(buffer, cancellationToken);
            Reading reading = Parse(buffer.AsMemory((int)(position.Offset - start)), position, buffer.Length < LargestRead ? ReadingEnd.End : ReadingEnd.More);
            BlobDownloadDetails log = download.Details;
            // Told with the bytes themselves: nothing was appended to it after what has just been read.
            bool ended = reading.End == ReadingEnd.End && log is { BlobType: BlobType.Append, LeaseState: LeaseState.Leased, LeaseDuration: LeaseDurationType.Infinite };
            return ended ? reading with { Position = new LogPosition(position.Number + 1, 0), End = ReadingEnd.More } : reading with { Blocks = log.BlobCommittedBlockCount };
        }
    }

    /// <summary>The number of the oldest log; the first one is made where there is none.</summary>
    internal async Task<int> Oldest(CancellationToken cancellationToken)
    {
        if (await Numbers(cancellationToken) is [var oldest, ..]) return oldest;
        await Create(1, cancellationToken);
        return 1;
    }

    /// <summary>The numbers of the logs there are, rising.</summary>
    internal async Task<IReadOnlyList<int>> Numbers(CancellationToken cancellationToken)
    {
        List<int> numbers = [];
        await foreach (BlobItem blob in _container.GetBlobsAsync(BlobTraits.None, BlobStates.None, "log/", cancellationToken))
            numbers.Add(int.Parse(blob.Name.AsSpan("log/".Length), CultureInfo.InvariantCulture));
        return numbers;
    }

    /// <summary>Ends a log and begins the next; ending it twice does no harm.</summary>
    internal async Task End(int number, CancellationToken cancellationToken)
    {
        await Create(number + 1, cancellationToken);
        AppendBlobClient log = Client(number);
        await log.GetBlobLeaseClient(EndLease).AcquireAsync(BlobLeaseClient.InfiniteLeaseDuration, cancellationToken: cancellationToken);
        await WriteEnd(number, cancellationToken);
    }

    /// <summary>Begins a new log behind all others, for whoever does not trust them: also where the newest is gone, or is no log any more.</summary>
    /// <returns>Its number.</returns>
    internal async Task<int> Restart(CancellationToken cancellationToken)
    {
        int newest = await Newest(cancellationToken);
        try
        {
            await End(newest, cancellationToken);
        }
        catch (RequestFailedException broken) when (broken.ErrorCode == BlobErrorCode.InvalidBlobType)
        {
            // Who wanted to append to it or to read it looks for the newest one.
            await Delete(newest, cancellationToken);
        }
        return newest + 1;
    }

    /// <summary>Deletes a log that no snapshot needs any more.</summary>
    internal Task Delete(int number, CancellationToken cancellationToken) =>
        Client(number).DeleteIfExistsAsync(DeleteSnapshotsOption.None, new BlobRequestConditions { LeaseId = EndLease }, cancellationToken);

    private async Task AppendBlock(MemoryStream block, CancellationToken cancellationToken)
    {
        if (Volatile.Read(ref _current) == 0) Interlocked.CompareExchange(ref _current, await Newest(cancellationToken), 0);
        while (true)
        {
            int number = Volatile.Read(ref _current);
            block.Position = 0;
            try
            {
                await Client(number).AppendBlockAsync(block, cancellationToken: cancellationToken);
                block.SetLength(0);
                return;
            }
            catch (RequestFailedException ended) when (ended.ErrorCode == BlobErrorCode.LeaseIdMissing || ended.ErrorCode == BlobErrorCode.BlockCountExceedsLimit)
            {
                // Nobody ended a log that is full, and whoever ended this one may have died before its last line; the line may stand there twice.
                await End(number, cancellationToken);
                Interlocked.CompareExchange(ref _current, number + 1, number);
            }
            catch (RequestFailedException gone) when (gone.Status == 404)
            {
                // Long ended and deleted, while this instance had nothing to say.
                Interlocked.CompareExchange(ref _current, await Newest(cancellationToken), number);
            }
        }
    }

    private async Task<int> Newest(CancellationToken cancellationToken)
    {
        if (await Numbers(cancellationToken) is [.., var newest]) return newest;
        await Create(1, cancellationToken);
        return 1;
    }

    private async Task WriteEnd(int number, CancellationToken cancellationToken)
    {
        using var line = new MemoryStream([.. JsonSerializer.SerializeToUtf8Bytes(new CatalogLogLine { Next = number + 1 }, ShopJson.Options), (byte)'\n']);
        try
        {
            await Client(number).AppendBlockAsync(line, new AppendBlobAppendBlockOptions { Conditions = new AppendBlobRequestConditions { LeaseId = EndLease } }, cancellationToken);
        }
        catch (RequestFailedException full) when (full.ErrorCode == BlobErrorCode.BlockCountExceedsLimit)
        {
            // Its lease says the same.
        }
    }

    private AppendBlobClient Client(int number) => _container.GetAppendBlobClient(LogName(number));

    // A log is never left empty: reading an empty blob is refused with 416.
    private async Task Create(int number, CancellationToken cancellationToken)
    {
        if (await Client(number).CreateIfNotExistsAsync(cancellationToken: cancellationToken) is null) return;
        using var line = new MemoryStream("{}\n"u8.ToArray());
        await Client(number).AppendBlockAsync(line, cancellationToken: cancellationToken);
    }

    private static Reading Parse(ReadOnlyMemory<byte> bytes, LogPosition position, ReadingEnd end)
    {
        List<CatalogLogLine> lines = [];
        int at = 0, unreadable = 0;
        while (bytes.Span[at..].IndexOf((byte)'\n') is >= 0 and var length)
        {
            CatalogLogLine? line = Line(bytes.Span.Slice(at, length));
            at += length + 1;
            if (line?.Next is { } next) return new Reading(lines, new LogPosition(next, 0), ReadingEnd.More, unreadable);
            if (line is null) unreadable++;
            else lines.Add(line);
        }
        return new Reading(lines, new LogPosition(position.Number, position.Offset + at), end, unreadable);
    }

    private static CatalogLogLine? Line(ReadOnlySpan<byte> json)
    {
        try
        {
            return JsonSerializer.Deserialize<CatalogLogLine>(json, ShopJson.Options);
        }
        catch (JsonException)
        {
            return null;
        }
    }
}

/// <summary>What one read found, and where to read on.</summary>
/// <param name="Unreadable">How many lines say nothing that can be understood.</param>
/// <param name="Blocks">In how many pieces the log was written so far: it takes 50,000.</param>
internal sealed record Reading(IReadOnlyList<CatalogLogLine> Lines, LogPosition Position, ReadingEnd End, int Unreadable = 0, int Blocks = 0);

/// <summary>Whether there is more now, no more for now, or no such log any more (its reader was away for two snapshots).</summary>
internal enum ReadingEnd { More, End, Gone }
