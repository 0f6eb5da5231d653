using Shop.Common;

namespace Shop.Shipping;

/// <summary>Every refusal of this module.</summary>
public static class ShippingProblems
{
    public static Problem SignatureInvalid { get; } = new(400, "hook.signature-invalid", "The signature does not fit the body, or is too old.");

    public static Problem ZoneUnknown { get; } = new(404, "shipping.zone-unknown", "There is no such shipping zone.");

    public static Problem ZoneExists { get; } = new(409, "shipping.zone-exists", "There is a shipping zone with this id already.");

    public static Problem ZoneInvalid { get; } = new(422, "shipping.zone-invalid", "The zone or its rates contradict themselves.");

    public static Problem TooManyZones { get; } = new(422, "shipping.too-many-zones", $"There are at most {ShippingZone.Most} shipping zones.");
}
