using System.Globalization;
using System.Security.Cryptography;
using System.Text;
using Azure.Data.Tables;
using Shop.Emulator.Storage;

namespace Shop.Emulator.Webhooks;

/// <summary>
/// One notice that a provider posts to the shop. Its row is written in the same batch as the change it tells of, so that neither a crash
/// nor a shop that does not answer loses it.
/// </summary>
/// <param name="PartitionKey">The partition of the change.</param>
/// <param name="RowKey">The row of this notice.</param>
/// <param name="Path">Where it goes in the shop, such as <c>/v1/hooks/stripe</c>.</param>
/// <param name="Body">The JSON exactly as it is signed and posted, the same at every attempt.</param>
/// <param name="Made">When it happened.</param>
/// <param name="Due">Not before this moment of the emulator's clock.</param>
internal sealed record Webhook(string PartitionKey, string RowKey, string Path, string Body, DateTimeOffset Made, DateTimeOffset Due)
{
    /// <summary>How often it is posted with success before it counts as delivered: 2 is a duplicate, 0 is lost on the way.</summary>
    public int Copies { get; init; } = 1;

    /// <summary>Failed attempts so far.</summary>
    public int Attempts { get; init; }

    /// <summary>One of <see cref="WebhookState"/>, as its row was read.</summary>
    public string State { get; init; } = WebhookState.Pending;

    /// <summary>What the last attempt was answered; <c>null</c> before the first.</summary>
    public string? Answer { get; init; }

    public TableEntity ToRow()
    {
        var row = new TableEntity(PartitionKey, RowKey)
        {
            ["Hook"] = Copies == 0 ? WebhookState.Dropped : WebhookState.Pending,
            ["Path"] = Path,
            ["Made"] = Made,
            ["Due"] = Due,
            ["Copies"] = Copies,
            ["Attempts"] = Attempts,
        };
        row.SetBytes("Body", Encoding.UTF8.GetBytes(Body));
        return row;
    }

    public static Webhook FromRow(TableEntity row) => new(
        row.PartitionKey, row.RowKey, row.GetString("Path"), Encoding.UTF8.GetString(row.GetBytes("Body")),
        row.GetDateTimeOffset("Made")!.Value, row.GetDateTimeOffset("Due")!.Value)
    {
        Copies = row.GetInt32("Copies") ?? 1,
        Attempts = row.GetInt32("Attempts") ?? 0,
        State = row.GetString("Hook"),
        Answer = row.GetString("Answer"),
    };
}

internal static class WebhookState
{
    public const string Pending = "pending";
    public const string Delivered = "delivered";

    /// <summary>Lost on the way, as told by whoever makes the provider misbehave.</summary>
    public const string Dropped = "dropped";

    /// <summary>Never taken within the days for which a provider tries.</summary>
    public const string Abandoned = "abandoned";
}

/// <summary>One provider's way to the shop: where its notices are kept and how they are signed.</summary>
/// <param name="Name">Of the provider.</param>
/// <param name="Table">Holds the notices' rows.</param>
/// <param name="Signature">How a notice is signed in a header; <c>null</c> where the body says it.</param>
internal sealed record WebhookChannel(string Name, TableClient Table, WebhookSignature? Signature);

/// <param name="Header">Carries <c>t=…,v1=…</c>, or the secret.</param>
/// <param name="Secret">Shared with the shop.</param>
/// <param name="Plain">The secret itself is sent, as Biteship does.</param>
internal sealed record WebhookSignature(string Header, string Secret, bool Plain = false)
{
    /// <summary>The header's value: HMAC-SHA256 in hex over <c>t.body</c>, <c>t</c> in Unix seconds, which is Stripe's scheme; or the secret.</summary>
    public string Sign(string body, DateTimeOffset at)
    {
        if (Plain) return Secret;
        string timestamp = at.ToUnixTimeSeconds().ToString(CultureInfo.InvariantCulture);
        byte[] hash = HMACSHA256.HashData(Encoding.UTF8.GetBytes(Secret), Encoding.UTF8.GetBytes($"{timestamp}.{body}"));
        return $"t={timestamp},v1={Convert.ToHexStringLower(hash)}";
    }
}
