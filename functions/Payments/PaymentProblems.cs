using Shop.Common;

namespace Shop.Payments;

/// <summary>Every refusal of this module.</summary>
public static class PaymentProblems
{
    public static Problem SignatureInvalid { get; } = new(400, "hook.signature-invalid", "The signature does not fit the body, or is too old.");

    public static Problem TransferUnknown { get; } = new(404, "payment.transfer-unknown", "No such transfer is awaited. Check the order and its attempt.");

    public static Problem TransferReceived { get; } = new(409, "payment.transfer-received", "This transfer was written down before, with another amount or reference.");

    public static Problem TransferElsewhere { get; } = new(409, "payment.transfer-elsewhere", "This line of the bank's statement was written down for another payment. Where it is another line in the same words, add what tells them apart, such as its time.");

    public static Problem TransferAmount { get; } = new(422, "payment.transfer-amount", "The amount must be more than nothing, in the order's currency.");

    public static Problem ProofUnreadable { get; } = new(422, "payment.proof-unreadable", "Send a JPEG, a PNG or a PDF.");

    public static Problem ProofsTooMany { get; } = new(409, "payment.proofs-too-many", "Enough was sent already; the shop looks at it.");

    public static Problem MethodUnknown { get; } = new(422, "payment.method-unknown", "This order cannot be paid that way. The cart's payment methods list the ways.");

    public static Problem NotAwaited { get; } = new(409, "payment.not-awaited", "The order does not wait for a payment.");

    public static Problem Nowhere { get; } = new(409, "payment.nowhere", "The order has no payment at a provider that could be asked.");

    public static Problem AttemptsTooMany { get; } = new(409, "payment.attempts-too-many", "The way to pay was changed too often. Pay the way that is open, or order anew.");

    public static Problem Refused { get; } = new(502, "payment.refused", "The payment provider did not accept the payment. Choose another way to pay or try again later.");
}
