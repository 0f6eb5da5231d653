using System.Text.Json;
using System.Text.Json.Nodes;
using System.Text.RegularExpressions;
using Azure.Data.Tables;
using Shop.Storage;
using Shop.Tests.Customers;
using Shop.Tests.Journeys;

namespace Shop.Tests.Shape;

/// <summary>What storage really holds against docs/tables.md: a kind of row that is not described fails.</summary>
public sealed partial class StoredRowTests
{
    /// <summary>Words of the examples that stand for something else each time, and what that may be. Everything else is the same in every row of its kind, but for ids, hashes, numbers and days.</summary>
    private static readonly Dictionary<string, string> Examples = new(StringComparer.Ordinal)
    {
        ["KOPI-GAYO-250-BJ"] = "[A-Za-z0-9._-]+", ["APP-PRO"] = "[A-Za-z0-9._-]+", ["HEMAT10"] = "[A-Z0-9-]+", ["SJ-2026-17"] = "[A-Za-z0-9._-]+", ["kopi-gayo"] = "[a-z0-9-]+", ["gayo-coffee"] = "[a-z0-9-]+",
        ["jakarta"] = "[a-z0-9-]+", ["wholesale"] = "[a-z0-9-]+", ["jawa-barat"] = "[a-z0-9-]+", ["stripe"] = "[a-z]+", ["jne"] = "[a-z]+", ["order.paid"] = "[a-z.-]+", ["spent"] = "[a-z]+", ["capture"] = "[a-z]+",
        ["evt_1Q…"] = "[A-Za-z0-9_.-]+", ["pi_…"] = "[A-Za-z0-9_.-]+", ["trk_…"] = "[A-Za-z0-9_.-]+", ["<hash>"] = "[0-9a-f]{8,}", ["confirm"] = "[a-zA-Z0-9.-]+", ["0000…"] = "[0-9]+",
        ["20261123T021500.0000000"] = "[0-9]{8}T[0-9]{6}[.][0-9]{7}", ["rep_sales-2026-11-23"] = "rep_[a-z]+-[0-9-]+", ["ord_01kar….order-paid"] = "[a-z]{3}_[0-9A-Za-z_.-]+",
    };

    [Fact]
    public async Task Every_kind_of_row_that_a_shop_at_work_writes_is_described_under_its_keys()
    {
        await using ShopHost shop = await OpenShop.Start(demo: true);
        await Work(shop);
        ILookup<string, Regex> described = Described();
        ILookup<string, TableExample> examples = TableExamples.Read().ToLookup(example => example.Table, StringComparer.Ordinal);

        List<string> unknown = [];
        HashSet<string> seen = new(StringComparer.Ordinal);
        await foreach ((string table, TableEntity row) in new StoredBytes(shop.Prefix).TableRows([]))
        {
            if (table.StartsWith("emu", StringComparison.Ordinal)) continue;
            seen.Add(table);
            if (!described[table].Any(kind => kind.IsMatch(Keys(row.PartitionKey, row.RowKey)))) unknown.Add($"{table}: {row.PartitionKey} {row.RowKey}");
            if (!IsShown(row, examples[table])) unknown.Add($"{table}: {row.PartitionKey} {row.RowKey} has members or columns that no example shows");
        }

        Assert.True(unknown.Count == 0, string.Join(Environment.NewLine, unknown.Distinct(StringComparer.Ordinal).Take(60)));
        Assert.Equal([], ((string[])["ApiKeys", "BackInStock", "Carts", "Coupons", "Credits", "Customers", "Emails", "Idempotency", "Journal", "Orders", "Products", "SignIns", "Stock"]).Except(seen, StringComparer.Ordinal));
    }

    [Theory]
    [InlineData("Stock", "KOPI-1", "KOPI-1|hold|ord_01m8j6ye31x53hdgbdgzx0008g", true)]
    [InlineData("Stock", "KOPI-1", "KOPI-1|lease|ord_01m8j6ye31x53hdgbdgzx0008g", false)]
    [InlineData("Stock", "KOPI-1", "KOPI-1|hold", false)]
    [InlineData("Carts", "crt_01m8j6ye31x53hdgbdgzx0008g", "KOPI-1|item", false)]
    [InlineData("CatalogKeys", "handle|teh", "handle|teh", true)]
    [InlineData("CatalogKeys", "handle|teh", "handle|kopi", false)]
    public void A_row_is_described_where_all_of_its_key_is(string table, string partitionKey, string rowKey, bool isDescribed) =>
        Assert.Equal(isDescribed, Described()[table].Any(kind => kind.IsMatch(Keys(partitionKey, rowKey))));

    /// <summary>Whether an example has the members of the row's value or, where it has none, its columns.</summary>
    private static bool IsShown(TableEntity row, IEnumerable<TableExample> examples)
    {
        if (row.ContainsKey(Rows.Json))
        {
            string[] members = [.. JsonNode.Parse(Rows.Read(row, Rows.Json))!.AsObject().Select(member => member.Key)];
            return examples.Any(example => example is { Record: not null, IsSealed: false } && !members.Except(example.Members, StringComparer.Ordinal).Any());
        }
        string[] columns = [.. row.Keys.Except(["odata.etag", "Timestamp", "PartitionKey", "RowKey"], StringComparer.Ordinal)];
        return columns.Length == 0 || examples.Any(example => example.Record is null && !columns.Except(example.Members, StringComparer.Ordinal).Any());
    }

