using Microsoft.AspNetCore.Http;
using Microsoft.Azure.Functions.Worker;
using Shop.Common;
using Shop.Customers;
using Shop.Http;
using Shop.Payments;

namespace Shop.Checkout;

/// <summary>What customers have to spend in the shop.</summary>
public sealed class StoreCreditEndpoints(ChangeCredit change, CustomerCredit own, FindCustomer customers, OpenCustomer open, TimeProvider clock)
{
    /// <summary>Gives a customer store credit, or takes some of it away: never more than is there.</summary>
    [Function("ChangeStoreCredit"), Staff(Role.Orders), ApiKeyScope("payments:write"), Idempotent]
    [Body<StoreCreditChange>, Answer<CreditResource>(200), Refusal(404, "customer.unknown", "credit.unknown"), Refusal(422, "credit.amount-invalid", "credit.insufficient")]
    public Task<IResult> Change([HttpTrigger(AuthorizationLevel.Anonymous, "post", Route = "v1/admin/customers/{customerId}/store-credit")] HttpRequest request, string customerId) =>
        request.ReadBody<StoreCreditChange>().Then(async wanted => await customers.ById(customerId, request.HttpContext.RequestAborted) is null
                ? GroupProblems.CustomerUnknown
                : await change.Change(customerId, wanted, request.Headers["Idempotency-Key"].ToString(), request.Principal().Actor, request.HttpContext.RequestAborted))
            .ToHttp(account => Respond.Ok(CreditResource.From(account, clock.GetUtcNow())));

    /// <summary>The customer's store credit in each currency, with every movement.</summary>
    [Function("MeStoreCredit"), Access(Caller.Customer), Answer<Page<ExplainedCredit>>(200)]
    public async Task<IResult> Mine([HttpTrigger(AuthorizationLevel.Anonymous, "get", Route = "v1/store/me/store-credit")] HttpRequest request)
    {
        Result<Storage.Stored<Customer>> me = await open.Run(request.Principal(), request.HttpContext.RequestAborted);
        return me.Problem is { } problem ? problem.ToHttp() : Respond.Ok(new Page<ExplainedCredit>(await own.Of(me.Value.Value.Id, request.HttpContext.RequestAborted), null));
    }
}
