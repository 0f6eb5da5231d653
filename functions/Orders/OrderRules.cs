using Shop.Common;
using Shop.Payments;
using Shop.Shipping;

namespace Shop.Orders;

/// <summary>How an order moves. Pure; a step that was taken before leaves the order as it is, so that an activity may run twice.</summary>
public static class OrderRules
{
    public static Order Place(this Order order, DateTimeOffset at) =>
        order.Timeline.Count > 0 ? order : order.Tell(at, "order.placed", $"Order {order.Number} was placed.", "shopper");

    /// <summary>The shopper can pay now.</summary>
    public static Order AwaitPayment(this Order order, OpenedPayment payment, DateTimeOffset until, DateTimeOffset at) => order.Status != OrderStatus.Placed ? order : (order with
    {
        Status = order.IsCash ? OrderStatus.Placed : OrderStatus.AwaitingPayment,
        Payment = order.Payment with { Status = OrderPaymentStatus.Pending, Reference = payment.Reference, ExpiresAt = until, Instructions = payment.Instructions },
    }).Tell(at, "payment.opened", order.IsCash ? "It is paid when it is handed over." : order.IsCredit ? "It is paid with gift cards or store credit." : "Waiting for the payment.", "system");

    /// <summary>The shopper pays another way from now on.</summary>
    /// <param name="next">The way that was opened; without instructions where its provider refused it.</param>
    public static Order Repay(this Order order, OrderPayment next, DateTimeOffset at) => order.Status != OrderStatus.AwaitingPayment || order.Payment.Attempt >= next.Attempt ? order : (order with
    {
        Payment = next,
        FormerPayments = [.. order.FormerPayments, order.Payment with { Status = OrderPaymentStatus.Cancelled, Instructions = null }],
    }).Tell(at, next.Instructions is null ? "payment.failed" : "payment.opened", next.Instructions is null ? "The payment provider refused this way to pay." : "Another way to pay was chosen.", "shopper");

    /// <summary>A payment that did not go through; the shopper may try again until the deadline.</summary>
    public static Order Decline(this Order order, string reference, string? reason, DateTimeOffset at) => order.Status != OrderStatus.AwaitingPayment || order.Payment.Reference != reference ? order : (order with
    {
        Payment = order.Payment with { Status = OrderPaymentStatus.Failed },
    }).Tell(at, "payment.failed", reason is null ? "The payment failed." : $"The payment failed: {reason}.", "provider");

    /// <summary>The shopper's bank wants to be sure that it is them; what was declined before is past.</summary>
    public static Order RequireAction(this Order order, string reference, DateTimeOffset at) =>
        order.Status != OrderStatus.AwaitingPayment || order.Payment.Reference != reference || order.Payment.Status is not (OrderPaymentStatus.Pending or OrderPaymentStatus.Failed) ? order : (order with
        {
            Payment = order.Payment with { Status = OrderPaymentStatus.RequiresAction },
        }).Tell(at, "payment.action-required", "The bank asks its customer to confirm the payment.", "provider");

    /// <summary>The money is assured, and somebody looks at the order before it is accepted.</summary>
    public static Order OpenReview(this Order order, OrderReview review) => !order.IsUnsold || order.Review is not null ? order : (order with
    {
        Review = review,
        PaymentStatus = order.IsCash ? PaymentStatus.Unpaid : PaymentStatus.Authorized,
        Payment = order.Payment with { Status = order.IsCash ? OrderPaymentStatus.Pending : OrderPaymentStatus.Authorized, Instructions = null },
    }).Tell(review.Since, "review.opened", "The shop looks at the order before it accepts it.", "system");

    /// <summary>Nobody decided for long.</summary>
    public static Order EscalateReview(this Order order, DateTimeOffset at) => order.Review is not { Status: ReviewStatus.Open, Escalated: null } open ? order
        : (order with { Review = open with { Escalated = at } }).Tell(at, "review.escalated", "Nobody has decided yet.", "system");

