using Azure;
using Azure.Data.Tables;
using Shop.Storage;

namespace Shop.Carts;

/// <summary>
/// Carts, one row each: table <c>Carts</c>, <c>PK=crt_… RK=crt_…|cart</c>. <c>PK=cus_… RK=cus_…|open-cart</c> says which one a customer has open.
/// </summary>
public sealed class CartStore(ShopStorage storage) : IRequiresStorage
{
    private const string OrderColumn = "OrderId";
    private const string CartColumn = "CartId";
    private readonly TableClient _table = storage.Table("Carts");

    public IEnumerable<StorageNeed> Needs => [new(StorageKind.Table, "Carts")];

    public async Task<Stored<Cart>?> Find(string cartId, CancellationToken cancellationToken) =>
        await _table.Find(cartId, RowKey(cartId), cancellationToken) is { } row
            ? new Stored<Cart>(Rows.FromRow<Cart>(row) with { OrderId = row.GetString(OrderColumn) is { Length: > 0 } order ? order : null }, row.ETag)
            : null;

    public async Task<Stored<Cart>> Insert(Cart cart, CancellationToken cancellationToken)
    {
        Response response = await _table.AddEntityAsync(Rows.ToRow(cart.Id, RowKey(cart.Id), cart), cancellationToken);
        return new Stored<Cart>(cart, response.Headers.ETag!.Value);
    }

    /// <returns><c>null</c> when the cart changed since it was read.</returns>
    public async Task<Stored<Cart>?> Replace(Stored<Cart> before, Cart cart, CancellationToken cancellationToken)
    {
        try
        {
            Response response = await _table.UpdateEntityAsync(Rows.ToRow(cart.Id, RowKey(cart.Id), cart), before.ETag, TableUpdateMode.Replace, cancellationToken);
            return new Stored<Cart>(cart, response.Headers.ETag!.Value);
        }
        catch (RequestFailedException changed) when (changed.Status == 412)
        {
            return null;
        }
    }

    /// <summary>Ties the cart to the order it becomes; <c>false</c> when it changed since, or became another order.</summary>
    public async Task<bool> CheckOut(string cartId, ETag read, string orderId, CancellationToken cancellationToken)
    {
        try
        {
            await _table.UpdateEntityAsync(new TableEntity(cartId, RowKey(cartId)) { [OrderColumn] = orderId }, read, TableUpdateMode.Merge, cancellationToken);
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
                await _table.UpdateEntityAsync(new TableEntity(cartId, RowKey(cartId)) { [OrderColumn] = "" }, cart.ETag, TableUpdateMode.Merge, cancellationToken);
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

    internal static string OpenCartKey(string customerId) => customerId + "|open-cart";

    internal static string RowKey(string cartId) => cartId + "|cart";
}
