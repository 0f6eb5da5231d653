namespace Shop.Storage;

/// <summary>Where the shop's state lives. Settings are flat, as the Functions host names them.</summary>
public sealed class StorageOptions
{
    /// <summary>
    /// <c>NamePrefix</c>: begins every table, queue, container and topic name, so that several shops share an account. Lower-case letters and
    /// digits, a letter first, at most 12.
    /// </summary>
    public required string NamePrefix { get; init; }

    /// <summary><c>AzureWebJobsStorage</c>: a connection string; empty where an identity is used.</summary>
    public string? ConnectionString { get; init; }

    /// <summary><c>AzureWebJobsStorage__accountName</c>: the account, reached with the app's managed identity.</summary>
    public string? AccountName { get; init; }
}
