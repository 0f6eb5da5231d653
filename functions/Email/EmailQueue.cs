using System.Text.Json;
using Azure.Storage.Queues;
using Shop.Common;
using Shop.Storage;

namespace Shop.Email;

/// <summary>Hands mails to the queue-triggered function that sends them.</summary>
public sealed class EmailQueue(ShopStorage storage) : IRequiresStorage
{
    private readonly QueueClient _queue = storage.Queue("mail");

    public IEnumerable<StorageNeed> Needs => [new(StorageKind.Queue, "mail")];

    /// <param name="messageId">The same mail has the same id, however often it is asked for.</param>
    public Task Send<TModel>(string messageId, string template, string locale, string to, TModel model, CancellationToken cancellationToken)
    {
        var message = new EmailMessage(messageId, template, locale, to, JsonSerializer.SerializeToElement(model, ShopJson.Options), Tracing.Parent);
        return _queue.SendMessageAsync(BinaryData.FromBytes(JsonSerializer.SerializeToUtf8Bytes(message, ShopJson.Options)), cancellationToken: cancellationToken);
    }
}
