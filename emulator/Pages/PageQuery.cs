using System.Globalization;
using Microsoft.AspNetCore.Http;
using Microsoft.Extensions.DependencyInjection;

namespace Shop.Emulator.Pages;

/// <summary>What a page is asked for.</summary>
internal static class PageQuery
{
    public static T Service<T>(this HttpContext context) where T : notnull => context.RequestServices.GetRequiredService<T>();

    public static string Route(this HttpContext context, string name) => context.Request.RouteValues[name] as string ?? "";

    /// <summary><c>?limit=</c>, from 1 to <paramref name="most"/>.</summary>
    public static int Limit(this HttpContext context, int otherwise, int most) =>
        int.TryParse(context.Request.Query["limit"], NumberStyles.None, CultureInfo.InvariantCulture, out int asked) ? Math.Clamp(asked, 1, most) : otherwise;
}
