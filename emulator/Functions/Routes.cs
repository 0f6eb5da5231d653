using Microsoft.AspNetCore.Routing.Patterns;

namespace Shop.Emulator.Functions;

/// <summary>Whether two routes can match one request. The host tries routes in the order of the functions' names, so an overlap hides a function.</summary>
internal static class Routes
{
    /// <param name="a">The route whose function's name comes first.</param>
    /// <param name="b">The other.</param>
    /// <param name="methodsOfA">Empty means every method.</param>
    /// <param name="methodsOfB">Empty means every method.</param>
    /// <param name="last">Whether <paramref name="b"/> is tried last of all: there a catch-all takes only what nothing else took.</param>
    public static bool Overlap(RoutePattern a, string[] methodsOfA, RoutePattern b, string[] methodsOfB, bool last)
    {
        if (methodsOfA.Length > 0 && methodsOfB.Length > 0 && !methodsOfA.Intersect(methodsOfB, StringComparer.OrdinalIgnoreCase).Any()) return false;
        if (last && b.PathSegments is [{ IsSimple: true } only] && only.Parts[0] is RoutePatternParameterPart { IsCatchAll: true }) return false;
        for (int i = 0; ; i++)
        {
            if (i == a.PathSegments.Count || i == b.PathSegments.Count)
                return a.PathSegments.Skip(i).Concat(b.PathSegments.Skip(i)).All(IsOptional);
            RoutePatternPathSegment left = a.PathSegments[i], right = b.PathSegments[i];
            if (IsCatchAll(left) || IsCatchAll(right)) return true;
            if (Literal(left) is { } one && Literal(right) is { } other && !one.Equals(other, StringComparison.OrdinalIgnoreCase)) return false;
        }
    }

    private static bool IsOptional(RoutePatternPathSegment segment) =>
        segment.IsSimple && segment.Parts[0] is RoutePatternParameterPart { IsOptional: true } or RoutePatternParameterPart { IsCatchAll: true };

    private static bool IsCatchAll(RoutePatternPathSegment segment) => segment.IsSimple && segment.Parts[0] is RoutePatternParameterPart { IsCatchAll: true };

    private static string? Literal(RoutePatternPathSegment segment) => segment.IsSimple ? (segment.Parts[0] as RoutePatternLiteralPart)?.Content : null;
}
