using Shop.Common;
using Shop.Http;

namespace Shop.Orders;

/// <summary>Every refusal of this module.</summary>
public static class OrderProblems
{
    public static Problem Unknown { get; } = HttpProblems.OrderUnknown;

    public static Problem NotInvoiced { get; } = new(404, "order.not-invoiced", "The order has no invoice yet: it gets one when it is paid, or when goods leave that are paid at the door.");

    public static Problem NotesFull { get; } = new(422, "order.notes-full", "The order has as many notes as one can have.");

    public static Problem NotInPart { get; } = new(409, "order.not-in-part", "An order that is not paid is cancelled as a whole. Change the cart and order anew.");

    public static Problem RefundUnknown { get; } = new(404, "refund.unknown", "The order has no such refund.");

    public static Problem RefundNotDue { get; } = new(409, "refund.not-due", "Nothing is to be paid out for this refund.");

    public static Problem RefundNotAwaiting { get; } = new(409, "refund.not-awaiting", "Nobody has to agree to this refund: it never waited, or somebody has decided.");

    public static Problem RefundTooMuch { get; } = new(422, "refund.too-much", "More cannot go back than is left of the order.");

    public static Problem RefundUnclear { get; } = new(422, "refund.unclear", "Name articles and postage, or an amount; not both.");

    public static Problem RefundNowhere { get; } = new Problem(422, "refund.nowhere", "The customer was erased: nobody can be given credit. Let it go back the way it came.").At("/to", "leads to nobody");

    public static Problem CardSpent { get; } = new(422, "refund.card-spent", "A gift card that was bought is refunded only while all of it is on it.");

    public static Problem RefundUnsent { get; } = new(409, "refund.unsent", "These goods are not sent yet, and a refund alone would not stop them. Cancel them: their money goes back with that.");

    public static Problem RefundDisputed { get; } = new(409, "refund.disputed", "The buyer's bank holds this money. Answer the dispute; what the bank decides is the end of it.");

    public static Problem DisputeUnknown { get; } = new(404, "dispute.unknown", "The order has no such dispute.");

    public static Problem DisputeNotOpen { get; } = new(409, "dispute.not-open", "The bank takes no more evidence: the shop has answered, the time is over or the bank has decided.");

    public static Problem ReturnUnknown { get; } = new(404, "return.unknown", "The order has no such return.");

    public static Problem ReturnNotPossible { get; } = new(409, "return.not-possible", "Nothing of this order can be sent back now: it has not arrived, or too long ago, or consists of files.");

    public static Problem ReturnTooMuch { get; } = new(422, "return.too-much", "More cannot come back than the customer has.");

    public static Problem ReturnNotAwaited { get; } = new(409, "return.not-awaited", "The return is not at this step: it is over, or somebody was faster.");

    public static Problem ReturnReasonMissing { get; } = new(422, "return.reason-missing", "Say why the return is refused: its customer is told.");

    public static Problem ReturnExchangeUnclear { get; } = new(422, "return.exchange-unclear", "Say which articles are wanted instead, and only where an exchange is.");

    public static Problem ReturnNotCounted { get; } = new(422, "return.not-counted", "Say of every article of the return what became of each of its units, once.");

    public static Problem Busy { get; } = new(503, "order.busy", "The order is being moved at this very moment; ask again.") { RetryAfter = TimeSpan.FromSeconds(1) };

    public static Problem NotEditable { get; } = new(409, "order.not-editable", "The order can no longer be changed: a courier was called, it goes in several parcels, it is over, or it was changed fifty times.");

    public static Problem MailNotDue { get; } = new(409, "order.mail-not-due", "This mail is not due: the order has not come to that point, or is beyond it, or there is nobody to tell.");

    public static Problem PostageDiffers { get; } = new Problem(409, "order.postage-differs", "Sending it there costs another postage, or is not offered. Cancel the order and place it anew.").At("/shippingAddress", "must cost the postage that was paid");

    public static Problem ShipmentUnknown { get; } = new(404, "shipment.unknown", "The order has no such shipment.");

    public static Problem ShipmentNotPickup { get; } = new(409, "shipment.not-pickup", "A courier brings this shipment, and tells of it.");

    public static Problem ShipmentIsPickup { get; } = new(409, "shipment.is-pickup", "Its buyer collects this shipment: say that it is ready, was collected or was not.");

    public static Problem ShipmentOver { get; } = new(409, "shipment.over", "The shipment has arrived, came back or was lost, and its money was seen to.");

    public static Problem ShipmentNotReady { get; } = new(409, "shipment.not-ready", "The shipment is not there to be collected.");

    public static Problem CashGoesTogether { get; } = new(409, "shipment.cash-goes-together", "An order that is paid at the door goes in one parcel: its money is collected once.");

    public static Problem NotPackedTogether { get; } = new(422, "shipment.not-packed-together", "These articles are not together in a parcel that waits for its courier, or are all that is in it.");

    public static Problem NotCancellable { get; } = new(409, "order.not-cancellable", "The order can no longer be cancelled: it is on its way or over. Ask for a return instead.");
}
