using System.Text;
using Azure.Storage.Queues;
using Azure.Storage.Queues.Models;
using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Http;
using Microsoft.AspNetCore.Routing;
using Shop.Emulator.Buttons;
using Shop.Emulator.Storage;
using static Shop.Emulator.Pages.Elements;

namespace Shop.Emulator.Pages;

/// <summary>The shop's queues, each with its poison queue, and a button that delivers poison messages again.</summary>
internal static class QueuesPage
{
    private const string Poison = "-poison";

    /// <summary>The service's limit for one peek and one receive.</summary>
    private const int MostAtOnce = 32;

    private sealed record Shown(string Name, int Waiting, int Poisoned);

    public static void MapQueues(this IEndpointRouteBuilder endpoints)
    {
        endpoints.MapPage("/emulator/queues", List);
        endpoints.MapPage("/emulator/queues/{name}", Show);
        endpoints.MapPost("/emulator/queues/{name}/requeue", Requeue);
    }

    private static async Task<Page?> List(HttpContext context)
    {
        Shown[] queues = await Find(context);
        return new Page("Queues", new { data = queues.Select(Data) }, () => Markup.Of($"""
            <p class="lead">A message that fails every attempt moves to the queue's poison queue and waits there for somebody to look.</p>
            {Table(["Queue", "Waiting", "Poison", ""], [.. queues.Select(Row)], "No queue yet.")}
            """));
    }

    /// <summary>All queues of this shop, as the page and the overview count them. A count is the service's own and includes hidden messages.</summary>
    public static async Task<(int Waiting, int Poisoned)> Count(HttpContext context)
    {
        Shown[] queues = await Find(context);
        return (queues.Sum(q => q.Waiting), queues.Sum(q => q.Poisoned));
    }

    private static async Task<Page?> Show(HttpContext context)
    {
        string name = context.Route("name");
        if ((await Find(context)).FirstOrDefault(q => q.Name == name) is not { } queue) return null;
        EmulatorStorage storage = context.Service<EmulatorStorage>();
        PeekedMessage[] waiting = await Peek(storage, name, context.RequestAborted), poisoned = queue.Poisoned == 0 ? [] : await Peek(storage, name + Poison, context.RequestAborted);
        return new Page(name, new { name, waiting = queue.Waiting, poison = queue.Poisoned, messages = waiting.Select(Message), poisonMessages = poisoned.Select(Message) }, () => Markup.Of($"""
            <h2>Waiting <small>{queue.Waiting}, hidden ones included</small></h2>
            {Messages(waiting, queue.Waiting == 0 ? "Nothing waits." : "Hidden: at work, or waiting for another attempt.")}
            <h2>Poison <small>{queue.Poisoned}</small></h2>
            {Messages(poisoned, "No message was given up.")}
            {(queue.Poisoned > 0 ? Markup.Of($"<p></p><div class=\"buttons\">{RequeueButton(name)}</div>") : Markup.None)}
            """));
    }

    /// <summary>Sends first and deletes then, so that a crash between leaves a message twice, never none. Those that come to be poison meanwhile stay.</summary>
    private static Task Requeue(HttpContext context) => ButtonRequest.Answer(context, async _ =>
    {
        string name = context.Route("name");
        if ((await Find(context)).FirstOrDefault(q => q.Name == name) is not { } found) return null;
        EmulatorStorage storage = context.Service<EmulatorStorage>();
        // Bodies move as they are, whatever encoding host.json asks for.
        QueueClient queue = storage.Queue(name), poison = storage.Queue(name + Poison);
        int moved = 0;
        while (moved < found.Poisoned)
        {
            QueueMessage[] messages = (await poison.ReceiveMessagesAsync(Math.Min(MostAtOnce, found.Poisoned - moved), cancellationToken: context.RequestAborted)).Value;
            if (messages.Length == 0) break;
            foreach (QueueMessage message in messages)
            {
                await queue.SendMessageAsync(message.Body, cancellationToken: context.RequestAborted);
                await poison.DeleteMessageAsync(message.MessageId, message.PopReceipt, CancellationToken.None);
                moved++;
            }
        }
        return new { name, requeued = moved };
    });

    private static async Task<Shown[]> Find(HttpContext context)
    {
        EmulatorStorage storage = context.Service<EmulatorStorage>();
        var names = new HashSet<string>(StringComparer.Ordinal);
        await foreach (QueueItem item in storage.Queues(context.RequestAborted)) names.Add(item.Name);
        IEnumerable<string> queues = names.Where(n => !n.EndsWith(Poison, StringComparison.Ordinal) || !names.Contains(n[..^Poison.Length])).Order(StringComparer.Ordinal);
        return await Task.WhenAll(queues.Select(async n => new Shown(n, await Length(n), names.Contains(n + Poison) ? await Length(n + Poison) : 0)));

        async Task<int> Length(string name) => (await storage.Queue(name).GetPropertiesAsync(context.RequestAborted)).Value.ApproximateMessagesCount;
    }

    private static async Task<PeekedMessage[]> Peek(EmulatorStorage storage, string name, CancellationToken cancellationToken) =>
        (await storage.Queue(name).PeekMessagesAsync(MostAtOnce, cancellationToken)).Value;

    private static Markup Row(Shown queue) => Markup.Of($"""
        <tr><td class="wide"><a href="{Path("queues", queue.Name)}">{queue.Name}</a></td><td class="number">{queue.Waiting}</td>
        <td class="number">{(queue.Poisoned == 0 ? Text("0") : Markup.Of($"<span class=\"badge bad\">{queue.Poisoned}</span>"))}</td>
        <td>{(queue.Poisoned > 0 ? RequeueButton(queue.Name) : Markup.None)}</td></tr>
        """);

    private static Markup RequeueButton(string name) => Button(Path("queues", name) + "/requeue", "Requeue poison", "primary", "Delivers every poison message again");

    private static Markup Messages(PeekedMessage[] messages, string empty) => Table(
        ["Message", "Attempts", "Since"],
        [.. messages.Select(m => Markup.Of($"""
            <tr><td class="wide"><span class="mono">{m.MessageId}</span>{Code(Readable(m.Body))}</td><td class="number">{m.DequeueCount}</td><td>{(m.InsertedOn is { } at ? When(at) : Markup.None)}</td></tr>
            """))],
        empty);

    private static object Data(Shown queue) => new { name = queue.Name, waiting = queue.Waiting, poison = queue.Poisoned };

    private static object Message(PeekedMessage message) => new { messageId = message.MessageId, dequeueCount = message.DequeueCount, insertedOn = message.InsertedOn, body = Node(Readable(message.Body)) };

    /// <summary>host.json may ask for Base64, and people for what it says.</summary>
    private static string Readable(BinaryData body)
    {
        string text = body.ToString();
        Span<byte> bytes = new byte[text.Length];
        return text.Length > 0 && Convert.TryFromBase64String(text, bytes, out int length) && Encoding.UTF8.GetString(bytes[..length]) is var decoded && !decoded.Contains('\uFFFD') ? decoded : text;
    }
}
