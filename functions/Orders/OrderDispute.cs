using Shop.Common;
using Shop.Payments;

namespace Shop.Orders;

/// <summary>A buyer asked their bank for the money back.</summary>
/// <param name="Id">The provider's.</param>
/// <param name="Reference">The payment at its provider.</param>
/// <param name="Reason">In a word of the provider's such as <c>product_not_received</c>.</param>
/// <param name="EvidenceDue">Until when the bank listens.</param>
/// <param name="ClosedAt">When the bank decided.</param>
public sealed record OrderDispute(string Id, string Reference, Money Amount, string Reason, DisputeStatus Status, DateTimeOffset EvidenceDue, DateTimeOffset OpenedAt, DateTimeOffset? ClosedAt = null);
