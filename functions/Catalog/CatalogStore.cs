using System.Globalization;
using System.Text.Json;
using Azure;
using Azure.Data.Tables;
using Azure.Storage.Queues;
using Azure.Storage.Queues.Models;
using Shop.Common;
using Shop.Storage;

namespace Shop.Catalog;

/// <summary>The keys of tables <c>Products</c> and <c>CatalogKeys</c>; docs/tables.md shows a row of each.</summary>
internal static class CatalogKeys
{
    public static string Product(string productId) => $"{productId}|product";

    /// <summary>Counted down from the version, so that the newest change comes first.</summary>
    public static string Change(string productId, long version) => string.Create(CultureInfo.InvariantCulture, $"{productId}|change|{999_999_999_999 - version:D12}");

    /// <summary>In <c>CatalogKeys</c>, partition and row alike: RowKeys that repeat over partitions slow Azurite down.</summary>
    public static string Handle(string handle) => $"handle|{handle}";

    public static string Slug(string slug) => $"slug|{slug}";

    public static bool IsSlug(string key) => key.StartsWith(Slug(""), StringComparison.Ordinal);

    public static string Sku(Sku sku) => $"sku|{sku}";
}

/// <summary>
/// Products, and the names that belong to one product only: its handle, its slugs in all languages, its SKUs. A name once taken is never
/// given to another product, so that old addresses and old orders keep their meaning; one that no product got in the end is free again.
/// </summary>
public sealed class CatalogStore(ShopStorage storage) : IRequiresStorage
{
    /// <summary>How long a note that a product is about to change stays hidden: whoever changes it is done by then, or dead.</summary>
    internal static readonly TimeSpan NoteHidden = TimeSpan.FromSeconds(30);

    private readonly TableClient _products = storage.Table("Products");
    private readonly TableClient _keys = storage.Table("CatalogKeys");
    private readonly QueueClient _changes = storage.Queue("catalog-changes");

    public IEnumerable<StorageNeed> Needs =>
        [new(StorageKind.Table, "Products"), new(StorageKind.Table, "CatalogKeys"), new(StorageKind.Queue, "catalog-changes")];

    /// <summary>One operation.</summary>
    public async Task<Stored<Product>?> Find(string productId, CancellationToken cancellationToken) =>
        await _products.Find(productId, CatalogKeys.Product(productId), cancellationToken) is { } row ? new Stored<Product>(Rows.FromRow<Product>(row), row.ETag) : null;

    /// <summary>The products among the next thousand rows of the table: for a rebuild, never for a request. One operation.</summary>
    internal async Task<(IReadOnlyList<Product> Products, string? Next)> Page(string? from, CancellationToken cancellationToken)
    {
        await foreach (Page<TableEntity> page in _products.QueryAsync<TableEntity>(maxPerPage: 1000, cancellationToken: cancellationToken).AsPages(from, 1000))
            return ([.. page.Values.Where(row => row.RowKey == CatalogKeys.Product(row.PartitionKey)).Select(Rows.FromRow<Product>)], page.ContinuationToken);
        return ([], null);
    }

    /// <summary>The product that a name belongs to; <c>null</c> while it is free. One operation.</summary>
    internal async Task<string?> FindOwner(string key, CancellationToken cancellationToken) => (await FindClaim(key, cancellationToken))?.ProductId;

    /// <summary>Whose a name is, and since when; <c>null</c> while it is free. One operation.</summary>
    internal async Task<NameClaim?> FindClaim(string key, CancellationToken cancellationToken)
    {
        NullableResponse<TableEntity> found = await _keys.GetEntityIfExistsAsync<TableEntity>(key, key, cancellationToken: cancellationToken);
        // Both moments are of storage's clock: neither this machine's nor the shop's need agree with it.
        return found is { HasValue: true, Value: { } row } ? new NameClaim(row.GetString("ProductId"), row.ETag, (found.GetRawResponse().Headers.Date - row.Timestamp).GetValueOrDefault()) : null;
    }

    /// <summary>Takes a free name for a product: one operation.</summary>
    /// <returns>The claim's version; <c>null</c> where the name is not free.</returns>
    internal async Task<ETag?> TryClaim(string key, string productId, CancellationToken cancellationToken)
    {
        try
        {
            return (await _keys.AddEntityAsync(new TableEntity(key, key) { ["ProductId"] = productId }, cancellationToken)).Headers.ETag;
        }
        catch (RequestFailedException taken) when (taken.Status == 409)
        {
            return null;
        }
    }

