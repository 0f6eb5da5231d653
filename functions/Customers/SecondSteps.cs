using System.Security.Cryptography;
using OtpNet;
using Shop.Http;

namespace Shop.Customers;

/// <summary>The rules of one-time codes: six digits every thirty seconds, one step early or late, none twice; recovery codes once each.</summary>
public sealed class SecondSteps(Sealing sealing, Signing signing, TimeProvider clock)
{
    private const int RecoveryCodes = 10;
    private const string RecoveryAlphabet = "0123456789abcdefghjkmnpqrstvwxyz";

    /// <summary>A secret that is not asked for yet.</summary>
    public (SecondStep Step, string Secret) Begin(string staffId)
    {
        string secret = Base32Encoding.ToString(KeyGeneration.GenerateRandomKey(20)).TrimEnd('=');
        return (new SecondStep(sealing.Seal(Place(staffId), secret), null, 0, []), secret);
    }

    /// <summary>What a phone's camera reads.</summary>
    public static string Uri(string email, string secret) => new OtpUri(OtpType.Totp, secret, email, "Shop").ToString();

    /// <summary>Fresh recovery codes: what is kept and what is shown, once.</summary>
    public (IReadOnlyList<string> Hashes, IReadOnlyList<string> Codes) MakeRecoveryCodes(string staffId)
    {
        string[] codes = [.. Enumerable.Range(0, RecoveryCodes).Select(_ => $"{RandomNumberGenerator.GetString(RecoveryAlphabet, 5)}-{RandomNumberGenerator.GetString(RecoveryAlphabet, 5)}")];
        return ([.. codes.Select(c => Hash(staffId, c))], codes);
    }

    /// <summary>The step after this code, so that it is not taken again; <c>null</c> when it is wrong or was used.</summary>
    public SecondStep? Use(string staffId, SecondStep step, string code)
    {
        string text = code.Replace(" ", "", StringComparison.Ordinal).ToLowerInvariant();
        if (step.RecoveryHashes.Contains(Hash(staffId, text), StringComparer.Ordinal))
            return step with { RecoveryHashes = [.. step.RecoveryHashes.Where(h => h != Hash(staffId, text))] };
        var totp = new Totp(Base32Encoding.ToBytes(sealing.Open<string>(Place(staffId), step.Sealed)));
        bool right = totp.VerifyTotp(clock.GetUtcNow().UtcDateTime, text, out long at, new VerificationWindow(previous: 1, future: 1));
        return right && at > step.LastStep ? step with { LastStep = at } : null;
    }

    /// <summary>Keyed: fifty bits would be tried in no time by whoever had a plain hash.</summary>
    private string Hash(string staffId, string code) => Convert.ToBase64String(signing.Sign("recovery", $"{staffId}|{code}"));

    internal static string Place(string staffId) => $"{staffId}|totp";
}
