using Shop.Common;
using Shop.Customers;
using Shop.Email;
using Shop.Http;
using Shop.Orders;
using Shop.Storage;

namespace Shop.Checkout;

/// <summary>
/// Gives a guest's order to a customer. Knowing the order is not enough, and neither is an account under its address: a token that is mailed to that
/// address, and that only the account which asked can use, decides.
/// </summary>
public sealed class ClaimOrder(OpenCustomer open, OrderStore orders, ChangeOrder change, OrderHistory history, OneTimeTokens tokens, AccountLimits limits, EmailQueue mail, AccountPages pages, CustomerOptions options, TimeProvider clock)
{
    private const string Purpose = "order-claim";

    public async Task<Result<MailSent>> Ask(Principal caller, string orderId, string clientAddress, CancellationToken cancellationToken)
    {
        if ((await open.Run(caller, cancellationToken)).Problem is { } unknown) return unknown;
        if (await limits.Count("claim", caller.Id, clientAddress, cancellationToken) is { } locked) return locked;
        // An order that is theirs already, because a claim broke off before its last step, is only listed.
        if (Ids.IsValid("ord", orderId) && (await orders.Find(orderId, cancellationToken))?.Value.CustomerId == caller.Id) await history.Add(caller.Id, orderId, cancellationToken);
        else if (Ids.IsValid("ord", orderId) && await orders.Find(orderId, cancellationToken) is { Value: { CustomerId: null, Email: not EmailAddress.Nobody } } order)
        {
            string token = await tokens.Issue(Purpose, new OrderClaim(orderId, caller.Id), TimeSpan.FromMinutes(options.ResetWithinMinutes), cancellationToken);
            var model = new OrderClaimMail(order.Value.Number, pages.Of("account/claim-order", token), options.ResetWithinMinutes);
            await mail.Send($"{Ids.New("acc", clock)}.order-claim", "order-claim", order.Value.Locale, order.Value.Email, model, cancellationToken);
        }
        return new MailSent("openMail");
    }

    public async Task<Result<Order>> Complete(Principal caller, string token, string clientAddress, CancellationToken cancellationToken)
    {
        if ((await open.Run(caller, cancellationToken)).Problem is { } unknown) return unknown;
        if (await limits.Count("claim", caller.Id, clientAddress, cancellationToken) is { } locked) return locked;
        // Looked at first: somebody else who is signed in does not use it up.
        if ((await tokens.Look<OrderClaim>(Purpose, token, cancellationToken))?.CustomerId != caller.Id) return AccountProblems.TokenInvalid;
        if (await tokens.Redeem<OrderClaim>(Purpose, token, cancellationToken) is not { } claim) return AccountProblems.TokenInvalid;
        // Listed first, so that an erasure never misses it; lists leave out what is not the customer's.
        await history.Add(caller.Id, claim.OrderId, cancellationToken);
        Order order = await change.Run(claim.OrderId, "claim", o => o.CustomerId is null ? o with { CustomerId = caller.Id } : o, cancellationToken);
        return order.CustomerId == caller.Id ? order : AccountProblems.TokenInvalid;
    }
}

/// <param name="CustomerId">Who asked, and who alone may take it.</param>
public sealed record OrderClaim(string OrderId, string CustomerId);

/// <param name="Url">The storefront's page; its address ends in <c>#token=…</c>.</param>
public sealed record OrderClaimMail(string Number, string Url, int WithinMinutes);
