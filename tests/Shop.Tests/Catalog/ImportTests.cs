using System.Text;
using System.Text.Json;
using Shop.Catalog;
using Shop.Common;
using Shop.Inventory;
using Shop.Storage;
using Shop.Tests.Journeys;

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
        Assert.Equal("snapshot/0001-000000002-000000000034", CatalogSnapshots.SnapshotName(new SnapshotPlace(1, new LogPosition(2, 34))));
    }

    [Fact]
    public async Task A_refused_import_leaves_its_names_to_others()
    {
        CatalogRoom room = await CatalogRoom.New();
        await room.ImportCsv(Csv.Of(Csv.Row("kopi", "KOPI")));
        string[] keys = [CatalogKeys.Handle("teh"), CatalogKeys.Slug("teh"), CatalogKeys.Slug("teh-en"), CatalogKeys.Sku(Sku.Parse("TEH"))];
        (_, IReadOnlyList<ImportRowResult> refused) = await room.ImportCsv(Csv.Of(Csv.Row("teh", "TEH", ("slug_en", "kopi-en"))));
        Assert.Equal(("slug_en", ImportOutcome.Refused), (refused.Single().Mistakes.Single().Column, refused.Single().Outcome));
        foreach (string key in keys) Assert.Null(await room.Store.FindOwner(key, Stop));

        (_, IReadOnlyList<ImportRowResult> rows) = await room.ImportCsv(Csv.Of(Csv.Row("teh-hijau", "TEH", ("slug_id", "teh"), ("slug_en", "teh-en")), Csv.Row("teh", "TEH-2", ("slug_id", "teh-lain"), ("slug_en", "teh-lain-en"))));
        Assert.Equal([ImportOutcome.Created, ImportOutcome.Created], rows.Select(r => r.Outcome));
    }

    [Fact]
    public async Task A_product_that_is_refused_new_names_keeps_those_it_has()
    {
        CatalogRoom room = await CatalogRoom.New();
        await room.ImportCsv(Csv.Of(Csv.Row("kopi", "KOPI"), Csv.Row("teh", "TEH")));
        (_, IReadOnlyList<ImportRowResult> refused) = await room.ImportCsv(Csv.Of(Csv.Row("teh", "TEH", ("slug_id", "teh-baru"), ("slug_en", "kopi-en"))));
        Assert.Equal(ImportOutcome.Refused, refused.Single().Outcome);
        Assert.Null(await room.Store.FindOwner(CatalogKeys.Slug("teh-baru"), Stop));
        foreach (string key in (string[])[CatalogKeys.Handle("teh"), CatalogKeys.Slug("teh"), CatalogKeys.Slug("teh-en"), CatalogKeys.Sku(Sku.Parse("TEH"))])
            Assert.Equal(room.Index.FindByHandle("teh")!.Product.Id, await room.Store.FindOwner(key, Stop));
    }

    [Fact]
    public async Task Of_two_that_claim_names_for_the_same_product_the_one_that_is_refused_takes_nothing_from_the_other()
    {
        CatalogRoom room = await CatalogRoom.New();
        var names = new ProductNames(room.Store);
        NameClaims first = [], second = [];
        (string id, _) = await names.FindOrClaim("teh", Ids.New("prd", TimeProvider.System), first, Stop);
        Product product = Products.Simple("teh") with { Id = id };
        Assert.Empty(await names.Claim(product, null, first, Stop));
        Assert.Equal(id, (await names.FindOrClaim("teh", Ids.New("prd", TimeProvider.System), second, Stop)).Id);
        Assert.Empty(await names.Claim(product, null, second, Stop));
        await names.GiveBack(first, Stop);
        foreach (string key in (string[])[CatalogKeys.Handle("teh"), CatalogKeys.Slug("teh"), CatalogKeys.Sku(Sku.Parse("TEH"))]) Assert.Equal(id, await room.Store.FindOwner(key, Stop));
    }

    [Fact]
    public async Task Names_that_a_crash_left_without_a_product_are_free_after_a_while_and_those_of_products_never()
    {
        CatalogRoom room = await CatalogRoom.New();
        ProductNames now = new(room.Store), later = new(room.Store) { AbandonedAfter = TimeSpan.FromMinutes(-1) };
        Assert.Empty(await now.Claim(Products.Simple("teh"), null, [], Stop));
        Product other = Products.Simple("teh-hijau", skus: "TEH") with { Texts = Products.Simple("teh").Texts };
        string[] taken = ["/texts/en/slug", "/texts/id/slug", "/variants/0/sku"];
        Assert.Equal(taken, (await now.FindTaken(other, null, Stop)).Select(t => t.Pointer));
        Assert.Equal(taken, (await now.Claim(other, null, [], Stop)).Select(t => t.Pointer));
        Assert.Empty(await later.FindTaken(other, null, Stop));
        Assert.Empty(await later.Claim(other, null, [], Stop));

        await room.Save.Run([Products.Write(other)], Stop);
        Product third = Products.Simple("teh-hitam", skus: "TEH") with { Texts = other.Texts };
        Assert.Equal(taken, (await later.Claim(third, null, [], Stop)).Select(t => t.Pointer));
    }

    [Fact]
    public async Task An_import_whose_message_is_given_up_fails_says_what_to_do_and_goes_on_when_asked()
    {
        await using ShopHost shop = await ShopHost.Start(demo: false);
        StaffProducts staff = await StaffProducts.Of(shop);
        var imports = shop.Service<ImportStore>();
        // Its file is not there: every attempt fails.
        var job = new ImportJob("imp_01kar0000000000000000000aa", ImportStatus.Queued, DateTimeOffset.UnixEpoch, null, ImportCounts.None, null);
        await imports.Add(job, Stop);
        await imports.Enqueue(job.Id, Stop);
        JsonElement failed = await Ended(staff, job.Id, "failed");
        Assert.Contains($"/v1/admin/imports/{job.Id}/resume", failed.GetProperty("failure").GetString(), StringComparison.Ordinal);

        await imports.WriteFile(job, new MemoryStream(Csv.Of(Csv.Row("kopi", "KOPI"))), Stop);
        Assert.Equal(System.Net.HttpStatusCode.Accepted, (await staff.Send(HttpMethod.Post, $"/v1/admin/imports/{job.Id}/resume")).StatusCode);
        JsonElement done = await Ended(staff, job.Id, "completed");
        Assert.Equal(1, done.GetProperty("rows").GetProperty("created").GetInt32());
        Assert.Equal(System.Net.HttpStatusCode.Conflict, (await staff.Send(HttpMethod.Post, $"/v1/admin/imports/{job.Id}/resume")).StatusCode);
        Assert.Equal(System.Net.HttpStatusCode.NotFound, (await staff.Send(HttpMethod.Post, "/v1/admin/imports/imp_unknown/resume")).StatusCode);
    }

    private static async Task<JsonElement> Ended(StaffProducts staff, string importId, string status)
    {
        JsonElement job = default;
        await Until.True(async () => (job = await ShopClient.Json(await staff.Send(HttpMethod.Get, $"/v1/admin/imports/{importId}"))).GetProperty("status").GetString() == status, $"the import to be {status}");
        return job;
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

    [Fact]
    public async Task A_list_of_prices_takes_no_language_slug_option_or_file_away()
    {
        CatalogRoom room = await CatalogRoom.New();
        (string, string)[] size = [("option1_name_id", "Ukuran"), ("option1_name_en", "Size")];
        Product Kept(string sku) => room.Index.FindAny(Sku.Parse(sku))!.Product;
        await room.ImportCsv(Csv.Of(
            Csv.Row("kopi", "KOPI-1", [.. size, ("slug_id", "kopi-gayo"), ("option1_value_id", "besar"), ("option1_value_en", "large")]),
            Csv.Row("kopi", "KOPI-2", [.. size, ("slug_id", "kopi-gayo"), ("option1_value_id", "kecil"), ("option1_value_en", "small")]),
            Csv.Row("buku", "BUKU", ("kind", "digital"), ("digital_file", "buku.pdf"), ("stock", ""), ("weight_grams", "")),
            Csv.Row("teh", "TEH", ("slug_en", ""))));
        Product before = Kept("KOPI-1");

        const string Header = "handle,title_id,description_id,kind,category_id,sku,price_idr\n";
        (ImportJob job, IReadOnlyList<ImportRowResult> rows) = await room.ImportCsv(Encoding.UTF8.GetBytes(Header
            + "kopi,Judul kopi,Isi.,physical,Minuman > Kopi,KOPI-2,91000\nkopi,,,,,KOPI-1,90000\nbuku,Judul buku,Isi.,digital,Minuman > Kopi,BUKU,50000\nteh,Judul teh,Isi.,physical,Minuman > Kopi,TEH,85000\n"));

        Assert.Empty(rows.SelectMany(r => r.Mistakes));
        Assert.Equal((0, 3, 1), (job.Rows.Refused, job.Rows.Updated, job.Rows.Unchanged));
        Product after = Kept("KOPI-1");
        Assert.Equal(before.Texts, after.Texts);
        Assert.Equal(["Coffee", "Drinks"], after.Category.Select(c => c.Name["en"]).Order(StringComparer.Ordinal));
        Assert.Empty(after.FormerSlugs);
        Assert.Equal(["id:Ukuran", "en:Size"], after.Options.Single().Name.OrderByDescending(n => n.Key == "id").Select(n => $"{n.Key}:{n.Value}"));
        Assert.Equal(["KOPI-2 small 9100000", "KOPI-1 large 9000000"], after.Variants.Select(v => $"{v.Sku} {after.Options[0].Values[v.Choices[0]]["en"]} {v.Prices[0].Amount.Amount}"));
        Assert.Equal("buku.pdf", Kept("BUKU").Variants[0].DownloadFile);

        // What nobody knows yet must be said all the same; and a language that has a column is taken at its word.
        (_, IReadOnlyList<ImportRowResult> made) = await room.ImportCsv(Encoding.UTF8.GetBytes(Header + "gula,Gula,Isi.,physical,Bahan,GULA,10000\n"));
        Assert.Equal("weight_grams", Assert.Single(Assert.Single(made).Mistakes).Column);
        await room.ImportCsv(Csv.Of(Csv.Row("teh", "TEH", ("title_en", ""), ("description_en", ""), ("slug_en", ""), ("category_en", ""))));
        Assert.Equal(["id"], Kept("TEH").Texts.Keys);
    }

    [Fact]
    public async Task A_variant_that_a_file_does_not_name_is_kept_in_its_place()
    {
        CatalogRoom room = await CatalogRoom.New();
        (string, string)[] size = [("option1_name_id", "Ukuran"), ("option1_name_en", "Size")];
        (string, string)[] Of(string id, string en) => [.. size, ("option1_value_id", id), ("option1_value_en", en)];
        string[] Sold() => [.. room.Index.FindAny(Sku.Parse("KAOS-M"))!.Product is var p ? p.Variants.Select(v => $"{v.Sku} {p.Options[0].Values[v.Choices[0]]["en"]} {v.Prices[0].Amount.Amount}") : []];
        await room.ImportCsv(Csv.Of(Csv.Row("kaos", "KAOS-S", Of("kecil", "small")), Csv.Row("kaos", "KAOS-M", Of("sedang", "medium")), Csv.Row("kaos", "KAOS-L", Of("besar", "large"))));

        (_, IReadOnlyList<ImportRowResult> priced) = await room.ImportCsv(Encoding.UTF8.GetBytes("handle,title_id,description_id,kind,category_id,sku,price_idr\nkaos,Judul kaos,Isi.,physical,Minuman > Kopi,KAOS-M,91000\n"));
        Assert.Empty(priced.SelectMany(r => r.Mistakes));
        Assert.Equal(["KAOS-S small 8500000", "KAOS-M medium 9100000", "KAOS-L large 8500000"], Sold());

        await room.ImportCsv(Csv.Of(Csv.Row("kaos", "KAOS-XL", Of("ekstra", "extra large")), Csv.Row("kaos", "KAOS-M", Of("sedang", "medium"))));
        Assert.Equal(["KAOS-S small 8500000", "KAOS-M medium 8500000", "KAOS-L large 8500000", "KAOS-XL extra large 8500000"], Sold());

        // It has no place among other options, nor beside another of the same size.
        foreach ((string, string)[] other in (IEnumerable<(string, string)[]>)[[("option1_name_id", "Warna"), ("option1_name_en", "Colour"), ("option1_value_id", "merah"), ("option1_value_en", "red")], Of("kecil", "small")])
        {
            (_, IReadOnlyList<ImportRowResult> refused) = await room.ImportCsv(Csv.Of(Csv.Row("kaos", "KAOS-M", other)));
            ImportMistake mistake = refused[0].Mistakes[0];
            Assert.Equal((ImportOutcome.Refused, 2), (refused[0].Outcome, mistake.Row));
        }
        Assert.Equal(4, Sold().Length);
    }

    [Fact]
    public async Task What_an_import_says_of_stock_is_told_where_it_is_taken_otherwise_and_who_said_it()
    {
        CatalogRoom room = await CatalogRoom.New();
        await room.ImportCsv(Csv.Of(Csv.Row("kopi", "KOPI"), Csv.Row("teh", "TEH")));
        foreach ((string sku, StockLevel[] levels) in ((string, StockLevel[])[])[("KOPI", [new StockLevel("main", 10, 7)]), ("TEH", [new StockLevel("bandung", 1, 0), new StockLevel("main", 10, 0)])])
        {
            Stored<StockItem> known = (await room.Inventory.ReadItem(Sku.Parse(sku), Stop))!;
            Assert.True((await room.Inventory.TryWrite(known.Value.Sku, known, known.Value with { Levels = levels, Version = known.Value.Version + 1 }, new StockBatch(known.Value.Sku), Stop)).Written);
        }
        CatalogRoom other = await room.Another();

        (ImportJob job, IReadOnlyList<ImportRowResult> rows) = await other.ImportCsv(Csv.Of(Csv.Row("kopi", "KOPI", ("stock", "3")), Csv.Row("teh", "TEH", ("stock", "1000000000")), Csv.Row("gula", "GULA")));

        Assert.Equal(ImportStatus.Completed, job.Status);
        Assert.Equal([(ImportOutcome.Updated, (int?)7), (ImportOutcome.Updated, 999_999_999), (ImportOutcome.Created, null)], rows.Select(r => (r.Outcome, r.StockTaken)));
        Assert.Empty(rows.SelectMany(r => r.Mistakes));
        Assert.Equal(StockItem.Most, (await other.Inventory.FindItem(Sku.Parse("TEH"), Stop))!.OnHand);
        Assert.Equal(7, (await other.Inventory.FindItem(Sku.Parse("KOPI"), Stop))!.OnHand);
        StockMovement newest = (await other.Inventory.Movements(Sku.Parse("KOPI"), 1, null, Stop))[0];
        Assert.Equal((StockMovementKind.Count, "staff:stf_1", job.Id), (newest.Kind, newest.Actor, newest.Reference));
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
    [InlineData("licence", "maybe", "licence")]
    [InlineData("watermark", "ya", "watermark")]
    [InlineData("terms_version", "2026-11", "terms_url")]
    [InlineData("access_days", "7", "download_limit")]
    public async Task A_mistake_is_told_with_its_row_and_column(string column, string value, string told)
    {
        ImportProduct product = Assert.Single(await Csv.Read(Csv.Of(Csv.Row("kopi", "KOPI", (column, value)))));
        Assert.Null(product.Product);
        ImportMistake mistake = Assert.Single(product.Mistakes);
        Assert.Equal((2, told), (mistake.Row, mistake.Column));
    }

    [Fact]
    public async Task Two_rows_of_a_product_may_not_make_the_same_choice()
    {
        var size = new[] { ("option1_name_id", "Ukuran"), ("option1_value_id", "M") };
        ImportProduct product = Assert.Single(await Csv.Read(Csv.Of(Csv.Row("kaos", "A", size), Csv.Row("kaos", "B", size))));
        Assert.Equal((3, "option1_value_id"), (Assert.Single(product.Mistakes).Row, product.Mistakes[0].Column));
    }

    [Fact]
    public async Task A_SKU_stands_in_one_row_only()
    {
        IReadOnlyList<ImportProduct> products = await Csv.Read(Csv.Of(Csv.Row("a", "SAMA"), Csv.Row("b", "SAMA")));
        Assert.NotNull(products[0].Product);
        Assert.Equal((3, "sku"), (products[1].Mistakes[0].Row, products[1].Mistakes[0].Column));
    }

    [Fact]
    public async Task Semicolons_a_byte_order_mark_and_line_breaks_in_quotes_are_read()
    {
        string csv = "\uFEFFhandle;title_id;description_id;kind;category_id;sku;price_idr;weight_grams\r\nkopi;Kopi;\"Baris satu;\nbaris dua\";physical;Minuman;KOPI;85000;270\r\n";
        Product product = Assert.Single(await Csv.Read(Encoding.UTF8.GetBytes(csv))).Product!;
        Assert.Equal("Baris satu;\nbaris dua", product.Texts["id"].Description);
    }

    [Theory]
    [InlineData("")]
    [InlineData("judul,harga\nKopi,1\n")]
    [InlineData("handle,title_id,description_id,kind,category_id,sku,price_idr,harga\n")]
    [InlineData("handle,title_id,description_id,kind,category_id,sku,price_idr\nkopi,\"tak ditutup\n")]
    public Task A_file_that_is_not_ours_is_refused_as_a_whole(string csv) => Assert.ThrowsAsync<UnreadableFileException>(() => Csv.Read(Encoding.UTF8.GetBytes(csv)));

    [Fact]
    public async Task A_file_in_another_encoding_is_refused() =>
        Assert.Contains("UTF-8", (await Assert.ThrowsAsync<UnreadableFileException>(() => Csv.Read([.. "handle,title_id\n"u8, 0xE9, 0x0A]))).Message, StringComparison.Ordinal);

    [Fact]
    public async Task A_crash_after_the_row_was_written_is_finished_by_the_worker()
    {
        CatalogRoom room = await CatalogRoom.New();
        Product product = Products.Simple("kopi", skus: "KOPI");
        CatalogRoom dying = await room.Dying();
        await Assert.ThrowsAnyAsync<Exception>(() => dying.Save.Run([Products.Write(product)], Stop));
        Assert.NotNull(await room.Store.Find(product.Id, Stop));
        // The note that it left, hidden for a while yet.
        Assert.Equal(1, (await room.Storage.Queue("catalog-changes").GetPropertiesAsync(Stop)).Value.ApproximateMessagesCount);

        CatalogRoom next = await room.Another();
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

    [Fact]
    public async Task The_same_file_again_costs_nothing_for_a_product_that_is_known()
    {
        CatalogRoom room = await CatalogRoom.New();
        byte[] file = Csv.Of([.. Enumerable.Range(0, 100).Select(i => Csv.Row($"p-{i}", $"P-{i}", ("stock", "")))]);
        await room.ImportCsv(file);
        ImportJob again = await room.HandIn(file);
        using StorageMeter.Scope meter = StorageMeter.Begin();
        // It may have been done by a worker that died: so the first page asks whose work it finds, and no page after it.
        await room.Import.Run(again.Id, Stop, productsOnPage: 10);
        Assert.InRange(meter.Total, 1, 10 + 10 * 3 + 10);
    }

    [Fact]
    public async Task An_import_is_done_in_slices_that_go_on_behind_the_last_page()
    {
        CatalogRoom room = await CatalogRoom.New();
        ImportJob job = await room.HandIn(Pages(3));
        await room.Import.Run(job.Id, Stop, productsOnPage: 10, pagesAtMost: 2);
        ImportJob half = (await room.Imports.Find(job.Id, Stop))!.Value;
        Assert.Equal((ImportStatus.Running, 30, 20, 20), (half.Status, half.Rows.Total, half.Rows.Created, room.Index.Count));
        Assert.Equal(20, (await room.Results(job.Id)).Count);

        CatalogRoom other = await room.Another();
        await other.Import.Run(job.Id, Stop, productsOnPage: 10);
        await AllCreatedOnce(other, job.Id, 30);
    }

    [Theory]
    [InlineData(4, false)]
    [InlineData(10, false)]
    [InlineData(10, true)]
    public async Task After_a_crash_in_the_middle_of_a_page_each_row_is_told_once_and_as_what_it_was(int done, bool told)
    {
        CatalogRoom crashed = await CatalogRoom.New();
        byte[] file = Pages(3);
        ImportJob job = await crashed.HandIn(file);
        await crashed.Import.Run(job.Id, Stop, productsOnPage: 10, pagesAtMost: 1);
        ImportProduct[] some = [.. (await Csv.Read(file)).Skip(10).Take(done)];
        IReadOnlyList<ImportRowResult> results = await crashed.ImportProducts.Run(new ChangeAuthor("staff:stf_1", job.Id), job.Id, some, mayBeRepeated: false, Stop);
        if (told) await crashed.Imports.WriteResults(job.Id, results, Stop);

        CatalogRoom next = await crashed.Another();
        await next.Import.Run(job.Id, Stop, productsOnPage: 10);
        await AllCreatedOnce(next, job.Id, 30);
    }

    [Fact]
    public async Task Two_workers_over_one_import_end_with_each_row_once()
    {
        CatalogRoom one = await CatalogRoom.New();
        CatalogRoom other = await one.Another();
        ImportJob job = await one.HandIn(Pages(3));
        await Task.WhenAll(one.Import.Run(job.Id, Stop, productsOnPage: 10), other.Import.Run(job.Id, Stop, productsOnPage: 10));
        await one.Follower.CatchUp(Stop);
        await AllCreatedOnce(one, job.Id, 30);
    }

    [Fact]
    public async Task Thousands_of_rows_are_read_told_and_paged_by_number_and_by_refusal()
    {
        CatalogRoom room = await CatalogRoom.New();
        (ImportJob job, IReadOnlyList<ImportRowResult> rows) = await room.ImportCsv(Csv.Of([.. Enumerable.Range(0, 5000).Select(i =>
            Csv.Row($"p-{i / 5}", $"P-{i}", ("stock", ""), ("option1_name_id", "Ukuran"), ("option1_value_id", $"u{i % 5}"), ("price_idr", i == 2600 ? "gratis" : "85000")))]));
        Assert.Equal((ImportStatus.Completed, 5000, 4995, 5, 999), (job.Status, job.Rows.Total, job.Rows.Created, job.Rows.Refused, room.Index.Count));
        Assert.Equal(Enumerable.Range(2, 5000), rows.Select(r => r.Row));
        Assert.Equal([2602, 2603, 2604, 2605, 2606], (await room.Results(job.Id, refused: true)).Select(r => r.Row));
        Assert.Equal([2603, 2604], (await room.Imports.ReadResults(job.Id, refused: true, 2602, 2, Stop)).Select(r => r.Row));
        Assert.Equal([2001, 2002, 2003], (await room.Imports.ReadResults(job.Id, refused: false, 2000, 3, Stop)).Select(r => r.Row));
    }

    [Fact]
    public async Task A_file_that_breaks_off_at_its_end_imports_nothing()
    {
        CatalogRoom room = await CatalogRoom.New();
        (ImportJob job, IReadOnlyList<ImportRowResult> rows) = await room.ImportCsv([.. Pages(1), .. "kopi,\"tak ditutup\n"u8]);
        Assert.Equal((ImportStatus.Failed, 0, 0), (job.Status, rows.Count, room.Index.Count));
        Assert.Contains("Row 12", job.Failure, StringComparison.Ordinal);
    }

    [Fact]
    public async Task Staff_hands_in_a_file_and_pages_through_what_became_of_it()
    {
        await using ShopHost shop = await ShopHost.Start(demo: false);
        StaffProducts staff = await StaffProducts.Of(shop);
        JsonElement job = await staff.Completed(await staff.Import(Csv.Of(Csv.Row("a", "A"), Csv.Row("b", "B", ("price_idr", "x")), Csv.Row("c", "C")), "text/csv"));
        string results = job.GetProperty("resultsUrl").GetString()!;

        JsonElement first = await staff.Read($"{results}?limit=2");
        Assert.Equal(["2 created", "3 refused"], Rows(first));
        Assert.Equal(["4 created"], Rows(await staff.Read($"{results}?limit=2&cursor={first.GetProperty("nextCursor").GetString()}")));
        JsonElement refused = await staff.Read($"{results}?refused=true");
        Assert.Equal("price_idr", refused.GetProperty("data")[0].GetProperty("mistakes")[0].GetProperty("column").GetString());
        Assert.Equal(JsonValueKind.Null, refused.GetProperty("nextCursor").ValueKind);

        static IEnumerable<string> Rows(JsonElement page) => page.GetProperty("data").EnumerateArray().Select(r => $"{r.GetProperty("row").GetInt32()} {r.GetProperty("outcome").GetString()}");
    }

    /// <summary>Files of ten products a page.</summary>
    private static byte[] Pages(int pages) => Csv.Of([.. Enumerable.Range(0, pages * 10).Select(i => Csv.Row($"p-{i}", $"P-{i}", ("stock", i % 3 == 0 ? "5" : "")))]);

    private static async Task AllCreatedOnce(CatalogRoom room, string importId, int rows)
    {
        ImportJob job = (await room.Imports.Find(importId, Stop))!.Value;
        IReadOnlyList<ImportRowResult> results = await room.Results(importId);
        Assert.Equal((ImportStatus.Completed, rows, rows, 0), (job.Status, job.Rows.Total, job.Rows.Created, job.Rows.Refused));
        Assert.Equal(Enumerable.Range(2, rows), results.Select(r => r.Row));
        Assert.All(results, r => Assert.Equal(ImportOutcome.Created, r.Outcome));
        CatalogRoom fresh = await room.Another();
        Assert.Equal(rows, fresh.Index.Count);
        Assert.All(fresh.Index.View.All, entry => Assert.Equal(1, entry.Product.Version));
    }
}
