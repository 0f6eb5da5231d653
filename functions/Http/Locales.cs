using Microsoft.AspNetCore.Http;
using Microsoft.Net.Http.Headers;

namespace Shop.Http;

/// <summary>The languages the shop speaks.</summary>
public static class Locales
{
    /// <summary>Bahasa Indonesia.</summary>
    public const string Default = "id";

    public static IReadOnlyList<string> All { get; } = ["id", "en"];

    /// <summary>The caller's most wanted language that the shop speaks; <c>en-GB</c> asks for <c>en</c>.</summary>
    internal static string Choose(HttpRequest request, string fallback)
    {
        string? best = null;
        double bestQuality = 0;
        if (!StringWithQualityHeaderValue.TryParseList(request.Headers.AcceptLanguage, out IList<StringWithQualityHeaderValue>? wanted)) return fallback;
        foreach (StringWithQualityHeaderValue want in wanted)
        {
            double quality = want.Quality ?? 1;
            string? spoken = want.Value == "*" ? fallback : All.FirstOrDefault(l => Speaks(l, want.Value.AsSpan()));
            if (spoken is not null && quality > bestQuality) (best, bestQuality) = (spoken, quality);
        }
        return best ?? fallback;
    }

    private static bool Speaks(string locale, ReadOnlySpan<char> range) =>
        range.StartsWith(locale, StringComparison.OrdinalIgnoreCase) && (range.Length == locale.Length || range[locale.Length] == '-');
}
