using Shop.Storage;

namespace Shop.Customers;

/// <summary>Table <c>Erasures</c>: <c>PK=era_… RK=era_…|receipt</c>. A receipt names orders and no person.</summary>
public sealed class ErasureStore(ShopStorage storage) : IRequiresStorage
{
    private const string Name = "Erasures";

    public IEnumerable<StorageNeed> Needs => [new(StorageKind.Table, Name)];

    internal static string RowKey(string erasureId) => $"{erasureId}|receipt";

    internal Task Add(ErasureReceipt receipt, CancellationToken cancellationToken) => storage.Table(Name).AddEntityAsync(Rows.ToRow(receipt.Id, RowKey(receipt.Id), receipt), cancellationToken);
}
