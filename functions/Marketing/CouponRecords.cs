using Shop.Common;
using Shop.Customers;

namespace Shop.Marketing;

/// <summary>Coupons that a customer's orders used, for export and erasure; also those of orders that were placed as a guest under the same address.</summary>
public sealed class CouponRecords(CouponStore coupons, RedeemCoupon redeem, FindCustomer customers) : IPersonalRecords
{
    public string Name => "coupons";

    public async Task<object?> Export(string customerId, CancellationToken cancellationToken)
    {
        List<CouponUse> uses = [];
        if (await PersonOf(customerId, cancellationToken) is { } person)
            foreach ((string code, string orderId) in await coupons.UsesOf(person, cancellationToken))
                if (await coupons.FindRedemption(code, orderId, cancellationToken) is { } taken) uses.Add(new CouponUse(code, orderId, taken.Status));
        return uses;
    }

    public Task<Problem?> Refuse(string customerId, CancellationToken cancellationToken) => Task.FromResult<Problem?>(null);

    public async Task<IReadOnlyList<HeldRecord>> Erase(string customerId, CancellationToken cancellationToken)
    {
        if (await PersonOf(customerId, cancellationToken) is { } person)
            foreach ((string code, string orderId) in await coupons.UsesOf(person, cancellationToken)) await coupons.ForgetUse(person, code, orderId, cancellationToken);
        return [];
    }

    /// <summary>Nothing was held.</summary>
    public Task Release(HeldRecord held, CancellationToken cancellationToken) => Task.CompletedTask;

    private async Task<string?> PersonOf(string customerId, CancellationToken cancellationToken) =>
        await customers.ById(customerId, cancellationToken) is { } customer ? redeem.NameOf(customer.Value.Details.Email) : null;
}

/// <param name="Status">Whether the order holds it, was paid with it, or gave it back.</param>
public sealed record CouponUse(string Code, string OrderId, RedemptionStatus Status);
