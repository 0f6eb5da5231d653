using Shop.Common;
using Shop.Storage;

namespace Shop.Customers;

/// <summary>A customer for those who work for them, not for themselves: <see cref="OpenCustomer"/> opens to the customer.</summary>
public sealed class FindCustomer(CustomerStore customers, SignInStore signIns)
{
    public async Task<Stored<Customer>?> ById(string customerId, CancellationToken cancellationToken) =>
        Ids.IsValid("cus", customerId) ? await customers.Find(customerId, cancellationToken) : null;

    /// <summary>Who signs in with the address.</summary>
    public async Task<Stored<Customer>?> ByEmail(string email, CancellationToken cancellationToken) =>
        await signIns.Find(EmailAddress.Key(email), cancellationToken) is { } signIn ? await customers.Find(signIn.Value.CustomerId, cancellationToken) : null;
}
