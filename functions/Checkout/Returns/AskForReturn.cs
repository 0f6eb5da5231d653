using System.ComponentModel.DataAnnotations;
using Microsoft.DurableTask.Client;
using Shop.Catalog;
using Shop.Common;
using Shop.Http;
using Shop.Orders;

namespace Shop.Checkout;

/// <param name="Lines">What is to come back.</param>
/// <param name="Comment">For staff, in the customer's own words.</param>
/// <param name="ExchangeFor">The articles that are wanted instead, where <paramref name="Wish"/> is an exchange.</param>
public sealed record ReturnRequest(
    [property: MinLength(1), MaxLength(100)] IReadOnlyList<RefundedLine> Lines, ReturnReason Reason = ReturnReason.Unwanted, [property: StringLength(1000, MinimumLength = 1)] string? Comment = null,
    ReturnWish Wish = ReturnWish.Refund, [property: MaxLength(100)] IReadOnlyList<RefundedLine>? ExchangeFor = null);

/// <summary>Begins a return of goods that have arrived.</summary>
public sealed class AskForReturn(OrderStore orders, CatalogIndex catalog, ReturnOptions options, Sealing sealing, TimeProvider clock)
{
    /// <param name="key">The request's idempotency key.</param>
    /// <param name="late">Staff may take back what customers may no longer send.</param>
    public async Task<Result<OrderReturn>> Run(string orderId, ReturnRequest wanted, string key, string actor, bool late, DurableTaskClient durable, CancellationToken cancellationToken)
    {
        if (await orders.Find(orderId, cancellationToken) is not { Value: { } order }) return OrderProblems.Unknown;
        string id = RequestIds.Return(orderId, key);
        if (order.Returns.FirstOrDefault(r => r.Id == id) is { } asked) return asked;
        if (order.DeliveredAt() is not { } arrived || (!late && arrived.AddDays(options.WithinDays) < clock.GetUtcNow()) || order.Returns.Count >= ReturnRules.MostReturns) return OrderProblems.ReturnNotPossible;
        for (int i = 0; i < wanted.Lines.Count; i++)
        {
            int left = order.Returnable(wanted.Lines[i].Sku);
            if (wanted.Lines[i].Quantity < 1 || wanted.Lines[i].Quantity > left || wanted.Lines.Take(i).Any(l => l.Sku == wanted.Lines[i].Sku)) return OrderProblems.ReturnTooMuch.At($"/lines/{i}", $"{left} can come back");
        }
        IReadOnlyList<RefundedLine> instead = wanted.ExchangeFor ?? [];
        if (instead.Count > 0 != (wanted.Wish == ReturnWish.Exchange)) return OrderProblems.ReturnExchangeUnclear.At("/exchangeFor", "is given for an exchange, and for nothing else");
        for (int i = 0; i < instead.Count; i++)
            if (catalog.Find(instead[i].Sku) is null || instead[i].Quantity < 1) return OrderProblems.ReturnExchangeUnclear.At($"/exchangeFor/{i}", "is no article that can be bought");
        var begun = new OrderReturn(id, wanted.Lines, wanted.Reason, null, clock.GetUtcNow()) { Wish = wanted.Wish, ExchangeFor = instead };
        await durable.StartOnce(ReturnOrchestration.Name, id, new ReturnInput(orderId, begun, wanted.Comment is { } words ? sealing.Seal(orderId, words) : null, options.Terms, actor), cancellationToken);
        return begun with { Comment = wanted.Comment };
    }
}
