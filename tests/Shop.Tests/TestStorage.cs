using Shop.Storage;

namespace Shop.Tests;

internal static class TestStorage
{
    /// <summary>Storage under a prefix of its own, with what these stores need already made.</summary>
    public static async Task<ShopStorage> New(params Func<ShopStorage, IRequiresStorage>[] stores)
    {
        var storage = new ShopStorage(new StorageOptions { NamePrefix = AzuriteFixture.NewPrefix(), ConnectionString = await AzuriteFixture.ConnectionString() });
        await new StorageSetup(storage, [.. stores.Select(make => make(storage))]).StartingAsync(CancellationToken.None);
        return storage;
    }
}
