using System.Globalization;
using System.Security.Cryptography;
using System.Text;
using Azure;
using Azure.Data.Tables;
using MimeKit;
using Shop.Emulator.Storage;

namespace Shop.Emulator.Mailbox;

/// <summary>A mail as it arrived first.</summary>
/// <param name="MessageId">Without angle brackets.</param>
/// <param name="To">The recipients of the conversation, hidden ones too.</param>
/// <param name="At">When it arrived, on the emulator's clock.</param>
/// <param name="Repeats">How often it came again under the same Message-ID.</param>
/// <param name="Mime">The mail.</param>
internal sealed record ReceivedMail(string MessageId, IReadOnlyList<string> To, DateTimeOffset At, int Repeats, MimeMessage Mime);

/// <summary>
/// All mails are one partition: a row per mail whose key puts the newest first, and a row per Message-ID that points to it. Both are written
/// in one batch, which fails for a repeat.
/// </summary>
internal sealed class MailStore(EmulatorStorage storage)
{
    public const string TableName = "mail";
    public const string ContainerName = "mail";
    private const string Partition = "mail";

    /// <summary>A row holds 1 MiB; a longer mail is kept in a blob.</summary>
    private const int LongestInRow = 700 * 1024;

    private readonly TableClient _table = storage.Table(TableName);

    public static string MailKey(DateTimeOffset at, string messageId) => $"mail|{(long.MaxValue - at.Ticks).ToString("D19", CultureInfo.InvariantCulture)}|{Hash(messageId)}";

    public static string MessageIdKey(string messageId) => $"id|{Hash(messageId)}";

    /// <summary>Keeps a mail, or counts it where it was here before.</summary>
    public async Task Keep(Envelope envelope, byte[] raw, DateTimeOffset at, CancellationToken cancellationToken)
    {
        using var content = new MemoryStream(raw, writable: false);
        MimeMessage mime = await MimeMessage.LoadAsync(content, cancellationToken);
        string messageId = string.IsNullOrEmpty(mime.MessageId) ? $"{Guid.NewGuid():n}@shop.emulator" : mime.MessageId;
        string key = MailKey(at, messageId);
        var row = new TableEntity(Partition, key) { ["MessageId"] = Shortened(messageId), ["To"] = string.Join('\n', envelope.To), ["At"] = at, ["Repeats"] = 0 };
        if (raw.Length <= LongestInRow) row.SetBytes("Raw", raw);
        else await storage.Container(ContainerName).GetBlobClient(key).UploadAsync(BinaryData.FromBytes(raw), overwrite: true, cancellationToken);
        var pointer = new TableEntity(Partition, MessageIdKey(messageId)) { ["Mail"] = key };
        if (await _table.TrySubmit([new(TableTransactionActionType.Add, pointer), new(TableTransactionActionType.Add, row)], cancellationToken) is null)
            await CountRepeat(messageId, cancellationToken);
    }

    /// <summary>Newest first.</summary>
    public async Task<IReadOnlyList<ReceivedMail>> List(string? to, int limit, CancellationToken cancellationToken)
    {
        string filter = TableClient.CreateQueryFilter($"PartitionKey eq {Partition} and RowKey ge {"mail|"} and RowKey lt {"mail~"}");
        var mails = new List<ReceivedMail>();
        await foreach (TableEntity row in _table.QueryAsync<TableEntity>(filter, cancellationToken: cancellationToken))
        {
            if (to is not null && !row.GetString("To").Split('\n').Contains(to, StringComparer.OrdinalIgnoreCase)) continue;
            mails.Add(await Mail(row, cancellationToken));
            if (mails.Count == limit) break;
        }
        return mails;
    }

    public async Task<ReceivedMail?> Find(string messageId, CancellationToken cancellationToken) =>
        await _table.Find(Partition, MessageIdKey(messageId), cancellationToken) is { } pointer && await _table.Find(Partition, pointer.GetString("Mail"), cancellationToken) is { } row
            ? await Mail(row, cancellationToken)
            : null;

    private async Task CountRepeat(string messageId, CancellationToken cancellationToken)
    {
        TableEntity pointer = (await _table.Find(Partition, MessageIdKey(messageId), cancellationToken))!;
        while (true)
        {
            TableEntity mail = (await _table.Find(Partition, pointer.GetString("Mail"), cancellationToken))!;
            try
            {
                var counted = new TableEntity(Partition, mail.RowKey) { ["Repeats"] = mail.GetInt32("Repeats") + 1 };
                await _table.UpdateEntityAsync(counted, mail.ETag, TableUpdateMode.Merge, cancellationToken);
                return;
            }
            catch (RequestFailedException changed) when (changed.Status == 412)
            {
                // Another repeat was counted at the same moment; this one is still to be counted.
            }
        }
    }

    private async Task<ReceivedMail> Mail(TableEntity row, CancellationToken cancellationToken)
    {
        byte[] raw = row.ContainsKey("Raw")
            ? row.GetBytes("Raw")
            : (await storage.Container(ContainerName).GetBlobClient(row.RowKey).DownloadContentAsync(cancellationToken)).Value.Content.ToArray();
        using var content = new MemoryStream(raw, writable: false);
        MimeMessage mime = await MimeMessage.LoadAsync(content, cancellationToken);
        return new ReceivedMail(row.GetString("MessageId"), row.GetString("To").Split('\n'), row.GetDateTimeOffset("At")!.Value, row.GetInt32("Repeats") ?? 0, mime);
    }

    private static string Shortened(string messageId) => messageId.Length <= 998 ? messageId : messageId[..998];

    private static string Hash(string messageId) => Convert.ToHexStringLower(SHA256.HashData(Encoding.UTF8.GetBytes(messageId)));
}
