using System.Diagnostics;

namespace Shop.Benchmarks.Children;

/// <summary>A process of this program's own that serves on loopback; it tells its address on a line such as "The shop: http://127.0.0.1:7071".</summary>
internal sealed class Child : IAsyncDisposable
{
    private const string SigTerm = "-TERM";
    private readonly Process _process;

    private Child(Process process, Uri address, TimeSpan started) => (_process, Address, Started) = (process, address, started);

    public Uri Address { get; }

    /// <summary>From the start of the process to the line that tells its address.</summary>
    public TimeSpan Started { get; }

    /// <param name="program">A dll beside this one.</param>
    /// <param name="arguments">Of the program.</param>
    /// <param name="folder">Where it works; beside the dll when <c>null</c>.</param>
    /// <param name="settings">Environment variables.</param>
    public static async Task<Child> Start(string program, IEnumerable<string> arguments, string? folder = null, params (string Name, string Value)[] settings)
    {
        var start = new ProcessStartInfo("dotnet") { RedirectStandardOutput = true, RedirectStandardError = true, WorkingDirectory = folder ?? AppContext.BaseDirectory };
        foreach (string argument in (string[])["exec", Path.Combine(AppContext.BaseDirectory, program), .. arguments]) start.ArgumentList.Add(argument);
        foreach ((string name, string value) in settings) start.Environment[name] = value;
        long begun = Stopwatch.GetTimestamp();
        Process process = Process.Start(start)!;
        List<string> lines = [];
        while (await process.StandardOutput.ReadLineAsync() is { } line)
        {
            lines.Add(line);
            if (!line.StartsWith("The ", StringComparison.Ordinal) || !line.Contains(": ", StringComparison.Ordinal) || !Uri.TryCreate(line.Split(' ')[^1], UriKind.Absolute, out Uri? address)) continue;
            // Pipes that nobody empties would stop it.
            _ = process.StandardOutput.BaseStream.CopyToAsync(Stream.Null);
            _ = process.StandardError.BaseStream.CopyToAsync(Stream.Null);
            return new Child(process, address, Stopwatch.GetElapsedTime(begun));
        }
        throw new InvalidOperationException($"{program} did not start:\n{string.Join('\n', lines)}\n{await process.StandardError.ReadToEndAsync()}");
    }

    /// <summary>What the machine holds in memory for it, in bytes.</summary>
    public long Memory
    {
        get
        {
            _process.Refresh();
            return _process.WorkingSet64;
        }
    }

    /// <summary>No handler runs: an Azurite that keeps its data stays up.</summary>
    public async Task Kill()
    {
        _process.Kill();
        await _process.WaitForExitAsync();
    }

    /// <summary>An orderly stop, which also stops its Azurite.</summary>
    public async Task Stop()
    {
        if (OperatingSystem.IsWindows()) throw new PlatformNotSupportedException("Windows has no orderly stop of another process.");
        using Process signal = Process.Start("kill", [SigTerm, $"{_process.Id}"]);
        await _process.WaitForExitAsync();
    }

    public async ValueTask DisposeAsync()
    {
        if (!_process.HasExited) await Kill();
        _process.Dispose();
    }
}
