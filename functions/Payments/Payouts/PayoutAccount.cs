using System.ComponentModel.DataAnnotations;
using Shop.Common;
using Shop.Http;

namespace Shop.Payments;

/// <summary>Where a refund is to be paid out that cannot go back the way it came.</summary>
/// <param name="Bank">Or the e-wallet, as its customers call it.</param>
/// <param name="Number">Capital letters, digits, spaces and hyphens.</param>
/// <param name="Holder">Whose account it is.</param>
public sealed record PayoutAccount(
    [property: Personal, StringLength(60, MinimumLength = 2)] string Bank,
    [property: Personal, RegularExpression("^[0-9A-Z][0-9A-Z -]{3,33}$")] string Number,
    [property: Personal, StringLength(100, MinimumLength = 2)] string Holder);
