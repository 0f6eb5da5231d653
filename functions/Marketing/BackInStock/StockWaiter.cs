using System.ComponentModel.DataAnnotations;
using Shop.Common;

namespace Shop.Marketing;

/// <summary>Somebody who wants to be told once when a SKU can be bought again.</summary>
/// <param name="Id"><c>wtr_…</c>; the mail's Message-ID begins with it.</param>
/// <param name="Sku">What they wait for.</param>
/// <param name="Email">Theirs: a customer's, or a guest's who opened a mailed link.</param>
/// <param name="Locale">Of the mail.</param>
/// <param name="Since">Who waits longest is told first.</param>
public sealed record StockWaiter(string Id, Sku Sku, string Email, string Locale, DateTimeOffset Since)
{
    /// <summary>Names the person in keys: the same one, however the address is written.</summary>
    internal string Person => EmailAddress.Key(Email);
}

/// <summary>Section <c>BackInStock</c>.</summary>
public sealed class BackInStockOptions
{
    /// <summary>How many are told for each piece that is there: not all of them buy, and nobody should come for nothing.</summary>
    [Range(1, 1000)]
    public int MailsPerPiece { get; init; } = 5;

    /// <summary>Who has waited for so long is forgotten.</summary>
    [Range(1, 730)]
    public int ForgetAfterDays { get; init; } = 180;

    /// <summary>How long the link works by which a guest confirms the address.</summary>
    [Range(1, 168)]
    public int ConfirmWithinHours { get; init; } = 48;
}
