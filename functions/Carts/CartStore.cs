using System.Runtime.CompilerServices;
using Azure;
using Azure.Data.Tables;
using Shop.Common;
using Shop.Http;
using Shop.Storage;

namespace Shop.Carts;

/// <summary>
/// Carts, one row each: table <c>Carts</c>, <c>PK=crt_… RK=crt_…|cart</c>; <c>PK=RK=buyer|…</c> says when somebody, named by a hash of the
/// e-mail address, last bought; <c>PK=cus_… RK=cus_…|open-cart</c> says which one a customer has open, <c>RK=cus_…|cart|crt_…</c> that a cart is theirs.
/// </summary>
public sealed class CartStore(ShopStorage storage, SealedRows rows) : IRequiresStorage, ISealedStore
{
    private const string OrderColumn = "OrderId", UpdatedColumn = "UpdatedAt", BoughtColumn = "BoughtAt", CartColumn = "CartId", ListedColumn = "ListedAt";

    /// <summary>Whether somebody who can be written to has left something in it, and was not noticed yet.</summary>
    private const string WaitingColumn = "Waiting";

    private const int MostRemembered = 2_000;

    private readonly TableClient _table = storage.Table("Carts");
    private readonly RowMemory<Cart> _memory = new(MostRemembered);

    public IEnumerable<StorageNeed> Needs => [new(StorageKind.Table, "Carts")];

    public async Task<Stored<Cart>?> Find(string cartId, CancellationToken cancellationToken) =>
        await _table.Find(cartId, RowKey(cartId), cancellationToken) is { } row
            ? Remember(new Stored<Cart>(rows.FromRow<Cart>(row) with { OrderId = row.GetString(OrderColumn) is { Length: > 0 } order ? order : null }, row.ETag))
            : null;

    /// <summary>The cart as this instance last saw it, without asking storage: good for a write on its version, and for nothing else.</summary>
    internal Stored<Cart>? Remembered(string cartId) => _memory.Find(cartId);

    public async Task<Stored<Cart>> Insert(Cart cart, CancellationToken cancellationToken)
    {
        await ListFirst(null, cart, cancellationToken);
        Response response = await _table.AddEntityAsync(ToRow(cart), cancellationToken);
        return Remember(new Stored<Cart>(cart, response.Headers.ETag!.Value));
    }

    /// <returns><c>null</c> when the cart changed since it was read, or is gone.</returns>
    public async Task<Stored<Cart>?> Replace(Stored<Cart> before, Cart cart, CancellationToken cancellationToken)
    {
        await ListFirst(before.Value, cart, cancellationToken);
        try
        {
            Response response = await _table.UpdateEntityAsync(ToRow(cart), before.ETag, TableUpdateMode.Replace, cancellationToken);
            return Remember(new Stored<Cart>(cart, response.Headers.ETag!.Value));
        }
        catch (RequestFailedException changed) when (changed.Status is 412 or 404)
        {
            return null;
        }
    }

    /// <summary>Ties the cart to the order it becomes; <c>false</c> when it changed since, or became another order.</summary>
    public async Task<bool> CheckOut(string cartId, ETag read, string orderId, CancellationToken cancellationToken)
    {
        try
        {
            await _table.UpdateEntityAsync(new TableEntity(cartId, RowKey(cartId)) { [OrderColumn] = orderId, [WaitingColumn] = false }, read, TableUpdateMode.Merge, cancellationToken);
            return true;
        }
        catch (RequestFailedException changed) when (changed.Status is 412 or 404)
        {
            // Our own earlier run may have done it.
            return (await Find(cartId, cancellationToken))?.Value.OrderId == orderId;
        }
    }

    /// <summary>Opens the cart again when its order came to nothing; a cart of another order stays as it is.</summary>
    public async Task Reopen(string cartId, string orderId, CancellationToken cancellationToken)
    {
        while (await Find(cartId, cancellationToken) is { } cart && cart.Value.OrderId == orderId)
        {
            try
            {
                await _table.UpdateEntityAsync(new TableEntity(cartId, RowKey(cartId)) { [OrderColumn] = "", [WaitingColumn] = IsWaiting(cart.Value) }, cart.ETag, TableUpdateMode.Merge, cancellationToken);
            }
            catch (RequestFailedException changed) when (changed.Status == 412)
            {
                // Read again.
            }
        }
    }

    /// <summary>The id of the customer's open cart, with the version of the row that says so.</summary>
    public async Task<Stored<string>?> FindOpenCart(string customerId, CancellationToken cancellationToken) =>
        await _table.Find(customerId, OpenCartKey(customerId), cancellationToken) is { } row ? new Stored<string>(row.GetString(CartColumn), row.ETag) : null;

    /// <summary><c>false</c> when the customer's open cart is another since it was looked up.</summary>
    /// <param name="read">The version that was found; <c>null</c> where there was none.</param>
    public Task<bool> TrySetOpenCart(string customerId, string cartId, ETag? read, CancellationToken cancellationToken)
    {
        var row = new TableEntity(customerId, OpenCartKey(customerId)) { [CartColumn] = cartId };
        return (read is { } version ? new Batch(_table).Replace(row, version) : new Batch(_table).Insert(row)).TrySubmit(cancellationToken);
    }

    /// <summary>Somebody bought: carts they left before are not abandoned. One operation.</summary>
    public Task Bought(string email, DateTimeOffset at, CancellationToken cancellationToken)
    {
        string key = BuyerKey(email);
        return _table.UpsertEntityAsync(new TableEntity(key, key) { [BoughtColumn] = at }, TableUpdateMode.Replace, cancellationToken);
    }

