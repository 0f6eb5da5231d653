using System.Collections.Concurrent;
using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Http;
using Microsoft.Extensions.Hosting;
using Microsoft.Extensions.Logging;

namespace Shop.Benchmarks.Children;

/// <summary>What everything is compared with: ASP.NET Core answering the same bytes, which it is given beforehand, and doing nothing else.</summary>
internal static class PlainEndpoint
{
    public const string Command = "plain-endpoint";

    public static Task<Child> Start() => Child.Start("Shop.Benchmarks.dll", [Command]);

    public static async Task Run()
    {
        WebApplicationBuilder builder = WebApplication.CreateSlimBuilder();
        builder.Logging.SetMinimumLevel(LogLevel.Warning);
        WebApplication app = builder.Build();
        app.Urls.Add("http://127.0.0.1:0");
        var answers = new ConcurrentDictionary<string, byte[]>(StringComparer.Ordinal);
        app.MapPut("/answers/{name}", async (string name, HttpRequest request) =>
        {
            using var body = new MemoryStream();
            await request.Body.CopyToAsync(body, request.HttpContext.RequestAborted);
            answers[name] = body.ToArray();
        });
        app.MapGet("/answers/{name}", (string name) => Results.Bytes(answers[name], "application/json; charset=utf-8"));
        await app.StartAsync();
        Console.WriteLine($"The plain endpoint: {app.Urls.Single()}");
        await app.WaitForShutdownAsync();
    }
}
