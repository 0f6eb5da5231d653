using System.Net;
using System.Text;
using System.Text.Json;
using System.Text.Json.Nodes;
using Shop.Catalog;
using Shop.Common;
using Shop.Tests.Journeys;

namespace Shop.Tests.Catalog;

public sealed class ExportTests
{
    private static CancellationToken Stop => TestContext.Current.CancellationToken;

    [Fact]
    public void Keys_are_these() => Assert.Equal("exp_1|job", ExportStore.JobKey("exp_1"));

    [Theory]
    [InlineData(CatalogFileFormat.Csv)]
    [InlineData(CatalogFileFormat.Ndjson)]
    public async Task What_was_exported_changes_nothing_when_it_is_imported_again(CatalogFileFormat format)
    {
        CatalogRoom room = await CatalogRoom.New();
        await room.ImportCsv(Csv.Sample);
        await room.Save.Run([Products.Write(Rich())], Stop);
        await room.EditCategories.Ensure([Rich().Category], "staff:stf_1", Stop);
        await room.Store.TryClaim(CatalogKeys.Handle("kaya"), room.Index.FindAny(Sku.Parse("KAYA-1"))!.Product.Id, Stop);
        LogPosition before = await room.Follower.CatchUp(Stop);

        (ImportJob job, IReadOnlyList<ImportRowResult> rows) = await room.ImportFile(await Export(room, format), format);
        Assert.Equal((ImportStatus.Completed, job.Rows.Total, 0), (job.Status, job.Rows.Unchanged, rows.Sum(r => r.Mistakes.Count)));
        Assert.Equal(before, await room.Follower.CatchUp(Stop));
    }

    [Theory]
    [InlineData(CatalogFileFormat.Csv)]
    [InlineData(CatalogFileFormat.Ndjson)]
    public async Task What_was_exported_makes_another_shop_the_same(CatalogFileFormat format)
    {
        CatalogRoom room = await CatalogRoom.New(), other = await CatalogRoom.New();
        await room.ImportCsv(Csv.Sample);
        await room.Save.Run([Products.Write(Rich()), Products.Write(Licensed())], Stop);
        byte[] file = await Export(room, format);
        (ImportJob job, IReadOnlyList<ImportRowResult> rows) = await other.ImportFile(file, format);
        Assert.Empty(rows.SelectMany(r => r.Mistakes));
        Assert.Equal(job.Rows.Total, job.Rows.Created);
        Assert.Equal(Lines(file), Lines(await Export(other, format)));

        // In whatever order.
        static IEnumerable<string> Lines(byte[] file) => Encoding.UTF8.GetString(file).Split('\n').Order(StringComparer.Ordinal);
    }

    [Fact]
    public async Task A_line_with_mistakes_is_refused_by_pointer_and_the_others_are_imported()
    {
        CatalogRoom room = await CatalogRoom.New();
        JsonObject good = StaffProducts.Draft("kopi"), bad = StaffProducts.Draft("teh"), again = StaffProducts.Draft("kopi-lagi");
        bad["texts"]!["id"]!["title"] = "";
        again["variants"]![0]!["sku"] = "KOPI";
        string file = string.Join("\r\n", good.ToJsonString(), bad.ToJsonString(), "", "{\"handle\":1", StaffProducts.Without(good, "kind").ToJsonString(), again.ToJsonString());
        (ImportJob job, IReadOnlyList<ImportRowResult> rows) = await room.ImportFile(Encoding.UTF8.GetBytes(file), CatalogFileFormat.Ndjson);
        Assert.Equal((1, 4), (job.Rows.Created, job.Rows.Refused));
        Assert.Equal(["2 /texts/id/title", "4 ", "5 /kind", "6 /variants/0/sku"], rows.SelectMany(r => r.Mistakes).Select(m => $"{m.Row} {m.Column}"));
        Assert.NotNull(room.Index.Find(Sku.Parse("KOPI")));
    }

