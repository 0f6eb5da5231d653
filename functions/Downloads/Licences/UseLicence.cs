using System.ComponentModel.DataAnnotations;
using System.Security.Cryptography;
using System.Text;
using Shop.Common;
using Shop.Customers;
using Shop.Orders;
using Shop.Storage;

namespace Shop.Downloads;

/// <param name="Key">As the buyer has it; case and hyphens do not matter.</param>
/// <param name="Device">What distinguishes this device from others; only its hash is kept.</param>
public sealed record LicenceUse([property: StringLength(200, MinimumLength = 8)] string Key, [property: StringLength(200, MinimumLength = 1)] string Device);

/// <summary>What a buyer's software learns of a key: nothing of the buyer.</summary>
/// <param name="Active">Whether it works on the device that was named.</param>
/// <param name="Activations">On how many devices it works.</param>
public sealed record LicenceResource(Sku Sku, string Title, bool Active, int Activations, int ActivationLimit);

public enum LicenceAct { Activate, Deactivate, Look }

/// <summary>
/// Asked by the software that was sold. A key is looked up by its hash, so that no comparison tells how much of a guess is right, and every call is counted
/// before it is looked at, under the key and under the client.
/// </summary>
public sealed class UseLicence(LicenceStore licences, DownloadStore store, OrderStore orders, Attempts attempts, DownloadOptions options, TimeProvider clock)
{
    private readonly AttemptRule _perKey = new("licence", options.LicenceCallsPerKey), _perClient = new("licence-client", options.LicenceCallsPerClientAddress);

    /// <param name="device">May be left out of a look.</param>
    /// <param name="client">The client's address.</param>
    public async Task<Result<LicenceResource>> Run(LicenceAct act, string key, string? device, string client, CancellationToken cancellationToken)
    {
        string hash = LicenceKeys.HashOf(key);
        if ((await attempts.Count(_perClient, client, cancellationToken) ?? await attempts.Count(_perKey, hash, cancellationToken)) is { } wait) return LicenceProblems.TooMany(wait);
        if (await licences.Find(hash, cancellationToken) is not { } read) return LicenceProblems.Unknown;
        Licence licence = read.Value;
        if (await orders.Find(licence.OrderId, cancellationToken) is not { Value: { } order } || DownloadGrants.LineAt(order, licence.Line) is not { } line) return LicenceProblems.Unknown;
        if (licence.Unit > DownloadGrants.Entitled(order, line) || (await store.Find(order.Id, licence.Line, cancellationToken)).Value.IsRevoked) return LicenceProblems.Revoked;

        int limit = line.Digital?.ActivationLimit ?? options.ActivationLimit;
        string? deviceHash = device is null ? null : HashOf(hash, device);
        while (true)
        {
            if (Decide(act, read.Value, deviceHash, limit) is not { Problem: null, Value: { } changed }) return LicenceProblems.UsedUp;
            if (ReferenceEquals(changed, read.Value) || await licences.TryReplace(hash, read, changed, cancellationToken))
                return new LicenceResource(line.Sku, line.Title, deviceHash is not null && changed.IsActiveOn(deviceHash), changed.Devices.Count, limit);
            read = await licences.Find(hash, cancellationToken) ?? throw new InvalidOperationException("A licence key that was there is gone.");
        }
    }

    private Result<Licence> Decide(LicenceAct act, Licence licence, string? device, int limit) => act switch
    {
        LicenceAct.Activate when licence.IsActiveOn(device!) => licence,
        LicenceAct.Activate when licence.Devices.Count >= limit => LicenceProblems.UsedUp,
        LicenceAct.Activate => licence with { Devices = [.. licence.Devices, new ActivatedDevice(device!, clock.GetUtcNow())] },
        LicenceAct.Deactivate when licence.IsActiveOn(device!) => licence with { Devices = [.. licence.Devices.Where(d => d.Hash != device)] },
        _ => licence,
    };

    /// <summary>Of the key too, so that a device cannot be followed from one licence to another.</summary>
    private static string HashOf(string key, string device) => Convert.ToHexStringLower(SHA256.HashData(Encoding.UTF8.GetBytes($"{key}|{device}")).AsSpan(0, 16));
}
