using Shop.Storage;
using Shop.Tests.Journeys;

namespace Shop.Tests.Shape;

public sealed class TableTests
{
    [Fact]
    public async Task Every_table_queue_and_container_is_described_in_docs()
    {
        await using ShopHost shop = await ShopHost.Start(demo: false);
        string docs = Repository.Read("docs", "tables.md");
        string[] first = [.. docs.Split('\n').Where(line => line.StartsWith("| `", StringComparison.Ordinal)).Select(line => line.Split('`')[1])];

        string[] missing = [.. shop.Service<IEnumerable<IRequiresStorage>>().SelectMany(store => store.Needs).Select(need => need.Name).Except(first, StringComparer.Ordinal).Order(StringComparer.Ordinal)];

        Assert.True(missing.Length == 0, string.Join(", ", missing));
    }

    [Fact]
    public void Every_row_of_a_table_is_described_with_its_keys()
    {
        string[] rows = [.. Repository.Read("docs", "tables.md").Split("\n| table | PartitionKey | RowKey |").Skip(1).SelectMany(part => part.Split("\n\n")[0].Split('\n').Skip(2))];

        Assert.NotEmpty(rows);
        Assert.All(rows, row =>
        {
            string[] cells = [.. row.Replace("\\|", "¦", StringComparison.Ordinal).Split('|').Select(c => c.Trim())];
            Assert.True(cells.Length == 6 && cells.Skip(1).Take(4).All(c => c.Length > 0), row);
        });
    }
}
