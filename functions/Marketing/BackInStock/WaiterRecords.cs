using Shop.Common;
using Shop.Customers;

namespace Shop.Marketing;

/// <summary>What a customer waits for, for export and erasure; also what they asked for as a guest under the same address.</summary>
public sealed class WaiterRecords(WaiterStore waiters, FindCustomer customers) : IPersonalRecords
{
    public string Name => "backInStock";

    public async Task<object?> Export(string customerId, CancellationToken cancellationToken) => await PersonOf(customerId, cancellationToken) is { } person
        ? (await waiters.OfPerson(person, cancellationToken)).Select(WaiterResource.From).ToArray()
        : [];

    public Task<Problem?> Refuse(string customerId, CancellationToken cancellationToken) => Task.FromResult<Problem?>(null);

    public async Task<IReadOnlyList<HeldRecord>> Erase(string customerId, CancellationToken cancellationToken)
    {
        if (await PersonOf(customerId, cancellationToken) is { } person) await waiters.RemovePerson(person, cancellationToken);
        return [];
    }

    /// <summary>Nothing was held.</summary>
    public Task Release(HeldRecord held, CancellationToken cancellationToken) => Task.CompletedTask;

    private async Task<string?> PersonOf(string customerId, CancellationToken cancellationToken) =>
        await customers.ById(customerId, cancellationToken) is { } customer ? EmailAddress.Key(customer.Value.Details.Email) : null;
}
