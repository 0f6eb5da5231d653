using System.Text;
using CsCheck;
using Microsoft.Extensions.Logging.Abstractions;
using Shop.Catalog;
using Shop.Common;

namespace Shop.Tests.Catalog;

/// <summary>Filters and counts against a model that looks at every product for every question.</summary>
public sealed class FacetTests
{
    private static readonly string[] Sizes = ["S", "M", "L"], Colours = ["Merah", "Biru"], Materials = ["Katun", "Rayon"], Makers = ["Ani", "Budi"];
    private static readonly int[] Bands = [0, 100_000, 200_000, 500_000, 1_000_000];
    private static readonly Currency Dollar = Currency.Parse("USD");

    private static readonly Gen<Goods> AnyGoods =
        from category in Gen.Int[0, 2]
        from material in Gen.Int[-1, 1]
        from maker in Gen.Int[-1, 1]
        from variants in Gen.Select(Gen.Int[0, 2], Gen.Int[0, 1], Gen.Int[1, 12], Gen.Bool).Array[1, 4]
        from status in Gen.Int[0, 9]
        select new Goods(category, material, maker, [.. variants.DistinctBy(v => (v.Item1, v.Item2)).Select(v => new Piece(v.Item1, v.Item2, v.Item3 * 100_000, v.Item4))], status > 0);

    private static readonly Gen<Question> AnyQuestion =
        from category in Gen.Int[-1, 2]
        from inStock in Gen.Int[-1, 1]
        from least in Gen.Int[0, 6]
        from sizes in Gen.Int[0, 2].Array[0, 2]
        from colours in Gen.Int[0, 1].Array[0, 1]
        from materials in Gen.Int[0, 1].Array[0, 2]
        from makers in Gen.Int[0, 1].Array[0, 1]
        select new Question(category, inStock, least * 100_000, sizes, colours, materials, makers);

    [Fact]
    public void Every_count_is_of_what_one_more_choice_would_leave() => Gen.Select(AnyGoods.Array[0, 40], AnyQuestion).Sample((goods, question) =>
    {
        CatalogIndex index = IndexOf(goods);
        ProductListing listing = new BrowseProducts(index, new ProductSearch(index, NullLogger<ProductSearch>.Instance)).Run(question.ToQuery(), 0, default).GetAwaiter().GetResult();
        Goods[] all = [.. goods.Where(g => g.Listed)];

        Assert.Equal(all.Count(g => g.Pieces.Any(p => question.Takes(g, p, null))), listing.Products.Count);
        Assert.Equal(all.Count(g => g.Pieces.Any(p => p.InStock && question.Takes(g, p, "stock"))), listing.Facets.InStock);
        Assert.Equal(Counts(all, question, "category", (g, _) => [$"k{g.Category}"]), listing.Facets.Categories.ToDictionary(c => c.Name, c => c.Count));
        Assert.Equal(Counts(all, question, "price", (_, p) => [$"{Bands.Last(b => p.Rupiah >= b)}"]), listing.Facets.Prices.ToDictionary(p => $"{p.Min.Amount / 100}", p => p.Count));
        Assert.Equal(
            Counts(all, question, "size", (_, p) => [$"Ukuran {Sizes[p.Size]}"]).Concat(Counts(all, question, "colour", (_, p) => [$"Warna {Colours[p.Colour]}"])).ToDictionary(),
            listing.Facets.Options.SelectMany(o => o.Values.Select(v => ($"{o.Name} {v.Value}", v.Count))).ToDictionary());
        Assert.Equal(
            Counts(all, question, "material", (g, _) => g.Material < 0 ? [] : [$"Bahan {Materials[g.Material]}"]).Concat(Counts(all, question, "maker", (g, _) => g.Maker < 0 ? [] : [$"Pembuat {Makers[g.Maker]}"])).ToDictionary(),
            listing.Facets.Attributes.SelectMany(a => a.Values.Select(v => ($"{a.Name} {v.Value}", v.Count))).ToDictionary());
    }, iter: 300);

