using System.Collections;
using System.Reflection;
using Azure.Storage.Queues;
using Microsoft.Azure.Functions.Worker;
using Microsoft.Extensions.Configuration;
using Shop.Emulator.Storage;

namespace Shop.Emulator.Functions.Queues;

/// <summary>Sends what a function returned to the queues that <c>[QueueOutput]</c> names, on the method or on properties of the result.</summary>
internal sealed class QueueOutputs(InvocationPipeline pipeline, EmulatorStorage storage, HostJson host, IConfiguration settings)
{
    public async Task Send(InvocationContext context)
    {
        object? result = context.Result.Value;
        if (result is null) return;
        if (context.Function.Method.GetCustomAttribute<QueueOutputAttribute>() is { } whole) await SendTo(whole, result);
        foreach (PropertyInfo property in result.GetType().GetProperties())
            if (property.GetCustomAttribute<QueueOutputAttribute>() is { } part && property.GetValue(result) is { } value) await SendTo(part, value);

        async Task SendTo(QueueOutputAttribute output, object value)
        {
            string name = FunctionIndex.Resolve(output.QueueName, settings);
            QueueClient queue = storage.Queue(name, host.QueueMessagesAreBase64 ? QueueMessageEncoding.Base64 : QueueMessageEncoding.None);
            await queue.CreateIfNotExistsAsync(cancellationToken: context.CancellationToken);
            foreach (object item in value is IEnumerable many and not string and not byte[] ? many.Cast<object>() : [value])
                await queue.SendMessageAsync(Body(item), cancellationToken: context.CancellationToken);
        }

        BinaryData Body(object item) => item switch
        {
            string text => BinaryData.FromString(text),
            byte[] bytes => BinaryData.FromBytes(bytes),
            _ => pipeline.Serializer.Serialize(item, item.GetType(), context.CancellationToken),
        };
    }
}
