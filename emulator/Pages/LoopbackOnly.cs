using System.Net;
using Microsoft.AspNetCore.Http;
using Shop.Emulator.Courier;
using Shop.Emulator.Stripe;

namespace Shop.Emulator.Pages;

/// <summary>
/// Whoever reaches the page can read every mail and move every payment, so it answers this machine only, under this machine's own names (a foreign
/// name that resolves to 127.0.0.1 would hand the page to a stranger's script), and no other site may press its buttons.
/// </summary>
internal static class LoopbackOnly
{
    public static Task Refuse(HttpContext context, RequestDelegate next)
    {
        if (!context.Request.Path.StartsWithSegments("/emulator", StringComparison.OrdinalIgnoreCase) || Reason(context) is not { } reason) return next(context);
        context.Response.StatusCode = StatusCodes.Status403Forbidden;
        return context.Response.WriteAsJsonAsync(new { error = reason }, context.RequestAborted);
    }

    private static string? Reason(HttpContext context)
    {
        HttpRequest request = context.Request;
        if (context.Connection.RemoteIpAddress is not { } remote || !IPAddress.IsLoopback(remote)) return "The emulator answers its own machine only.";
        if (request.Host.Host is not ("127.0.0.1" or "[::1]") && !request.Host.Host.Equals("localhost", StringComparison.OrdinalIgnoreCase)) return "The emulator answers to localhost, 127.0.0.1 and [::1] only.";
        return IsButton(request) && IsForeign(request) ? "Another site cannot press the emulator's buttons." : null;
    }

    /// <summary>The providers' APIs are no buttons: a shopper's browser calls Stripe from the shop's site, and keys protect them.</summary>
    private static bool IsButton(HttpRequest request) =>
        !HttpMethods.IsGet(request.Method) && !HttpMethods.IsHead(request.Method)
        && !request.Path.StartsWithSegments(StripeRoom.Root, StringComparison.OrdinalIgnoreCase) && !request.Path.StartsWithSegments(CourierRoom.Root, StringComparison.OrdinalIgnoreCase);

    /// <summary>Every browser sends at least one of the two with a POST, scripts send neither.</summary>
    private static bool IsForeign(HttpRequest request)
    {
        string site = request.Headers["Sec-Fetch-Site"].ToString(), origin = request.Headers.Origin.ToString();
        return site is not ("" or "same-origin" or "none") || (origin.Length > 0 && !origin.Equals($"{request.Scheme}://{request.Host}", StringComparison.OrdinalIgnoreCase));
    }
}
