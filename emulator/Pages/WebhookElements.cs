using Shop.Emulator.Webhooks;
using static Shop.Emulator.Pages.Elements;

namespace Shop.Emulator.Pages;

/// <summary>How far a provider's notices got on their way to the shop.</summary>
internal static class WebhookElements
{
    public static object Shown(string id, string type, Webhook webhook) => new
    {
        id,
        type,
        state = webhook.State,
        made = webhook.Made,
        due = webhook.Due,
        copies = webhook.Copies,
        attempts = webhook.Attempts,
        answer = webhook.Answer,
        body = Node(webhook.Body),
    };

    /// <summary>How many are in which state, in one line.</summary>
    public static Markup Summary(IEnumerable<Webhook> webhooks) => Markup.Of($"""
        {webhooks.GroupBy(w => w.State, StringComparer.Ordinal).OrderBy(g => g.Key, StringComparer.Ordinal).Select(g => Markup.Of($"""<span class="nowrap">{g.Count()} {Badge(g.Key)}</span> """))}
        """);

    public static Markup Table(IEnumerable<(string Type, Webhook Webhook)> webhooks) => Elements.Table(
        ["Webhook", "State", "Made", "Due", "Failed attempts", "Shop's answer"],
        [.. webhooks.Select(w => Markup.Of($"""
            <tr><td class="wide"><span class="mono">{w.Type}</span>{Folded("Body", Code(w.Webhook.Body))}</td><td>{Badge(w.Webhook.State)}</td><td>{When(w.Webhook.Made)}</td>
            <td>{When(w.Webhook.Due)}</td><td class="number">{w.Webhook.Attempts}</td><td>{w.Webhook.Answer}</td></tr>
            """))],
        "Nothing to tell the shop yet.");
}
