using System.Text;
using Shop.Catalog;
using Shop.Common;
using Shop.Storage;

namespace Shop.Tests.Catalog;

public sealed class ImportTests
{
    private static CancellationToken Stop => TestContext.Current.CancellationToken;

    [Fact]
    public void Keys_are_these()
    {
        Assert.Equal("prd_1|product", CatalogKeys.Product("prd_1"));
        Assert.Equal("prd_1|change|999999999997", CatalogKeys.Change("prd_1", 2));
        Assert.Equal("handle|kopi-gayo", CatalogKeys.Handle("kopi-gayo"));
        Assert.Equal("slug|gayo-coffee", CatalogKeys.Slug("gayo-coffee"));
        Assert.Equal("sku|KOPI-GAYO-250", CatalogKeys.Sku(Sku.Parse("KOPI-GAYO-250")));
        Assert.Equal("imp_1|job", ImportStore.JobKey("imp_1"));
        Assert.Equal("log/000000002", CatalogLog.LogName(2));
        Assert.Equal("snapshot/000000002-000000000034", CatalogSnapshots.SnapshotName(new LogPosition(2, 34)));
    }

    [Fact]
    public async Task The_sample_catalogue_is_imported_whole()
    {
        CatalogRoom room = await CatalogRoom.New();
        (ImportJob job, IReadOnlyList<ImportRowResult> rows) = await room.ImportCsv(Csv.Sample);
        Assert.Equal(ImportStatus.Completed, job.Status);
        Assert.Empty(rows.SelectMany(r => r.Mistakes));
        Assert.Equal(job.Rows.Total, job.Rows.Created);
        Assert.InRange(room.Index.Count, 70, 1000);
        Assert.InRange(job.Rows.Total, 130, 1000);

        VariantEntry coffee = room.Index.Find(Sku.Parse("KOPI-GAYO-250-BJ"))!;
        Assert.Equal("Kopi Arabika Gayo (250 g, Biji)", coffee.Title("id"));
        Assert.Equal("Gayo Arabica Coffee (250 g, Whole bean)", coffee.Title("en"));
        Assert.Equal(new Money(8_500_000, Currency.Idr), coffee.PriceIn(Currency.Idr)!.Amount);
        Assert.Equal((40, 270, ProductKind.Physical), (coffee.Available, coffee.WeightGrams, coffee.Kind));
        VariantEntry book = room.Index.Find(Sku.Parse("DIG-SEDUH-PDF"))!;
        Assert.Equal((null, ProductKind.Digital, "seduh-manual.pdf"), (book.Available, book.Kind, book.Variant.DownloadFile));
    }

    [Fact]
    public async Task The_same_file_again_changes_nothing_and_appends_nothing()
    {
        CatalogRoom room = await CatalogRoom.New();
        await room.ImportCsv(Csv.Sample);
        LogPosition before = await room.Follower.CatchUp(Stop);
        (_, IReadOnlyList<ImportRowResult> rows) = await room.ImportCsv(Csv.Sample);
        Assert.DoesNotContain(rows, r => r.Outcome != ImportOutcome.Unchanged);
        Assert.Equal(before, await room.Follower.CatchUp(Stop));
    }

    [Fact]
    public async Task A_changed_row_updates_its_product_only()
    {
        CatalogRoom room = await CatalogRoom.New();
        await room.ImportCsv(Csv.Of(Csv.Row("kopi", "KOPI"), Csv.Row("teh", "TEH")));
        string id = room.Index.Find(Sku.Parse("KOPI"))!.Product.Id;
        (_, IReadOnlyList<ImportRowResult> rows) = await room.ImportCsv(Csv.Of(Csv.Row("kopi", "KOPI", ("price_idr", "90000")), Csv.Row("teh", "TEH")));
        Assert.Equal([ImportOutcome.Updated, ImportOutcome.Unchanged], rows.Select(r => r.Outcome));
        Product product = room.Index.Find(Sku.Parse("KOPI"))!.Product;
        Assert.Equal((id, 2L, 9_000_000L), (product.Id, product.Version, product.Variants[0].Prices[0].Amount.Amount));
    }

    [Fact]
    public async Task A_new_slug_keeps_the_old_one_for_redirects()
    {
        CatalogRoom room = await CatalogRoom.New();
        await room.ImportCsv(Csv.Of(Csv.Row("kopi", "KOPI")));
        await room.ImportCsv(Csv.Of(Csv.Row("kopi", "KOPI", ("slug_en", "new-coffee"))));
        Product product = room.Index.Find(Sku.Parse("KOPI"))!.Product;
        Assert.Equal(("new-coffee", "kopi-en"), (product.Texts["en"].Slug, Assert.Single(product.FormerSlugs)));
    }

