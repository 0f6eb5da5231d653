using Azure.Messaging.ServiceBus;
using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Http;
using Microsoft.AspNetCore.Routing;
using Shop.Emulator.Buttons;
using Shop.Emulator.ServiceBus;
using static Shop.Emulator.Pages.Elements;

namespace Shop.Emulator.Pages;

/// <summary>Service Bus: what waits in each subscription, and what was given up as a dead letter.</summary>
internal static class TopicsPage
{
    private const int MostShown = 100;

    private sealed record Shown(string Topic, BrokerSubscription Subscription, IReadOnlyList<ServiceBusReceivedMessage> Waiting, IReadOnlyList<ServiceBusReceivedMessage> Dead);

    public static void MapTopics(this IEndpointRouteBuilder endpoints)
    {
        endpoints.MapPage("/emulator/topics", List);
        endpoints.MapPage("/emulator/topics/{topic}/subscriptions/{subscription}", Show);
        endpoints.MapPost("/emulator/topics/{topic}/subscriptions/{subscription}/requeue", Requeue);
    }

    /// <summary>All subscriptions together; of each at most a hundred are looked at.</summary>
    public static async Task<(int Waiting, int Dead)> Count(HttpContext context)
    {
        Shown[] all = await All(context);
        return (all.Sum(s => s.Waiting.Count), all.Sum(s => s.Dead.Count));
    }

    private static async Task<Page?> List(HttpContext context)
    {
        Shown[] all = await All(context);
        object data = all.GroupBy(s => s.Topic, StringComparer.Ordinal).Select(topic => new { name = topic.Key, subscriptions = topic.Select(Data) });
        return new Page("Topics", new { data }, () => Markup.Of($"""
            <p class="lead">A message that fails every delivery becomes a dead letter of its subscription and waits there for somebody to look.</p>
            {Table(["Subscription", "Waiting", "Dead letters", ""], [.. all.Select(Row)], "No topic is declared.")}
            """));
    }

    private static async Task<Page?> Show(HttpContext context)
    {
        if (Find(context) is not (var topic, { } subscription)) return null;
        Shown shown = await Look(topic, subscription, context.RequestAborted);
        return new Page(subscription.Path, Whole(shown), () => Markup.Of($"""
            {Facts(
                ("Deliveries before a dead letter", Text($"{subscription.Settings.MaxDeliveryCount}")), ("Lock", Text(Length(subscription.Settings.LockDuration))))}
            <h2>Waiting <small>{Number(shown.Waiting)}</small></h2>
            {Messages(shown, shown.Waiting, dead: false)}
            <h2>Dead letters <small>{Number(shown.Dead)}</small></h2>
            {Messages(shown, shown.Dead, dead: true)}
            {(shown.Dead.Count > 0 ? Markup.Of($"<p></p><div class=\"buttons\">{Button(At(shown) + "/requeue", "Requeue all", "primary")}</div>") : Markup.None)}
            """));
    }

    /// <summary>One dead letter by its <c>sequenceNumber</c>, or all that there are.</summary>
    private static Task Requeue(HttpContext context) => ButtonRequest.Answer(context, async sent =>
    {
        ButtonRequest.Only(sent, "sequenceNumber");
        if (Find(context) is not (_, { } subscription)) return null;
        if (ButtonRequest.Number(sent, "sequenceNumber") is { } one)
            return await subscription.Requeue(one, context.RequestAborted) ? new { requeued = 1 } : throw new ButtonRefusal(404, $"There is no dead letter {one}.");
        int requeued = 0;
        foreach (ServiceBusReceivedMessage dead in await subscription.PeekDeadLetters(int.MaxValue, context.RequestAborted))
            if (await subscription.Requeue(dead.SequenceNumber, context.RequestAborted)) requeued++;
        return new { requeued };
    });

