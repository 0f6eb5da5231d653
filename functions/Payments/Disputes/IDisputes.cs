using Shop.Common;

namespace Shop.Payments;

public enum DisputeStatus
{
    /// <summary>The bank took the money, and listens to the shop until the evidence is due.</summary>
    NeedsResponse,

    /// <summary>The shop has answered.</summary>
    UnderReview,

    /// <summary>The money is back.</summary>
    Won,

    /// <summary>The money is gone.</summary>
    Lost,
}

/// <summary>A buyer asked their bank for the money back.</summary>
/// <param name="OrderId">Whose payment it is; <c>null</c> for one that is not ours.</param>
/// <param name="Reason">In a word of the provider's such as <c>product_not_received</c>.</param>
public sealed record ProviderDispute(string Provider, string Id, string Reference, string? OrderId, Money Amount, string Reason, DisputeStatus Status, DateTimeOffset EvidenceDue)
{
    /// <summary>The bank only asks, and has taken nothing; money given back now ends it.</summary>
    public bool IsInquiry { get; init; }
}

/// <summary>What the shop tells the bank.</summary>
/// <param name="Explanation">In staff's words.</param>
/// <param name="Email">Of the buyer.</param>
/// <param name="TrackingNumber">Of the parcel; <c>null</c> where nothing was sent.</param>
public sealed record DisputeEvidence(string Explanation, string Goods, string Email, string? Name, string? ShippingAddress, string? Courier, string? TrackingNumber, string? ShippedOn);

/// <summary>The port to a provider whose payments can be disputed.</summary>
public interface IDisputes
{
    string Provider { get; }

    /// <summary>The dispute as the provider has it now.</summary>
    Task<ProviderDispute> Find(string id, CancellationToken cancellationToken);

    /// <summary>Tells the bank the shop's side; that can be done once.</summary>
    /// <param name="key">The same key tells it once.</param>
    Task<ProviderDispute> Answer(string id, DisputeEvidence evidence, string key, CancellationToken cancellationToken);
}
