using Microsoft.AspNetCore.Http;
using Shop.Emulator.Functions.Http;

namespace Shop.Emulator.Hosting;

/// <summary>The host answers an empty 404 to whatever no function takes: another path, a method nobody declared, HEAD and OPTIONS.</summary>
internal static class HostRoutes
{
    /// <summary>The host's own limit for a body; below it the app's Kestrel decides.</summary>
    private const long LongestBody = 100 * 1024 * 1024;

    public static Task Refuse(HttpContext http, RequestDelegate next)
    {
        Endpoint? endpoint = http.GetEndpoint();
        bool known = endpoint is not null && (endpoint.Metadata.GetMetadata<FunctionEndpoint>() is not null || http.Request.Path.StartsWithSegments("/emulator", StringComparison.OrdinalIgnoreCase));
        if (!known) http.SetEndpoint(null);
        else if (http.Request.ContentLength > LongestBody)
        {
            http.SetEndpoint(null);
            http.Response.StatusCode = StatusCodes.Status413PayloadTooLarge;
            return Task.CompletedTask;
        }
        return next(http);
    }
}
