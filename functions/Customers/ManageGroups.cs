using Shop.Common;
using Shop.Http;
using Shop.Storage;

namespace Shop.Customers;

/// <summary>Staff makes customer groups and puts customers into them. Members notice with their next access token, within ten minutes.</summary>
public sealed class ManageGroups(CustomerGroups groups, CustomerStore customers, TimeProvider clock)
{
    public async Task<Result<Stored<CustomerGroup>>> Create(NewCustomerGroup wanted, CancellationToken cancellationToken)
    {
        if ((await groups.All(cancellationToken)).Count >= CustomerGroup.Most) return GroupProblems.TooMany;
        var group = new CustomerGroup(wanted.Code, wanted.Name.Trim(), clock.GetUtcNow());
        return await groups.TryAdd(group, cancellationToken) is { } version ? new Stored<CustomerGroup>(group, version) : GroupProblems.CodeTaken;
    }

    public Task<Result<Stored<CustomerGroup>>> Rename(string code, string name, IfMatch ifMatch, CancellationToken cancellationToken) =>
        Change(code, ifMatch, group => group with { Name = name.Trim() }, cancellationToken);

    /// <summary>Its members get what everybody gets; the prices that name it are nobody's.</summary>
    public Task<Result<Stored<CustomerGroup>>> Delete(string code, IfMatch ifMatch, CancellationToken cancellationToken) =>
        Change(code, ifMatch, group => group with { DeletedAt = clock.GetUtcNow() }, cancellationToken);

    /// <summary>Puts a customer into these groups and out of all others.</summary>
    public async Task<Result<Stored<Customer>>> Put(string customerId, GroupSet into, IfMatch ifMatch, CancellationToken cancellationToken)
    {
        if (!Ids.IsValid("cus", customerId) || await customers.Find(customerId, cancellationToken) is not { } found) return GroupProblems.CustomerUnknown;
        if (ifMatch.Check(found.ETag) is { } stale) return stale;
        GroupSet living = await groups.Living(into, cancellationToken);
        if (!living.Equals(into)) return GroupProblems.NotAGroup(into.Codes.Where(code => !living.Contains(code)));
        return await customers.Save(found, new CustomerChange(found.Value with { Groups = into }), cancellationToken) is { } saved ? saved : HttpProblems.PreconditionFailed;
    }

    private async Task<Result<Stored<CustomerGroup>>> Change(string code, IfMatch ifMatch, Func<CustomerGroup, CustomerGroup> change, CancellationToken cancellationToken)
    {
        if (await groups.Find(code, cancellationToken) is not { } group) return GroupProblems.Unknown;
        if (ifMatch.Check(group.ETag) is { } stale) return stale;
        CustomerGroup changed = change(group.Value);
        return await groups.TryReplace(changed, group.ETag, cancellationToken) is { } version ? new Stored<CustomerGroup>(changed, version) : HttpProblems.PreconditionFailed;
    }
}
