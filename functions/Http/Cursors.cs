using System.Buffers.Text;
using System.Text;
using Microsoft.AspNetCore.Http;
using Microsoft.Extensions.Primitives;

namespace Shop.Http;

/// <summary>One page of a list.</summary>
/// <param name="Data">The entries.</param>
/// <param name="NextCursor">Send it as <c>cursor</c> for the next page; <c>null</c> on the last.</param>
public sealed record Page<T>(IReadOnlyList<T> Data, string? NextCursor);

/// <summary>
/// Opaque positions in lists, signed and bound to the list they were made for (path and filters), so that callers can neither read rows
/// they were not shown nor rely on what is inside.
/// </summary>
public sealed class Cursors(Signing signing)
{
    private const int SignatureBytes = 12;
    private const int MaxLength = 2048;

    /// <summary>The cursor after <paramref name="position"/> of the list that this request asked for; <c>null</c> stays <c>null</c>: the last page.</summary>
    public string? Next(HttpRequest request, string? position)
    {
        if (position is null) return null;
        byte[] text = Encoding.UTF8.GetBytes(position);
        return Base64Url.EncodeToString([.. signing.Sign("cursor", $"{ListOf(request)}|{position}").AsSpan(0, SignatureBytes), .. text]);
    }

    internal bool TryRead(HttpRequest request, string cursor, out string? position)
    {
        position = null;
        if (cursor.Length is 0 or > MaxLength || !Base64Url.IsValid(cursor)) return false;
        byte[] bytes = Base64Url.DecodeFromChars(cursor);
        if (bytes.Length <= SignatureBytes) return false;
        string text = Encoding.UTF8.GetString(bytes.AsSpan(SignatureBytes));
        if (!signing.Verify("cursor", $"{ListOf(request)}|{text}", bytes.AsSpan(0, SignatureBytes))) return false;
        position = text;
        return true;
    }

    private static string ListOf(HttpRequest request)
    {
        var list = new StringBuilder(request.Path.Value);
        foreach ((string name, StringValues values) in request.Query.OrderBy(q => q.Key, StringComparer.Ordinal))
        {
            if (name is "cursor" or "limit" or OrderTokens.QueryName) continue;
            foreach (string? value in values) list.Append('&').Append(Uri.EscapeDataString(name)).Append('=').Append(Uri.EscapeDataString(value ?? ""));
        }
        return list.ToString();
    }
}
