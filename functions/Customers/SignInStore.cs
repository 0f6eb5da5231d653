using Azure;
using Azure.Data.Tables;
using Shop.Storage;

namespace Shop.Customers;

/// <summary>What an e-mail address signs in with.</summary>
/// <param name="PasswordHash">PBKDF2, in ASP.NET Core Identity's format.</param>
/// <param name="PasswordSetAt">Links to set a new one are void when it changed after they were sent.</param>
public sealed record CustomerSignIn(string CustomerId, string PasswordHash, DateTimeOffset PasswordSetAt);

/// <summary>Table <c>SignIns</c>: <c>PK=&lt;hash of the e-mail address&gt; RK=…|sign-in</c>, so that an address is one customer's at most.</summary>
public sealed class SignInStore(ShopStorage storage) : IRequiresStorage
{
    private const string Name = "SignIns";
    private readonly TableClient _table = storage.Table(Name);

    public IEnumerable<StorageNeed> Needs => [new(StorageKind.Table, Name)];

    internal static string RowKey(string emailKey) => $"{emailKey}|sign-in";

    internal async Task<Stored<CustomerSignIn>?> Find(string emailKey, CancellationToken cancellationToken) =>
        await _table.Find(emailKey, RowKey(emailKey), cancellationToken) is { } row ? new Stored<CustomerSignIn>(Rows.FromRow<CustomerSignIn>(row), row.ETag) : null;

    /// <summary><c>false</c> when the address is somebody's.</summary>
    internal Task<bool> TryAdd(string emailKey, CustomerSignIn signIn, CancellationToken cancellationToken) =>
        new Batch(_table).Insert(Rows.ToRow(emailKey, RowKey(emailKey), signIn)).TrySubmit(cancellationToken);

    internal Task<bool> TryReplace(string emailKey, CustomerSignIn signIn, ETag version, CancellationToken cancellationToken) =>
        new Batch(_table).Replace(Rows.ToRow(emailKey, RowKey(emailKey), signIn), version).TrySubmit(cancellationToken);

    /// <summary>Takes the address from a customer; one that is somebody else's by now stays theirs.</summary>
    internal async Task Remove(string emailKey, string customerId, CancellationToken cancellationToken)
    {
        while (await Find(emailKey, cancellationToken) is { } read && read.Value.CustomerId == customerId)
            if (await new Batch(_table).Delete(new TableEntity(emailKey, RowKey(emailKey)), read.ETag).TrySubmit(cancellationToken)) return;
    }
}