    [Fact]
    public async Task A_slug_or_SKU_of_another_product_is_refused_and_the_rest_imported()
    {
        CatalogRoom room = await CatalogRoom.New();
        await room.ImportCsv(Csv.Of(Csv.Row("kopi", "KOPI")));
        (ImportJob job, IReadOnlyList<ImportRowResult> rows) = await room.ImportCsv(Csv.Of(
            Csv.Row("a", "A", ("slug_en", "kopi")), Csv.Row("b", "KOPI"), Csv.Row("c", "C")));
        Assert.Equal((1, 2), (job.Rows.Created, job.Rows.Refused));
        Assert.Equal(["2 slug_en", "3 sku"], rows.SelectMany(r => r.Mistakes).Select(m => $"{m.Row} {m.Column}"));
    }

    [Fact]
    public async Task A_file_leaves_alone_what_it_has_no_column_for_and_says_who_changed_the_rest()
    {
        CatalogRoom room = await CatalogRoom.New();
        await room.ImportCsv(Csv.Of(Csv.Row("kopi", "KOPI")));
        Product made = room.Index.Find(Sku.Parse("KOPI"))!.Product;
        Stored<Product> stored = (await room.Store.Find(made.Id, Stop))!;
        Product richer = made with
        {
            Version = 2, Status = ProductStatus.Draft,
            Variants = [made.Variants[0] with { Barcode = "8991234567897", Prices = [.. made.Variants[0].Prices, new Price(new Money(599, Currency.Parse("USD")), null)] }],
        };
        await room.Save.Run([new ProductWrite(richer, stored, new ChangeAuthor("staff:stf_1", null))], Stop);

        (ImportJob job, _) = await room.ImportCsv(Csv.Of(Csv.Row("kopi", "KOPI", ("price_idr", "90000"))));
        Product after = room.Index.FindAny(Sku.Parse("KOPI"))!.Product;
        Assert.Equal((3, ProductStatus.Draft, "8991234567897"), (after.Version, after.Status, after.Variants[0].Barcode));
        Assert.Equal([9_000_000, 599], after.Variants[0].Prices.Select(p => p.Amount.Amount));
        (IReadOnlyList<ProductChange> changes, _) = await room.Store.Changes(made.Id, null, 1, Stop);
        Assert.Equal(("staff:stf_1", job.Id, "/variants/KOPI/prices"), (changes[0].Actor, changes[0].ImportId, Assert.Single(changes[0].Fields).Pointer));
    }

    [Theory]
    [InlineData("price_idr", "325.000", "price_idr")]
    [InlineData("price_idr", "-1", "price_idr")]
    [InlineData("price_idr", "0.5", "price_idr")]
    [InlineData("price_idr", "", "price_idr")]
    [InlineData("compare_at_price_idr", "85000", "compare_at_price_idr")]
    [InlineData("weight_grams", "", "weight_grams")]
    [InlineData("stock", "-3", "stock")]
    [InlineData("stock", "1e3", "stock")]
    [InlineData("sku", "KOPI GAYO", "sku")]
    [InlineData("kind", "virtual", "kind")]
    [InlineData("handle", "Kopi Gayo", "handle")]
    [InlineData("slug_id", "../etc", "slug_id")]
    [InlineData("title_id", "", "title_id")]
    [InlineData("category_id", "", "category_id")]
    [InlineData("category_en", "Coffee", "category_en")]
    [InlineData("length_cm", "3", "length_cm")]
    [InlineData("digital_file", "../secret", "digital_file")]
    [InlineData("image_url", "javascript:alert(1)", "image_url")]
    [InlineData("image_url", "//evil.test/x.png", "image_url")]
    [InlineData("attributes", "tanpa nilai", "attributes")]
    [InlineData("title_id", "Kopi\u0001Gayo", "title_id")]
    [InlineData("title_en", "Coffee\nBcc: all@example.com", "title_en")]
    [InlineData("description_id", "Harum\u000bsekali", "description_id")]
    [InlineData("sku", "..", "sku")]
    [InlineData("sale_price_idr", "60000", "sale_from_idr")]
    [InlineData("tier_prices_idr", "10=90000", "tier_prices_idr")]
    [InlineData("tier_prices_idr", "sepuluh", "tier_prices_idr")]
    [InlineData("status", "scheduled", "publish_at")]
    [InlineData("publish_at", "besok", "publish_at")]
    [InlineData("min_quantity", "0", "min_quantity")]
    [InlineData("barcode", "!", "barcode")]
    public void A_mistake_is_told_with_its_row_and_column(string column, string value, string told)
    {
        ImportProduct product = Assert.Single(Read(Csv.Of(Csv.Row("kopi", "KOPI", (column, value)))).Products);
        Assert.Null(product.Product);
        ImportMistake mistake = Assert.Single(product.Mistakes);
        Assert.Equal((2, told), (mistake.Row, mistake.Column));
    }

