using System.Globalization;
using System.Runtime;
using System.Runtime.InteropServices;
using System.Text;
using Shop.Benchmarks.Load;

namespace Shop.Benchmarks;

/// <summary>Figures side by side with what they are compared with, printed as they come and kept for docs/benchmarks.md.</summary>
internal sealed class BenchmarkReport
{
    private readonly StringBuilder _text = new();

    /// <summary>What every later figure stands on: the machine.</summary>
    public void Begin()
    {
        DateTime today = TimeProvider.System.GetUtcNow().UtcDateTime;
        Line(string.Create(CultureInfo.InvariantCulture, $"{today:yyyy-MM-dd}: {Environment.ProcessorCount} cores ({Processor()}), {RuntimeInformation.OSDescription.Trim()}, {RuntimeInformation.FrameworkDescription}, {(GCSettings.IsServerGC ? "server" : "workstation")} GC."));
        Line("Load, shop and Azurite are three processes on this one machine: they share its cores.");
    }

    public void Section(string title, params string[] columns)
    {
        Line("");
        Line($"## {title}");
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

    public void Write()
    {
        DirectoryInfo? at = new(AppContext.BaseDirectory);
        while (at is not null && !File.Exists(Path.Combine(at.FullName, "Shop.sln"))) at = at.Parent;
        if (at is null) throw new InvalidOperationException("Shop.sln is in no folder above this program: there is no docs/ to write to.");
        string head = "# Benchmarks\n\nWritten by `dotnet run -c Release --project tests/Shop.Benchmarks -- all --write`.\n\n";
        File.WriteAllText(Path.Combine(at.FullName, "docs", "benchmarks.md"), head + _text.ToString());
    }

    public static string Rate(double perSecond) => perSecond.ToString(perSecond < 100 ? "0.0" : "#,0", CultureInfo.InvariantCulture);

    public static string Milliseconds(TimeSpan time) => time.TotalMilliseconds.ToString(time.TotalMilliseconds < 10 ? "0.00" : "#,0", CultureInfo.InvariantCulture);

    public static string Ratio(double ratio) => ratio.ToString(ratio < 10 ? "0.00" : "0", CultureInfo.InvariantCulture) + "×";

    public static string Percentiles(Measured measured) => $"{Milliseconds(measured.Percentile(50))} / {Milliseconds(measured.Percentile(95))} / {Milliseconds(measured.Percentile(99))}";

    private void Line(string line)
    {
        Console.WriteLine(line);
        _text.Append(line).Append('\n');
    }

    private static string Processor()
    {
        const string Linux = "/proc/cpuinfo";
        string? model = File.Exists(Linux) ? File.ReadLines(Linux).FirstOrDefault(l => l.StartsWith("model name", StringComparison.Ordinal))?.Split(':')[^1].Trim() : null;
        return model ?? RuntimeInformation.ProcessArchitecture.ToString();
    }
}