    /// <summary>Somebody accepted the order, or a part of it.</summary>
    /// <param name="without">What is left out.</param>
    public static Order AcceptReview(this Order order, IReadOnlyList<RefundedLine> without, string actor, DateTimeOffset at) => order.Review is not { Status: ReviewStatus.Open } open ? order : (order with
    {
        Review = open with
        {
            Status = ReviewStatus.Accepted,
            Actor = actor,
            Without = without,
            Capture = without.Count == 0 ? null : order.Totals.Total - SaleShare.Of(order, without, Money.Zero(order.Currency), order.Refunds).Amount,
        },
    }).Tell(at, "review.accepted", without.Count == 0 ? "The shop accepted the order." : "The shop accepted a part of the order.", actor);

    /// <summary>What gift cards and store credit pay of it.</summary>
    public static Money Credited(this Order order) => order.Credits.Select(c => c.Amount).Sum(order.Currency);

    /// <summary>The money that is asked for: what credit does not pay and, once the shop decided what it takes, what is left of that.</summary>
    public static Money Asked(this Order order) => (order.Review?.Capture ?? order.Totals.Total) - order.Credited();

    /// <summary>The order is a sale; the money comes when it is handed over.</summary>
    public static Order AcceptCash(this Order order, DateTimeOffset at) => !order.IsUnsold ? order
        : (order with { Status = OrderStatus.Fulfilling }).Tell(at, "order.accepted", $"The courier will collect {order.Asked()}.", "system");

    /// <summary>The courier remitted what it collected for a parcel. Its amount is paid when all of it has come.</summary>
    public static Order Remit(this Order order, CashReceipt cash, string actor)
    {
        if (!order.IsCash || order.Cash.Any(c => c.ShipmentId == cash.ShipmentId)) return order;
        order = (order with { Cash = [.. order.Cash, cash] }).Tell(cash.At, "payment.remitted", $"The courier remitted {cash.Amount}; reference {cash.Reference}.", actor);
        if (order.PaymentStatus != PaymentStatus.Unpaid || order.Cash.Select(c => c.Amount).Sum(order.Currency) != order.Asked()) return order;
        return (order with { PaymentStatus = PaymentStatus.Paid, Payment = order.Payment with { Status = OrderPaymentStatus.Paid, Instructions = null } })
            .Tell(cash.At, "order.paid", $"Paid {order.Totals.Total}; invoice {order.InvoiceNumber}.", "courier");
    }

    /// <summary>The money is here. Digital lines are delivered with it.</summary>
    /// <param name="reference">Of the payment it came with: one that was replaced may have been faster than its cancellation.</param>
    public static Order Pay(this Order order, string reference, string invoiceNumber, DateTimeOffset at, string actor = "provider")
    {
        if (order.Status != OrderStatus.AwaitingPayment) return order;
        order = order.CameWith(reference);
        Order paid = (order with
        {
            Status = order.NeedsShipping ? OrderStatus.Paid : OrderStatus.Completed,
            PaymentStatus = PaymentStatus.Paid,
            FulfilmentStatus = !order.NeedsShipping ? FulfilmentStatus.Fulfilled : order.HasDigital ? FulfilmentStatus.Partial : FulfilmentStatus.Unfulfilled,
            InvoiceNumber = invoiceNumber,
            Payment = order.Payment with { Status = OrderPaymentStatus.Paid, Instructions = null },
        }).Tell(at, "order.paid", $"Paid {order.Totals.Total}; invoice {invoiceNumber}.", actor);
        if (order.Review is { Without: { Count: > 0 } without, Capture: { } captured }) paid = paid.LeaveOut(without, order.Totals.Total - captured, at);
        return order.NeedsShipping ? paid : paid.Tell(at, "order.completed", "Everything is delivered.", "system");
    }

    /// <summary>The payment that money came with is the order's, where another had replaced it.</summary>
    public static Order CameWith(this Order order, string reference) => order.Payment.Reference == reference || order.FormerPayments.FirstOrDefault(p => p.Reference == reference) is not { } earlier ? order
        : order with { Payment = earlier, FormerPayments = [.. order.FormerPayments.Where(p => p != earlier), order.Payment with { Status = OrderPaymentStatus.Cancelled, Instructions = null }] };

