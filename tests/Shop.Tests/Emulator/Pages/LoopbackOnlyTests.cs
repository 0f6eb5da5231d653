using System.Net;
using Microsoft.AspNetCore.Http;
using Shop.Emulator.Pages;

namespace Shop.Tests.Emulator.Pages;

public sealed class LoopbackOnlyTests
{
    [Theory]
    [InlineData("127.0.0.1", "127.0.0.1:7071")]
    [InlineData("127.0.0.1", "localhost")]
    [InlineData("::1", "[::1]:7071")]
    public async Task This_machine_is_answered_under_its_own_names(string remote, string host) => Assert.True(await Passes("GET", "/emulator", remote, host));

    [Theory]
    [InlineData("10.0.0.7", "127.0.0.1:7071")]
    [InlineData("127.0.0.1", "shop.example:7071")]
    [InlineData("127.0.0.1", "127.0.0.1.attacker.example")]
    [InlineData("127.0.0.1", "")]
    public async Task Other_machines_and_foreign_names_are_refused(string remote, string host)
    {
        Assert.False(await Passes("GET", "/emulator/mailbox", remote, host));
        Assert.False(await Passes("POST", "/emulator/stripe/v1/payment_intents", remote, host));
        Assert.True(await Passes("GET", "/v1/store/products", remote, host));
    }

    [Theory]
    [InlineData("Origin", "https://attacker.example")]
    [InlineData("Origin", "http://localhost:3000")]
    [InlineData("Origin", "null")]
    [InlineData("Sec-Fetch-Site", "cross-site")]
    [InlineData("Sec-Fetch-Site", "same-site")]
    public async Task Another_site_cannot_press_a_button(string header, string value)
    {
        Assert.False(await Passes("POST", "/emulator/clock", "127.0.0.1", "localhost:7071", (header, value)));
        Assert.False(await Passes("POST", "/Emulator/Payments/pi_1/pay", "127.0.0.1", "localhost:7071", (header, value)));
        Assert.True(await Passes("GET", "/emulator/clock", "127.0.0.1", "localhost:7071", (header, value)));
        Assert.True(await Passes("POST", "/emulator/stripe/v1/payment_intents/pi_1/confirm", "127.0.0.1", "localhost:7071", (header, value)));
    }

    [Theory]
    [InlineData("Origin", "http://localhost:7071")]
    [InlineData("Sec-Fetch-Site", "same-origin")]
    [InlineData("Sec-Fetch-Site", "none")]
    [InlineData("User-Agent", "curl/8.0")]
    public async Task The_page_itself_and_scripts_can(string header, string value) => Assert.True(await Passes("POST", "/emulator/clock", "127.0.0.1", "localhost:7071", (header, value)));

    private static async Task<bool> Passes(string method, string path, string remote, string host, params (string Name, string Value)[] headers)
    {
        var context = new DefaultHttpContext { Connection = { RemoteIpAddress = IPAddress.Parse(remote) }, Request = { Method = method, Path = path, Scheme = "http", Host = new HostString(host) } };
        foreach ((string name, string value) in headers) context.Request.Headers[name] = value;
        bool passed = false;
        await LoopbackOnly.Refuse(context, _ =>
        {
            passed = true;
            return Task.CompletedTask;
        });
        Assert.Equal(passed ? 200 : 403, context.Response.StatusCode);
        return passed;
    }
}
