using Shop.Common;
using Shop.Http;
using Shop.Storage;

namespace Shop.Customers;

/// <param name="Id"><c>adr_…</c></param>
public sealed record SavedAddress(string Id, Address Address);

/// <summary>A customer's addresses. Each change goes through the customer's own row, which holds their number and the defaults.</summary>
public sealed class AddressBook(OpenCustomer open, CustomerStore customers, TimeProvider clock)
{
    public async Task<Result<IReadOnlyList<AddressResource>>> List(Principal caller, CancellationToken cancellationToken)
    {
        Result<Stored<Customer>> customer = await open.Run(caller, cancellationToken);
        if (customer.Problem is { } problem) return problem;
        IReadOnlyList<SavedAddress> saved = await customers.Addresses(caller.Id, cancellationToken);
        return saved.Select(a => AddressResource.From(a, customer.Value.Value)).ToArray();
    }

    public Task<Result<AddressResource>> Add(Principal caller, WriteAddress wanted, CancellationToken cancellationToken) =>
        Save(caller, new SavedAddress(Ids.New("adr", clock), wanted.Address), wanted, customer =>
            Task.FromResult<Result<Customer>>(customer.Addresses >= Customer.MostAddresses ? AddressProblems.TooMany : customer with { Addresses = customer.Addresses + 1 }), cancellationToken);

    public Task<Result<AddressResource>> Change(Principal caller, string addressId, WriteAddress wanted, CancellationToken cancellationToken) =>
        Save(caller, new SavedAddress(addressId, wanted.Address), wanted, async customer =>
            await Exists(customer.Id, addressId, cancellationToken) ? customer : AddressProblems.Unknown, cancellationToken);

    public async Task<Problem?> Remove(Principal caller, string addressId, CancellationToken cancellationToken) => (await open.Change(caller, IfMatch.Anything, async customer =>
    {
        if (!await Exists(customer.Id, addressId, cancellationToken)) return AddressProblems.Unknown;
        return new CustomerChange(customer with
        {
            Addresses = customer.Addresses - 1,
            DefaultShippingAddress = customer.DefaultShippingAddress == addressId ? null : customer.DefaultShippingAddress,
            DefaultBillingAddress = customer.DefaultBillingAddress == addressId ? null : customer.DefaultBillingAddress,
        }) { RemovedAddress = addressId };
    }, cancellationToken)).Problem;

    private async Task<Result<AddressResource>> Save(Principal caller, SavedAddress address, WriteAddress wanted, Func<Customer, Task<Result<Customer>>> check, CancellationToken cancellationToken)
    {
        Result<Stored<Customer>> saved = await open.Change(caller, IfMatch.Anything, async customer => (await check(customer)).Map(allowed => new CustomerChange(allowed with
        {
            DefaultShippingAddress = Default(allowed.DefaultShippingAddress, address.Id, wanted.DefaultShipping),
            DefaultBillingAddress = Default(allowed.DefaultBillingAddress, address.Id, wanted.DefaultBilling),
        }) { WrittenAddress = address }), cancellationToken);
        return saved.Map(customer => AddressResource.From(address, customer.Value));
    }

    private async Task<bool> Exists(string customerId, string addressId, CancellationToken cancellationToken) =>
        Ids.IsValid("adr", addressId) && await customers.FindAddress(customerId, addressId, cancellationToken) is not null;

    /// <summary>One address at most is the default: saying so of this one takes it from another.</summary>
    private static string? Default(string? now, string addressId, bool wanted) => wanted ? addressId : now == addressId ? null : now;
}

/// <summary>The refusals about addresses.</summary>
public static class AddressProblems
{
    public static Problem Unknown { get; } = new(404, "address.unknown", "There is no such address.");

    public static Problem TooMany { get; } = new(422, "address.too-many", $"A customer has at most {Customer.MostAddresses} addresses.");
}
