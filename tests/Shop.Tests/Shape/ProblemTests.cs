using System.Globalization;
using System.Text;
using System.Text.RegularExpressions;
using Shop.Http;
using Shop.Http.OpenApi;

namespace Shop.Tests.Shape;

/// <summary>docs/problems.md lists every problem code of the code; <c>SHOP_UPDATE_DOCS=1 dotnet test</c> writes it anew.</summary>
public sealed partial class ProblemTests
{
    private static readonly (int Status, string Code, string Detail)[] Problems = [.. Repository.Sources("functions")
        .SelectMany(file => Declaration().Matches(File.ReadAllText(file)))
        .Select(m => (int.Parse(m.Groups[1].Value, CultureInfo.InvariantCulture), m.Groups[2].Value, Placeholder().Replace(m.Groups[3].Value, "…").Replace("\\\"", "\"", StringComparison.Ordinal)))
        .OrderBy(p => p.Item2, StringComparer.Ordinal)];

    [Fact]
    public void The_catalogue_of_problems_is_up_to_date()
    {
        string file = Path.Combine(Repository.Root, "docs", "problems.md");
        if (Environment.GetEnvironmentVariable("SHOP_UPDATE_DOCS") == "1") File.WriteAllText(file, Catalogue());

        Assert.True(Catalogue() == File.ReadAllText(file), "docs/problems.md does not list the problems of the code. Write it anew: SHOP_UPDATE_DOCS=1 dotnet test");
    }

    [Fact]
    public void A_code_has_one_status() =>
        Assert.Equal([], Problems.GroupBy(p => p.Code).Where(g => g.Select(p => p.Status).Distinct().Count() > 1).Select(g => g.Key));

    [Fact]
    public void A_function_declares_only_refusals_that_exist()
    {
        HashSet<(int, string)> known = [.. Problems.Select(p => (p.Status, p.Code))];
        string[] invented = [.. new HttpFunctions(typeof(ShopApplication).Assembly.GetExportedTypes()).All.SelectMany(f => ApiDescription.Refusals(f).Where(r => !known.Contains(r)).Select(r => $"{f.Name}: {r.Status} {r.Code}"))];

        Assert.Equal([], invented);
    }

    private static string Catalogue()
    {
        var text = new StringBuilder("""
            # Problems

            Every refusal is RFC 9457 problem+json: `{type, title, status, detail, code, errors, traceId}`. Programs go by `code`, which never
            changes its meaning; `detail` is for people and may. `errors` points at fields (`/lines/0/quantity`) and query values (`?limit`).
            This page is written from the code by a test: `SHOP_UPDATE_DOCS=1 dotnet test`.

            | code | status | meaning |
            |---|---|---|

            """.ReplaceLineEndings("\n"));
        foreach ((int status, string code, string detail) in Problems.DistinctBy(p => p.Code)) text.Append(CultureInfo.InvariantCulture, $"| `{code}` | {status} | {detail.Replace("|", "\\|", StringComparison.Ordinal)} |\n");
        return text.ToString();
    }

    [GeneratedRegex("""new(?:\s+Problem)?\((\d{3}),\s*"([a-z-]+\.[a-z0-9-]+)",\s*\$?"((?:[^"\\]|\\.)*)"?""", RegexOptions.None, 1000)]
    private static partial Regex Declaration();

    [GeneratedRegex(@"\{[^{}]*\}", RegexOptions.None, 1000)]
    private static partial Regex Placeholder();
}
