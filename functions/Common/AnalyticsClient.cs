namespace Shop.Common;

/// <summary>A browser as the shop's analytics know it. It is kept only where its shopper agreed to be measured.</summary>
/// <param name="ClientId">Drawn at random by the browser, as in GA4's cookie <c>_ga</c>.</param>
/// <param name="SessionId">Of the visit.</param>
public sealed record AnalyticsClient(string ClientId, string? SessionId);
