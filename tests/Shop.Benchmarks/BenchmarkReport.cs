using System.Globalization;
using System.Runtime;
using System.Runtime.InteropServices;
using System.Text;
using Shop.Benchmarks.Load;

namespace Shop.Benchmarks;

/// <summary>Figures side by side with what they are compared with, printed as they come and kept for docs/benchmarks.md.</summary>
internal sealed class BenchmarkReport
{
    private readonly StringBuilder _head = new("# Benchmarks\n\nWritten by `dotnet run -c Release --project tests/Shop.Benchmarks -- all --write`; a suite that is run alone replaces its own tables.\n\n");
    private readonly List<(string Title, StringBuilder Text)> _sections = [];

    /// <summary>What every later figure stands on: the machine.</summary>
    public void Begin()
    {
        Line(string.Create(CultureInfo.InvariantCulture, $"{Environment.ProcessorCount} cores ({Processor()}), {RuntimeInformation.OSDescription.Trim()}, {RuntimeInformation.FrameworkDescription}, {(GCSettings.IsServerGC ? "server" : "workstation")} GC."));
        Line("Load, shop and Azurite are three processes on this one machine: they share its cores.");
    }

    public void Section(string title, params string[] columns)
    {
        _sections.Add((title, new StringBuilder()));
        Line("");
        Line($"## {title}");
        Line("");
        Line(string.Create(CultureInfo.InvariantCulture, $"Measured on {TimeProvider.System.GetUtcNow():yyyy-MM-dd}."));
        Line("");
        Line($"| {string.Join(" | ", columns)} |");
        Line($"|---|{string.Concat(Enumerable.Repeat("---:|", columns.Length - 1))}");
    }

    public void Row(params string[] cells) => Line($"| {string.Join(" | ", cells)} |");

    /// <summary>Under a table: what a figure means or what limits it.</summary>
    public void Note(string text)
    {
        Line("");
        Line(text);
    }

    /// <param name="keepOthers">Whether tables that were not measured now stay as they are.</param>
    public void Write(bool keepOthers)
    {
        DirectoryInfo? at = new(AppContext.BaseDirectory);
        while (at is not null && !File.Exists(Path.Combine(at.FullName, "Shop.sln"))) at = at.Parent;
        if (at is null) throw new InvalidOperationException("Shop.sln is in no folder above this program: there is no docs/ to write to.");
        string file = Path.Combine(at.FullName, "docs", "benchmarks.md");
        List<(string Title, string Text)> sections = keepOthers && File.Exists(file) ? Sections(File.ReadAllText(file)) : [];
        foreach ((string title, StringBuilder text) in _sections)
        {
            int known = sections.FindIndex(s => s.Title == title);
            if (known < 0) sections.Add((title, text.ToString()));
            else sections[known] = (title, text.ToString());
        }
        File.WriteAllText(file, _head + string.Concat(sections.Select(s => s.Text)));
    }

    public static string Rate(double perSecond) => perSecond.ToString(perSecond < 100 ? "0.0" : "#,0", CultureInfo.InvariantCulture);

    public static string Milliseconds(TimeSpan time) => time.TotalMilliseconds.ToString(time.TotalMilliseconds < 10 ? "0.00" : "#,0", CultureInfo.InvariantCulture);

    public static string Megabytes(long bytes) => (bytes / 1024.0 / 1024.0).ToString(bytes < 10 * 1024 * 1024 ? "0.0" : "#,0", CultureInfo.InvariantCulture);

    public static string Ratio(double ratio) => ratio.ToString(ratio < 10 ? "0.00" : "0", CultureInfo.InvariantCulture) + "×";

    public static string Percentiles(Measured measured) => $"{Milliseconds(measured.Percentile(50))} / {Milliseconds(measured.Percentile(95))} / {Milliseconds(measured.Percentile(99))}";

    private void Line(string line)
    {
        Console.WriteLine(line);
        (_sections.Count == 0 ? _head : _sections[^1].Text).Append(line).Append('\n');
    }

    private static List<(string Title, string Text)> Sections(string report) =>
        [.. report.Split("\n## ").Skip(1).Select(section => (section[..section.IndexOf('\n', StringComparison.Ordinal)], $"\n## {section.TrimEnd('\n')}\n"))];

    private static string Processor()
    {
        const string Linux = "/proc/cpuinfo";
        string? model = File.Exists(Linux) ? File.ReadLines(Linux).FirstOrDefault(l => l.StartsWith("model name", StringComparison.Ordinal))?.Split(':')[^1].Trim() : null;
        return model ?? RuntimeInformation.ProcessArchitecture.ToString();
    }
}
