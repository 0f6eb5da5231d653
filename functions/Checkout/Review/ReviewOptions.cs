using System.ComponentModel.DataAnnotations;
using System.Globalization;
using Shop.Common;

namespace Shop.Checkout;

/// <summary>Section <c>Review</c>: which orders somebody looks at before the shop accepts them, which refunds before they are given, and for how long.</summary>
public sealed class ReviewOptions : IValidatableObject
{
    /// <summary>Orders from these amounts on wait for approval, such as <c>IDR 25000000, USD 1500</c> in whole units; empty for none.</summary>
    public string ApproveFrom { get; init; } = "";

    /// <summary>Refunds from these amounts on wait for an owner, unless an owner asks for them; written as <see cref="ApproveFrom"/>, empty for none.</summary>
    public string ApproveRefundsFrom { get; init; } = "";

    /// <summary>Whether payments wait that their provider thinks may be a fraud.</summary>
    public bool Fraud { get; init; } = true;

    /// <summary>Whether somebody asks the buyer before goods leave that nobody paid.</summary>
    public bool CashOnDelivery { get; init; } = true;

    /// <summary>An order that nobody decided about by then is refused. A card's authorisation lapses after seven days.</summary>
    [Range(1, 6 * 24)]
    public int WithinHours { get; init; } = 48;

    [Range(1, 6 * 24)]
    public int EscalateAfterHours { get; init; } = 8;

    /// <summary>Who is told when nobody decided for long; empty for whoever is told of flows that stand still.</summary>
    [RegularExpression("^$|^[^@\\s]+@[^@\\s]+$", ErrorMessage = "Review__EscalationEmail must be an e-mail address, or be empty.")]
    public string EscalationEmail { get; init; } = "";

    internal string EscalateTo(CheckoutOptions checkout) => EscalationEmail.Length > 0 ? EscalationEmail : checkout.AlertEmail;

    public IEnumerable<ValidationResult> Validate(ValidationContext validationContext)
    {
        foreach ((string name, string amounts) in (IEnumerable<(string, string)>)[(nameof(ApproveFrom), ApproveFrom), (nameof(ApproveRefundsFrom), ApproveRefundsFrom)])
            foreach (string amount in Parts(amounts))
                if (Read(amount) is null) yield return new ValidationResult($"'{amount}' is not an amount such as 'IDR 25000000'.", [name]);
    }

    /// <summary>What of it concerns orders in a currency.</summary>
    internal ReviewRules For(Currency currency, bool staffCapture) => new(
        Of(ApproveFrom, currency), Fraud, CashOnDelivery, staffCapture, WithinHours * 60, EscalateAfterHours * 60);

    /// <returns>What a refund of this amount waits for; <c>null</c> where it does not.</returns>
    internal RefundApproval? RefundOf(Money amount) => Of(ApproveRefundsFrom, amount.Currency) is { } from && amount >= from ? new RefundApproval(WithinHours * 60, EscalateAfterHours * 60) : null;

    private static Money? Of(string amounts, Currency currency) => Parts(amounts).Select(Read).FirstOrDefault(a => a?.Currency == currency);

    private static string[] Parts(string amounts) => amounts.Split(',', StringSplitOptions.TrimEntries | StringSplitOptions.RemoveEmptyEntries);

    private static Money? Read(string text) =>
        text.Split(' ') is [var code, var amount] && Currency.TryParse(code, out Currency currency) && long.TryParse(amount, NumberStyles.None, CultureInfo.InvariantCulture, out long major) ? Money.FromMajor(major, currency) : null;
}
