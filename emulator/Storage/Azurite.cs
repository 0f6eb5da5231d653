using System.Diagnostics;
using System.Globalization;
using System.Runtime.InteropServices;
using System.Text.Json;
using System.Text.RegularExpressions;

namespace Shop.Emulator.Storage;

/// <summary>A running Azurite: where it listens, and how it is stopped.</summary>
internal sealed partial class Azurite : IAsyncDisposable
{
    private static readonly TimeSpan StartLimit = TimeSpan.FromSeconds(30);
    private readonly Process? _attached;
    private readonly AzuriteRecord _record;
    private readonly (string Path, FileStream Mine)? _folder;

    private Azurite(AzuriteRecord record, Process? attached, (string Path, FileStream Mine)? folder) => (_record, _attached, _folder) = (record, attached, folder);

    /// <summary>The connection string of its well-known development account.</summary>
    public string ConnectionString =>
        "DefaultEndpointsProtocol=http;AccountName=devstoreaccount1;AccountKey=Eby8vdM02xNOcqFlqUwJPLlmEtlCDXJ1OUzFT50uSRZ6IFsuFq2UVErCz4I6tq/K1SZFPTOtr/KBHBeksoGMGw==;" +
        $"BlobEndpoint=http://127.0.0.1:{_record.BlobPort}/devstoreaccount1;QueueEndpoint=http://127.0.0.1:{_record.QueuePort}/devstoreaccount1;" +
        $"TableEndpoint=http://127.0.0.1:{_record.TablePort}/devstoreaccount1;";

    /// <summary>Starts an Azurite that keeps everything in memory and dies with this process, however it ends.</summary>
    public static async Task<Azurite> StartInMemory(Action<string> progress, CancellationToken cancellationToken)
    {
        (string launcher, string script) = await AzuritePackage.Locate(progress, cancellationToken);
        var start = new ProcessStartInfo("node") { RedirectStandardInput = true, RedirectStandardOutput = true, RedirectStandardError = true };
        foreach (string argument in (string[])[launcher, "attached", script, "--inMemoryPersistence", "--silent"]) start.ArgumentList.Add(argument);
        Process process = Process.Start(start) ?? throw new InvalidOperationException("Node.js did not start.");

        var ports = new Dictionary<string, int>(StringComparer.Ordinal);
        using var limit = CancellationTokenSource.CreateLinkedTokenSource(cancellationToken);
        limit.CancelAfter(StartLimit);
        while (ports.Count < 3)
        {
            string line = await process.StandardOutput.ReadLineAsync(limit.Token)
                ?? throw new EmulatorException("Azurite stopped before it listened: " + await process.StandardError.ReadToEndAsync(limit.Token));
            ReadPorts(line, ports);
        }
        // Its pipes must be emptied for as long as it lives, or it blocks.
        _ = process.StandardOutput.BaseStream.CopyToAsync(Stream.Null, CancellationToken.None);
        _ = process.StandardError.BaseStream.CopyToAsync(Stream.Null, CancellationToken.None);
        return new Azurite(AzuriteRecord.From(process.Id, ports), process, null);
    }

    /// <summary>Attaches to the Azurite whose data is in <paramref name="folder"/>, or starts one that outlives this process.</summary>
    public static async Task<Azurite> AttachOrStart(string folder, Action<string> progress, CancellationToken cancellationToken)
    {
        FileStream mine = await DataFolder.Take(folder, cancellationToken);
        string recordFile = Path.Combine(folder, "azurite.json");
        if (AzuriteRecord.Read(recordFile) is { } running && await running.Answers(cancellationToken))
        {
            progress($"Attached to the Azurite that is already running (process {running.ProcessId.ToString(CultureInfo.InvariantCulture)}).");
            return new Azurite(running, null, (folder, mine));
        }

        (string launcher, string script) = await AzuritePackage.Locate(progress, cancellationToken);
        string log = Path.Combine(folder, "azurite.log");
        var start = new ProcessStartInfo("node") { RedirectStandardOutput = true };
        foreach (string argument in (string[])[launcher, "detached", script, log, "--location", folder]) start.ArgumentList.Add(argument);
        using Process starter = Process.Start(start) ?? throw new InvalidOperationException("Node.js did not start.");
        string processId = await starter.StandardOutput.ReadToEndAsync(cancellationToken);
        await starter.WaitForExitAsync(cancellationToken);

        var ports = new Dictionary<string, int>(StringComparer.Ordinal);
        long started = Stopwatch.GetTimestamp();
        while (ports.Count < 3)
        {
            if (Stopwatch.GetElapsedTime(started) > StartLimit)
                throw new EmulatorException($"Azurite did not start within {StartLimit.TotalSeconds} seconds. Its log is {log}.");
            await Task.Delay(TimeSpan.FromMilliseconds(50), TimeProvider.System, cancellationToken);
            ReadPorts(await ReadShared(log, cancellationToken), ports);
        }
        AzuriteRecord record = AzuriteRecord.From(int.Parse(processId.Trim(), CultureInfo.InvariantCulture), ports);
        await File.WriteAllTextAsync(recordFile, JsonSerializer.Serialize(record), cancellationToken);
        return new Azurite(record, null, (folder, mine));
    }