    [Fact]
    public async Task A_product_that_no_row_holds_is_refused_and_a_change_of_one_that_fits_is_noted_without_its_length()
    {
        CatalogRoom room = await CatalogRoom.New();
        string file = string.Join('\n', Line("besar", 60, 1), Line("terlalu-besar", 80, 1), Line("kecil", 1, 1));
        (ImportJob job, IReadOnlyList<ImportRowResult> rows) = await room.ImportFile(Encoding.UTF8.GetBytes(file), CatalogFileFormat.Ndjson);
        Assert.Equal((2, 1), (job.Rows.Created, job.Rows.Refused));
        ImportMistake mistake = Assert.Single(rows[1].Mistakes);
        Assert.Equal((2, ""), (mistake.Row, mistake.Column));

        (ImportJob again, _) = await room.ImportFile(Encoding.UTF8.GetBytes(Line("besar", 60, 2)), CatalogFileFormat.Ndjson);
        Assert.Equal(1, again.Rows.Updated);
        ProductChange change = (await room.Store.FindChange(room.Index.FindByHandle("besar")!.Product.Id, 2, Stop))!;
        Assert.Equal(60, change.Fields.Count);
        Assert.Contains(change.Fields, f => f is { IsShortened: true, Before: null, After: null });
        Assert.Contains(change.Fields, f => f is { IsShortened: false, Before: not null, After: not null });

        static string Line(string handle, int variants, long increment)
        {
            Product product = Products.Simple(handle, skus: [.. Enumerable.Range(0, variants).Select(i => $"{handle}-{i}")]);
            GroupPrice[] groups = [.. Enumerable.Range(0, 20).Select(g => new GroupPrice($"grosir-dan-mitra-{g}", Idr(3_000 + increment), [.. Enumerable.Range(2, 10).Select(t => new PriceTier(t, Idr(2_000 + increment - t)))]))];
            return JsonSerializer.Serialize(NewProduct.Of(product with { Variants = [.. product.Variants.Select(v => v with { Prices = [v.Prices[0] with { Groups = groups }] })] }), ShopJson.Options);
        }

        static Money Idr(long rupiah) => new(rupiah * 100, Currency.Idr);
    }

    [Fact]
    public async Task Imports_and_exports_go_with_their_files_when_they_ended_a_month_ago()
    {
        CatalogRoom room = await CatalogRoom.New();
        (ImportJob done, _) = await room.ImportCsv(Csv.Of(Csv.Row("kopi", "KOPI"), Csv.Row("teh", "TEH", ("price_idr", "x"))));
        ImportJob waiting = await room.HandIn(Csv.Of(Csv.Row("gula", "GULA")));
        var exports = new ExportStore(room.Storage);
        ExportJob file = (await new StartExport(exports, TimeProvider.System).Run(new ExportRequest(CatalogFileFormat.Csv), Stop)).Value;
        await new RunExport(exports, room.Follower, room.Index, TimeProvider.System).Run(file.Id, Stop);

        ExportJob stuck = (await new StartExport(exports, TimeProvider.System).Run(new ExportRequest(CatalogFileFormat.Csv), Stop)).Value;

        await Forget(29);
        Assert.NotNull(await room.Imports.Find(done.Id, Stop));
        Assert.NotNull(await exports.Find(file.Id, Stop));
        Assert.NotNull(await exports.Find(stuck.Id, Stop));
        await Forget(31);

        Assert.Null(await room.Imports.Find(done.Id, Stop));
        Assert.Null(await exports.Find(file.Id, Stop));
        Assert.Null(await exports.Find(stuck.Id, Stop));
        Assert.Equal([$"{waiting.Id}/file.csv"], await Names("imports"));
        Assert.Empty(await Names("exports"));
        await room.Import.Run(waiting.Id, Stop);
        Assert.NotNull(room.Index.Find(Sku.Parse("GULA")));

        Task Forget(int days) => new ForgetFiles(room.Imports, exports, new LaterClock(TimeSpan.FromDays(days))).Run(Stop);

        async Task<IReadOnlyList<string>> Names(string container)
        {
            List<string> names = [];
            await foreach (Azure.Storage.Blobs.Models.BlobItem blob in room.Storage.Container(container).GetBlobsAsync(cancellationToken: Stop)) names.Add(blob.Name);
            return names;
        }
    }

    private sealed class LaterClock(TimeSpan by) : TimeProvider
    {
        public override DateTimeOffset GetUtcNow() => System.GetUtcNow() + by;
    }

