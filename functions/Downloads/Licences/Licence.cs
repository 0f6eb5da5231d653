using Shop.Common;

namespace Shop.Downloads;

/// <summary>A key that was assigned, as it is found by itself: whose it is, and on which devices it works.</summary>
/// <param name="Unit">Of the order's line, from 1.</param>
/// <param name="Devices">Hashes; what a device calls itself is nobody's business.</param>
internal sealed record Licence(string OrderId, int Line, int Unit, IReadOnlyList<ActivatedDevice> Devices)
{
    public bool IsActiveOn(string device) => Devices.Any(d => d.Hash == device);
}

internal sealed record ActivatedDevice(string Hash, DateTimeOffset At);

/// <summary>How many keys a supply has.</summary>
/// <param name="Free">That nobody has.</param>
/// <param name="Assigned">That buyers have.</param>
/// <param name="Filled">How often it was filled; each time it may run low once more.</param>
internal sealed record LicencePool(int Free, int Assigned, int Filled);

/// <summary>A unit of an order.</summary>
internal readonly record struct LicenceUnit(string OrderId, int Line, int Unit);

/// <summary>Refusals about licence keys.</summary>
public static class LicenceProblems
{
    public static Problem Unknown { get; } = new(404, "licence.unknown", "There is no such licence key.");

    public static Problem Revoked { get; } = new(410, "licence.revoked", "This licence key was taken back: its money was returned, or the shop withdrew it.");

    public static Problem UsedUp { get; } = new(409, "licence.activations-used-up", "This licence key works on as many devices as it may. Deactivate one of them first.");

    public static Problem TooMany(TimeSpan wait) => new(429, "licence.too-many-calls", "Too many calls. Wait before you try again.") { RetryAfter = wait };

    public static Problem PoolUnknown { get; } = new(404, "licence.pool-unknown", "No keys were ever put into this pool.");

    public static Problem FileExpected { get; } = new(415, "licence.lines-expected", "Send the keys as text/plain, one on each line, in UTF-8.");

    public static Problem KeysInvalid { get; } = new(422, "licence.keys-invalid", "Some lines are no licence keys; nothing was added.");
}
