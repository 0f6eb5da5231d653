using System.ComponentModel;
using System.Diagnostics;

namespace Shop.Emulator.Storage;

/// <summary>The Azurite that <c>emulator/package.json</c> pins, installed with npm on first use.</summary>
internal static class AzuritePackage
{
    /// <returns>The launcher and Azurite's own script.</returns>
    /// <exception cref="EmulatorException">Node.js is missing, or npm failed; the message says what to do.</exception>
    public static async Task<(string Launcher, string Script)> Locate(Action<string> progress, CancellationToken cancellationToken)
    {
        string folder = Folder();
        string launcher = Path.Combine(folder, "azurite.mjs");
        string script = Path.Combine(folder, "node_modules", "azurite", "dist", "src", "azurite.js");
        string complete = Path.Combine(folder, "node_modules", ".shop-complete");
        RequireNode();
        if (File.Exists(complete) && File.GetLastWriteTimeUtc(complete) >= File.GetLastWriteTimeUtc(Path.Combine(folder, "package-lock.json"))) return (launcher, script);

        using FileStream exclusive = await Lock(Path.Combine(folder, ".install.lock"), cancellationToken);
        if (File.Exists(complete) && File.GetLastWriteTimeUtc(complete) >= File.GetLastWriteTimeUtc(Path.Combine(folder, "package-lock.json"))) return (launcher, script);
        progress("Installing Azurite, the local storage emulator (once, about a minute) …");
        await Install(folder, progress, cancellationToken);
        await File.WriteAllTextAsync(complete, "", cancellationToken);
        progress("Azurite is installed.");
        return (launcher, script);
    }

    /// <summary>Beside the emulator's source where there is one, so that every build output shares one installation.</summary>
    private static string Folder()
    {
        for (DirectoryInfo? at = new(AppContext.BaseDirectory); at is not null; at = at.Parent)
            if (File.Exists(Path.Combine(at.FullName, "emulator", "package-lock.json"))) return Path.Combine(at.FullName, "emulator");
        return Path.Combine(AppContext.BaseDirectory, "azurite");
    }

    private static void RequireNode()
    {
        try
        {
            using Process node = Process.Start(new ProcessStartInfo("node", "--version") { RedirectStandardOutput = true })!;
            string version = node.StandardOutput.ReadToEnd().Trim();
            node.WaitForExit();
            if (int.TryParse(version.TrimStart('v').Split('.')[0], out int major) && major < 20)
                throw new EmulatorException($"Azurite, the local storage emulator, needs Node.js 20 or newer; this is {version}. Install a newer one from https://nodejs.org and start again.");
        }
        catch (Win32Exception)
        {
            throw new EmulatorException("Azurite, the local storage emulator, needs Node.js 20 or newer, and there is no 'node' on the PATH. Install it from https://nodejs.org and start again.");
        }
    }

    private static async Task Install(string folder, Action<string> progress, CancellationToken cancellationToken)
    {
        string npm = OperatingSystem.IsWindows() ? "npm.cmd" : "npm";
        var start = new ProcessStartInfo(npm) { WorkingDirectory = folder, RedirectStandardOutput = true, RedirectStandardError = true };
        foreach (string argument in (string[])["ci", "--no-audit", "--no-fund", "--loglevel", "warn"]) start.ArgumentList.Add(argument);
        using Process process = StartNpm(start);
        process.OutputDataReceived += (_, line) => { if (!string.IsNullOrWhiteSpace(line.Data)) progress("  npm: " + line.Data); };
        process.BeginOutputReadLine();
        Task<string> errors = process.StandardError.ReadToEndAsync(cancellationToken);
        while (await Task.WhenAny(process.WaitForExitAsync(cancellationToken), Task.Delay(TimeSpan.FromSeconds(10), TimeProvider.System, cancellationToken)) is var first && !process.HasExited)
        {
            await first;
            progress("  still installing …");
        }
        if (process.ExitCode != 0)
            throw new EmulatorException($"npm could not install Azurite in {folder} (exit code {process.ExitCode}): {await errors}");
    }

    private static Process StartNpm(ProcessStartInfo start)
    {
        try
        {
            return Process.Start(start)!;
        }
        catch (Win32Exception)
        {
            throw new EmulatorException("Azurite, the local storage emulator, is installed with npm, and there is no 'npm' on the PATH. It comes with Node.js from https://nodejs.org.");
        }
    }

    private static async Task<FileStream> Lock(string file, CancellationToken cancellationToken)
    {
        while (true)
        {
            try
            {
                return new FileStream(file, FileMode.OpenOrCreate, FileAccess.ReadWrite, FileShare.None, 1, FileOptions.DeleteOnClose);
            }
            catch (IOException) when (Directory.Exists(Path.GetDirectoryName(file)))
            {
                await Task.Delay(TimeSpan.FromMilliseconds(200), TimeProvider.System, cancellationToken);
            }
        }
    }
}
