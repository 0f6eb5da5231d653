using System.Net;
using System.Net.Sockets;
using Microsoft.AspNetCore.Http;
using Microsoft.Extensions.Configuration;
using Microsoft.Extensions.Options;

namespace Shop.Http;

/// <summary>
/// From where a request comes, for limits. Behind a proxy the connection is the proxy's: then <c>Http__ClientAddressHeader</c> names the header
/// that the proxy writes (<c>X-Forwarded-For</c> in Azure). Its last entry is the proxy's own; those before it are the caller's to invent.
/// </summary>
public sealed class ClientAddresses(HttpOptions options)
{
    /// <summary>One text for everything that one subscriber commands: an IPv4 address, or the first 64 bits of an IPv6 address.</summary>
    public string Of(HttpRequest request)
    {
        IPAddress? address = options.ClientAddressHeader.Length == 0
            ? request.HttpContext.Connection.RemoteIpAddress
            : Parse(request.Headers[options.ClientAddressHeader].ToString().Split(',')[^1].Trim());
        if (address is null) return "unknown";
        if (address.IsIPv4MappedToIPv6) address = address.MapToIPv4();
        if (address.AddressFamily == AddressFamily.InterNetwork) return address.ToString();
        byte[] bytes = address.GetAddressBytes();
        bytes.AsSpan(8).Clear();
        return new IPAddress(bytes) + "/64";
    }

    private static IPAddress? Parse(string text) => IPEndPoint.TryParse(text, out IPEndPoint? end) ? end.Address : null;
}

/// <summary>
/// In Azure every connection is the platform's: without the header all clients would be one, and the first to guess passwords would lock everybody out. So
/// a start without it is refused.
/// </summary>
internal sealed class ClientAddressCheck(IConfiguration settings) : IValidateOptions<HttpOptions>
{
    public ValidateOptionsResult Validate(string? name, HttpOptions options) =>
        string.IsNullOrEmpty(settings["WEBSITE_INSTANCE_ID"]) || options.ClientAddressHeader.Length > 0
            ? ValidateOptionsResult.Success
            : ValidateOptionsResult.Fail("Set Http__ClientAddressHeader to the header in which the proxy before the app tells the client's address; X-Forwarded-For where nothing but Azure is in front.");
}