    /// <summary>Staff sets up and moves goods; somebody joins, buys with a coupon and waits for what is sold out; a guest gets a parcel.</summary>
    private static async Task Work(ShopHost shop)
    {
        (string Name, string Value) staff = await shop.StaffToken();
        async Task Staff(string path, object body) => await ShopClient.Json(await shop.Send(HttpMethod.Post, "/v1/admin/" + path, body, staff, ("Idempotency-Key", Guid.NewGuid().ToString())));
        await Staff("coupons", new { code = "HEMAT", coupon = new { name = "Hemat", percentOff = 10 } });
        await Staff("locations", new { id = "bandung", name = "Bandung" });
        await Staff("api-keys", new { name = "Gudang", scopes = new[] { "stock:read" } });
        await Staff("gift-cards", new { amount = new { amount = 5_000_000, currency = "IDR" } });
        string physical = await shop.PhysicalSku(), digital = await shop.DigitalSku();
        await Staff($"stock/{physical}/receipts", new { quantity = 9, reference = "SJ-1" });
        await Staff($"stock/{physical}/transfers", new { from = "main", to = "bandung", quantity = 1, reference = "TR-1", travels = true });

        Member member = await Member.Join(shop);
        await ShopClient.Json(await member.Send(HttpMethod.Post, "/v1/store/me/addresses", new { address = Shopper.Address }));
        await shop.Send(HttpMethod.Post, "/v1/store/password-resets", new { email = member.Email });
        await member.MailedToken("account-reset");
        var shopper = new Shopper(shop);
        JsonElement cart = await ShopClient.Json(await member.Send(HttpMethod.Post, "/v1/store/carts", new { lines = new[] { new { sku = digital, quantity = 1 } } }));
        string path = $"/v1/store/carts/{cart.GetProperty("id").GetString()}";
        await ShopClient.Json(await member.Send(HttpMethod.Patch, path, new { paymentMethod = "card" }));
        await ShopClient.Json(await member.Send(HttpMethod.Post, path + "/coupons", new { code = "HEMAT" }));
        shopper.Placed(await ShopClient.Json(await member.Send(HttpMethod.Post, path + "/checkout", new { }, ("Idempotency-Key", Guid.NewGuid().ToString()), ("Prefer", "wait=20"))));
        await shopper.Pay();
        await shopper.OrderUntil("completed");

        var guest = new Shopper(shop);
        await guest.Buy(shipped: true, (physical, 2), (digital, 1));
        await shop.MoveUntilOver(guest);
        await guest.Mails(3);
        await Staff($"stock/{physical}/counts", new { counted = 0, reference = "SO-1" });
        await ShopClient.Json(await member.Send(HttpMethod.Post, "/v1/store/back-in-stock", new { sku = physical }));
    }

    private static string Keys(string partitionKey, string rowKey) => $"{partitionKey}\n{rowKey}";

    /// <summary>For each table, what partition and row keys look like, one above the other.</summary>
    private static ILookup<string, Regex> Described() => Repository.Read("docs", "tables.md").Split("\n| table | PartitionKey | RowKey |").Skip(1)
        .SelectMany(part => part.Split("\n\n")[0].Split('\n').Skip(2))
        .Select(line => line.Replace("\\|", "¦", StringComparison.Ordinal).Split('|').Select(c => c.Trim()).ToArray())
        .SelectMany(cells => Codes(cells[2]).SelectMany(partition => Kinds(partition, cells[3])).Select(kind => (Table: cells[1].Trim('`'), Kind: kind)))
        .ToLookup(kind => kind.Table, kind => kind.Kind);

    private static IEnumerable<Regex> Kinds(string partition, string rows) => rows.StartsWith("as PartitionKey", StringComparison.Ordinal)
        ? [new Regex($"^({Pattern(partition)})\n\\1$", RegexOptions.None, TimeSpan.FromSeconds(1))]
        : Codes(rows).Select(row => new Regex($"^{Pattern(partition)}\n{Pattern(row)}$", RegexOptions.None, TimeSpan.FromSeconds(1)));

    private static IEnumerable<string> Codes(string cell) => Code().Matches(cell).Select(m => m.Groups[1].Value);

    private static string Pattern(string key) => string.Join("[|]", key.Split('¦').Select(part =>
        Examples.TryGetValue(part, out string? known) ? known
        : part == "…" ? "[^\\n]+"
        : Mirrored().IsMatch(part) ? "[0-9a-z_]{20,}"
        : Id().Match(part) is { Success: true } id ? $"{id.Groups[1].Value}_[0-9a-zA-Z]+{Regex.Escape(part[id.Length..])}"
        : Hash().IsMatch(part) ? "[0-9a-f]{8,}"
        : Day().IsMatch(part) ? "[0-9]{4}(-[0-9]{2}){0,2}"
        : part.All(char.IsAsciiDigit) ? "[0-9]+"
        : Regex.Escape(part)));

    [GeneratedRegex("`([^`]+)`", RegexOptions.None, 1000)]
    private static partial Regex Code();

    [GeneratedRegex("^([a-z]{3})_[0-9a-z]*…", RegexOptions.None, 1000)]
    private static partial Regex Id();

    [GeneratedRegex("^([a-z]{3}_z|m4z)[0-9a-z]*…$", RegexOptions.None, 1000)]
    private static partial Regex Mirrored();

    [GeneratedRegex("^[0-9a-f]{4,}…$", RegexOptions.None, 1000)]
    private static partial Regex Hash();

    [GeneratedRegex("^[0-9]{4}(-[0-9]{2}){0,2}$", RegexOptions.None, 1000)]
    private static partial Regex Day();
}
