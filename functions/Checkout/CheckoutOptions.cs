using System.ComponentModel.DataAnnotations;

namespace Shop.Checkout;

/// <summary>Section <c>Checkout</c>.</summary>
public sealed class CheckoutOptions
{
    /// <summary>How long a paid order waits before a courier is called: until then its customer may cancel it. 0 calls at once.</summary>
    [Range(0, 7 * 24 * 60)]
    public int SendAfterMinutes { get; init; }

    /// <summary>Who is told when an order stands still; empty for nobody.</summary>
    [RegularExpression("^$|^[^@\\s]+@[^@\\s]+$", ErrorMessage = "Checkout__AlertEmail must be an e-mail address, or be empty.")]
    public string AlertEmail { get; init; } = "";
}
