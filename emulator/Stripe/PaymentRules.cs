using Shop.Emulator.Webhooks;

namespace Shop.Emulator.Stripe;

/// <summary>Something that subscribers are told.</summary>
/// <param name="Type">Stripe's name of it.</param>
/// <param name="Payment">As it stood then.</param>
/// <param name="Charge">Where the event is about a charge.</param>
/// <param name="RefundedBefore">Of that charge.</param>
/// <param name="Dispute">Where the event is about one.</param>
/// <param name="Refund">Where the event is about one.</param>
/// <param name="StatusBefore">Of that refund; <c>null</c> where it is new.</param>
internal sealed record PaymentEvent(string Type, Payment Payment, Charge? Charge = null, long RefundedBefore = 0, Dispute? Dispute = null, Refund? Refund = null, string? StatusBefore = null);

/// <summary>What came of a call: the payment as it is kept, what is told, and what the caller is answered.</summary>
/// <param name="Kept">The payment from now on.</param>
/// <param name="Events">In order.</param>
internal sealed record PaymentChange(Payment Kept, IReadOnlyList<PaymentEvent> Events)
{
    /// <summary>The payment as the caller sees it, where later money already changed what is kept.</summary>
    public Payment Answered { get; init; } = Kept;

    /// <summary>A declined card changes the payment and is an error all the same.</summary>
    public StripeRefusal? Refusal { get; init; }
}

/// <summary>How a payment is confirmed.</summary>
/// <param name="TestCard">A test payment method; <c>null</c> takes the one attached before.</param>
/// <param name="ReturnUrl">Where the shopper comes back from the bank's page.</param>
/// <param name="WithoutShopper">Off session, or the caller wants no action: a card that needs authentication is declined.</param>
internal sealed record Confirmation(string? TestCard, string? ReturnUrl = null, bool WithoutShopper = false);

/// <summary>The life of a payment intent. Pure: values in, values or refusals out.</summary>
internal static class PaymentRules
{
    public static PaymentChange Confirm(Payment payment, Confirmation by, PaymentMisbehaviour misbehaviour, DateTimeOffset now)
    {
        if (payment.Status == PaymentStatus.Succeeded)
            throw StripeRefusal.UnexpectedState("You cannot confirm this PaymentIntent because it has already succeeded after being previously confirmed.", payment);
        if (payment.Status is PaymentStatus.Canceled or PaymentStatus.RequiresCapture)
        {
            throw StripeRefusal.UnexpectedState(
                $"You cannot confirm this PaymentIntent because it has a status of {payment.Status}. Only a PaymentIntent with one of the following statuses may be confirmed: requires_confirmation, requires_action.", payment);
        }
        CardOnFile method = (by.TestCard is null ? payment.PaymentMethod : new CardOnFile(StripeIds.NewPaymentMethod(), by.TestCard)) ?? throw StripeRefusal.UnexpectedState(
            "You cannot confirm this PaymentIntent because it's missing a payment method. You can either update the PaymentIntent with a payment method and then confirm it again, " +
            "or confirm it again directly with a payment method or ConfirmationToken.", payment);
        if (payment.AllowRedirects == "always" && (by.ReturnUrl ?? payment.ReturnUrl) is null)
        {
            throw StripeRefusal.Invalid(
                "This PaymentIntent is configured to accept payment methods enabled in your Dashboard. Because some of these payment methods might redirect your customer off of your page, " +
                "you must provide a `return_url`. If you don't want to accept redirect-based payment methods, set `automatic_payment_methods[enabled]` to `true` and " +
                "`automatic_payment_methods[allow_redirects]` to `never` when creating Setup Intents and Payment Intents.", "return_url");
        }

        payment = payment with { PaymentMethod = method, ReturnUrl = by.ReturnUrl ?? payment.ReturnUrl, LastError = null };
        if (!TestCards.Find(method.TestCard)!.NeedsAuthentication) return ChargeCard(payment, misbehaviour, now);
        if (by.WithoutShopper) return Decline(payment, TestCards.AuthenticationRequired, now);
        payment = payment with { Status = PaymentStatus.RequiresAction };
        return new PaymentChange(payment, [new PaymentEvent("payment_intent.requires_action", payment)]);
    }

    /// <summary>The shopper came back from the bank's page.</summary>
    public static PaymentChange Authenticate(Payment payment, bool passed, PaymentMisbehaviour misbehaviour, DateTimeOffset now)
    {
        if (passed) return ChargeCard(payment, misbehaviour, now);
        var error = new PaymentError(TestCards.AuthenticationFailed, null, payment.PaymentMethod!);
        payment = payment with { Status = PaymentStatus.RequiresPaymentMethod, PaymentMethod = null, LastError = error };
        return new PaymentChange(payment, [new PaymentEvent("payment_intent.payment_failed", payment)]);
    }

