using System.ComponentModel.DataAnnotations;
using Microsoft.AspNetCore.Http;
using Microsoft.Azure.Functions.Worker;
using Shop.Common;
using Shop.Http;
using Shop.Storage;

namespace Shop.Customers;

/// <summary>Customer groups and who is in them, for staff.</summary>
public sealed class CustomerGroupEndpoints(ManageGroups manage, CustomerGroups groups, FindCustomer find)
{
    private const string Groups = "v1/admin/customer-groups", Customers = "v1/admin/customers";

    /// <summary>Lists the customer groups by code.</summary>
    [Function("ListCustomerGroups"), Staff(Role.Catalog, Role.Support), ApiKeyScope("customers:read"), Answer<Page<CustomerGroup>>(200)]
    public async Task<IResult> List([HttpTrigger(AuthorizationLevel.Anonymous, "get", Route = Groups)] HttpRequest request) =>
        Respond.Ok(new Page<CustomerGroup>([.. (await groups.All(request.HttpContext.RequestAborted)).Select(g => g.Value).Where(g => g.DeletedAt is null)], null));

    /// <summary>Makes a customer group.</summary>
    [Function("CreateCustomerGroup"), Staff(Role.Catalog, Role.Support), ApiKeyScope("customers:write"), BodyLimit(4096)]
    [Body<NewCustomerGroup>, Answer<CustomerGroup>(201), Refusal(409, "customer-group.code-taken"), Refusal(422, "customer-group.too-many")]
    public Task<IResult> Create([HttpTrigger(AuthorizationLevel.Anonymous, "post", Route = Groups)] HttpRequest request) => request
        .ReadBody<NewCustomerGroup>()
        .Then(wanted => manage.Create(wanted, request.HttpContext.RequestAborted))
        .ToHttp(made => Respond.Created($"/{Groups}/{made.Value.Code}", made.Value, made.ETag));

    /// <summary>Shows a customer group.</summary>
    [Function("GetCustomerGroup"), Staff(Role.Catalog, Role.Support), ApiKeyScope("customers:read"), Answer<CustomerGroup>(200), Refusal(404, "customer-group.unknown")]
    public async Task<IResult> Get([HttpTrigger(AuthorizationLevel.Anonymous, "get", Route = Groups + "/{code}")] HttpRequest request, string code) =>
        await groups.Find(code, request.HttpContext.RequestAborted) is { } group ? Respond.Ok(group) : GroupProblems.Unknown.ToHttp();

    /// <summary>Renames a customer group.</summary>
    [Function("RenameCustomerGroup"), Staff(Role.Catalog, Role.Support), ApiKeyScope("customers:write"), BodyLimit(4096)]
    [Body<CustomerGroupPatch>, Answer<CustomerGroup>(200), Refusal(404, "customer-group.unknown")]
    public Task<IResult> Rename([HttpTrigger(AuthorizationLevel.Anonymous, "patch", Route = Groups + "/{code}")] HttpRequest request, string code) => request
        .ReadBody<CustomerGroupPatch>()
        .Then(patch => manage.Rename(code, patch.Name, request.IfMatch(), request.HttpContext.RequestAborted))
        .ToHttp(Respond.Ok);

    /// <summary>Deletes a customer group: its members get what everybody gets.</summary>
    /// <remarks>Its code is never given to another group, so that nobody becomes a member unawares. Prices that name it may stay; nobody gets them.</remarks>
    [Function("DeleteCustomerGroup"), Staff(Role.Catalog, Role.Support), ApiKeyScope("customers:write"), Answer(204), Refusal(404, "customer-group.unknown")]
    public async Task<IResult> Delete([HttpTrigger(AuthorizationLevel.Anonymous, "delete", Route = Groups + "/{code}")] HttpRequest request, string code) =>
        (await manage.Delete(code, request.IfMatch(), request.HttpContext.RequestAborted)).ToHttp(_ => Respond.NoContent());

    /// <summary>Finds the customer who signs in with an address.</summary>
    [Function("FindCustomer"), Staff(Role.Support), ApiKeyScope("customers:read"), Answer<Page<CustomerSummary>>(200)]
    [QueryParameter("email", typeof(string), "The whole address; upper and lower case are the same.", Required = true)]
    public async Task<IResult> Find([HttpTrigger(AuthorizationLevel.Anonymous, "get", Route = Customers)] HttpRequest request)
    {
        Query query = request.ReadQuery();
        string? email = query.Text("email", EmailAddress.MaxLength);
        if (query.Problem is { } problem) return problem.ToHttp();
        if (email is null) return HttpProblems.Invalid.At("?email", "is missing").ToHttp();
        Stored<Customer>? found = await find.ByEmail(email, request.HttpContext.RequestAborted);
        return Respond.Ok(new Page<CustomerSummary>(found is null ? [] : [CustomerSummary.From(found.Value)], null));
    }

    /// <summary>Shows which groups a customer is in.</summary>
    [Function("GetGroupsOfCustomer"), Staff(Role.Support), ApiKeyScope("customers:read"), Answer<GroupMembership>(200), Refusal(404, "customer.unknown")]
    public async Task<IResult> Memberships([HttpTrigger(AuthorizationLevel.Anonymous, "get", Route = Customers + "/{customerId}/groups")] HttpRequest request, string customerId) =>
        await find.ById(customerId, request.HttpContext.RequestAborted) is { } customer ? Show(customer) : GroupProblems.CustomerUnknown.ToHttp();

    /// <summary>Puts a customer into groups, and out of those that are not named.</summary>
    /// <remarks>They get the groups' prices with their next access token, within ten minutes; in open carts too, which tell what changed.</remarks>
    [Function("PutCustomerIntoGroups"), Staff(Role.Support), ApiKeyScope("customers:write"), BodyLimit(4096)]
    [Body<GroupMembership>, Answer<GroupMembership>(200), Refusal(404, "customer.unknown"), Refusal(422, "customer-group.not-a-group")]
    public Task<IResult> Put([HttpTrigger(AuthorizationLevel.Anonymous, "put", Route = Customers + "/{customerId}/groups")] HttpRequest request, string customerId) => request
        .ReadBody<GroupMembership>()
        .Then(wanted => manage.Put(customerId, wanted.Groups, request.IfMatch(), request.HttpContext.RequestAborted))
        .ToHttp(Show);

    private static Reply Show(Stored<Customer> customer) => Respond.Ok(new GroupMembership(customer.Value.Groups), customer.ETag);
}

/// <param name="Code">Never changes.</param>
/// <param name="Name">For staff.</param>
public sealed record NewCustomerGroup([property: RegularExpression(GroupSet.CodePattern)] string Code, [property: StringLength(100, MinimumLength = 1)] string Name);

public sealed record CustomerGroupPatch([property: StringLength(100, MinimumLength = 1)] string Name);

/// <param name="Groups">Codes of all groups that the customer is in, at most ten.</param>
public sealed record GroupMembership(GroupSet Groups);

/// <summary>A customer, as staff finds them.</summary>
public sealed record CustomerSummary(string Id, string Name, string Email, GroupSet Groups, DateTimeOffset CreatedAt)
{
    internal static CustomerSummary From(Customer customer) => new(customer.Id, customer.Details.Name, customer.Details.Email, customer.Groups, customer.CreatedAt);
}
