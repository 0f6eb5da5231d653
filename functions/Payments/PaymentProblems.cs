using Shop.Common;

namespace Shop.Payments;

/// <summary>Every refusal of this module.</summary>
public static class PaymentProblems
{
    public static Problem SignatureInvalid { get; } = new(400, "hook.signature-invalid", "The signature does not fit the body, or is too old.");

    public static Problem Refused { get; } = new(502, "payment.refused", "The payment provider did not accept the payment. Choose another way to pay or try again later.");
}