    public static PaymentChange Capture(Payment payment, long? amount, DateTimeOffset now)
    {
        if (payment.Status != PaymentStatus.RequiresCapture)
        {
            throw StripeRefusal.UnexpectedState(
                payment.Status == PaymentStatus.Succeeded
                    ? $"This PaymentIntent could not be captured because it has already been captured."
                    : $"This PaymentIntent could not be captured because it has a status of {payment.Status}. Only a PaymentIntent with one of the following statuses may be captured: requires_capture.",
                payment);
        }
        long captured = amount ?? payment.AmountCapturable;
        if (captured < 1) throw StripeRefusal.Invalid("This value must be greater than or equal to 1.", "amount_to_capture", "parameter_invalid_integer");
        if (captured > payment.AmountCapturable)
        {
            throw StripeRefusal.Invalid(
                $"The amount to capture ({captured}) is greater than the amount that can be captured ({payment.AmountCapturable}).", "amount_to_capture", "amount_too_large");
        }
        Charge charge = payment.LatestCharge!;
        // Of an authorisation that is captured in part the rest is let go; since 2025-03-31 that is no refund any more.
        charge = charge with { Captured = true, AmountCaptured = captured };
        payment = payment with { Status = PaymentStatus.Succeeded, AmountReceived = captured, AmountCapturable = 0, Charges = [.. payment.Charges.SkipLast(1), charge] };
        payment = payment.Moved("charge", charge.Id, captured, Fee(captured), now);
        return new PaymentChange(payment, [new PaymentEvent("payment_intent.succeeded", payment)]);
    }

    public static PaymentChange Cancel(Payment payment, string? reason, PaymentMisbehaviour misbehaviour, DateTimeOffset now)
    {
        if (payment.Status is PaymentStatus.Succeeded or PaymentStatus.Canceled)
        {
            throw StripeRefusal.UnexpectedState(
                $"You cannot cancel this PaymentIntent because it has a status of {payment.Status}. Only a PaymentIntent with one of the following statuses may be canceled: " +
                "requires_payment_method, requires_capture, requires_confirmation, requires_action, processing.", payment);
        }
        payment = payment with { Status = PaymentStatus.Canceled, CanceledAt = now, CancellationReason = reason, AmountCapturable = 0 };
        var cancelled = new PaymentEvent("payment_intent.canceled", payment);
        if (!misbehaviour.Late) return new PaymentChange(payment, [cancelled]);

        PaymentChange late = PayLate(payment, misbehaviour, now);
        return new PaymentChange(late.Kept, [cancelled, .. late.Events]) { Answered = payment };
    }

    /// <summary>Money that arrives although nobody waits for it any more.</summary>
    public static PaymentChange PayLate(Payment payment, PaymentMisbehaviour misbehaviour, DateTimeOffset now)
    {
        payment = payment with { PaymentMethod = payment.PaymentMethod ?? new CardOnFile(StripeIds.NewPaymentMethod(), "pm_card_visa"), CaptureMethod = "automatic" };
        return Succeed(payment, misbehaviour, now);
    }

    public static (PaymentChange Change, Refund Refund) Refund(Payment payment, string? chargeId, long? amount, string? reason, Dictionary<string, string> metadata, DateTimeOffset now)
    {
        Charge charge = (chargeId is null ? payment.LatestCharge : payment.Charges.FirstOrDefault(c => c.Id == chargeId)) is { Captured: true } captured
            ? captured
            : throw StripeRefusal.Invalid($"This PaymentIntent ({payment.Id}) does not have a successful charge to refund.", chargeId is null ? "payment_intent" : "charge");
        long left = charge.AmountCaptured - charge.AmountRefunded;
        if (left == 0) throw StripeRefusal.Invalid($"Charge {charge.Id} has already been refunded.", null, "charge_already_refunded");
        long back = amount ?? left;
        if (back < 1) throw StripeRefusal.Invalid("Invalid positive integer", "amount", "parameter_invalid_integer");
        if (payment.Dispute is { Status: not (DisputeStatus.Won or DisputeStatus.Inquiry or DisputeStatus.InquiryClosed) })
            throw new StripeRefusal(400, "invalid_request_error", $"Charge {charge.Id} has been charged back; cannot issue a refund.") { Code = "charge_disputed" };
        if (back > left)
            throw StripeRefusal.Invalid($"Refund amount ({Shown(back, payment)}) is greater than unrefunded amount on charge ({Shown(left, payment)})", "amount");

        long before = charge.AmountRefunded;
        var refund = new Refund(StripeIds.New("re", payment.Token), charge.Id, back, reason, now) { Metadata = metadata, Status = payment.RefundsPend ? RefundStatus.Pending : RefundStatus.Succeeded };
        Charge after = charge with { AmountRefunded = before + back };
        payment = payment with { Charges = [.. payment.Charges.Select(c => c.Id == after.Id ? after : c)], Refunds = [.. payment.Refunds, refund] };
        payment = payment.Moved("refund", refund.Id, -back, 0, now);
        return (new PaymentChange(payment, [new PaymentEvent("charge.refunded", payment, after, before), new PaymentEvent("refund.created", payment, Refund: refund)]), refund);
    }

