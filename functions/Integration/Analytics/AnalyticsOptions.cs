using System.ComponentModel.DataAnnotations;

namespace Shop.Integration;

/// <summary>Section <c>Analytics</c>: where sales are measured, for shoppers who agreed to it.</summary>
public sealed class AnalyticsOptions : IValidatableObject
{
    /// <summary>Of a collector of GA4's Measurement Protocol, such as <c>https://www.google-analytics.com</c>, without a slash at the end; empty measures nothing.</summary>
    public string Url { get; init; } = "";

    /// <summary>Of the data stream: <c>G-…</c></summary>
    public string MeasurementId { get; init; } = "";

    /// <summary>Made in the data stream's settings.</summary>
    public string ApiSecret { get; init; } = "";

    public bool IsOn => Url.Length > 0;

    public IEnumerable<ValidationResult> Validate(ValidationContext validationContext)
    {
        if (!IsOn) yield break;
        if (!Uri.TryCreate(Url, UriKind.Absolute, out Uri? url) || url.Scheme is not ("http" or "https")) yield return new ValidationResult("Analytics__Url must be an http or https URL, or be empty.");
        if (MeasurementId.Length == 0 || ApiSecret.Length == 0) yield return new ValidationResult("Analytics__Url needs Analytics__MeasurementId and Analytics__ApiSecret.");
    }
}
