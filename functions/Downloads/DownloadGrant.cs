namespace Shop.Downloads;

/// <summary>What became of the right to one digital line. The right itself follows from the order: a line that nobody opened yet has no row.</summary>
public sealed record DownloadGrant
{
    /// <summary>How often it was opened since staff last reset it.</summary>
    public int Used { get; init; }

    /// <summary>How often it was ever opened; numbers the records of it.</summary>
    public int Openings { get; init; }

    /// <summary>Until when it is good, where staff extended it.</summary>
    public DateTimeOffset? Until { get; init; }

    /// <summary>Staff took it away. A refund needs no mark: the order tells of it.</summary>
    public bool IsRevoked { get; init; }

    internal DownloadGrant Open() => this with { Used = Used + 1, Openings = Openings + 1 };
}

public enum DownloadStatus { Available, Expired, UsedUp, Revoked }

public enum DownloadChangeKind
{
    /// <summary>Counts from nothing again.</summary>
    Reset,

    /// <summary>Is good for longer.</summary>
    Extend,

    /// <summary>Is taken away, with its licence keys.</summary>
    Revoke,

    /// <summary>Is given back.</summary>
    Restore,
}

/// <summary>What staff did to a grant; never changed.</summary>
public sealed record DownloadChange(DownloadChangeKind Kind, string Reason, string Actor, DateTimeOffset At, int? Days = null);
