using System.Text.Json;
using Azure.Storage.Queues;
using Shop.Common;
using Shop.Http;
using Shop.Storage;

namespace Shop.Email;

/// <summary>Hands mails to the queue-triggered function that sends them.</summary>
public sealed class EmailQueue(ShopStorage storage, Sealing sealing) : IRequiresStorage
{
    private readonly QueueClient _queue = storage.Queue("mail");

    public IEnumerable<StorageNeed> Needs => [new(StorageKind.Queue, "mail")];

    /// <param name="messageId">The same mail has the same id, however often it is asked for.</param>
    public Task Send<TModel>(string messageId, string template, string locale, string to, TModel model, CancellationToken cancellationToken)
    {
        var content = new EmailContent(to, JsonSerializer.SerializeToElement(model, ShopJson.Options));
        var message = new EmailMessage(messageId, template, locale, sealing.Seal(messageId, content), Tracing.Parent);
        return _queue.SendMessageAsync(BinaryData.FromBytes(JsonSerializer.SerializeToUtf8Bytes(message, ShopJson.Options)), cancellationToken: cancellationToken);
    }

    /// <exception cref="InvalidDataException">The message is none of ours.</exception>
    internal OpenedEmail Open(string text)
    {
        if (QueueMessages.TryRead(text, "mail", 2, out EmailMessage? mail)) return new OpenedEmail(mail.MessageId, mail.Template, mail.Locale, sealing.Open<EmailContent>(mail.MessageId, mail.Sealed), mail.Traceparent);
        EmailMessageV1 old = QueueMessages.Read<EmailMessageV1>(text, "mail", 1);
        return new OpenedEmail(old.MessageId, old.Template, old.Locale, new EmailContent(old.To, old.Model), old.Traceparent);
    }
}
