using Shop.Common;
using Shop.Http;
using Shop.Storage;

namespace Shop.Customers;

/// <summary>The customer behind an access token: the one way to their own data. A token from before signing out everywhere, or of somebody erased, opens nothing.</summary>
public sealed class OpenCustomer(CustomerStore customers)
{
    private const int MostAttempts = 8;

    public async Task<Result<Stored<Customer>>> Run(Principal caller, CancellationToken cancellationToken) =>
        caller.Kind == PrincipalKind.Customer && await customers.Find(caller.Id, cancellationToken) is { } found && found.Value.SessionVersion == caller.SessionVersion
            ? found
            : HttpProblems.Unauthenticated;

    /// <summary>Changes the customer, and the rows that belong to the change, together.</summary>
    internal async Task<Result<Stored<Customer>>> Change(Principal caller, IfMatch ifMatch, Func<Customer, Task<Result<CustomerChange>>> change, CancellationToken cancellationToken)
    {
        for (int attempt = 0; attempt < MostAttempts; attempt++)
        {
            Result<Stored<Customer>> read = await Run(caller, cancellationToken);
            if (!read.Ok) return read;
            if (ifMatch.Check(read.Value.ETag) is { } stale) return stale;
            Result<CustomerChange> changed = await change(read.Value.Value);
            if (changed.Problem is { } problem) return problem;
            if (await customers.Save(read.Value, changed.Value, cancellationToken) is { } saved) return saved;
        }
        return AccountProblems.Busy;
    }
}