    /// <summary>The newest refund that is on its way arrives.</summary>
    public static PaymentChange SettleRefund(Payment payment)
    {
        Refund pending = payment.Refunds.LastOrDefault(r => r.Status == RefundStatus.Pending) ?? throw StripeRefusal.UnexpectedState("No refund is pending.", payment);
        return Moved(payment, pending, pending with { Status = RefundStatus.Succeeded }, []);
    }

    /// <summary>The newest refund comes back, whatever it was called before: its money is on the balance again.</summary>
    public static PaymentChange FailRefund(Payment payment, string reason, DateTimeOffset now)
    {
        Refund before = payment.Refunds.LastOrDefault(r => r.Status != RefundStatus.Failed) ?? throw StripeRefusal.UnexpectedState("There is no refund that could fail.", payment);
        payment = (payment with { Charges = [.. payment.Charges.Select(c => c.Id == before.Charge ? c with { AmountRefunded = c.AmountRefunded - before.Amount } : c)] }).Moved("refund_failure", before.Id, before.Amount, 0, now);
        return Moved(payment, before, before with { Status = RefundStatus.Failed, FailureReason = reason }, ["refund.failed"]);
    }

    private static PaymentChange Moved(Payment payment, Refund before, Refund after, string[] told)
    {
        payment = payment with { Refunds = [.. payment.Refunds.Select(r => r.Id == after.Id ? after : r)] };
        // Who listened to charge.refund.updated before refund.updated existed is still told by both.
        return new PaymentChange(payment, [.. ((string[])["refund.updated", "charge.refund.updated", .. told]).Select(type => new PaymentEvent(type, payment, Refund: after, StatusBefore: before.Status))]);
    }

    private static PaymentChange ChargeCard(Payment payment, PaymentMisbehaviour misbehaviour, DateTimeOffset now)
    {
        if (TestCards.Find(payment.PaymentMethod!.TestCard)!.Decline is { } decline) return Decline(payment, decline, now);
        if (payment.CaptureMethod != "manual") return Succeed(payment, misbehaviour, now);
        var authorised = new Charge(StripeIds.New("ch", payment.Token), payment.Amount, payment.PaymentMethod, now);
        payment = payment with { Status = PaymentStatus.RequiresCapture, AmountCapturable = payment.Amount, Charges = [.. payment.Charges, authorised] };
        return new PaymentChange(payment, [new PaymentEvent("payment_intent.amount_capturable_updated", payment)]);
    }

    private static PaymentChange Succeed(Payment payment, PaymentMisbehaviour misbehaviour, DateTimeOffset now)
    {
        long received = misbehaviour.WrongAmount ?? payment.Amount;
        var charge = new Charge(StripeIds.New("ch", payment.Token), received, payment.PaymentMethod!, now) { Captured = true, AmountCaptured = received };
        payment = payment with { Status = PaymentStatus.Succeeded, AmountReceived = received, LastError = null, Charges = [.. payment.Charges, charge] };
        payment = payment.Moved("charge", charge.Id, received, Fee(received), now);
        return new PaymentChange(payment, [new PaymentEvent("payment_intent.succeeded", payment)]);
    }

    private static PaymentChange Decline(Payment payment, CardDecline decline, DateTimeOffset now)
    {
        var charge = new Charge(StripeIds.New("ch", payment.Token), payment.Amount, payment.PaymentMethod!, now) { Failure = decline };
        payment = payment with
        {
            Status = PaymentStatus.RequiresPaymentMethod,
            PaymentMethod = null,
            LastError = new PaymentError(decline, charge.Id, payment.PaymentMethod!),
            Charges = [.. payment.Charges, charge],
        };
        return new PaymentChange(payment, [new PaymentEvent("payment_intent.payment_failed", payment)]) { Refusal = StripeRefusal.Declined(decline, payment, charge) };
    }