    internal async Task<DateTimeOffset?> LastBought(string email, CancellationToken cancellationToken) =>
        (await _table.Find(BuyerKey(email), BuyerKey(email), cancellationToken))?.GetDateTimeOffset(BoughtColumn);

    /// <summary>Open carts that wait since before a moment. It reads the whole table: a worker's job, never a request's.</summary>
    internal async IAsyncEnumerable<Stored<Cart>> WaitingSince(DateTimeOffset before, [EnumeratorCancellation] CancellationToken cancellationToken)
    {
        await foreach (TableEntity row in _table.QueryAsync<TableEntity>(TableClient.CreateQueryFilter($"Waiting eq true and UpdatedAt lt {before}"), cancellationToken: cancellationToken))
            yield return new Stored<Cart>(rows.FromRow<Cart>(row), row.ETag);
    }

    /// <summary>The cart was noticed, unless somebody changed it meanwhile.</summary>
    internal async Task Notice(Stored<Cart> cart, CancellationToken cancellationToken)
    {
        try
        {
            await _table.UpdateEntityAsync(new TableEntity(cart.Value.Id, RowKey(cart.Value.Id)) { [WaitingColumn] = false }, cart.ETag, TableUpdateMode.Merge, cancellationToken);
        }
        catch (RequestFailedException changed) when (changed.Status is 412 or 404)
        {
            // Its shopper is back.
        }
    }

    /// <summary>Deletes what nobody changed since, once a night, and then takes what is gone out of its customer's list.</summary>
    /// <returns>How many it deleted.</returns>
    internal async Task<int> Forget(DateTimeOffset unchangedSince, CancellationToken cancellationToken)
    {
        int deleted = await _table.DeleteUnchanged(TableClient.CreateQueryFilter($"UpdatedAt lt {unchangedSince} or BoughtAt lt {unchangedSince}"), cancellationToken);
        await foreach (TableEntity listed in _table.QueryAsync<TableEntity>(TableClient.CreateQueryFilter($"ListedAt lt {unchangedSince}"), cancellationToken: cancellationToken))
            if (await _table.Find(listed.GetString(CartColumn), RowKey(listed.GetString(CartColumn)), cancellationToken) is null) await _table.DeleteEntityAsync(listed.PartitionKey, listed.RowKey, listed.ETag, cancellationToken);
        return deleted;
    }

    /// <summary>The ids of every cart that is a customer's: open, bought, merged or left. One may be gone, or be somebody else's after a claim that broke off.</summary>
    internal async Task<IReadOnlyList<string>> OfCustomer(string customerId, CancellationToken cancellationToken)
    {
        List<string> found = [];
        // '}' is the character after '|'.
        await foreach (TableEntity row in _table.QueryAsync<TableEntity>($"PartitionKey eq '{customerId}' and RowKey ge '{customerId}|cart|' and RowKey lt '{customerId}|cart}}'", cancellationToken: cancellationToken))
            found.Add(row.GetString(CartColumn));
        return found;
    }

    internal Task Unlist(string customerId, string cartId, CancellationToken cancellationToken) => _table.DeleteEntityAsync(customerId, ListKey(customerId, cartId), ETag.All, cancellationToken);

    /// <summary>When somebody last bought is nobody's business any more.</summary>
    internal Task ForgetBuyer(string email, CancellationToken cancellationToken) => _table.DeleteEntityAsync(BuyerKey(email), BuyerKey(email), ETag.All, cancellationToken);

    public Task ForgetOpenCart(string customerId, CancellationToken cancellationToken) => _table.DeleteEntityAsync(customerId, OpenCartKey(customerId), ETag.All, cancellationToken);

    public Task Remove(string cartId, CancellationToken cancellationToken)
    {
        _memory.Forget(cartId);
        return _table.DeleteEntityAsync(cartId, RowKey(cartId), ETag.All, cancellationToken);
    }

    internal static string OpenCartKey(string customerId) => customerId + "|open-cart";

    internal static string ListKey(string customerId, string cartId) => $"{customerId}|cart|{cartId}";

    internal static string RowKey(string cartId) => cartId + "|cart";

    internal static string BuyerKey(string email) => "buyer|" + EmailAddress.Key(email);

    private static bool IsWaiting(Cart cart) => cart is { Email: not null, Lines.Count: > 0, MergedInto: null };

    string ISealedStore.SealedTable => "Carts";

    string? ISealedStore.KeyOf(TableEntity row) => row.RowKey == RowKey(row.PartitionKey) ? SealedRows.KeyOf(row) : null;

    TableEntity ISealedStore.Renew(TableEntity row) => rows.Renew<Cart>(row);

    /// <summary>A cart that becomes a customer's is listed before it is: so no export leaves it out and no erasure forgets it. A guest's costs nothing more.</summary>
    private async Task ListFirst(Cart? before, Cart cart, CancellationToken cancellationToken)
    {
        if (cart.CustomerId is not { } customer || before?.CustomerId == customer) return;
        var row = new TableEntity(customer, ListKey(customer, cart.Id)) { [CartColumn] = cart.Id, [ListedColumn] = cart.UpdatedAt };
        await _table.UpsertEntityAsync(row, TableUpdateMode.Replace, cancellationToken);
    }

    private Stored<Cart> Remember(Stored<Cart> cart)
    {
        _memory.Keep(cart.Value.Id, cart);
        return cart;
    }

    private TableEntity ToRow(Cart cart)
    {
        TableEntity row = rows.ToRow(cart.Id, RowKey(cart.Id), cart);
        (row[UpdatedColumn], row[WaitingColumn]) = (cart.UpdatedAt, IsWaiting(cart));
        return row;
    }
}
