using System.Security.Cryptography;
using System.Text;

namespace Shop.Common;

/// <summary>Stands for something in a key: 160 bits of its SHA-256, 40 lower-case hexadecimal digits.</summary>
internal static class Digest
{
    public static string Of(string text) => Of(Encoding.UTF8.GetBytes(text));

    public static string Of(byte[] bytes) => Convert.ToHexStringLower(SHA256.HashData(bytes).AsSpan(0, 20));
}