    /// <summary>Less was captured than the order's total: what that was for is not sent.</summary>
    private static Order LeaveOut(this Order order, IReadOnlyList<RefundedLine> without, Money amount, DateTimeOffset at) => (order with
    {
        PaymentStatus = PaymentStatus.PartiallyRefunded,
        Refunds = [.. order.Refunds, new OrderRefund($"{order.Id}-uncaptured", amount, "the shop left it out", at) { Lines = without, Shipping = Money.Zero(order.Currency), Unsent = true, Uncaptured = true }],
    }).Tell(at, "payment.refunded", $"{amount} was not taken: the shop left something out.", "system");

    /// <summary>Ends an order that was not paid.</summary>
    /// <param name="order">Placed or waiting for its payment.</param>
    /// <param name="payment">What became of the payment.</param>
    /// <param name="failure">What the checkout request answers, when it failed before the shopper could pay.</param>
    public static Order Cancel(this Order order, OrderPaymentStatus payment, string text, string actor, Problem? failure, DateTimeOffset at) =>
        !order.IsUnsold ? order : (order with
        {
            Status = OrderStatus.Cancelled,
            PaymentStatus = PaymentStatus.Unpaid,
            Review = order.Review is { Status: ReviewStatus.Open } open ? open with { Status = ReviewStatus.Refused, Actor = actor } : order.Review,
            Payment = order.Payment with { Status = payment, Instructions = null },
            Failure = failure,
        }).Tell(at, "order.cancelled", text, actor);

    /// <summary>Nobody called it off and nothing of it went back: only its money did not come in time, and now came. From here on no other money makes it go on.</summary>
    /// <param name="within">So long after its end.</param>
    public static Order AskToReinstate(this Order order, ProviderPayment came, TimeSpan within, DateTimeOffset at)
    {
        bool may = order is { IsLapsed: true, PaymentStatus: PaymentStatus.Unpaid, Refunds.Count: 0, Reinstatement: null }
            && order.FormerPayments.Append(order.Payment).Any(p => p.Reference == came.Reference)
            && came.Status == ProviderPaymentStatus.Succeeded && came.Received == order.Asked()
            && at < order.EndedAt() + within;
        return may ? order with { Reinstatement = new OrderReinstatement(came.Reference, ReinstatementStatus.Asked) } : order;
    }

    /// <summary>It waits again for the money that came, whose deadline is past: what it gave back could be had again. Or not, or it was called off meanwhile.</summary>
    public static Order DecideReinstatement(this Order order, bool taken, DateTimeOffset at, string actor)
    {
        if (order.Reinstatement is not { Status: ReinstatementStatus.Asked } asked) return order;
        if (!taken || !order.IsLapsed || order.PaymentStatus == PaymentStatus.Disputed) return order with { Reinstatement = asked with { Status = ReinstatementStatus.Refused } };
        order = order.CameWith(asked.Reference);
        return (order with
        {
            Status = OrderStatus.AwaitingPayment,
            PaymentStatus = PaymentStatus.Unpaid,
            Payment = order.Payment with { Status = OrderPaymentStatus.Pending, ExpiresAt = at },
            Reinstatement = asked with { Status = ReinstatementStatus.Taken },
        }).Tell(at, "order.reinstated", "The money came after its time. Everything is still available, and the order goes on.", actor);
    }

    /// <summary>Whoever does not want an order any more that lapsed: late money does not make it go on.</summary>
    public static Order CallOffLapsed(this Order order, string? reason, string actor, DateTimeOffset at) => !order.IsLapsed ? order
        : (order with { Payment = order.Payment with { Status = OrderPaymentStatus.Cancelled } }).Tell(at, "order.called-off", $"The order stays cancelled, whatever comes{(reason is null ? "" : $": {reason.TrimEnd('.')}")}.", actor);

    /// <summary>Under which name the step is kept that ends it unsold: one that was reinstated ends a second time.</summary>
    internal static string EndEffect(this Order order) => order.IsReinstated ? "cancel-reinstated" : "cancel";

    /// <summary>When it was cancelled last.</summary>
    internal static DateTimeOffset EndedAt(this Order order) => order.Timeline.Last(e => e.Type == "order.cancelled").At;

