using Azure;
using Azure.Data.Tables;
using Shop.Common;
using Shop.Http;
using Shop.Storage;

namespace Shop.Marketing;

/// <summary>
/// Table <c>BackInStock</c>: a partition per SKU with a row <c>KOPI|waiter|…</c> for each person, named by a hash of the e-mail address, and a partition per person
/// with a row <c>…|waits|KOPI</c>, by which export and erasure find them. Address and language are sealed.
/// </summary>
public sealed class WaiterStore(ShopStorage storage, Sealing sealing) : IRequiresStorage, ISealedStore
{
    private const string Name = "BackInStock", SinceColumn = "Since", SealedColumn = "Sealed";
    private readonly TableClient _table = storage.Table(Name);

    public IEnumerable<StorageNeed> Needs => [new(StorageKind.Table, Name)];

    internal static string WaiterKey(Sku sku, string person) => $"{sku}|waiter|{person}";

    internal static string WaitsKey(string person, Sku sku) => $"{person}|waits|{sku}";

    /// <summary>A person waits for a SKU once, from the first time on. Found by the person first, so that an erasure never misses one.</summary>
    internal async Task Add(StockWaiter waiter, CancellationToken cancellationToken)
    {
        await _table.UpsertEntityAsync(new TableEntity(waiter.Person, WaitsKey(waiter.Person, waiter.Sku)), TableUpdateMode.Replace, cancellationToken);
        string key = WaiterKey(waiter.Sku, waiter.Person);
        var row = new TableEntity(waiter.Sku.Value, key) { [SinceColumn] = waiter.Since, [SealedColumn] = sealing.Seal(key, new Contact(waiter.Id, waiter.Email, waiter.Locale)) };
        await new Batch(_table).Insert(row).TrySubmit(cancellationToken);
    }

    /// <summary>Who waits for a SKU, longest first.</summary>
    internal async Task<IReadOnlyList<StockWaiter>> Of(Sku sku, CancellationToken cancellationToken)
    {
        List<StockWaiter> waiters = [];
        // '}' is the character after '|'.
        await foreach (TableEntity row in _table.QueryAsync<TableEntity>($"PartitionKey eq '{sku}' and RowKey ge '{sku}|waiter|' and RowKey lt '{sku}|waiter}}'", cancellationToken: cancellationToken))
            waiters.Add(Read(row));
        return [.. waiters.OrderBy(w => w.Since)];
    }

    /// <summary>What a person waits for.</summary>
    internal async Task<IReadOnlyList<StockWaiter>> OfPerson(string person, CancellationToken cancellationToken)
    {
        List<StockWaiter> waiters = [];
        await foreach (TableEntity row in _table.QueryAsync<TableEntity>($"PartitionKey eq '{person}'", cancellationToken: cancellationToken))
        {
            var sku = Sku.Parse(row.RowKey.Split('|')[^1]);
            if (await _table.Find(sku.Value, WaiterKey(sku, person), cancellationToken) is { } waiter) waiters.Add(Read(waiter));
        }
        return waiters;
    }

    /// <summary>The person does not wait any more; the same again changes nothing.</summary>
    /// <returns>Whether somebody waited.</returns>
    internal async Task<bool> Remove(Sku sku, string person, CancellationToken cancellationToken)
    {
        Response removed = await _table.DeleteEntityAsync(sku.Value, WaiterKey(sku, person), ETag.All, cancellationToken);
        await _table.DeleteEntityAsync(person, WaitsKey(person, sku), ETag.All, cancellationToken);
        return removed.Status != 404;
    }

    /// <summary>Removes all of a person, also what <see cref="Add"/> did not finish.</summary>
    internal async Task RemovePerson(string person, CancellationToken cancellationToken)
    {
        await foreach (TableEntity row in _table.QueryAsync<TableEntity>($"PartitionKey eq '{person}'", select: ["RowKey"], cancellationToken: cancellationToken))
            await Remove(Sku.Parse(row.RowKey.Split('|')[^1]), person, cancellationToken);
    }

    /// <summary>Removes who waits since before a moment. It reads the whole table: a nightly worker's job.</summary>
    internal async Task Forget(DateTimeOffset since, CancellationToken cancellationToken)
    {
        await foreach (TableEntity row in _table.QueryAsync<TableEntity>(TableClient.CreateQueryFilter($"Since lt {since}"), select: ["PartitionKey", "RowKey"], cancellationToken: cancellationToken))
            await Remove(Sku.Parse(row.PartitionKey), row.RowKey.Split('|')[^1], cancellationToken);
    }

    string ISealedStore.SealedTable => Name;

    string? ISealedStore.KeyOf(TableEntity row) => row.GetString(SealedColumn) is { } text ? Sealing.KeyOf(text) : null;

    TableEntity ISealedStore.Renew(TableEntity row) => new(row.PartitionKey, row.RowKey)
    {
        [SinceColumn] = row.GetDateTimeOffset(SinceColumn),
        [SealedColumn] = sealing.Renew(row.RowKey, row.GetString(SealedColumn)),
    };

    private StockWaiter Read(TableEntity row)
    {
        Contact contact = sealing.Open<Contact>(row.RowKey, row.GetString(SealedColumn));
        return new StockWaiter(contact.Id, Sku.Parse(row.PartitionKey), contact.Email, contact.Locale, row.GetDateTimeOffset(SinceColumn)!.Value);
    }

    private sealed record Contact(string Id, string Email, string Locale);
}