    private static (string Topic, BrokerSubscription? Subscription) Find(HttpContext context)
    {
        BusEntity? entity = context.Service<ServiceBusBroker>().Entities.FirstOrDefault(e => e.Name.Equals(context.Route("topic"), StringComparison.OrdinalIgnoreCase));
        return (entity?.Name ?? "", entity?.Subscriptions.GetValueOrDefault(context.Route("subscription")));
    }

    private static Task<Shown[]> All(HttpContext context) => Task.WhenAll(
        from entity in context.Service<ServiceBusBroker>().Entities
        orderby entity.Name
        from subscription in entity.Subscriptions.Values
        select Look(entity.Name, subscription, context.RequestAborted));

    private static async Task<Shown> Look(string topic, BrokerSubscription subscription, CancellationToken cancellationToken) =>
        new(topic, subscription, await subscription.Peek(MostShown, cancellationToken), await subscription.PeekDeadLetters(MostShown, cancellationToken));

    private static Markup Row(Shown shown) => Markup.Of($"""
        <tr><td class="wide"><a href="{At(shown)}">{shown.Subscription.Path}</a></td><td class="number">{Number(shown.Waiting)}</td>
        <td class="number">{(shown.Dead.Count == 0 ? Text("0") : Markup.Of($"<span class=\"badge bad\">{Number(shown.Dead)}</span>"))}</td>
        <td>{(shown.Dead.Count > 0 ? Button(At(shown) + "/requeue", "Requeue dead letters", "primary") : Markup.None)}</td></tr>
        """);

    private static Markup Messages(Shown shown, IReadOnlyList<ServiceBusReceivedMessage> messages, bool dead) => Table(
        dead ? ["Message", "Deliveries", "Since", ""] : ["Message", "Deliveries", "Since"],
        [.. messages.Select(m => Markup.Of($"""
            <tr><td class="wide">{m.Subject} <span class="under mono">{m.MessageId}</span>{Reason(m)}{Folded("Content", Markup.Of($"{Properties(m)}{Code(m.Body.ToString())}"))}</td>
            <td class="number">{m.DeliveryCount}</td><td>{When(m.EnqueuedTime)}</td>{(dead ? Markup.Of($"<td>{Button(At(shown) + "/requeue", "Requeue", fields: ("sequenceNumber", $"{m.SequenceNumber}"))}</td>") : Markup.None)}</tr>
            """))],
        dead ? "No message was given up." : "Nothing waits.");

    private static Markup Reason(ServiceBusReceivedMessage message) =>
        message.DeadLetterReason is { } reason ? Markup.Of($"""<span class="under bad">{reason}: {message.DeadLetterErrorDescription}</span>""") : Markup.None;

    private static Markup Properties(ServiceBusReceivedMessage message) => Markup.Of($"{message.ApplicationProperties.Select(p => Chip($"{p.Key}: {p.Value}"))}");

    private static string At(Shown shown) => $"{Path("topics", shown.Topic)}/subscriptions/{Uri.EscapeDataString(shown.Subscription.Name)}";

    private static string Number(IReadOnlyList<ServiceBusReceivedMessage> messages) => messages.Count == MostShown ? $"{MostShown} or more" : $"{messages.Count}";

    private static object Data(Shown shown) => new { name = shown.Subscription.Name, path = shown.Subscription.Path, waiting = shown.Waiting.Count, deadLetters = shown.Dead.Count };

    private static object Whole(Shown shown) =>
        new { name = shown.Subscription.Name, path = shown.Subscription.Path, messages = shown.Waiting.Select(Message), deadLetters = shown.Dead.Select(Message) };

    private static object Message(ServiceBusReceivedMessage message) => new
    {
        sequenceNumber = message.SequenceNumber,
        messageId = message.MessageId,
        subject = message.Subject,
        enqueuedAt = message.EnqueuedTime,
        deliveryCount = message.DeliveryCount,
        properties = message.ApplicationProperties.ToDictionary(p => p.Key, p => p.Value.ToString()),
        deadLetterReason = message.DeadLetterReason,
        body = Node(message.Body.ToString()),
    };
}
