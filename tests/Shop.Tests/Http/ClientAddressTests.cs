using System.Net;
using Microsoft.AspNetCore.Http;
using Microsoft.Extensions.Configuration;
using Shop.Http;

namespace Shop.Tests.Http;

public sealed class ClientAddressTests
{
    [Theory]
    [InlineData("203.0.113.7", "203.0.113.7")]
    [InlineData("203.0.113.7:4711", "203.0.113.7")]
    [InlineData("198.51.100.1, 203.0.113.7:4711", "203.0.113.7")]
    [InlineData("[2001:db8:1:2:3:4:5:6]:4711", "2001:db8:1:2::/64")]
    [InlineData("2001:db8:1:2:ffff::1", "2001:db8:1:2::/64")]
    [InlineData("::ffff:203.0.113.7", "203.0.113.7")]
    [InlineData("nonsense", "unknown")]
    [InlineData("", "unknown")]
    public void The_proxys_own_entry_counts(string header, string address)
    {
        HttpRequest request = HttpTesting.Get("/");
        request.Headers["X-Forwarded-For"] = header;

        Assert.Equal(address, new ClientAddresses(new HttpOptions { ClientAddressHeader = "X-Forwarded-For" }).Of(request));
    }

    [Theory]
    [InlineData("4f2a", "", false)]
    [InlineData("4f2a", "X-Forwarded-For", true)]
    [InlineData("", "", true)]
    public void In_Azure_the_start_is_refused_without_the_header(string instance, string header, bool starts)
    {
        IConfiguration settings = new ConfigurationBuilder().AddInMemoryCollection([new("WEBSITE_INSTANCE_ID", instance)]).Build();

        Assert.Equal(starts, new ClientAddressCheck(settings).Validate(null, new HttpOptions { ClientAddressHeader = header }).Succeeded);
    }

    [Fact]
    public void Without_a_proxy_the_header_is_the_callers_to_invent()
    {
        HttpRequest request = HttpTesting.Get("/");
        request.Headers["X-Forwarded-For"] = "198.51.100.1";
        request.HttpContext.Connection.RemoteIpAddress = IPAddress.Loopback;

        Assert.Equal("127.0.0.1", new ClientAddresses(new HttpOptions()).Of(request));
    }
}
