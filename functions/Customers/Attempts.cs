using Azure;
using Azure.Data.Tables;
using Shop.Common;
using Shop.Http;
using Shop.Storage;

namespace Shop.Customers;

/// <param name="Name">What is counted; one word.</param>
/// <param name="Limit">How many are let through within the window.</param>
public sealed record AttemptRule(string Name, int Limit)
{
    public static TimeSpan Window { get; } = TimeSpan.FromMinutes(15);
}

/// <summary>Attempts since the first one of a window.</summary>
public sealed record AttemptCount(int Count, DateTimeOffset Since)
{
    /// <summary>How long nobody may try; <c>null</c> when one may.</summary>
    public TimeSpan? LockedFor(AttemptRule rule, DateTimeOffset now) => Count >= rule.Limit && Since + AttemptRule.Window > now ? Since + AttemptRule.Window - now : null;

    public AttemptCount Add(DateTimeOffset now) => Since + AttemptRule.Window > now ? this with { Count = Count + 1 } : new AttemptCount(1, now);
}

/// <summary>
/// Limits on what can be guessed: table <c>Attempts</c>, <c>PK=&lt;keyed hash of rule and subject&gt; RK=…|attempts</c>. An attempt is counted before it is
/// looked at, so that guesses sent side by side cannot outrun the count.
/// </summary>
public sealed class Attempts(ShopStorage storage, Signing signing, TimeProvider clock) : IRequiresStorage
{
    private const string Name = "Attempts";
    private const string Expiry = "ExpiresAt";
    private readonly TableClient _table = storage.Table(Name);

    public IEnumerable<StorageNeed> Needs => [new(StorageKind.Table, Name)];

    /// <summary>Keyed, since client addresses are few enough to be tried.</summary>
    internal string PartitionKey(AttemptRule rule, string subject) => Convert.ToHexStringLower(signing.Sign("attempts", $"{rule.Name}|{subject}").AsSpan(0, 20));

    internal static string RowKey(string partitionKey) => $"{partitionKey}|attempts";

    /// <summary>Counts one; two operations.</summary>
    /// <returns>How long the subject is locked; <c>null</c> when the attempt may go on.</returns>
    public async Task<TimeSpan?> Count(AttemptRule rule, string subject, CancellationToken cancellationToken) => (await Add(rule, subject, cancellationToken)).Before;

    /// <summary>Counts one; two operations.</summary>
    /// <returns>How long the subject was locked before, and how long it is from now on; an attempt of one that is locked is not counted.</returns>
    internal async Task<(TimeSpan? Before, TimeSpan? After)> Add(AttemptRule rule, string subject, CancellationToken cancellationToken)
    {
        string key = PartitionKey(rule, subject);
        while (true)
        {
            TableEntity? row = await _table.Find(key, RowKey(key), cancellationToken);
            AttemptCount counted = row is null ? new AttemptCount(0, default) : Rows.FromRow<AttemptCount>(row);
            DateTimeOffset now = clock.GetUtcNow();
            if (counted.LockedFor(rule, now) is { } wait) return (wait, wait);
            AttemptCount after = counted.Add(now);
            TableEntity next = Rows.ToRow(key, RowKey(key), after);
            next[Expiry] = now + AttemptRule.Window;
            // Every lost race is somebody else's attempt, and the limit ends them.
            if (await (row is null ? new Batch(_table).Insert(next) : new Batch(_table).Replace(next, row.ETag)).TrySubmit(cancellationToken)) return (null, after.LockedFor(rule, now));
        }
    }

    /// <summary>Begins anew: whoever got in may.</summary>
    public Task Forget(AttemptRule rule, string subject, CancellationToken cancellationToken)
    {
        string key = PartitionKey(rule, subject);
        return _table.DeleteEntityAsync(key, RowKey(key), ETag.All, cancellationToken);
    }

    /// <summary>Deletes counts that count no longer, once a night.</summary>
    internal Task ForgetOld(CancellationToken cancellationToken) => _table.DeleteUnchanged(TableClient.CreateQueryFilter($"ExpiresAt lt {clock.GetUtcNow()}"), cancellationToken);
}

/// <summary>The limits in front of everything that takes a password, a code or an e-mail address.</summary>
public sealed class AccountLimits(Attempts attempts, CustomerOptions options)
{
    private readonly AttemptRule _client = new("client", options.AttemptsPerClientAddress);

    /// <summary>Counts an attempt under an account, and from a client address.</summary>
    /// <param name="kind">What is tried: <c>customer</c>, <c>staff</c>, <c>mail</c>.</param>
    /// <param name="account">Whose account, known or not.</param>
    public async Task<Problem?> Count(string kind, string account, string clientAddress, CancellationToken cancellationToken)
    {
        if (await attempts.Count(_client, clientAddress, cancellationToken) is { } everybody) return AccountProblems.TooMany(everybody);
        return await attempts.Count(Rule(kind), account, cancellationToken) is { } locked ? AccountProblems.TooMany(locked) : null;
    }

    public Task Forget(string kind, string account, CancellationToken cancellationToken) => attempts.Forget(Rule(kind), account, cancellationToken);

    private AttemptRule Rule(string kind) => new(kind, options.AttemptsPerAccount);
}
