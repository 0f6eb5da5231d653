using System.Globalization;
using Azure;
using Azure.Data.Tables;
using Shop.Common;
using Shop.Http;
using Shop.Storage;

namespace Shop.Customers;

/// <summary>
/// Table <c>Customers</c>, a partition each: <c>cus_…|customer</c>, <c>cus_…|address|adr_…</c>, <c>cus_…|consent|000001</c>, <c>cus_…|session|ses_…</c> and index rows of
/// orders, <c>cus_…|order|…</c>, newest first. Personal details are sealed.
/// </summary>
public sealed class CustomerStore(ShopStorage storage, Sealing sealing) : IRequiresStorage, ISealedStore
{
    private const string Name = "Customers";
    private const string SealedColumn = "Sealed";
    private const string Expiry = "ExpiresAt";
    private readonly TableClient _table = storage.Table(Name);

    public IEnumerable<StorageNeed> Needs => [new(StorageKind.Table, Name)];

    internal static string CustomerKey(string customerId) => $"{customerId}|customer";

    internal static string ConsentKey(string customerId, int sequence) => string.Create(CultureInfo.InvariantCulture, $"{customerId}|consent|{sequence:d6}");

    internal static string AddressKey(string customerId, string addressId) => $"{customerId}|address|{addressId}";

    internal static string SessionKey(string customerId, string sessionId) => $"{customerId}|session|{sessionId}";

    internal async Task<Stored<Customer>?> Find(string customerId, CancellationToken cancellationToken) =>
        await _table.Find(customerId, CustomerKey(customerId), cancellationToken) is { } row ? new Stored<Customer>(FromRow(row), row.ETag) : null;

    /// <summary><c>false</c> when the customer is there already.</summary>
    internal Task<bool> TryAdd(Customer customer, IReadOnlyList<Consent> consents, CancellationToken cancellationToken)
    {
        Batch batch = new Batch(_table).Insert(ToRow(customer));
        foreach (Consent consent in consents) batch.Insert(ConsentRow(customer.Id, consent));
        return batch.TrySubmit(cancellationToken);
    }

    /// <summary>Writes the customer and what belongs to the change in one transaction; <c>null</c> when the customer changed since it was read.</summary>
    internal async Task<Stored<Customer>?> Save(Stored<Customer> before, CustomerChange change, CancellationToken cancellationToken)
    {
        Customer customer = change.Customer with { Consents = change.Customer.Consents + change.Consents.Count };
        Batch batch = new Batch(_table).Replace(ToRow(customer), before.ETag);
        foreach (Consent consent in change.Consents) batch.Insert(ConsentRow(customer.Id, consent));
        if (change.WrittenAddress is { } address) batch.Upsert(AddressRow(customer.Id, address));
        if (change.RemovedAddress is { } removed) batch.Delete(new TableEntity(customer.Id, AddressKey(customer.Id, removed)), ETag.All);
        return await batch.Submit(cancellationToken) is { } versions ? new Stored<Customer>(customer, versions[0]) : null;
    }

    /// <summary>Every address, oldest first.</summary>
    internal async Task<IReadOnlyList<SavedAddress>> Addresses(string customerId, CancellationToken cancellationToken)
    {
        List<SavedAddress> found = [];
        await foreach (TableEntity row in RowsOf(customerId, $"{customerId}|address|", null, cancellationToken)) found.Add(ToAddress(row));
        return found;
    }

    internal async Task<SavedAddress?> FindAddress(string customerId, string addressId, CancellationToken cancellationToken) =>
        await _table.Find(customerId, AddressKey(customerId, addressId), cancellationToken) is { } row ? ToAddress(row) : null;

    /// <summary>The consent log, oldest first.</summary>
    internal Task<IReadOnlyList<Consent>> Consents(string customerId, CancellationToken cancellationToken) => Read<Consent>(customerId, $"{customerId}|consent|", cancellationToken);

    internal async Task<Stored<Session>?> FindSession(string customerId, string sessionId, CancellationToken cancellationToken) =>
        await _table.Find(customerId, SessionKey(customerId, sessionId), cancellationToken) is { } row ? new Stored<Session>(Rows.FromRow<Session>(row), row.ETag) : null;

    internal Task AddSession(Session session, CancellationToken cancellationToken) => _table.AddEntityAsync(SessionRow(session), cancellationToken);

    /// <summary><c>false</c> when the session was used or ended meanwhile.</summary>
    internal Task<bool> TryReplaceSession(Session session, ETag version, CancellationToken cancellationToken) => new Batch(_table).Replace(SessionRow(session), version).TrySubmit(cancellationToken);

    internal Task EndSession(string customerId, string sessionId, CancellationToken cancellationToken) =>
        _table.DeleteEntityAsync(customerId, SessionKey(customerId, sessionId), ETag.All, cancellationToken);

    internal async Task EndSessions(string customerId, CancellationToken cancellationToken)
    {
        await foreach (TableEntity row in RowsOf(customerId, $"{customerId}|session|", ["PartitionKey", "RowKey"], cancellationToken))
            await _table.DeleteEntityAsync(row.PartitionKey, row.RowKey, ETag.All, cancellationToken);
    }

