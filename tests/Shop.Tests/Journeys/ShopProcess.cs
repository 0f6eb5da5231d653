using System.Diagnostics;
using Shop.Tests.Http;

namespace Shop.Tests.Journeys;

/// <summary>The shop as a process of its own, which can be killed like any other.</summary>
internal sealed class ShopProcess : IAsyncDisposable
{
    private readonly Process _process;

    private ShopProcess(Process process, string baseUrl)
    {
        _process = process;
        BaseUrl = baseUrl;
        Http = new HttpClient(new ValidatingHandler(new SocketsHttpHandler { AllowAutoRedirect = false })) { BaseAddress = new Uri(baseUrl) };
    }

    public string BaseUrl { get; }

    public HttpClient Http { get; }

    /// <param name="prefix">Whose data it goes on with.</param>
    /// <param name="storage">The Azurite it runs on.</param>
    /// <param name="port">0 takes a free one.</param>
    /// <param name="switches">More of them.</param>
    public static async Task<ShopProcess> Start(string prefix, string storage, int port = 0, params string[] switches)
    {
        var start = new ProcessStartInfo("dotnet") { RedirectStandardOutput = true, RedirectStandardError = true, WorkingDirectory = AppContext.BaseDirectory };
        foreach (string argument in (string[])["exec", Path.Combine(AppContext.BaseDirectory, "Shop.Functions.dll"), "--port", $"{port}", .. switches]) start.ArgumentList.Add(argument);
        start.Environment["AzureWebJobsStorage"] = storage;
        start.Environment["NamePrefix"] = prefix;
        start.Environment["Staff__Password"] = ShopHost.StaffPassword;
        start.Environment["AzureFunctionsJobHost__extensions__queues__maxPollingInterval"] = "00:00:00.100";
        start.Environment["AzureFunctionsJobHost__extensions__queues__visibilityTimeout"] = "00:00:00";
        start.Environment["Emulator__LongestLease"] = "00:00:03";
        start.Environment["AzureFunctionsJobHost__extensions__durableTask__storageProvider__maxQueuePollingInterval"] = "00:00:00.050";
        Process process = Process.Start(start)!;
        List<string> lines = [];
        while (await process.StandardOutput.ReadLineAsync(TestContext.Current.CancellationToken) is { } line)
        {
            lines.Add(line);
            if (!line.StartsWith("The shop:", StringComparison.Ordinal)) continue;
            _ = process.StandardOutput.BaseStream.CopyToAsync(Stream.Null, CancellationToken.None);
            _ = process.StandardError.BaseStream.CopyToAsync(Stream.Null, CancellationToken.None);
            return new ShopProcess(process, line.Split(' ')[^1]);
        }
        throw new Xunit.Sdk.XunitException($"The shop did not start:\n{string.Join('\n', lines)}\n{await process.StandardError.ReadToEndAsync(TestContext.Current.CancellationToken)}");
    }

    /// <summary>SIGKILL: no handler runs, nothing is flushed.</summary>
    public async Task Kill()
    {
        _process.Kill();
        await _process.WaitForExitAsync(CancellationToken.None);
    }

    public async ValueTask DisposeAsync()
    {
        Http.Dispose();
        if (!_process.HasExited) await Kill();
        _process.Dispose();
    }
}
