using Shop.Common;
using Shop.Customers;
using Shop.Orders;
using Shop.Payments;
using Shop.Storage;

namespace Shop.Checkout;

/// <summary>Where a customer wants refunds that have to be paid out by hand, for export and erasure. An account is kept until its refund is paid out, and no longer.</summary>
public sealed class PayoutRecords(CustomerOrders orders, PayoutStore payouts) : IPersonalRecords
{
    public string Name => "payoutAccounts";

    public async Task<object?> Export(string customerId, CancellationToken cancellationToken)
    {
        List<PayoutRecord> all = [];
        await foreach ((Order order, OrderRefund refund) in Refunds(customerId, cancellationToken))
            if (await payouts.FindAccount(order.Id, refund.Id, cancellationToken) is { } account) all.Add(new PayoutRecord(order.Id, refund.Id, account.Bank, account.Number, account.Holder));
        return all;
    }

    public Task<Problem?> Refuse(string customerId, CancellationToken cancellationToken) => Task.FromResult<Problem?>(null);

    /// <summary>Of orders that are over; one that began since it was asked is awaited.</summary>
    public async Task<IReadOnlyList<HeldRecord>> Erase(string customerId, CancellationToken cancellationToken)
    {
        await foreach ((Order order, OrderRefund refund) in Refunds(customerId, cancellationToken))
            if (order.IsOver) await payouts.ForgetAccount(order.Id, refund.Id, cancellationToken);
        return [];
    }

    /// <summary>No account is held.</summary>
    public Task Release(HeldRecord held, CancellationToken cancellationToken) => Task.CompletedTask;

    private async IAsyncEnumerable<(Order Order, OrderRefund Refund)> Refunds(string customerId, [System.Runtime.CompilerServices.EnumeratorCancellation] CancellationToken cancellationToken)
    {
        await foreach ((_, Stored<Order>? order) in orders.Each(customerId, cancellationToken))
            foreach (OrderRefund due in order?.Value.Refunds.Where(r => r.Status == RefundStatus.Due) ?? [])
                yield return (order!.Value, due);
    }
}

/// <summary>An account that a customer named for a refund.</summary>
public sealed record PayoutRecord(string OrderId, string RefundId, string Bank, string Number, string Holder);
