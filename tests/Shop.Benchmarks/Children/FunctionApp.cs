using Microsoft.AspNetCore.Http;
using Microsoft.Azure.Functions.Worker;
using Microsoft.Azure.Functions.Worker.Builder;
using Microsoft.DurableTask;
using Microsoft.DurableTask.Client;
using Microsoft.Extensions.Hosting;

namespace Shop.Benchmarks.Children;

/// <summary>A function app of this project's own: what the host costs where the functions cost nothing.</summary>
internal static class FunctionApp
{
    public const string Command = "function-app";

    public static Task<Child> Start() => Child.Start("Shop.Benchmarks.dll", [Command, "--port", "0", "--throwaway"]);

    public static void Run(string[] args)
    {
        FunctionsApplicationBuilder builder = FunctionsApplication.CreateBuilder(args);
        builder.ConfigureFunctionsWebApplication();
        using IHost host = builder.Build();
        host.Run();
    }
}

/// <summary>The functions that are measured.</summary>
public static class TrivialFunctions
{
    public static byte[] Answer { get; } = """{"status":"ok"}"""u8.ToArray();

    [Function("Trivial")]
    public static IResult Trivial([HttpTrigger(AuthorizationLevel.Anonymous, "get", Route = "trivial")] HttpRequest request) => Results.Bytes(Answer, "application/json; charset=utf-8");

    /// <summary>Runs the orchestration of five activities and answers when it is completed.</summary>
    [Function("RunFive")]
    public static async Task<IResult> RunFive([HttpTrigger(AuthorizationLevel.Anonymous, "get", Route = "five")] HttpRequest request, [DurableClient] DurableTaskClient durable)
    {
        string id = await durable.ScheduleNewOrchestrationInstanceAsync("Five", request.HttpContext.RequestAborted);
        OrchestrationMetadata ended = await durable.WaitForInstanceCompletionAsync(id, request.HttpContext.RequestAborted);
        return ended.RuntimeStatus == OrchestrationRuntimeStatus.Completed ? Results.Bytes(Answer, "application/json; charset=utf-8") : Results.StatusCode(500);
    }

    [Function("Five")]
    public static async Task<int> Five([OrchestrationTrigger] TaskOrchestrationContext context)
    {
        int number = 0;
        for (int i = 0; i < 5; i++) number = await context.CallActivityAsync<int>("AddOne", number);
        return number;
    }

    [Function("AddOne")]
    public static int AddOne([ActivityTrigger] int number) => number + 1;
}
