using System.Globalization;

namespace Shop.Benchmarks;

/// <param name="Suites">What is measured, in this order.</param>
/// <param name="Seconds">How long each figure is measured, after its warm-up.</param>
/// <param name="Write">Whether docs/benchmarks.md is written.</param>
/// <param name="Sizes">The catalogues of suite <c>scale</c>, in products.</param>
/// <param name="Imported">The products, of three rows each, of suite <c>import</c>.</param>
internal sealed record BenchmarkOptions(IReadOnlyList<string> Suites, int Seconds, bool Write, IReadOnlyList<int> Sizes, int Imported)
{
    private static readonly string[] All = ["functions", "durable", "catalogue", "scale", "import", "carts", "orders", "webhooks", "flash-sale", "start"];

    /// <summary>Whether every suite is run as it is meant to be.</summary>
    public bool IsWhole => Suites.Count == All.Length && Sizes.Count == AllSizes.Length && Imported == WholeImport;

    /// <summary>A hundred thousand rows.</summary>
    private const int WholeImport = 33_334;

    private static readonly int[] AllSizes = [1_000, 10_000, 100_000];

    public const string HelpText = """
        Measures the shop on this machine.

          dotnet run -c Release --project tests/Shop.Benchmarks -- [all|functions|durable|catalogue|scale|import|carts|orders|webhooks|flash-sale|start …] [switches]

          --seconds <number>   how long each figure is measured, 1 to 60 (default 5)
          --products <number>  scale: only a catalogue of this size, not 1,000, 10,000 and 100,000
          --import <number>    import: a file of so many products, of three rows each (default 33,334)
          --write              write docs/benchmarks.md; tables that were not measured stay
        """;

    public TimeSpan Window => TimeSpan.FromSeconds(Seconds);

    /// <returns><c>null</c> where the command line is not understood.</returns>
    public static BenchmarkOptions? Parse(IReadOnlyList<string> args)
    {
        List<string> suites = [];
        List<int> sizes = [];
        (int seconds, bool write, int imported) = (5, false, WholeImport);
        for (int i = 0; i < args.Count; i++)
        {
            if (args[i] == "--write") write = true;
            else if (args[i] == "--seconds" && ++i < args.Count && int.TryParse(args[i], NumberStyles.None, CultureInfo.InvariantCulture, out seconds) && seconds is >= 1 and <= 60) continue;
            else if (args[i] == "--products" && ++i < args.Count && int.TryParse(args[i], NumberStyles.None, CultureInfo.InvariantCulture, out int size) && size is >= 100 and <= 1_000_000) sizes.Add(size);
            else if (args[i] == "--import" && ++i < args.Count && int.TryParse(args[i], NumberStyles.None, CultureInfo.InvariantCulture, out imported) && imported is >= 100 and <= 1_000_000) continue;
            else if (args[i] == "all") suites.AddRange(All);
            else if (All.Contains(args[i], StringComparer.Ordinal)) suites.Add(args[i]);
            else return null;
        }
        return new BenchmarkOptions(suites.Count == 0 ? All : [.. suites.Distinct(StringComparer.Ordinal)], seconds, write, sizes.Count == 0 ? AllSizes : sizes, imported);
    }
}