    /// <summary>A made-up price: 2.9 %.</summary>
    private static long Fee(long amount) => amount * 29 / 1000;

    private static Payment Moved(this Payment payment, string type, string source, long amount, long fee, DateTimeOffset now) =>
        payment with { Movements = [.. payment.Movements, new Movement(StripeIds.New("txn", payment.Token), type, source, amount, fee, now)] };

    /// <summary>The cardholder's bank asks what the last charge was for, before it takes anything.</summary>
    public static PaymentChange Inquire(Payment payment, string reason, DateTimeOffset now)
    {
        Dispute inquiry = Disputed(payment, reason, DisputeStatus.Inquiry, now);
        payment = payment with { Dispute = inquiry };
        return new PaymentChange(payment, [new PaymentEvent("charge.dispute.created", payment, Dispute: inquiry)]);
    }

    /// <summary>The cardholder asks their bank for the money of the last charge, which takes it at once. An inquiry becomes a dispute under its own id.</summary>
    public static PaymentChange OpenDispute(Payment payment, string reason, DateTimeOffset now)
    {
        Dispute dispute = Disputed(payment, reason, DisputeStatus.NeedsResponse, now);
        if (payment.Dispute is { Status: DisputeStatus.Inquiry } asked) dispute = dispute with { Id = asked.Id, Created = asked.Created, Reason = asked.Reason };
        payment = (payment with { Dispute = dispute }).Moved("adjustment", dispute.Id, -dispute.Amount, 0, now);
        return new PaymentChange(payment, [new PaymentEvent("charge.dispute.created", payment, Dispute: dispute), new PaymentEvent("charge.dispute.funds_withdrawn", payment, Dispute: dispute)]);
    }

    private static Dispute Disputed(Payment payment, string reason, string status, DateTimeOffset now)
    {
        bool free = payment.Dispute is null || payment.Dispute.Status == DisputeStatus.Inquiry && status != DisputeStatus.Inquiry;
        if (!free || payment is not { Status: PaymentStatus.Succeeded, LatestCharge: { } charge }) throw StripeRefusal.UnexpectedState("Only a payment that succeeded can be disputed, once.", payment);
        return new Dispute(StripeIds.New("dp", payment.Token), charge.Id, charge.AmountCaptured - charge.AmountRefunded, reason, status, now, now.AddDays(9));
    }

    public static PaymentChange AnswerDispute(Payment payment, IReadOnlyDictionary<string, string> evidence, bool submit, DateTimeOffset now)
    {
        Dispute before = payment.Dispute!;
        if (before.Status != DisputeStatus.NeedsResponse || now > before.Due) throw StripeRefusal.Invalid("This dispute is already closed, or its evidence was submitted before.");
        Dispute dispute = before with { Evidence = evidence, Status = submit ? DisputeStatus.UnderReview : before.Status, Submissions = before.Submissions + (submit ? 1 : 0) };
        payment = payment with { Dispute = dispute };
        return new PaymentChange(payment, [new PaymentEvent("charge.dispute.updated", payment, Dispute: dispute)]);
    }

    /// <summary>The bank decided.</summary>
    public static PaymentChange CloseDispute(Payment payment, bool won, DateTimeOffset now)
    {
        if (payment.Dispute is { Status: DisputeStatus.Inquiry } inquiry)
        {
            payment = payment with { Dispute = inquiry with { Status = DisputeStatus.InquiryClosed } };
            return new PaymentChange(payment, [new PaymentEvent("charge.dispute.closed", payment, Dispute: payment.Dispute)]);
        }
        if (payment.Dispute is not { Status: DisputeStatus.NeedsResponse or DisputeStatus.UnderReview } open) throw StripeRefusal.UnexpectedState("There is no open dispute.", payment);
        Dispute dispute = open with { Status = won ? DisputeStatus.Won : DisputeStatus.Lost };
        payment = payment with { Dispute = dispute };
        if (won) payment = payment.Moved("adjustment", dispute.Id, dispute.Amount, 0, now);
        var closed = new PaymentEvent("charge.dispute.closed", payment, Dispute: dispute);
        return new PaymentChange(payment, won ? [new PaymentEvent("charge.dispute.funds_reinstated", payment, Dispute: dispute), closed] : [closed]);
    }

    private static string Shown(long amount, Payment payment) => $"{amount} {payment.Currency}";
}
