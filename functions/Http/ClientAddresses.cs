using System.Net;
using System.Net.Sockets;
using Microsoft.AspNetCore.Http;

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