    [Fact]
    public void By_the_prices_of_a_group_in_another_currency_a_list_is_as_in_a_shop_where_they_are_everybodys() => Gen.Select(AnyGoods.Array[0, 30], AnyQuestion, Gen.Enum<ProductSort>()).Sample((goods, question, sort) =>
    {
        PriceList members = new(Dollar, GroupSet.Of(["vip"])), everybody = PriceList.In(Dollar);
        CatalogIndex abroad = IndexOf(goods, Products.Shop, v => [.. v.Prices, .. Dollars(v)]);
        CatalogIndex athome = IndexOf(goods, new ShopOptions { PublicUrl = Products.Shop.PublicUrl, Currency = "USD" }, v => [.. v.Prices, .. Dollars(v).Select(p => new Price(p.For(members.Groups).Amount))]);
        string List(CatalogIndex index, PriceList prices) => Encoding.UTF8.GetString(new BrowseProducts(index, new ProductSearch(index, NullLogger<ProductSearch>.Instance))
            .Run(question.ToQuery() with { Prices = prices, Sort = sort, MinimumPrice = question.Least / 50 }, 0, default).GetAwaiter().GetResult().ToJson(0, null));

        Assert.Equal(List(athome, everybody), List(abroad, members));
    }, iter: 200);

    [Fact]
    public void An_attribute_with_a_value_for_each_product_shows_the_first_fifty()
    {
        CatalogIndex index = new(Products.Shop);
        index.Apply([.. Enumerable.Range(0, 200).Select(i => Products.Simple($"p-{i}") with { Attributes = new(StringComparer.Ordinal) { ["ISBN"] = $"{i:d3}", ["Bahan"] = "Katun" } })
            .Select(p => new CatalogLogLine { Product = p })]);
        var filter = new ProductFilter(new ProductQuery { Prices = PriceList.In(index.Currency) }, index, index.View, 0);
        foreach (ProductBlock block in index.View.Blocks)
            for (int place = 0; place < ProductBlock.Size; place++) filter.Visit(block, place);
        Assert.Equal(["Bahan 1", "ISBN 50"], filter.Facets().Attributes.Select(a => $"{a.Name} {a.Values.Count}"));
    }

    private static Dictionary<string, int> Counts(Goods[] goods, Question question, string leftOut, Func<Goods, Piece, string[]> values) => goods
        .SelectMany(g => g.Pieces.Where(p => question.Takes(g, p, leftOut)).SelectMany(p => values(g, p)).Distinct(StringComparer.Ordinal))
        .CountBy(v => v).ToDictionary(StringComparer.Ordinal);

    /// <summary>Some cost less for a group, and some are not sold for dollars at all.</summary>
    private static Price[] Dollars(Variant variant)
    {
        long hundreds = variant.Prices[0].Amount.Amount / 10_000_000;
        Money regular = new(hundreds * 1500, Dollar);
        return hundreds % 4 == 0 ? [] : [new Price(regular, null, null, null, hundreds % 3 == 0 ? [new GroupPrice("vip", regular - new Money(2100, Dollar))] : null)];
    }

    [Fact]
    public void A_category_whose_products_are_sold_in_another_currency_only_is_in_the_tree_and_has_its_name()
    {
        var index = new CatalogIndex(Products.Shop);
        Product abroad = Products.Simple("ekspor", skus: "EKSPOR");
        index.Apply([new CatalogLogLine
        {
            Product = abroad with
            {
                Category = [new CategoryStep("ekspor", Products.Text("Ekspor", "Export"))],
                Variants = [abroad.Variants[0] with { Prices = [new Price(new Money(500, Dollar), null)] }],
            },
        }]);
        CategoryResource category = Assert.Single(index.View.Categories.In("en"));
        Assert.Equal(("ekspor", "Export", 1, "Ekspor"), (category.Slug, category.Name, category.Products, Assert.Single(index.View.Categories.In("id")).Name));
    }

    private static CatalogIndex IndexOf(Goods[] goods) => IndexOf(goods, Products.Shop, v => [.. v.Prices]);