    [Fact]
    public void Two_rows_of_a_product_may_not_make_the_same_choice()
    {
        var size = new[] { ("option1_name_id", "Ukuran"), ("option1_value_id", "M") };
        ImportProduct product = Assert.Single(Read(Csv.Of(Csv.Row("kaos", "A", size), Csv.Row("kaos", "B", size))).Products);
        Assert.Equal((3, "option1_value_id"), (Assert.Single(product.Mistakes).Row, product.Mistakes[0].Column));
    }

    [Fact]
    public void A_SKU_stands_in_one_row_only()
    {
        ImportFile file = Read(Csv.Of(Csv.Row("a", "SAMA"), Csv.Row("b", "SAMA")));
        Assert.NotNull(file.Products[0].Product);
        Assert.Equal((3, "sku"), (file.Products[1].Mistakes[0].Row, file.Products[1].Mistakes[0].Column));
    }

    [Fact]
    public void Semicolons_a_byte_order_mark_and_line_breaks_in_quotes_are_read()
    {
        string csv = "\uFEFFhandle;title_id;description_id;kind;category_id;sku;price_idr;weight_grams\r\nkopi;Kopi;\"Baris satu;\nbaris dua\";physical;Minuman;KOPI;85000;270\r\n";
        Product product = Assert.Single(Read(Encoding.UTF8.GetBytes(csv)).Products).Product!;
        Assert.Equal("Baris satu;\nbaris dua", product.Texts["id"].Description);
    }

    [Theory]
    [InlineData("")]
    [InlineData("judul,harga\nKopi,1\n")]
    [InlineData("handle,title_id,description_id,kind,category_id,sku,price_idr,harga\n")]
    [InlineData("handle,title_id,description_id,kind,category_id,sku,price_idr\nkopi,\"tak ditutup\n")]
    public void A_file_that_is_not_ours_is_refused_as_a_whole(string csv) => Assert.NotNull(Read(Encoding.UTF8.GetBytes(csv)).Unreadable);

    [Fact]
    public void A_file_in_another_encoding_is_refused() => Assert.Contains("UTF-8", Read([.. "handle,title_id\n"u8, 0xE9, 0x0A]).Unreadable, StringComparison.Ordinal);

    [Fact]
    public async Task A_crash_after_the_row_was_written_is_finished_by_the_worker()
    {
        CatalogRoom crashed = await CatalogRoom.New();
        Product product = Products.Simple("kopi", skus: "KOPI");
        await crashed.Store.NoteChange([product.Id], Stop);
        await crashed.Store.TryWrite(Products.Write(product), Stop);

        CatalogRoom next = await crashed.Another();
        Assert.Null(next.Index.Find(Sku.Parse("KOPI")));
        await next.Append.Run([product.Id], Stop);
        Assert.NotNull(next.Index.Find(Sku.Parse("KOPI")));
        LogPosition once = await next.Follower.CatchUp(Stop);
        await next.Append.Run([product.Id], Stop);
        Assert.Equal(once, await next.Follower.CatchUp(Stop));
    }

    [Fact]
    public async Task Importing_a_product_of_one_variant_costs_a_handful_of_operations()
    {
        CatalogRoom room = await CatalogRoom.New();
        byte[] file = Csv.Of([.. Enumerable.Range(0, 100).Select(i => Csv.Row($"p-{i}", $"P-{i}"))]);
        using StorageMeter.Scope meter = StorageMeter.Begin();
        await room.ImportCsv(file);
        Assert.InRange(meter.Total, 1, 100 * 10 + 20);
    }

    private static ImportFile Read(byte[] csv) => new ImportReader(Currency.Idr, "id").Read(csv);
}
