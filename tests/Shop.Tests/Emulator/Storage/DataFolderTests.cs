using Shop.Emulator;
using Shop.Emulator.Storage;

namespace Shop.Tests.Emulator.Storage;

public sealed class DataFolderTests : IDisposable
{
    private readonly string _folder = Directory.CreateTempSubdirectory("shop-data-").FullName;

    private static CancellationToken Cancel => TestContext.Current.CancellationToken;

    [Fact]
    public async Task A_second_shop_with_the_same_data_is_refused_until_the_first_is_gone()
    {
        await using (await DataFolder.Take(_folder, Cancel))
        {
            EmulatorException refused = await Assert.ThrowsAsync<EmulatorException>(() => DataFolder.Take(_folder, Cancel));
            Assert.Contains("Another shop is running with the data in", refused.Message, StringComparison.Ordinal);
        }
        await (await DataFolder.Take(_folder, Cancel)).DisposeAsync();
    }

    [Fact]
    public async Task A_place_that_is_no_folder_is_told()
    {
        string file = Path.Combine(_folder, "file");
        await File.WriteAllTextAsync(file, "", Cancel);
        Assert.Contains("Data cannot be kept in", (await Assert.ThrowsAsync<EmulatorException>(() => DataFolder.Take(file, Cancel))).Message, StringComparison.Ordinal);
    }

    public void Dispose() => Directory.Delete(_folder, recursive: true);
}
