using Shop.Common;
using Shop.Http;
using Shop.Storage;

namespace Shop.Customers;

/// <summary>Everything the shop knows of a customer, from every module that keeps something.</summary>
public sealed class ExportCustomer(OpenCustomer open, CustomerStore customers, OwnSessions sessions, IEnumerable<IPersonalRecords> records, TimeProvider clock)
{
    public async Task<Result<CustomerExport>> Run(Principal caller, CancellationToken cancellationToken)
    {
        Result<Stored<Customer>> me = await open.Run(caller, cancellationToken);
        if (me.Problem is { } problem) return problem;
        Customer customer = me.Value.Value;
        Dictionary<string, object?> others = new(StringComparer.Ordinal);
        foreach (IPersonalRecords module in records) others[module.Name] = await module.Export(customer.Id, cancellationToken);
        return new CustomerExport(
            clock.GetUtcNow(), MeResource.From(customer), [.. (await customers.Addresses(customer.Id, cancellationToken)).Select(a => AddressResource.From(a, customer))],
            await customers.Consents(customer.Id, cancellationToken), await sessions.Of(customer, caller.SessionId, cancellationToken), others);
    }
}

/// <summary>Everything the shop knows of a customer.</summary>
/// <param name="Records">What other parts of the shop keep, by name: orders, the open cart.</param>
public sealed record CustomerExport(
    DateTimeOffset ExportedAt, MeResource Profile, IReadOnlyList<AddressResource> Addresses, IReadOnlyList<Consent> Consents, IReadOnlyList<SessionResource> Sessions, IReadOnlyDictionary<string, object?> Records);
