using System.Buffers.Text;
using System.IO.Compression;
using System.Security.Cryptography;
using System.Text;
using System.Text.Json;
using Shop.Common;

namespace Shop.Http;

/// <summary>
/// Encrypts personal data before it is stored: AES-256-GCM under the first key of <c>Security__DataKeys</c>. What is sealed names its key, so
/// that values under an older key open as long as that key is listed; whatever is written anew is under the first.
/// </summary>
public sealed class Sealing
{
    private const string Plain = "v1", Compressed = "v2";
    private const int NonceBytes = 12;
    private const int TagBytes = 16;

    /// <summary>Below it compression saves nothing. A queue message holds 64 KiB, and what is sealed cannot be compressed any more.</summary>
    private const int CompressFromBytes = 1024;

    private readonly Dictionary<string, byte[]> _keys;

    /// <exception cref="FormatException">A key is not 32 bytes in base64, or two have the same id.</exception>
    public Sealing(SecurityOptions options)
    {
        (string Id, byte[] Key)[] keys = [.. SecurityOptions.ParseDataKeys(options.DataKeys)];
        _keys = keys.ToDictionary(k => k.Id, k => k.Key, StringComparer.Ordinal);
        Current = keys[0].Id;
        Keys = [.. keys.Select(k => k.Id)];
    }

    /// <summary>The id of the key that seals.</summary>
    public string Current { get; }

    /// <summary>The ids of all keys, the current one first.</summary>
    public IReadOnlyList<string> Keys { get; }

    /// <param name="place">Where it will be stored, such as <c>cus_…|customer</c>: opened anywhere else it is refused, so that no row's secrets can be moved to another.</param>
    /// <param name="value">Kept as JSON.</param>
    public string Seal<T>(string place, T value)
    {
        SealedBytes box = Seal(place, JsonSerializer.SerializeToUtf8Bytes(value, ShopJson.Options));
        return $"{box.Header}.{Base64Url.EncodeToString(box.Bytes)}";
    }

    /// <exception cref="CryptographicException">It was changed, belongs elsewhere, or its key is no longer listed.</exception>
    public T Open<T>(string place, string text) => JsonSerializer.Deserialize<T>(Open(place, Parse(text)), ShopJson.Options)!;

    /// <summary>The same under the current key.</summary>
    public string Renew(string place, string text)
    {
        SealedBytes box = Seal(place, Open(place, Parse(text)));
        return $"{box.Header}.{Base64Url.EncodeToString(box.Bytes)}";
    }

    /// <summary>The id of the key that sealed text is under.</summary>
    public static string KeyOf(string text) => text.Split('.') is [_, var key, ..] ? key : "";

    internal SealedBytes Seal(string place, byte[] value)
    {
        bool compress = value.Length >= CompressFromBytes;
        byte[] clear = compress ? Compress(value) : value;
        byte[] box = new byte[NonceBytes + clear.Length + TagBytes];
        RandomNumberGenerator.Fill(box.AsSpan(0, NonceBytes));
        using var aes = new AesGcm(_keys[Current], TagBytes);
        aes.Encrypt(box.AsSpan(0, NonceBytes), clear, box.AsSpan(NonceBytes, clear.Length), box.AsSpan(NonceBytes + clear.Length), Encoding.UTF8.GetBytes(place));
        return new SealedBytes($"{(compress ? Compressed : Plain)}.{Current}", box);
    }

    internal byte[] Open(string place, SealedBytes box)
    {
        if (box.Header.Split('.') is not [Plain or Compressed, var id] || !_keys.TryGetValue(id, out byte[]? key)) throw new CryptographicException("The sealed value names a key that Security__DataKeys does not list.");
        if (box.Bytes.Length < NonceBytes + TagBytes) throw new CryptographicException("The sealed value is cut off.");
        byte[] clear = new byte[box.Bytes.Length - NonceBytes - TagBytes];
        using var aes = new AesGcm(key, TagBytes);
        aes.Decrypt(box.Bytes.AsSpan(0, NonceBytes), box.Bytes.AsSpan(NonceBytes, clear.Length), box.Bytes.AsSpan(NonceBytes + clear.Length), clear, Encoding.UTF8.GetBytes(place));
        return box.Header.StartsWith(Compressed, StringComparison.Ordinal) ? Decompress(clear) : clear;
    }

    private static SealedBytes Parse(string text) =>
        text.LastIndexOf('.') is > 0 and var dot ? new SealedBytes(text[..dot], Base64Url.DecodeFromChars(text.AsSpan(dot + 1))) : throw new CryptographicException("This is not a sealed value.");

    private static byte[] Compress(byte[] value)
    {
        using var packed = new MemoryStream();
        using (var brotli = new BrotliStream(packed, CompressionLevel.Fastest)) brotli.Write(value);
        return packed.ToArray();
    }

    private static byte[] Decompress(byte[] packed)
    {
        using var whole = new MemoryStream();
        using var brotli = new BrotliStream(new MemoryStream(packed), CompressionMode.Decompress);
        brotli.CopyTo(whole);
        return whole.ToArray();
    }
}

/// <param name="Header">How and under which key: <c>v1.5f2c81aa</c>, or <c>v2.…</c> where it was compressed first.</param>
/// <param name="Bytes">Nonce, ciphertext and tag.</param>
internal readonly record struct SealedBytes(string Header, byte[] Bytes);
