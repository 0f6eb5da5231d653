using System.Globalization;

namespace Shop.Emulator.Hosting;

/// <summary>The switches of <c>dotnet run --project functions -- …</c>.</summary>
internal sealed record EmulatorOptions
{
    /// <summary>The port of the shop and of the emulator's page; 0 takes a free one.</summary>
    public int Port { get; init; } = 7071;

    /// <summary>Fresh data in memory, gone at exit.</summary>
    public bool Throwaway { get; init; }

    /// <summary>Leaves the demo catalogue out.</summary>
    public bool NoDemo { get; init; }

    /// <summary>Orchestrations and their activities are left to another process on the same storage.</summary>
    public bool NoOrchestrations { get; init; }

    public bool Help { get; init; }

    public const string HelpText = """
        Runs the shop with its local Azure in one process.

          dotnet run --project functions -- [switches]

          --port <number>   listen on this port of 127.0.0.1 (default 7071; 0 takes a free one)
          --throwaway       fresh data in memory, gone at exit (default: kept in .azurite/)
          --no-demo         do not import the demo catalogue on first start
          --no-orchestrations
                            serve requests and queues only; another process on the
                            same storage, started without this switch, runs orders
          --help            show this and exit
        """;

    /// <exception cref="EmulatorException">A switch is unknown or its value is unusable; the message names it.</exception>
    public static EmulatorOptions Parse(IReadOnlyList<string> args)
    {
        var options = new EmulatorOptions();
        for (int i = 0; i < args.Count; i++)
        {
            options = args[i] switch
            {
                "--port" => options with { Port = ParsePort(++i < args.Count ? args[i] : null) },
                "--throwaway" => options with { Throwaway = true },
                "--no-demo" => options with { NoDemo = true },
                "--no-orchestrations" => options with { NoOrchestrations = true },
                "--help" or "-h" or "-?" => options with { Help = true },
                _ => throw new EmulatorException($"Unknown switch '{args[i]}'.{Environment.NewLine}{Environment.NewLine}{HelpText}"),
            };
        }
        return options;
    }

    private static int ParsePort(string? text) =>
        int.TryParse(text, NumberStyles.None, CultureInfo.InvariantCulture, out int port) && port <= 65535
            ? port
            : throw new EmulatorException($"--port takes a number from 0 to 65535, not '{text}'.");
}
