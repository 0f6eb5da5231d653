using System.Buffers.Text;
using System.Security.Cryptography;
using System.Text;
using System.Text.Json;
using Shop.Common;

namespace Shop.Http;

/// <summary>
/// Encrypts personal fields before they are stored: AES-256-GCM under the first key of <c>Security__DataKeys</c>. The sealed text names its
/// key, so that values under an older key open as long as that key is listed; whatever is written anew is under the first.
/// </summary>
public sealed class Sealing
{
    private const string Version = "v1";
    private const int NonceBytes = 12;
    private const int TagBytes = 16;
    private readonly Dictionary<string, byte[]> _keys;
    private readonly string _current;

    /// <exception cref="FormatException">A key is not 32 bytes in base64, or two have the same id.</exception>
    public Sealing(SecurityOptions options)
    {
        (string Id, byte[] Key)[] keys = [.. SecurityOptions.ParseDataKeys(options.DataKeys)];
        _keys = keys.ToDictionary(k => k.Id, k => k.Key, StringComparer.Ordinal);
        _current = keys[0].Id;
    }

    /// <param name="place">Where it will be stored, such as <c>cus_…|customer</c>: opened anywhere else it is refused, so that no row's secrets can be moved to another.</param>
    /// <param name="value">Kept as JSON.</param>
    public string Seal<T>(string place, T value)
    {
        byte[] clear = JsonSerializer.SerializeToUtf8Bytes(value, ShopJson.Options);
        byte[] box = new byte[NonceBytes + clear.Length + TagBytes];
        RandomNumberGenerator.Fill(box.AsSpan(0, NonceBytes));
        using var aes = new AesGcm(_keys[_current], TagBytes);
        aes.Encrypt(box.AsSpan(0, NonceBytes), clear, box.AsSpan(NonceBytes, clear.Length), box.AsSpan(NonceBytes + clear.Length), Encoding.UTF8.GetBytes(place));
        return $"{Version}.{_current}.{Base64Url.EncodeToString(box)}";
    }

    /// <exception cref="CryptographicException">It was changed, belongs elsewhere, or its key is no longer listed.</exception>
    public T Open<T>(string place, string text)
    {
        if (text.Split('.') is not [Version, var id, var payload] || !_keys.TryGetValue(id, out byte[]? key)) throw new CryptographicException("The sealed value names a key that Security__DataKeys does not list.");
        byte[] box = Base64Url.DecodeFromChars(payload);
        byte[] clear = new byte[box.Length - NonceBytes - TagBytes];
        using var aes = new AesGcm(key, TagBytes);
        aes.Decrypt(box.AsSpan(0, NonceBytes), box.AsSpan(NonceBytes, clear.Length), box.AsSpan(NonceBytes + clear.Length), clear, Encoding.UTF8.GetBytes(place));
        return JsonSerializer.Deserialize<T>(clear, ShopJson.Options)!;
    }

    /// <summary>Whether the text is under another key than new ones are.</summary>
    public bool IsOld(string text) => !text.StartsWith($"{Version}.{_current}.", StringComparison.Ordinal);
}
