using System.ComponentModel.DataAnnotations;
using Microsoft.Azure.Functions.Worker;
using Microsoft.DurableTask.Client;
using Shop.Common;
using Shop.Http;
using Shop.Orders;
using Shop.Shipping;
using Shop.Storage;

namespace Shop.Checkout;

/// <summary>A merge patch: what is left out stays.</summary>
public sealed record OrderPatch(
    Optional<Address> ShippingAddress = default,
    [property: StringLength(25)] Optional<string?> Phone = default,
    [property: StringLength(1000)] Optional<string?> Note = default);

/// <summary>Second thoughts of a shopper, and corrections of staff, until a courier is called; the order's orchestration, or its parcel's, writes them down.</summary>
public sealed class EditOrder(OrderStore orders, ChangeOrder change, QuoteShipping quotes, Sealing sealing, TimeProvider clock)
{
    public const string ActivityName = "OrderEditV1";

    /// <param name="ifMatch">The version that the caller saw.</param>
    public async Task<Result<Order>> Run(string orderId, OrderPatch patch, IfMatch ifMatch, string actor, DurableTaskClient durable, CancellationToken cancellationToken)
    {
        if (await orders.Find(orderId, cancellationToken) is not { Value: { } order } read) return OrderProblems.Unknown;
        if (ifMatch.Check(read.ETag) is { } moved) return moved;
        if (!order.MayBeEdited || (patch.ShippingAddress.IsSet && order.ShippingAddress is null)) return OrderProblems.NotEditable;
        var edited = new EditedBuyer(
            patch.ShippingAddress.IsSet ? patch.ShippingAddress.Value : null, patch.Phone.IsSet ? new EditedText(patch.Phone.Value) : null, patch.Note.IsSet ? new EditedText(patch.Note.Value) : null);
        if (edited.ShippingAddress is { } to && to != order.ShippingAddress && !await CostsTheSame(order, to, cancellationToken)) return OrderProblems.PostageDiffers;
        // What is not sold yet is its order's own affair, and what waits for its courier its parcel's.
        string instance = order.IsUnsold || !order.NeedsShipping ? orderId : order.Unbooked() is [var parcel, ..] ? parcel : orderId;
        if (await durable.GetInstanceAsync(instance, cancellationToken) is not { IsCompleted: false }) return OrderProblems.Busy;
        var step = new EditStep(orderId, Ids.New("edt", clock), sealing.Seal(orderId, edited), actor);
        try
        {
            await durable.RaiseEventAsync(instance, CheckoutEvents.Edit, step, cancellationToken);
            // It may have been sold at this very moment: then its parcel is told, too, and the step is taken once.
            if (instance == orderId && order.NeedsShipping && await orders.Find(orderId, cancellationToken) is { Value: { IsUnsold: false } sold } && sold.Unbooked() is [var begun, ..]
                && await durable.GetInstanceAsync(begun, cancellationToken) is { IsCompleted: false })
                await durable.RaiseEventAsync(begun, CheckoutEvents.Edit, step, cancellationToken);
            return order;
        }
        catch (Exception) when (!cancellationToken.IsCancellationRequested)
        {
            // It may have left at this very moment: its row says so.
            if (await orders.Find(orderId, cancellationToken) is { Value.MayBeEdited: true }) throw;
            return OrderProblems.NotEditable;
        }
    }

    [Function(ActivityName)]
    public Task Write([ActivityTrigger] EditStep step, CancellationToken cancellationToken)
    {
        StorageMeter.ChargeTo(step.OrderId);
        EditedBuyer edited = sealing.Open<EditedBuyer>(step.OrderId, step.Edited);
        return change.Run(step.OrderId, $"edit-{step.EditId}", o => o.Edit(edited.ShippingAddress ?? o.ShippingAddress, edited.Phone is { } phone ? phone.Text : o.Phone, edited.Note is { } note ? note.Text : o.Note, step.Actor, clock.GetUtcNow()), cancellationToken);
    }

    private async Task<bool> CostsTheSame(Order order, Address to, CancellationToken cancellationToken)
    {
        OrderLine[] goods = [.. order.Lines.Where(l => !l.IsDigital)];
        ParcelToQuote parcel = ParcelToQuote.To(to, goods.Sum(l => Math.Max(1, l.WeightGrams) * l.Quantity), goods.Sum(l => l.CubicCm * l.Quantity), order.Totals.Items - order.Totals.Discount);
        ShippingRate? there = (await quotes.Run(parcel, cancellationToken)).FirstOrDefault(r => r.Id == order.Shipping!.Id);
        return there is not null && there.Price == order.Shipping!.Price && (!order.IsCash || there.CashOnDelivery) && (!order.Shipping.Insured || there.Insurance == order.Shipping.Insurance);
    }
}
