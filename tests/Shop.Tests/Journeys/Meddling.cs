using System.Security.Cryptography;
using Microsoft.Azure.Functions.Worker;
using Microsoft.Azure.Functions.Worker.Builder;
using Microsoft.Extensions.DependencyInjection;
using Shop.Emulator.Functions;
using Shop.Shipping;

namespace Shop.Tests.Journeys;

/// <summary>Stands where a test wants something to happen at one moment and no other.</summary>
internal static class Meddling
{
    /// <summary>Does something right before a function runs; what it throws the function is said to have thrown.</summary>
    public static void Before(this FunctionsApplicationBuilder builder, string function, Func<Task> meddle) => builder.Use(next => async context =>
    {
        if (((InvocationContext)context).Function.Name == function) await meddle();
        await next(context);
    });

    /// <summary>Nothing that runs behind a request is quick: one in four steps and messages waits so long before it runs.</summary>
    public static void Dawdle(this FunctionsApplicationBuilder builder, TimeSpan delay) => builder.Use(next => async context =>
    {
        if (((InvocationContext)context).Function.TriggerAttribute is ActivityTriggerAttribute or QueueTriggerAttribute or ServiceBusTriggerAttribute && RandomNumberGenerator.GetInt32(4) == 0)
            await Task.Delay(delay, TimeProvider.System, context.CancellationToken);
        await next(context);
    });

    /// <summary>Answers what the shop asks its courier; <c>null</c> leaves it to the courier.</summary>
    public static void Courier(this FunctionsApplicationBuilder builder, Func<HttpRequestMessage, CancellationToken, Task<HttpResponseMessage?>> answer) =>
        builder.Provider(BiteshipCourier.ClientName, answer);

    /// <summary>Answers what the shop asks a provider; <c>null</c> leaves it to the provider.</summary>
    public static void Provider(this FunctionsApplicationBuilder builder, string client, Func<HttpRequestMessage, CancellationToken, Task<HttpResponseMessage?>> answer) =>
        builder.Services.AddHttpClient(client).AddHttpMessageHandler(() => new Asked(answer));

    private sealed class Asked(Func<HttpRequestMessage, CancellationToken, Task<HttpResponseMessage?>> answer) : DelegatingHandler
    {
        protected override async Task<HttpResponseMessage> SendAsync(HttpRequestMessage request, CancellationToken cancellationToken) =>
            await answer(request, cancellationToken) ?? await base.SendAsync(request, cancellationToken);
    }
}