    /// <summary>Deletes sessions that ran out, once a night.</summary>
    internal Task ForgetSessions(DateTimeOffset now, CancellationToken cancellationToken) => _table.DeleteUnchanged(TableClient.CreateQueryFilter($"ExpiresAt lt {now}"), cancellationToken);

    internal Task<IReadOnlyList<Session>> Sessions(string customerId, CancellationToken cancellationToken) => Read<Session>(customerId, $"{customerId}|session|", cancellationToken);

    /// <summary>Deletes everything of the customer, their own row last: until then the removal can be asked for again.</summary>
    internal async Task Remove(string customerId, CancellationToken cancellationToken)
    {
        await foreach (TableEntity row in _table.QueryAsync<TableEntity>($"PartitionKey eq '{customerId}'", select: ["PartitionKey", "RowKey"], cancellationToken: cancellationToken))
            if (row.RowKey != CustomerKey(customerId)) await _table.DeleteEntityAsync(row.PartitionKey, row.RowKey, ETag.All, cancellationToken);
        await _table.DeleteEntityAsync(customerId, CustomerKey(customerId), ETag.All, cancellationToken);
    }

    private AsyncPageable<TableEntity> RowsOf(string customerId, string prefix, IEnumerable<string>? columns, CancellationToken cancellationToken) =>
        // '}' is the character after '|': everything that begins with the prefix, whose last character is '|', sorts before it.
        _table.QueryAsync<TableEntity>($"PartitionKey eq '{customerId}' and RowKey ge '{prefix}' and RowKey lt '{prefix[..^1]}}}'", select: columns, cancellationToken: cancellationToken);

    private async Task<IReadOnlyList<T>> Read<T>(string customerId, string prefix, CancellationToken cancellationToken)
    {
        List<T> found = [];
        await foreach (TableEntity row in RowsOf(customerId, prefix, null, cancellationToken)) found.Add(Rows.FromRow<T>(row));
        return found;
    }

    private TableEntity ToRow(Customer customer) => Rows.ToRow(customer.Id, CustomerKey(customer.Id), new SealedCustomer(
        sealing.Seal(CustomerKey(customer.Id), customer.Details), customer.Locale, customer.MarketingChannels, customer.CreatedAt, customer.SessionVersion, customer.Consents,
        customer.DefaultShippingAddress, customer.DefaultBillingAddress, customer.Addresses, customer.Groups, customer.Currency));

    private Customer FromRow(TableEntity row)
    {
        SealedCustomer read = Rows.FromRow<SealedCustomer>(row);
        return new Customer
        {
            Id = row.PartitionKey,
            Details = sealing.Open<PersonalDetails>(row.RowKey, read.Details),
            Locale = read.Locale,
            MarketingChannels = read.MarketingChannels,
            CreatedAt = read.CreatedAt,
            SessionVersion = read.SessionVersion,
            Consents = read.Consents,
            DefaultShippingAddress = read.DefaultShippingAddress,
            DefaultBillingAddress = read.DefaultBillingAddress,
            Addresses = read.Addresses,
            Groups = read.Groups ?? GroupSet.None,
            Currency = read.Currency,
        };
    }

    private TableEntity AddressRow(string customerId, SavedAddress address)
    {
        string key = AddressKey(customerId, address.Id);
        return new TableEntity(customerId, key) { [SealedColumn] = sealing.Seal(key, address.Address) };
    }

    private SavedAddress ToAddress(TableEntity row) => new(row.RowKey.Split('|')[^1], sealing.Open<Address>(row.RowKey, row.GetString(SealedColumn)));

    string ISealedStore.SealedTable => Name;

    string? ISealedStore.KeyOf(TableEntity row) =>
        row.RowKey == CustomerKey(row.PartitionKey) ? Sealing.KeyOf(Rows.FromRow<SealedCustomer>(row).Details) : row.GetString(SealedColumn) is { } text ? Sealing.KeyOf(text) : null;

    TableEntity ISealedStore.Renew(TableEntity row) => row.RowKey == CustomerKey(row.PartitionKey) ? ToRow(FromRow(row)) : AddressRow(row.PartitionKey, ToAddress(row));

    private static TableEntity ConsentRow(string customerId, Consent consent) => Rows.ToRow(customerId, ConsentKey(customerId, consent.Sequence), consent);

    private static TableEntity SessionRow(Session session)
    {
        TableEntity row = Rows.ToRow(session.CustomerId, SessionKey(session.CustomerId, session.Id), session);
        row[Expiry] = session.ExpiresAt;
        return row;
    }

    /// <param name="Details">Sealed <see cref="PersonalDetails"/>.</param>
    private sealed record SealedCustomer(
        string Details, string Locale, IReadOnlyList<MarketingChannel> MarketingChannels, DateTimeOffset CreatedAt, int SessionVersion, int Consents,
        string? DefaultShippingAddress, string? DefaultBillingAddress, int Addresses, GroupSet? Groups = null, Currency? Currency = null);
}