    public static Order Book(this Order order, Shipment shipment, DateTimeOffset at) => order.IsOver || order.Shipments.Any(s => s.Id == shipment.Id) ? order : (order with
    {
        Status = OrderStatus.Fulfilling,
        Shipments = [.. order.Shipments, shipment],
    }).Tell(at, "shipment.booked", shipment.IsPickup ? "The shop prepares it to be collected." : $"{shipment.Courier} will collect the parcel; {Shipment.NumberText(shipment.TrackingNumber)}.", "system");

    /// <summary>
    /// What the courier tells. The order is completed when its last parcel has arrived. The courier's own words stay with the shipment: they may
    /// name who took it in, and the timeline is never changed.
    /// </summary>
    public static Order Track(this Order order, string shipmentId, TrackingEvent told, DateTimeOffset at, string actor = "courier")
    {
        Shipment? before = order.Shipments.FirstOrDefault(s => s.Id == shipmentId);
        if (before is null || before.Take(told) is not { } after || after == before) return order;
        Order tracked = (order with { Shipments = [.. order.Shipments.Select(s => s.Id == shipmentId ? after : s)] })
            .Tell(at, $"shipment.{char.ToLowerInvariant(told.Status.ToString()[0])}{told.Status.ToString()[1..]}", told.Status.ToString(), actor);
        return tracked.Conclude("system", at);
    }

    /// <summary>Its courier gave a parcel its number, or another one.</summary>
    public static Order Number(this Order order, string shipmentId, string trackingNumber, DateTimeOffset at) =>
        order.Shipments.FirstOrDefault(s => s.Id == shipmentId) is not { } before || before.TrackingNumber == trackingNumber
            ? order
            : (order with { Shipments = [.. order.Shipments.Select(s => s.Id == shipmentId ? s with { TrackingNumber = trackingNumber } : s)] }).Tell(at, "shipment.numbered", $"Tracking number {trackingNumber}.", "courier");

    /// <summary>Money went back. An order that keeps what it was paid is paid all the same when money that it never kept goes back.</summary>
    public static Order Refund(this Order order, OrderRefund refund)
    {
        return order.Refunds.Any(r => r.Id == refund.Id) ? order : (order with { Refunds = [.. order.Refunds, refund] }).Told(refund);
    }

    private static Order Told(this Order order, OrderRefund refund)
    {
        PaymentStatus status = order.PaymentStatus switch
        {
            // What the bank decides is the end of a dispute, not what goes back meanwhile.
            PaymentStatus.Disputed => PaymentStatus.Disputed,
            // One that may still be paid when it is handed over is not refunded because money that it never wanted goes back.
            PaymentStatus.Unpaid => order.Status == OrderStatus.Cancelled ? PaymentStatus.Refunded : PaymentStatus.Unpaid,
            var before => order.StatusOfKept() is var now && now == PaymentStatus.Paid ? before : now,
        };
        return (order with { PaymentStatus = status }).Tell(refund.At, "payment.refunded", TextOf(refund), "system");
    }

    private static string TextOf(OrderRefund refund)
    {
        string money = refund.InMoney.IsZero ? "" : refund.Status == RefundStatus.Due ? $"{refund.InMoney} will be paid out" : $"{refund.InMoney} went back";
        string credit = refund.ToCredit is { } given ? $"{given} went back as credit" : "";
        if (money.Length + credit.Length == 0) return $"Nothing goes back: {refund.Reason}.";
        return $"{money}{(money.Length > 0 && credit.Length > 0 ? ", " : "")}{credit}: {refund.Reason}.";
    }

