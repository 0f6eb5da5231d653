using System.Text.RegularExpressions;

namespace Shop.Tests.Shape;

public sealed partial class TestingGuideTests
{
    [Fact]
    public void Every_setting_of_a_test_run_is_explained()
    {
        string[] read = [.. Repository.Sources(Path.Combine("tests", "Shop.Tests")).SelectMany(file => Read().Matches(File.ReadAllText(file))).Select(m => m.Groups[1].Value).Distinct(StringComparer.Ordinal).Order(StringComparer.Ordinal)];

        Assert.NotEmpty(read);
        Assert.Equal(read, Explained().Matches(Repository.Read("docs", "testing.md")).Select(m => m.Groups[1].Value).Order(StringComparer.Ordinal));
    }

    [Fact]
    public void The_readme_leads_to_every_page_of_docs()
    {
        string readme = Repository.Read("README.md");
        string[] pages = [.. Directory.EnumerateFiles(Path.Combine(Repository.Root, "docs"), "*.md").Select(Path.GetFileNameWithoutExtension)!];

        Assert.Equal([], pages.Where(page => !readme.Contains($"docs/{page}.md", StringComparison.Ordinal)));
    }

    [GeneratedRegex("GetEnvironmentVariable\\(\"(SHOP_[A-Z_]+)\"\\)", RegexOptions.None, 1000)]
    private static partial Regex Read();

    [GeneratedRegex("^\\| `(SHOP_[A-Z_]+)=", RegexOptions.Multiline, 1000)]
    private static partial Regex Explained();
}
