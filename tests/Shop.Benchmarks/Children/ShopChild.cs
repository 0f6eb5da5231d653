namespace Shop.Benchmarks.Children;

/// <summary>The shop as people run it, with its emulator, on data of its own.</summary>
internal static class ShopChild
{
    public const string StaffPassword = "for-the-benchmark-only";

    public const string WebhookSecret = "whsec_for_the_benchmark_only";

    private static readonly (string, string)[] Settings = [("Staff__Password", StaffPassword), ("Http__ShowStorageOperations", "true"), ("Stripe__WebhookSecret", WebhookSecret)];

    /// <summary>In memory, without products.</summary>
    public static Task<Child> Start() => Child.Start("Shop.Functions.dll", ["--port", "0", "--throwaway", "--no-demo"], null, Settings);

    /// <summary>Keeps its data in the folder's <c>.azurite</c>.</summary>
    public static Task<Child> Start(string folder) => Child.Start("Shop.Functions.dll", ["--port", "0", "--no-demo"], folder, Settings);
}
