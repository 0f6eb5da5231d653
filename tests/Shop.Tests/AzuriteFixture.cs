using Shop.Emulator.Storage;

namespace Shop.Tests;

/// <summary>One Azurite in memory for the whole run; every test keeps to a name prefix of its own.</summary>
internal static class AzuriteFixture
{
    private static readonly Lazy<Task<Azurite>> Shared = new(() => Azurite.StartInMemory(Console.WriteLine, CancellationToken.None));
    private static int _prefixes;

    public static async Task<string> ConnectionString() => (await Shared.Value).ConnectionString;

    /// <summary>Lower-case letters and digits, a letter first.</summary>
    public static string NewPrefix() => $"t{Interlocked.Increment(ref _prefixes)}x{Environment.ProcessId}";
}
