namespace Shop.Http;

/// <summary>A walk through everything that is sealed, to put it under the current key and to see what is under which.</summary>
/// <param name="Key">The key that was current when it began.</param>
/// <param name="KeySince">When the first walk under that key began: nothing older than it was sealed with it.</param>
/// <param name="StartedAt">Which walk this is.</param>
public sealed record ResealJob(string Key, DateTimeOffset KeySince, DateTimeOffset StartedAt)
{
    /// <summary>Messages for an earlier step are late.</summary>
    public int Step { get; init; }

    /// <summary>The table it is in; <c>null</c> before the first.</summary>
    public string? Table { get; init; }

    /// <summary>Where in the table it goes on, in storage's own words; <c>null</c> at its beginning.</summary>
    public string? Continuation { get; init; }

    /// <summary>Rows by the key they were found under, <see cref="SealedStores.InTheClear"/> for those that were not sealed.</summary>
    public IReadOnlyDictionary<string, int> Found { get; init; } = new Dictionary<string, int>(StringComparer.Ordinal);

    /// <summary>Rows that could not be opened: their key is not listed, or they were changed from outside.</summary>
    public int Unreadable { get; init; }

    public DateTimeOffset? FinishedAt { get; init; }

    /// <summary>
    /// Whether nothing but the current key is in use. The first walk under a key does not say so: an instance that was started with the old
    /// setting may have written behind its back.
    /// </summary>
    public bool IsClean => FinishedAt is not null && StartedAt > KeySince && Unreadable == 0 && Found.Keys.All(k => k == Key);
}

/// <summary>Version 1 of what waits in the queue <c>reseal</c>: one step of a walk.</summary>
public sealed record ResealMessage(DateTimeOffset StartedAt, int Step)
{
    public string Type { get; init; } = "reseal.step";

    public int Version { get; init; } = 1;
}