    /// <summary>Takes a name over, or makes a claim young again: one operation.</summary>
    /// <returns>The claim's version; <c>null</c> where it is not as it was read any more.</returns>
    internal async Task<ETag?> TryReclaim(string key, string productId, ETag known, CancellationToken cancellationToken)
    {
        try
        {
            return (await _keys.UpdateEntityAsync(new TableEntity(key, key) { ["ProductId"] = productId }, known, TableUpdateMode.Replace, cancellationToken)).Headers.ETag;
        }
        catch (RequestFailedException changed) when (changed.Status is 404 or 412)
        {
            return null;
        }
    }

    /// <summary>Frees a name, unless somebody took the claim over: one operation.</summary>
    internal async Task GiveBack(string key, ETag known, CancellationToken cancellationToken)
    {
        try
        {
            await _keys.DeleteEntityAsync(key, key, known, cancellationToken);
        }
        catch (RequestFailedException changed) when (changed.Status is 404 or 412)
        {
            // Somebody else relies on it.
        }
    }

    /// <summary>Writes a new product, or one whose row has not changed since it was read, and with it what changed: one operation.</summary>
    /// <returns>The row's new version; <c>null</c> when somebody else was quicker.</returns>
    internal async Task<ETag?> TryWrite(ProductWrite write, CancellationToken cancellationToken)
    {
        Product product = write.Product;
        TableEntity row = Rows.ToRow(product.Id, CatalogKeys.Product(product.Id), product);
        Batch batch = write.Known is { } known ? new Batch(_products).Replace(row, known.ETag) : new Batch(_products).Insert(row);
        batch.Insert(Rows.ToRow(product.Id, CatalogKeys.Change(product.Id, product.Version), ProductChange.Of(write)));
        return (await batch.Submit(cancellationToken))?[0];
    }

    /// <summary>Who made this version of a product, and how: one operation.</summary>
    internal async Task<ProductChange?> FindChange(string productId, long version, CancellationToken cancellationToken) =>
        await _products.Find(productId, CatalogKeys.Change(productId, version), cancellationToken) is { } row ? Rows.FromRow<ProductChange>(row) : null;

    /// <summary>What was changed of a product, the newest first: one operation.</summary>
    public async Task<(IReadOnlyList<ProductChange> Changes, string? Next)> Changes(string productId, string? after, int limit, CancellationToken cancellationToken)
    {
        string from = after ?? CatalogKeys.Change(productId, 999_999_999_999), to = $"{productId}|change|~";
        List<TableEntity> rows = [];
        await foreach (TableEntity row in _products.QueryAsync<TableEntity>(
            TableClient.CreateQueryFilter($"PartitionKey eq {productId} and RowKey gt {from} and RowKey lt {to}"), maxPerPage: limit + 1, cancellationToken: cancellationToken))
        {
            rows.Add(row);
            if (rows.Count > limit) break;
        }
        return ([.. rows.Take(limit).Select(Rows.FromRow<ProductChange>)], rows.Count > limit ? rows[limit - 1].RowKey : null);
    }

    /// <summary>Notes that these products are about to change, for the worker that finishes what a crash interrupts.</summary>
    internal async Task<SendReceipt> NoteChange(IReadOnlyList<string> productIds, CancellationToken cancellationToken) => (await _changes.SendMessageAsync(
        JsonSerializer.Serialize(new CatalogChange(CatalogChange.Name, 1, productIds, Tracing.Parent), ShopJson.Options), NoteHidden, cancellationToken: cancellationToken)).Value;

    /// <summary>Has a note that was given up come back later.</summary>
    internal Task NoteAgain(CatalogChange change, TimeSpan hidden, CancellationToken cancellationToken) =>
        _changes.SendMessageAsync(JsonSerializer.Serialize(change, ShopJson.Options), hidden, cancellationToken: cancellationToken);

    /// <summary>The change is in the log: the note is not needed any more. One that stays is read in vain.</summary>
    internal async Task DropNote(SendReceipt note, CancellationToken cancellationToken)
    {
        try
        {
            await _changes.DeleteMessageAsync(note.MessageId, note.PopReceipt, cancellationToken);
        }
        catch (RequestFailedException)
        {
            // What was changed is changed all the same.
        }
    }
}

/// <summary>Whose a name is.</summary>
/// <param name="ProductId">The product, which may not be there yet.</param>
/// <param name="ETag">The claim's version.</param>
/// <param name="Age">How long ago it was claimed.</param>
internal sealed record NameClaim(string ProductId, ETag ETag, TimeSpan Age);

/// <summary>Message of queue <c>catalog-changes</c>.</summary>
internal sealed record CatalogChange(string Type, int Version, IReadOnlyList<string> ProductIds, string? Traceparent)
{
    public const string Name = "catalog.changed";
}
