using Shop.Common;
using Shop.Http;
using Shop.Storage;

namespace Shop.Customers;

/// <summary>Signs a customer out on every device.</summary>
public sealed class EndSessions(CustomerStore customers, RevokedSessions revoked)
{
    /// <returns>The session version that new tokens need; <c>null</c> when there is no such customer.</returns>
    public async Task<int?> Run(string customerId, CancellationToken cancellationToken)
    {
        while (await customers.Find(customerId, cancellationToken) is { } read)
        {
            Customer raised = read.Value with { SessionVersion = read.Value.SessionVersion + 1 };
            if (await customers.Save(read, new CustomerChange(raised), cancellationToken) is null) continue;
            await revoked.AddCustomer(customerId, raised.SessionVersion, cancellationToken);
            await customers.EndSessions(customerId, cancellationToken);
            return raised.SessionVersion;
        }
        return null;
    }
}
