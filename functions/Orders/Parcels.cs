using Shop.Common;

namespace Shop.Orders;

/// <summary>So many of an article in a parcel.</summary>
public sealed record ParcelLine(Sku Sku, int Quantity);

/// <summary>What goes in one of several parcels.</summary>
/// <param name="Id">Of the shipment that it becomes.</param>
/// <param name="From">The parcel that it was taken out of.</param>
/// <param name="Place">The location where its goods lie; <c>null</c> where that is not known yet.</param>
public sealed record PlannedParcel(string Id, string From, IReadOnlyList<ParcelLine> Lines, string? Place = null);

/// <summary>By when the shop said that it sends, and that it is there: the end of that day, in the shop's time zone.</summary>
/// <param name="ShipBy">Handed to the courier, or ready to be collected.</param>
/// <param name="DeliverBy"><c>null</c> for what is collected.</param>
public sealed record DeliveryPromise(DateOnly ShipBy, DateOnly? DeliverBy);

public enum PromiseKind { Ship, Deliver, Collect }

/// <summary>A promise that was not kept.</summary>
public sealed record MissedPromise(string ShipmentId, PromiseKind Kind, DateTimeOffset At);