    /// <summary>What a buyer's bank does about the payment. Money that the bank keeps is a refund that nobody gave.</summary>
    /// <param name="answeredBy">Who told the bank the shop's side, where that is known.</param>
    public static Order Dispute(this Order order, ProviderDispute now, DateTimeOffset at, string answeredBy = "system")
    {
        OrderDispute? before = order.Disputes.FirstOrDefault(d => d.Id == now.Id);
        // What came late of an earlier state changes nothing.
        if (before is not null && before.Status >= now.Status) return order;
        bool closed = now.Status is DisputeStatus.Won or DisputeStatus.Lost;
        OrderDispute dispute = (before ?? new OrderDispute(now.Id, now.Reference, now.Amount, now.Reason, now.Status, now.EvidenceDue, at)) with { Status = now.Status, EvidenceDue = now.EvidenceDue, ClosedAt = closed ? at : null };
        order = order with { Disputes = [.. order.Disputes.Where(d => d.Id != now.Id), dispute], PaymentStatus = closed ? order.StatusAfterDispute() : PaymentStatus.Disputed };
        if (before is null) order = order.Tell(at, "payment.disputed", $"The bank was asked to give {now.Amount} back.", "provider");
        if (now.Status == DisputeStatus.UnderReview) order = order.Tell(at, "dispute.answered", "The shop told the bank its side.", answeredBy);
        if (now.Status == DisputeStatus.Won) order = order.Tell(at, "dispute.won", $"The bank decided that {now.Amount} stay with the shop.", "provider");
        if (now.Status != DisputeStatus.Lost) return order;
        // What was about to go back is with the buyer now. What is not sent, or came back, is in the shop all the same; credit is beyond the bank's reach.
        bool OfGoods(OrderRefund refund) => refund.Unsent || order.Returns.Any(r => r.RefundId == refund.Id);
        order = order with { Refunds = [.. order.Refunds.Select(r => r.Status == RefundStatus.Pending && OfGoods(r) ? r with { Amount = r.Amount - r.InMoney } : r)] };
        foreach (OrderRefund open in order.Refunds.Where(r => r.Status == RefundStatus.Pending && !OfGoods(r)).ToArray()) order = order.DropRefund(open.Id, "the buyer's bank gave the money back", at);
        Money lost = ((Money[])[now.Amount, order.Kept(), order.KeptAsMoney()]).Min();
        order = order.Tell(at, "dispute.lost", $"The bank gave {now.Amount} back to the buyer.", "provider").Settle(now, now.Amount - lost, at);
        return lost.Amount <= 0 ? order : order.Refund(new OrderRefund(now.Id, lost, "the buyer's bank took it back", at) { Reference = now.Id, ChargedBack = true });
    }

    /// <summary>What the shop still owed of this payment is with the buyer too, as far as the bank took more than was kept.</summary>
    private static Order Settle(this Order order, ProviderDispute lost, Money beyond, DateTimeOffset at)
    {
        foreach (OrderRefund due in order.Refunds.Where(r => r is { Status: RefundStatus.Due, Surplus: false }).ToArray())
        {
            if (due.InMoney > beyond) continue;
            beyond -= due.InMoney;
            order = (order with { Refunds = [.. order.Refunds.Select(r => r.Id == due.Id ? r with { Status = RefundStatus.Done, ChargedBack = true, Reference = lost.Id, PaidOutAt = at } : r)] })
                .Tell(at, "refund.settled", $"{due.InMoney} is not paid out any more: the buyer's bank gave it back.", "system");
        }
        return order;
    }

    /// <summary>What the shop owed, and a bank gave back in the end.</summary>
    internal static IEnumerable<OrderRefund> SettledBy(this Order order, OrderDispute dispute) => order.Refunds.Where(r => r.ChargedBack && r.Reference == dispute.Id && r.Id != dispute.Id);

    /// <summary>The buyer's bank took money back for good.</summary>
    public static bool IsChargedBack(this Order order) => order.Refunds.Any(r => r.ChargedBack && r.Id == r.Reference);

    /// <summary>Money may be disputed that came late for an order that never was a sale, or beside the cash of one that is paid at the door.</summary>
    private static PaymentStatus StatusAfterDispute(this Order order) => order.Payment.Status == OrderPaymentStatus.Paid ? order.StatusOfKept()
        : order.Status == OrderStatus.Cancelled && order.Refunds.Any(r => r.Surplus) ? PaymentStatus.Refunded : PaymentStatus.Unpaid;

    private static PaymentStatus StatusOfKept(this Order order) =>
        order.GoneBack() is var gone && gone.IsZero && !order.IsGivenBackForNothing() ? PaymentStatus.Paid : gone >= order.Totals.Total ? PaymentStatus.Refunded : PaymentStatus.PartiallyRefunded;

    /// <summary>It cost nothing, and nothing of it is left.</summary>
    private static bool IsGivenBackForNothing(this Order order) => order.Totals.Total.IsZero && order.Lines.All(l => SaleShare.Rest(order, l.Sku) == 0);