    [Fact]
    public async Task Staff_asks_for_an_export_fetches_its_file_and_hands_it_in_again()
    {
        await using ShopHost shop = await ShopHost.Start(demo: false);
        StaffProducts staff = await StaffProducts.Of(shop);
        await staff.Make(StaffProducts.Draft("kopi"));
        await staff.Make(StaffProducts.Draft("contoh", status: "draft"));
        HttpResponseMessage asked = await staff.Send(HttpMethod.Post, "/v1/admin/exports", new { format = "ndjson" });
        Assert.Equal(HttpStatusCode.Accepted, asked.StatusCode);
        JsonElement job = await staff.Completed(asked);
        Assert.Equal(2, job.GetProperty("products").GetInt32());
        HttpResponseMessage file = await staff.Send(HttpMethod.Get, job.GetProperty("fileUrl").GetString()!);
        Assert.Equal(("application/x-ndjson", "no-store"), (file.Content.Headers.ContentType!.MediaType, file.Headers.CacheControl!.ToString()));

        HttpResponseMessage handedIn = await staff.Import(await file.Content.ReadAsByteArrayAsync(Stop), "application/x-ndjson");
        JsonElement report = await staff.Completed(handedIn);
        Assert.Equal(2, report.GetProperty("rows").GetProperty("unchanged").GetInt32());
        Assert.Equal("catalog.export-unknown", await StaffProducts.Refused(await staff.Send(HttpMethod.Get, "/v1/admin/exports/exp_tidakada/file"), HttpStatusCode.NotFound));
    }

    private static async Task<byte[]> Export(CatalogRoom room, CatalogFileFormat format)
    {
        using var file = new MemoryStream();
        await CatalogFiles.Write(file, format, [.. room.Index.View.Newest.Reverse().Select(n => room.Index.View.Entry(n).Product)], Currency.Idr, Stop);
        return file.ToArray();
    }

    /// <summary>A digital product with every rule that it can be delivered by.</summary>
    private static Product Licensed()
    {
        Product product = Products.Simple("aplikasi", kind: ProductKind.Digital);
        return product with { Variants = [product.Variants[0] with { Digital = new DigitalDelivery(3, 365, LicenceSource.Pool, 2, true, new TermsOfUse("2026-11", "/syarat/2026-11")) }] };
    }

    /// <summary>A product with everything that a product can have.</summary>
    private static Product Rich()
    {
        Product product = Products.Simple("kaya", 90_000, skus: ["KAYA-1", "KAYA-2"]);
        var alt = Products.Text("Kopi \"Kaya\", besar", product.Texts["en"].Title);
        Money rupiah = new(8_000_000, Currency.Idr), dollars = new(599, Currency.Parse("USD"));
        return product with
        {
            Status = ProductStatus.Scheduled,
            PublishAt = new DateTimeOffset(2026, 12, 1, 2, 0, 0, TimeSpan.Zero),
            UnpublishAt = new DateTimeOffset(2027, 1, 1, 2, 0, 0, 500, TimeSpan.Zero),
            Texts = new(StringComparer.Ordinal)
            {
                ["id"] = product.Texts["id"] with { Title = "Kopi \"Kaya\", besar", Description = "Baris satu;\nbaris dua,\r\n=1+1 \"tiga\"" },
                ["en"] = product.Texts["en"],
            },
            Variants =
            [
                product.Variants[0] with
                {
                    Barcode = "8991234567897",
                    Quantity = new QuantityRule(6, 24, 6),
                    Dimensions = new Dimensions(10, 20, 30),
                    Prices =
                    [
                        new Price(dollars, new Money(799, dollars.Currency), new SalePrice(new Money(499, dollars.Currency), Products.Now.ToUniversalTime(), Products.Now.AddDays(1).ToUniversalTime())),
                        new Price(rupiah, null, null, [new PriceTier(6, new Money(7_500_000, Currency.Idr)), new PriceTier(12, new Money(7_000_000, Currency.Idr))],
                            [new GroupPrice("grosir", new Money(7_800_000, Currency.Idr), [new PriceTier(6, new Money(7_200_000, Currency.Idr)), new PriceTier(24, new Money(6_500_000, Currency.Idr))]), new GroupPrice("vip", new Money(7_900_000, Currency.Idr))]),
                    ],
                },
                product.Variants[1] with { TaxCategory = "exempt", Quantity = new QuantityRule(1, 5) },
            ],
            Images = [new ProductImage("https://shop.test/a.jpg", 0, 0, alt), new ProductImage("/b.jpg", 0, 0, alt)],
            Tags = ["kopi", "hadiah besar"],
            Attributes = new(StringComparer.Ordinal) { ["Asal"] = "Aceh = Gayo", ["Berat"] = "" },
            Related = ["kopi-gayo", "belum-ada"],
        };
    }
}