    private static CatalogIndex IndexOf(Goods[] goods, ShopOptions shop, Func<Variant, Price[]> prices)
    {
        var index = new CatalogIndex(shop);
        Product Priced(Product product) => product with { Variants = [.. product.Variants.Select(v => v with { Prices = prices(v) })] };
        index.Apply([.. goods.Select((g, i) => new CatalogLogLine { Product = Priced(g.ToProduct(i)) })]);
        // Some change afterwards, so that what follows is tested as what is made anew.
        index.Apply([.. goods.Select((g, i) => (g, i)).Where(x => x.i % 3 == 0).Select(x => new CatalogLogLine { Product = Priced(x.g.ToProduct(x.i)) with { Version = 2 } })]);
        index.Apply([new CatalogLogLine { Stock = [.. goods.SelectMany((g, i) => g.Pieces.Select((p, v) => new AvailabilityFigure(Sku.Parse($"P{i}-{v}"), p.InStock ? 3 : 0, 1)))] }]);
        return index;
    }

    private sealed record Piece(int Size, int Colour, int Rupiah, bool InStock);

    private sealed record Goods(int Category, int Material, int Maker, Piece[] Pieces, bool Listed)
    {
        public Product ToProduct(int number)
        {
            OrderedDictionary<string, string> attributes = new(StringComparer.Ordinal);
            if (Material >= 0) attributes["Bahan"] = Materials[Material];
            if (Maker >= 0) attributes["Pembuat"] = Makers[Maker];
            return Products.Simple($"p-{number}") with
            {
                Id = $"prd_{number}",
                Status = Listed ? ProductStatus.Active : ProductStatus.Draft,
                Category = [new CategoryStep($"k{Category}", Products.Text($"k{Category}", $"c{Category}"))],
                Options = [new ProductOption(Products.Text("Ukuran", "Size"), [.. Sizes.Select(s => Products.Text(s, s))]), new ProductOption(Products.Text("Warna", "Colour"), [.. Colours.Select(c => Products.Text(c, c))])],
                Variants = [.. Pieces.Select((p, v) => Products.Variant($"P{number}-{v}", p.Rupiah, [p.Size, p.Colour]))],
                Attributes = attributes,
            };
        }
    }

    private sealed record Question(int Category, int InStock, int Least, int[] Sizes, int[] Colours, int[] Materials, int[] Makers)
    {
        public ProductQuery ToQuery()
        {
            Dictionary<string, IReadOnlyList<string>> options = new(StringComparer.Ordinal), attributes = new(StringComparer.Ordinal);
            if (Sizes.Length > 0) options["size"] = [.. Sizes.Select(s => FacetTests.Sizes[s].ToLowerInvariant())];
            if (Colours.Length > 0) options["Warna"] = [.. Colours.Select(c => FacetTests.Colours[c])];
            if (Materials.Length > 0) attributes["bahan"] = [.. Materials.Select(m => FacetTests.Materials[m])];
            if (Makers.Length > 0) attributes["Pembuat"] = [.. Makers.Select(m => FacetTests.Makers[m])];
            return new ProductQuery
            {
                Prices = PriceList.In(Currency.Idr),
                Category = Category < 0 ? null : $"k{Category}",
                InStock = InStock < 0 ? null : InStock == 1,
                MinimumPrice = Least == 0 ? null : Least * 100L,
                Options = options,
                Attributes = attributes,
                Limit = 100,
            };
        }

        /// <param name="goods">A product.</param>
        /// <param name="piece">One of its variants.</param>
        /// <param name="leftOut">The filter that is left out of account.</param>
        public bool Takes(Goods goods, Piece piece, string? leftOut) =>
            (leftOut == "category" || Category < 0 || goods.Category == Category)
            && (leftOut == "stock" || InStock < 0 || (InStock == 1 ? piece.InStock : !goods.Pieces.Any(p => p.InStock)))
            && (leftOut == "price" || piece.Rupiah >= Least)
            && (leftOut == "size" || Sizes.Length == 0 || Sizes.Contains(piece.Size))
            && (leftOut == "colour" || Colours.Length == 0 || Colours.Contains(piece.Colour))
            && (leftOut == "material" || Materials.Length == 0 || Materials.Contains(goods.Material))
            && (leftOut == "maker" || Makers.Length == 0 || Makers.Contains(goods.Maker));
    }
}