    /// <summary>An orderly stop: data on disk is saved first.</summary>
    public async ValueTask DisposeAsync()
    {
        if (_attached is not null)
        {
            _attached.StandardInput.Close();
            await _attached.WaitForExitAsync();
            _attached.Dispose();
            return;
        }

        await using FileStream? mine = _folder?.Mine;
        if (_record.TryGetProcess() is not { } process) return;
        using (process)
        {
            if (OperatingSystem.IsWindows()) process.Kill();
            else _ = Kill(process.Id, SigTerm);
            await process.WaitForExitAsync();
        }
        File.Delete(Path.Combine(_folder!.Value.Path, "azurite.json"));
    }

    private static void ReadPorts(string text, Dictionary<string, int> ports)
    {
        foreach (Match match in ListeningLine().Matches(text))
            ports[match.Groups["service"].Value] = int.Parse(match.Groups["port"].Value, CultureInfo.InvariantCulture);
    }

    private static async Task<string> ReadShared(string file, CancellationToken cancellationToken)
    {
        await using var stream = new FileStream(file, FileMode.OpenOrCreate, FileAccess.Read, FileShare.ReadWrite);
        using var reader = new StreamReader(stream);
        return await reader.ReadToEndAsync(cancellationToken);
    }

    [GeneratedRegex(@"Azurite (?<service>Blob|Queue|Table) service is successfully listening at http://[^:]+:(?<port>\d+)", RegexOptions.None, 1000)]
    private static partial Regex ListeningLine();

    private const int SigTerm = 15;

    [DllImport("libc", EntryPoint = "kill")]
    [DefaultDllImportSearchPaths(DllImportSearchPath.SafeDirectories)]
    private static extern int Kill(int processId, int signal);

    /// <summary>What <c>azurite.json</c> records of a running Azurite, so that the next start finds it.</summary>
    private sealed record AzuriteRecord(int ProcessId, int BlobPort, int QueuePort, int TablePort)
    {
        public static AzuriteRecord From(int processId, Dictionary<string, int> ports) => new(processId, ports["Blob"], ports["Queue"], ports["Table"]);

        public static AzuriteRecord? Read(string file)
        {
            try
            {
                return File.Exists(file) ? JsonSerializer.Deserialize<AzuriteRecord>(File.ReadAllText(file)) : null;
            }
            catch (JsonException)
            {
                return null; // Half written by a start that was killed; that Azurite is found neither way.
            }
        }

        public Process? TryGetProcess()
        {
            try
            {
                return Process.GetProcessById(ProcessId);
            }
            catch (ArgumentException)
            {
                return null;
            }
        }

        /// <summary>A process id is used again after a reboot, so only an answer on the recorded port counts.</summary>
        public async Task<bool> Answers(CancellationToken cancellationToken)
        {
            if (TryGetProcess() is not { } process) return false;
            process.Dispose();
            try
            {
                using var client = new System.Net.Sockets.TcpClient();
                await client.ConnectAsync("127.0.0.1", TablePort, cancellationToken);
                return true;
            }
            catch (System.Net.Sockets.SocketException)
            {
                return false;
            }
        }
    }
}
