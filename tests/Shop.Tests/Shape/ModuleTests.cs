using System.Reflection;
using System.Runtime.CompilerServices;
using Microsoft.Azure.Functions.Worker;
using Shop.Http;

namespace Shop.Tests.Shape;

public sealed class ModuleTests
{
    private static readonly Assembly Shop = typeof(ShopApplication).Assembly;

    /// <summary>What each module may use besides itself and the four that everybody may use.</summary>
    private static readonly Dictionary<string, string[]> Allowed = new(StringComparer.Ordinal)
    {
        ["Catalog"] = [],
        ["Inventory"] = ["Catalog"],
        ["Customers"] = [],
        ["Marketing"] = ["Catalog", "Customers", "Inventory"],
        ["Shipping"] = [],
        ["Worklist"] = [],
        ["Payments"] = ["Worklist"],
        ["Carts"] = ["Catalog", "Inventory", "Marketing", "Customers", "Shipping", "Payments"],
        ["Orders"] = ["Payments", "Shipping"],
        ["Downloads"] = ["Orders", "Customers"],
        ["Checkout"] = ["Catalog", "Inventory", "Marketing", "Customers", "Shipping", "Payments", "Carts", "Orders", "Downloads", "Worklist"],
        ["Support"] = ["Orders", "Customers"],
        ["Reports"] = [],
        ["Integration"] = [],
        ["Reconciliation"] = ["Payments", "Integration", "Worklist"],
    };

    private static readonly Dictionary<string, string[]> Foundations = new(StringComparer.Ordinal)
    {
        ["Common"] = [],
        ["Storage"] = ["Common"],
        ["Http"] = ["Common", "Storage"],
        ["Email"] = ["Common", "Storage", "Http"],
    };

    [Fact]
    public void A_module_uses_only_the_modules_it_may()
    {
        string[] forbidden = [.. Edges().Where(e => !MayUse(e.From, e.To)).Select(e => $"{e.From} uses {e.To}: {e.Type} names {e.Named}").Distinct(StringComparer.Ordinal).Order(StringComparer.Ordinal)];

        Assert.Equal([], forbidden);
    }

    [Fact]
    public void The_graph_of_allowed_uses_has_no_cycle()
    {
        Dictionary<string, string[]> graph = new(Allowed.Concat(Foundations), StringComparer.Ordinal);
        HashSet<string> done = new(StringComparer.Ordinal);
        while (graph.Keys.FirstOrDefault(m => !done.Contains(m) && graph[m].All(done.Contains)) is { } next) done.Add(next);

        Assert.Equal([], graph.Keys.Except(done));
    }

    [Fact]
    public void Every_type_lives_in_a_module()
    {
        string[] strangers = [.. Shop.GetTypes().Where(t => t.Namespace?.StartsWith("Shop", StringComparison.Ordinal) == true && ModuleOf(t) is { } module && module.Length > 0 && !Allowed.ContainsKey(module) && !Foundations.ContainsKey(module)).Select(t => t.FullName!)];

        Assert.Equal([], strangers);
    }

    [Fact]
    public void A_namespace_is_the_folder_it_is_in()
    {
        string functions = Path.Combine(Repository.Root, "functions");
        string[] elsewhere = [.. Repository.Sources("functions").Where(file => Path.GetRelativePath(functions, file).Split(Path.DirectorySeparatorChar) is [var module, _, ..] && !File.ReadAllText(file).Contains($"namespace Shop.{module}", StringComparison.Ordinal)).Select(file => Path.GetRelativePath(functions, file))];

        Assert.Equal([], elsewhere);
    }

    [Fact]
    public void Function_code_never_names_the_emulator()
    {
        string[] named = [.. Shop.GetTypes().SelectMany(type => References.Of(type).Where(r => r.Namespace?.StartsWith("Shop.Emulator", StringComparison.Ordinal) == true).Select(r => $"{type} names {r}"))];

        Assert.Equal([], named);
        Assert.Equal([], Repository.Sources("functions").Where(file => File.ReadAllText(file).Contains("Shop.Emulator", StringComparison.Ordinal)));
    }

    [Fact]
    public void Every_HTTP_function_declares_who_may_call_it() =>
        Assert.All(new HttpFunctions(Shop.GetExportedTypes()).All, f => Assert.True(f.Caller is null != f.Staff is null));

    [Fact]
    public void The_scan_sees_what_a_method_body_names() =>
        Assert.Contains(typeof(ETags), Shop.GetTypes().Where(t => t.Name == nameof(Respond)).SelectMany(References.Of));

    [Fact]
    public void What_a_queue_gives_up_is_taken_up_by_somebody()
    {
        string[] queues = [.. Shop.GetExportedTypes().SelectMany(t => t.GetMethods()).SelectMany(m => m.GetParameters()).Select(p => p.GetCustomAttribute<QueueTriggerAttribute>()?.QueueName).OfType<string>()];
        const string GivenUp = "-poison";

        Assert.Equal(queues.Where(q => !q.EndsWith(GivenUp, StringComparison.Ordinal)).Select(q => q + GivenUp).Order(StringComparer.Ordinal), queues.Where(q => q.EndsWith(GivenUp, StringComparison.Ordinal)).Order(StringComparer.Ordinal));
    }

    private static IEnumerable<(string From, string To, Type Type, Type Named)> Edges() =>
        from type in Shop.GetTypes()
        let module = ModuleOf(type)
        where module is { Length: > 0 }
        from named in References.Of(type)
        let other = ModuleOf(named)
        where other is not null && named.Assembly == Shop && other != module && !named.IsDefined(typeof(CompilerGeneratedAttribute))
        select (module, other, type, named);

    private static bool MayUse(string from, string to) => Foundations.TryGetValue(from, out string[]? below)
        ? below.Contains(to, StringComparer.Ordinal)
        : Foundations.ContainsKey(to) || Allowed.GetValueOrDefault(from, []).Contains(to, StringComparer.Ordinal);

    /// <summary><c>Catalog</c> of <c>Shop.Catalog.Import</c>; empty for the application itself; <c>null</c> for what is not the shop's.</summary>
    private static string? ModuleOf(Type type) => type.Namespace?.Split('.') switch
    {
        ["Shop"] => "",
        ["Shop", var module, ..] => module,
        _ => null,
    };
}
