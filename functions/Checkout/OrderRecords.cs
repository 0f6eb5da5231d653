using Shop.Carts;
using Shop.Common;
using Shop.Customers;
using Shop.Downloads;
using Shop.Orders;
using Shop.Storage;

namespace Shop.Checkout;

/// <summary>
/// A customer's orders, for export and erasure. An order with an invoice is a tax record: it keeps who bought what and where it went, and loses the customer, the
/// e-mail address, the telephone and the note. One without loses everything personal.
/// </summary>
public sealed class OrderRecords(OrderHistory history, OrderStore orders, ChangeOrder change, CartStore carts, DownloadGrants downloads, CustomerOptions options, ShopOptions shop, TimeProvider clock) : IPersonalRecords
{
    private const int PageSize = 100;

    /// <summary>In place of an address; no mail goes there.</summary>
    internal const string Nobody = "erased@invalid";

    public string Name => "orders";

    public async Task<object?> Export(string customerId, CancellationToken cancellationToken)
    {
        List<OrderResource> all = [];
        await foreach (Stored<Order> order in Each(customerId, cancellationToken)) all.Add(OrderResource.From(order.Value, downloads.For(order.Value)));
        return all;
    }

    public async Task<Problem?> Refuse(string customerId, CancellationToken cancellationToken)
    {
        await foreach (Stored<Order> order in Each(customerId, cancellationToken))
            if (!order.Value.IsOver) return AccountProblems.OrdersOpen;
        return null;
    }

    public async Task<IReadOnlyList<HeldRecord>> Erase(string customerId, CancellationToken cancellationToken)
    {
        List<HeldRecord> held = [];
        await foreach (Stored<Order> order in Each(customerId, cancellationToken))
        {
            // One that began since it was asked keeps what it needs to be delivered; its customer is gone.
            await change.Run(order.Value.Id, "erase", o => o.IsOver ? Strip(o) : o, cancellationToken);
            await carts.Remove(order.Value.CartId, cancellationToken);
            if (order.Value.InvoiceNumber is not null) held.Add(new HeldRecord("order", order.Value.Id, "tax", HeldUntil(order.Value)));
        }
        return held;
    }

    /// <summary>The end of the year in which the shop's business day was, and the years that the law adds.</summary>
    private DateOnly HeldUntil(Order order)
    {
        var kept = new DateOnly(shop.DayOf(order.PlacedAt).Year + options.TaxRecordYears, 12, 31);
        DateOnly today = shop.DayOf(clock.GetUtcNow());
        return kept < today ? today : kept;
    }

    private static Order Strip(Order order) => order.CustomerId is null ? order : order with
    {
        CustomerId = null,
        Email = Nobody,
        Phone = null,
        Note = null,
        Analytics = null,
        ShippingAddress = order.InvoiceNumber is null ? null : order.ShippingAddress is { } to ? to with { Phone = "00000" } : null,
        BillingAddress = order.InvoiceNumber is null ? null : order.BillingAddress is { } billed ? billed with { Phone = "00000" } : null,
    };

    private async IAsyncEnumerable<Stored<Order>> Each(string customerId, [System.Runtime.CompilerServices.EnumeratorCancellation] CancellationToken cancellationToken)
    {
        string? after = null;
        while (true)
        {
            IReadOnlyList<string> page = await history.Page(customerId, after, PageSize, cancellationToken);
            foreach (string id in page)
                if (await orders.Find(id, cancellationToken) is { } order) yield return order;
            if (page.Count < PageSize) yield break;
            after = page[^1];
        }
    }
}
