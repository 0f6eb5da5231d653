using Azure;
using Azure.Data.Tables;
using Shop.Common;
using Shop.Inventory;
using Shop.Storage;
using Shop.Tests.Faults;

namespace Shop.Tests.Common;

public sealed class SafeRetryTests
{
    private static CancellationToken Stop => TestContext.Current.CancellationToken;

    [Theory]
    [InlineData("insert", false)]
    [InlineData("replace", false)]
    [InlineData("batch", false)]
    [InlineData("upsert", true)]
    [InlineData("read", true)]
    public async Task A_write_that_may_have_been_made_is_not_made_again_where_its_repeat_would_be_taken_for_somebody_elses(string what, bool isRepeated)
    {
        ShopStorage direct = await TestStorage.New(s => new InventoryStore(s));
        string id = Ids.New("ord", TimeProvider.System), prefix = direct.Table("Stock").Name[..^"Stock".Length];
        var row = new TableEntity("kopi", id) { ["Number"] = 1 };
        if (what is "replace" or "read") await direct.Table("Stock").AddEntityAsync(row, Stop);
        ETag before = what == "replace" ? (await direct.Table("Stock").GetEntityAsync<TableEntity>("kopi", id, cancellationToken: Stop)).Value.ETag : default;

        var plan = new FaultPlan();
        FaultSubject subject = plan.Watch(id, new FaultPoint(new Step($"{Verb(what)} Stock", 1), Moment.After, Harm.Fail));
        await using StorageGate gate = await StorageGate.Open(await AzuriteFixture.ConnectionString(), prefix, plan, countsOperations: true);
        TableClient behind = new ShopStorage(new StorageOptions { NamePrefix = prefix, ConnectionString = gate.ConnectionString }).Table("Stock");
        row["Number"] = 2;
        Exception? failure = await Record.ExceptionAsync(() => what switch
        {
            "insert" => behind.AddEntityAsync(row, Stop),
            "replace" => behind.UpdateEntityAsync(row, before, TableUpdateMode.Replace, Stop),
            "batch" => new Batch(behind).Insert(row).Submit(Stop),
            "upsert" => behind.UpsertEntityAsync(row, TableUpdateMode.Replace, Stop),
            _ => behind.GetEntityAsync<TableEntity>("kopi", id, cancellationToken: Stop),
        });

        Assert.True(subject.Reached.IsCompleted);
        Assert.Equal((isRepeated ? 2 : 1, isRepeated ? null : 500), (subject.Steps.Count, (failure as RequestFailedException)?.Status));
        if (what != "read") Assert.Equal(2, (await direct.Table("Stock").GetEntityAsync<TableEntity>("kopi", id, cancellationToken: Stop)).Value.GetInt32("Number"));
    }

    private static string Verb(string what) => what switch
    {
        "read" => "GET",
        "replace" or "upsert" => "PUT",
        _ => "POST",
    };
}