    /// <summary>When its invoice number was given: with the payment, or when goods left that are paid at the door.</summary>
    public static DateTimeOffset InvoicedAt(this Order order) => order.Timeline.First(e => e.Type is "order.paid" or "shipment.booked").At;

    /// <summary>What the order was paid, less what goes back of it. Money that came for an order that never was a sale is not kept, whatever became of it.</summary>
    public static Money Kept(this Order order) => order.IsCash ? order.Cash.Select(c => c.Amount).Sum(order.Currency) + (order.PaymentStatus == PaymentStatus.Unpaid ? Money.Zero(order.Currency) : order.Credited()) - order.GoneBack()
        : order.InvoiceNumber is null ? Money.Zero(order.Currency)
        : order.Totals.Total - order.GoneBack();

    /// <summary>Of what is kept, what stands for no gift card: those go back as the articles they are, with their card.</summary>
    public static Money KeptApartFromCards(this Order order)
    {
        Money kept = order.Kept(), cards = order.Lines.Where(l => l.IsGiftCard).Select(l => l.UnitPrice * SaleShare.Rest(order, l.Sku)).Sum(order.Currency);
        return kept > cards ? kept - cards : Money.Zero(order.Currency);
    }

    /// <summary>What its provider, or the courier, brought, less what goes back that way.</summary>
    public static Money KeptAsMoney(this Order order)
    {
        Money none = Money.Zero(order.Currency);
        Money came = order.IsCash ? order.Cash.Select(c => c.Amount).Sum(order.Currency)
            : order.InvoiceNumber is null ? none
            : order.Totals.Total - order.Credited();
        Money kept = came - order.Refunds.Where(r => !r.Surplus).Select(r => r.InMoney).Sum(order.Currency);
        return kept > none ? kept : none;
    }

    /// <summary>Money goes back first, the way it came; the rest goes back to the credit that was spent. Decided once, so that a step that is repeated splits alike.</summary>
    private static OrderRefund Split(this Order order, OrderRefund refund)
    {
        if (refund.ToCredit is { } wanted)
            return refund with { Credits = [order.CustomerId is { } customer ? new(CreditCode.StoreCreditId(customer, order.Currency), CreditKind.StoreCredit, wanted) : new(null, CreditKind.GiftCard, wanted)] };
        Money rest = refund.Amount - order.KeptAsMoney();
        if (rest.Amount <= 0) return refund;
        List<RefundedCredit> shares = [];
        Money toCredit = rest;
        foreach (OrderCredit credit in order.Credits)
        {
            Money left = credit.Amount - order.Refunds.SelectMany(r => r.Credits).Where(c => c.AccountId == credit.Id).Select(c => c.Amount).Sum(order.Currency);
            Money share = left <= rest ? left : rest;
            if (share.Amount <= 0) continue;
            shares.Add(new RefundedCredit(credit.Id, credit.Kind, share));
            rest -= share;
        }
        return rest.IsZero ? refund with { ToCredit = toCredit, Credits = shares } : throw new InvalidOperationException($"{refund.Id} would give more back than {order.Id} was paid.");
    }

    private static Money GoneBack(this Order order) => order.Refunds.Where(r => !r.Surplus).Select(r => r.Amount).Sum(order.Currency);

