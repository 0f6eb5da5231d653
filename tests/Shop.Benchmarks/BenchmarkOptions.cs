using System.Globalization;

namespace Shop.Benchmarks;

/// <param name="Suites">What is measured, in this order.</param>
/// <param name="Seconds">How long each figure is measured, after its warm-up.</param>
/// <param name="Write">Whether docs/benchmarks.md is written.</param>
internal sealed record BenchmarkOptions(IReadOnlyList<string> Suites, int Seconds, bool Write)
{
    private static readonly string[] All = ["functions", "durable", "catalogue", "carts", "orders", "flash-sale", "start"];

    public const string HelpText = """
        Measures the shop on this machine.

          dotnet run -c Release --project tests/Shop.Benchmarks -- [all|functions|durable|catalogue|carts|orders|flash-sale|start …] [switches]

          --seconds <number>   how long each figure is measured, 1 to 60 (default 5)
          --write              write docs/benchmarks.md
        """;

    public TimeSpan Window => TimeSpan.FromSeconds(Seconds);

    /// <returns><c>null</c> where the command line is not understood.</returns>
    public static BenchmarkOptions? Parse(IReadOnlyList<string> args)
    {
        List<string> suites = [];
        (int seconds, bool write) = (5, false);
        for (int i = 0; i < args.Count; i++)
        {
            if (args[i] == "--write") write = true;
            else if (args[i] == "--seconds" && ++i < args.Count && int.TryParse(args[i], NumberStyles.None, CultureInfo.InvariantCulture, out seconds) && seconds is >= 1 and <= 60) continue;
            else if (args[i] == "all") suites.AddRange(All);
            else if (All.Contains(args[i], StringComparer.Ordinal)) suites.Add(args[i]);
            else return null;
        }
        return new BenchmarkOptions(suites.Count == 0 ? All : [.. suites.Distinct(StringComparer.Ordinal)], seconds, write);
    }
}
