using System.ComponentModel;
using System.Diagnostics;
using Shop.Tests.Shape;

namespace Shop.Tests.Journeys;

public sealed class ReadmeWalk
{
    [Fact]
    public async Task Every_command_of_the_README_works_as_it_is_written()
    {
        Assert.SkipUnless(Has("bash") && Has("curl"), "The walk is written for bash and curl, and this machine lacks one of them.");
        await using ShopHost shop = await ShopHost.Start();
        await shop.PhysicalSku();
        string script = "set -euo pipefail\n" + string.Join('\n', Commands()).Replace("http://localhost:7071", shop.BaseUrl, StringComparison.Ordinal);

        (int exit, string output) = await Bash(script);

        Assert.True(exit == 0, output);
        Assert.Contains("'order.completed'", output, StringComparison.Ordinal);
        Assert.Contains("Pembayaran diterima", output, StringComparison.Ordinal);
    }

    [Fact]
    public void The_README_names_every_switch_that_the_shop_takes() =>
        Assert.All(["--throwaway", "--port 8080", "--no-demo", "--no-orchestrations", "--help"], s => Assert.Contains("-- " + s, Repository.Read("README.md"), StringComparison.Ordinal));

    private static IEnumerable<string> Commands()
    {
        string walk = Repository.Read("README.md").Split("<!-- walk -->")[1].Split("\n## ")[0];
        return walk.Split("```bash\n").Skip(1).Select(block => block.Split("```")[0]);
    }

    private static async Task<(int Exit, string Output)> Bash(string script)
    {
        var start = new ProcessStartInfo("bash") { RedirectStandardInput = true, RedirectStandardOutput = true, RedirectStandardError = true };
        using Process bash = Process.Start(start)!;
        Task<string> output = bash.StandardOutput.ReadToEndAsync(TestContext.Current.CancellationToken), errors = bash.StandardError.ReadToEndAsync(TestContext.Current.CancellationToken);
        await bash.StandardInput.WriteAsync(script);
        bash.StandardInput.Close();
        using var limit = CancellationTokenSource.CreateLinkedTokenSource(TestContext.Current.CancellationToken);
        limit.CancelAfter(TimeSpan.FromMinutes(2));
        try
        {
            await bash.WaitForExitAsync(limit.Token);
        }
        catch (OperationCanceledException)
        {
            bash.Kill(entireProcessTree: true);
        }
        return (bash.HasExited ? bash.ExitCode : -1, await output + await errors);
    }

    private static bool Has(string program)
    {
        try
        {
            using Process process = Process.Start(new ProcessStartInfo(program, "--version") { RedirectStandardOutput = true })!;
            process.WaitForExit();
            return process.ExitCode == 0;
        }
        catch (Win32Exception)
        {
            return false;
        }
    }
}
