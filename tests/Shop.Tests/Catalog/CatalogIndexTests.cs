using Shop.Catalog;
using Shop.Common;

namespace Shop.Tests.Catalog;

/// <summary>A large catalogue that changes by one product at a time: counted, not timed.</summary>
public sealed class CatalogIndexTests
{
    private const int Many = 20_000;

    [Fact]
    public void A_single_change_makes_one_block_anew_and_follows_in_every_order()
    {
        CatalogIndex index = Large();
        (ProductSort, int)[] orders = [(ProductSort.Newest, 0), (ProductSort.Price, 0), (ProductSort.PriceDescending, 0), (ProductSort.Title, 0), (ProductSort.Title, 1)];
        foreach ((ProductSort sort, int locale) in orders) index.View.Numbers(sort, locale);
        CatalogView before = index.View;
        Product changed = index.FindByHandle("p-7777")!.Product;
        Product[] changes =
        [
            changed with { Version = 2, CreatedAt = Products.Now.AddYears(1), Texts = new(changed.Texts) { ["id"] = changed.Texts["id"] with { Title = "zzz" } }, Variants = [Products.Variant("P-7777", 1, [])] },
            index.FindByHandle("p-8888")!.Product with { Version = 2, Status = ProductStatus.Archived },
            Products.Simple("baru", 5_000_000),
        ];
        foreach (Product change in changes) index.Apply([new CatalogLogLine { Product = change }]);

        CatalogView after = index.View;
        Assert.Equal(before.Blocks.Count - 3, after.Blocks.Take(before.Blocks.Count).Where((b, i) => ReferenceEquals(b, before.Blocks[i])).Count());
        CatalogIndex anew = new(Products.Shop);
        anew.Apply(index.Export());
        foreach ((ProductSort sort, int locale) in orders)
        {
            Assert.Equal(anew.View.Order(sort, locale).Select(e => e.Product.Handle), after.Order(sort, locale).Select(e => e.Product.Handle));
            Assert.Equal(Many, after.Numbers(sort, locale).Length);
        }
        Assert.Equal(anew.View.Categories.In("id").Single().Products, after.Categories.In("id").Single().Products);
        Assert.Equal(["p-7777", "p-0", "p-1"], after.RelatedTo(index.FindByHandle("baru")!, PriceList.In(index.Currency)).Take(3).Select(e => e.Product.Handle));
    }

    [Fact]
    public void To_follow_a_change_takes_comparisons_for_what_changed_only()
    {
        int[] numbers = [.. Enumerable.Range(0, Many)];
        bool[] changed = new bool[Many + 1];
        changed[5] = true;
        int comparisons = 0;
        int[] followed = SortedNumbers.Follow(numbers, changed, [Many, 5], (a, b) =>
        {
            comparisons++;
            return -a.CompareTo(b) * (a == Many || b == Many ? 1 : -1);
        });
        Assert.Equal([Many, .. numbers], followed);
        Assert.InRange(comparisons, 1, 50);
    }

    [Fact]
    public void What_products_say_alike_is_held_once()
    {
        CatalogIndex index = Large();
        (Product one, Product other) = (index.FindByHandle("p-1")!.Product, index.FindByHandle("p-2")!.Product);
        Assert.Same(one.Category, other.Category);
        Assert.Same(one.Variants[0].Choices, other.Variants[0].Choices);
        Assert.Same(one.Attributes, other.Attributes);
    }

    [Fact]
    public void Text_is_plain_when_XML_can_hold_it()
    {
        Assert.All(["", "teh👕", "a\nb\t"], text => Assert.True(PlainText.IsPlain(text)));
        Assert.All(["\uFFFE", "\uFFFF", "a\uD83D", "\uDC55\uD83D", "\uD83Da", "\u0001"], text => Assert.False(PlainText.IsPlain(text)));
    }

    [Fact]
    public void Kept_answers_are_bounded_by_their_questions_too()
    {
        var answers = new AnswerCache();
        var answer = new CatalogAnswer("{}"u8.ToArray(), "id", GroupSet.None);
        string Question(int number) => $"{number}{new string('x', 32_768)}";
        for (int i = 0; i < 1_000; i++) answers.Keep(Question(i), 0, GroupSet.None, answer);
        Assert.NotNull(answers.Find(Question(0), 0, GroupSet.None));
        for (int i = 1_000; i < 1_100; i++) answers.Keep(Question(i), 0, GroupSet.None, answer);
        Assert.Null(answers.Find(Question(0), 0, GroupSet.None));
    }

    private static CatalogIndex Large()
    {
        CatalogIndex index = new(Products.Shop);
        index.Apply([.. Enumerable.Range(0, Many).Select(i => new CatalogLogLine { Product = Products.Simple($"p-{i}", 10_000 + i * 37 % 900) with { CreatedAt = Products.Now.AddSeconds(-i) } })]);
        return index;
    }
}
