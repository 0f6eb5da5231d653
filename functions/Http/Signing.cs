using System.ComponentModel.DataAnnotations;
using System.Security.Cryptography;
using System.Text;

namespace Shop.Http;

/// <summary>Section <c>Security</c>.</summary>
public sealed class SecurityOptions
{
    /// <summary>Signs sessions, order tokens and cursors. At least 32 characters; another key ends every session and every order link.</summary>
    [Required, MinLength(32)]
    public string SigningKey { get; init; } = "";
}

/// <summary>HMAC-SHA256 under the shop's key. Every use begins its text with a word of its own, so that one never passes for another.</summary>
public sealed class Signing(SecurityOptions options)
{
    internal byte[] Key { get; } = Encoding.UTF8.GetBytes(options.SigningKey);

    public byte[] Sign(string use, string text) => HMACSHA256.HashData(Key, Encoding.UTF8.GetBytes($"{use}|{text}"));

    /// <summary>Takes a shortened signature too, of 12 bytes or more.</summary>
    public bool Verify(string use, string text, ReadOnlySpan<byte> signature) =>
        signature.Length is >= 12 and <= 32 && CryptographicOperations.FixedTimeEquals(Sign(use, text).AsSpan(0, signature.Length), signature);
}
