using System.Text.Json;
using System.Text.Json.Nodes;
using Shop.Common;
using Shop.Storage;
using Shop.Tests.Journeys;

namespace Shop.Tests.Shape;

/// <summary>The example rows of docs/tables.md against the code that writes them: one that is stale fails.</summary>
public sealed class TableExampleTests
{
    [Fact]
    public async Task Every_table_has_an_example_row()
    {
        await using ShopHost shop = await ShopHost.Start(demo: false);
        string[] tables = [.. shop.Service<IEnumerable<IRequiresStorage>>().SelectMany(store => store.Needs).Where(need => need.Kind == StorageKind.Table).Select(need => need.Name).Distinct(StringComparer.Ordinal)];

        Assert.NotEmpty(tables);
        Assert.Equal(tables.Order(StringComparer.Ordinal), TableExamples.Read().Select(example => example.Table).Distinct(StringComparer.Ordinal).Order(StringComparer.Ordinal));
    }

    [Fact]
    public void An_example_has_exactly_the_members_that_the_code_writes()
    {
        List<string> wrong = [];
        foreach (IGrouping<(string Table, string? Record), TableExample> row in TableExamples.Read().Where(e => e.Record is not null).GroupBy(e => (e.Table, e.Record)))
        {
            foreach (TableExample open in row.Where(e => !e.IsSealed))
                foreach (string problem in Problems(TableExamples.TypeOf(row.Key.Record!), open, row.FirstOrDefault(e => e.IsSealed))) wrong.Add($"{row.Key.Table} {row.Key.Record}: {problem}");
            if (row.All(e => e.IsSealed)) wrong.Add($"{row.Key.Table} {row.Key.Record}: only what is sealed of it");
        }

        Assert.True(wrong.Count == 0, string.Join(Environment.NewLine, wrong));
    }

    [Fact]
    public void An_example_of_columns_stands_under_keys_that_are_described_and_names_columns_that_are_written()
    {
        string[] lines = [.. Repository.Read("docs", "tables.md").Split('\n').Select(line => line.Replace("\\|", "|", StringComparison.Ordinal))];
        List<string> wrong = [];
        foreach (TableExample row in TableExamples.Read().Where(e => e.Record is null))
        {
            string partition = row.Value["PartitionKey"]!.GetValue<string>(), key = row.Value["RowKey"]!.GetValue<string>();
            if (!lines.Any(line => line.StartsWith($"| `{row.Table}` |", StringComparison.Ordinal) && line.Contains($"`{partition}`", StringComparison.Ordinal)
                && (line.Contains($"`{key}`", StringComparison.Ordinal) || (key == partition && line.Contains("as PartitionKey", StringComparison.Ordinal))))) wrong.Add($"{row.Table}: {partition} {key} is no described key");
            string code = CodeOf(row.Table);
            wrong.AddRange(row.Members.Except(["PartitionKey", "RowKey"], StringComparer.Ordinal).Where(column => !code.Contains($"\"{column}\"", StringComparison.Ordinal)).Select(column => $"{row.Table}: nothing writes {column}"));
        }

        Assert.True(wrong.Count == 0, string.Join(Environment.NewLine, wrong));
    }

    [Theory]
    [InlineData("""{"bank":"BCA","number":"1234567890"}""", "is no PayoutAccount")]
    [InlineData("""{"bank":"BCA","number":"1234567890","holder":"Ayu","branch":"Dago"}""", "is no PayoutAccount")]
    [InlineData("""{"bank":"BCA","number":"1234567890","holder":"Ayu"}""", "/bank is sealed")]
    public void A_stale_example_is_found(string json, string problem) =>
        Assert.Contains(Problems(TableExamples.TypeOf("PayoutAccount"), new TableExample("Payouts", "PayoutAccount", IsSealed: false, JsonNode.Parse(json)!.AsObject()), null), p => p.Contains(problem, StringComparison.Ordinal));

    [Fact]
    public void A_member_that_an_example_lacks_is_found() => Assert.Contains("/tried is missing or not written", Problems(
        TableExamples.TypeOf("StuckFlow"), new TableExample("Attention", "StuckFlow", IsSealed: false, JsonNode.Parse("""{"instanceId":"a","flow":"CheckoutV1","orderId":null,"since":"2026-11-23T02:00:00+00:00"}""")!.AsObject()), null));

    private static IEnumerable<string> Problems(Type type, TableExample open, TableExample? box)
    {
        HashSet<string> personal = [.. TableExamples.Personal(type)];
        JsonObject whole = open.Value.DeepClone().AsObject();
        foreach ((string name, JsonNode? value) in box?.Value ?? []) whole[name] = value?.DeepClone();
        object? read = null;
        string? refusal = null;
        try
        {
            read = whole.Deserialize(type, ShopJson.Strict);
        }
        catch (JsonException stale)
        {
            refusal = stale.Message;
        }
        if (refusal is not null) return [$"is no {type.Name}: {refusal}"];
        return
        [
            .. TableExamples.Differences(whole, JsonSerializer.SerializeToNode(read, type, ShopJson.Options)).Select(at => $"{at} is missing or not written"),
            .. open.Members.Where(personal.Contains).Select(name => $"/{name} is sealed"),
            .. (box?.Members ?? []).Where(name => !personal.Contains(name)).Select(name => $"/{name} is not sealed"),
        ];
    }

    /// <summary>The source of the folders in which a table is named.</summary>
    private static string CodeOf(string table) => string.Join('\n', Repository.Sources("functions")
        .GroupBy(file => Path.GetDirectoryName(file)!, file => File.ReadAllText(file))
        .Where(folder => folder.Any(text => text.Contains($"\"{table}\"", StringComparison.Ordinal))).SelectMany(folder => folder));
}
