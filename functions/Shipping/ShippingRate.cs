using Shop.Common;

namespace Shop.Shipping;

/// <summary>What a courier asks for a parcel, and how long it takes.</summary>
/// <param name="Id">Stable: courier and service, such as <c>jne-reg</c>.</param>
/// <param name="Courier">The courier's code, as in <c>/v1/hooks/couriers/{courier}</c>.</param>
public sealed record ShippingRate(string Id, string Name, string Courier, Money Price, EstimatedDays EstimatedDays);

/// <summary>Working days from hand-over to delivery.</summary>
public sealed record EstimatedDays(int Min, int Max);

/// <summary>What is to be shipped where; equal parcels cost the same.</summary>
/// <param name="Grams">With packaging, at least 1.</param>
/// <param name="Value">Of the goods.</param>
public sealed record ParcelToQuote(string Country, string PostalCode, string City, string? District, int Grams, Money Value);