    /// <summary>Takes note of a refund before its provider is asked; what exceeds the articles, the postage or the money that is kept is refused.</summary>
    public static Order OpenRefund(this Order order, OrderRefund refund, string actor)
    {
        if (order.Refunds.Any(r => r.Id == refund.Id)) return order;
        // What cost nothing, or what the bank took the money for, is left out or comes back for nothing.
        bool fits = (refund.Amount.Amount > 0 || refund is { Amount.IsZero: true, Lines.Count: > 0 }) && order.PaymentStatus != PaymentStatus.Disputed && refund.Amount <= (refund.Shipping is null ? order.KeptApartFromCards() : order.Kept()) && refund.Lines.All(l => l.Quantity <= SaleShare.Rest(order, l.Sku))
            && !(refund.Shipping is { } shipping && shipping > SaleShare.RestOfShipping(order)) && order.HasPacked(refund);
        return fits
            ? (order with { Refunds = [.. order.Refunds, order.Split(refund)] }).Tell(refund.At, "refund.opened", $"{refund.Amount} will go back: {refund.Reason}.", actor)
            : order.Tell(refund.At, "refund.refused", $"{refund.Amount} cannot go back: {(order.PaymentStatus == PaymentStatus.Disputed ? "the buyer's bank holds the money" : "more than is left")}.", "system");
    }

    /// <summary>A refund that was opened comes to nothing, before anybody was asked for its money.</summary>
    public static Order DropRefund(this Order order, string refundId, string why, DateTimeOffset at) =>
        order.Refunds.FirstOrDefault(r => r.Id == refundId) is not { Status: RefundStatus.Pending } open ? order
            : (order with { Refunds = [.. order.Refunds.Where(r => r.Id != refundId)] }).Tell(at, "refund.refused", $"{open.Amount} cannot go back: {why}.", "system");

    /// <summary>The provider took the refund, or cannot.</summary>
    public static Order CloseRefund(this Order order, string refundId, ProviderRefund given, DateTimeOffset at)
    {
        if (order.Refunds.FirstOrDefault(r => r.Id == refundId) is not { Status: RefundStatus.Pending } open) return order;
        OrderRefund closed = open with { Status = given.ByHand ? RefundStatus.Due : RefundStatus.Done, Reference = given.ByHand ? null : given.Id, At = at };
        // In its place: which units it stands for depends on what was refunded before it.
        return (order with { Refunds = [.. order.Refunds.Select(r => r.Id == refundId ? closed : r)] }).Told(closed);
    }

    /// <summary>What the provider had taken came back. The money is the customer's all the same: people pay it out.</summary>
    /// <param name="providerId">The provider's id of the refund.</param>
    public static Order FailRefund(this Order order, string providerId, string reason, DateTimeOffset at) =>
        order.Refunds.FirstOrDefault(r => r.IsAt(providerId)) is not { Status: RefundStatus.Done, Failed: null } given ? order : (order with
        {
            Refunds = [.. order.Refunds.Select(r => r.Id == given.Id ? r with { Status = RefundStatus.Due, Reference = null, Failed = new RefundFailure(providerId, reason, at) } : r)],
        }).Tell(at, "refund.failed", $"{given.InMoney} came back ({reason}) and will be paid out.", "provider");

    /// <summary>People paid out what was due.</summary>
    public static Order PayOut(this Order order, string refundId, string reference, string actor, DateTimeOffset at) =>
        order.Refunds.FirstOrDefault(r => r.Id == refundId) is not { Status: RefundStatus.Due } due ? order : (order with
        {
            Refunds = [.. order.Refunds.Select(r => r.Id == refundId ? r with { Status = RefundStatus.Done, Reference = reference, PaidOutAt = at } : r)],
        }).Tell(at, "payment.paid-out", $"{due.InMoney} was paid out; reference {reference}.", actor);

    /// <summary>A parcel came back or was lost, and its money was returned.</summary>
    public static Order TakeBack(this Order order, string shipmentId, DateTimeOffset at) =>
        (order with { Shipments = [.. order.Shipments.Select(s => s.Id == shipmentId ? s with { TakenBack = true } : s)] }).Conclude("system", at);

    /// <summary>Ends an order that would have been paid at the door, before a courier was called.</summary>
    public static Order CallOff(this Order order, string reason, string actor, DateTimeOffset at) => !(order.IsCash && order.IsUnsent && order.Shipments.Count == 0) ? order
        : (order with { Status = OrderStatus.Cancelled, Payment = order.Payment with { Status = OrderPaymentStatus.Cancelled, Instructions = null } }).Tell(at, "order.cancelled", reason, actor);

    internal static Order Tell(this Order order, DateTimeOffset at, string type, string text, string actor) =>
        order with
        {
            Timeline = [.. order.Timeline, new OrderEvent(order.Timeline.Count + 1, at, type, text, actor) { Status = order.Status, PaymentStatus = order.PaymentStatus, FulfilmentStatus = order.FulfilmentStatus }],
        };

    /// <summary>Staff write something down.</summary>
    public static Order AddNote(this Order order, OrderNote note) => order.Notes.Any(n => n.Id == note.Id) ? order : order with { Notes = [.. order.Notes, note] };
}
