using System.Reflection;
using System.Text.RegularExpressions;

namespace Shop.Tests.Shape;

public sealed partial class CapabilityTests
{
    [Fact]
    public void Every_capability_is_shown_by_tests_that_exist()
    {
        Dictionary<string, string[]> tests = typeof(CapabilityTests).Assembly.GetTypes()
            .Select(type => (type.Name, Methods: type.GetMethods(BindingFlags.Public | BindingFlags.Instance | BindingFlags.DeclaredOnly).Where(m => m.IsDefined(typeof(FactAttribute), inherit: true)).Select(m => m.Name).ToArray()))
            .Where(type => type.Methods.Length > 0)
            .GroupBy(type => type.Name, StringComparer.Ordinal).ToDictionary(type => type.Key, type => type.SelectMany(t => t.Methods).ToArray(), StringComparer.Ordinal);
        string[][] rows = [.. Repository.Read("docs", "capabilities.md").Split('\n').Where(line => line.StartsWith("| ", StringComparison.Ordinal) && !line.StartsWith("| capability |", StringComparison.Ordinal)).Select(line => line.Split('|'))];
        List<string> wrong = [];
        foreach (string[] row in rows)
        {
            string[] named = row.Length == 4 ? [.. Name().Matches(row[2]).Select(m => m.Value.Trim('`'))] : [];
            if (named.Length == 0) wrong.Add($"no test: {string.Join('|', row)}");
            wrong.AddRange(named.Where(name => !Exists(tests, name)));
        }
        Assert.NotEmpty(rows);
        Assert.True(wrong.Count == 0, string.Join('\n', wrong));
    }

    private static bool Exists(Dictionary<string, string[]> tests, string name)
    {
        (string type, string method) = (name[..name.IndexOf('.', StringComparison.Ordinal)], name[(name.IndexOf('.', StringComparison.Ordinal) + 1)..]);
        if (!tests.TryGetValue(type, out string[]? methods)) return false;
        return method.EndsWith('…') ? methods.Any(m => m.StartsWith(method[..^1], StringComparison.Ordinal)) : methods.Contains(method, StringComparer.Ordinal);
    }

    [GeneratedRegex("`[A-Za-z0-9]+\\.[A-Za-z0-9_]+…?`", RegexOptions.None, matchTimeoutMilliseconds: 1000)]
    private static partial Regex Name();
}
