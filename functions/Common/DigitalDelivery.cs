namespace Shop.Common;

/// <summary>How a digital article is delivered. An order keeps a copy, so that a buyer's right never changes afterwards.</summary>
/// <param name="DownloadLimit">How often a buyer may fetch the file; the shop's own number when absent.</param>
/// <param name="AccessDays">For how many days after the payment; the shop's own number when absent.</param>
/// <param name="Licence">Where a licence key for each unit comes from; <c>null</c> where it needs none.</param>
/// <param name="ActivationLimit">On how many devices one key works at a time; the shop's own number when absent.</param>
/// <param name="Watermark">Whether a PDF or a picture is stamped for its buyer before it is handed out.</param>
/// <param name="Terms">What a buyer must accept; <c>null</c> for nothing.</param>
/// <param name="GiftCard">Each unit is a gift card of its price: money that the shop owes, no revenue, and not taxed.</param>
public sealed record DigitalDelivery(
    int? DownloadLimit = null, int? AccessDays = null, LicenceSource? Licence = null, int? ActivationLimit = null, bool Watermark = false, TermsOfUse? Terms = null, bool GiftCard = false);

public enum LicenceSource
{
    /// <summary>From a supply that staff fill.</summary>
    Pool,

    /// <summary>Made by the shop.</summary>
    Generated,
}

/// <param name="Version">What distinguishes one wording from the next; a shopper accepts a version.</param>
/// <param name="Url">Where they can be read.</param>
public sealed record TermsOfUse(string Version, string Url);
