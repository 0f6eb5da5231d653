using Microsoft.AspNetCore.Http;
using Microsoft.DurableTask.Client;
using Shop.Emulator.Buttons;
using Shop.Emulator.Durable;
using static Shop.Emulator.Pages.Elements;

namespace Shop.Emulator.Pages;

/// <summary>The orchestrations of the task hub, newest first.</summary>
internal static class OrchestrationsPage
{
    private static readonly string[] Statuses = ["Running", "Completed", "Failed", "Terminated", "Suspended", "Pending"];

    /// <summary><c>?status=Running</c> narrows the list, <c>?limit=</c> says how many, <c>?after=</c> goes on after an instance.</summary>
    public static async Task<Page?> List(HttpContext context)
    {
        OrchestrationRuntimeStatus? status = Status(context.Request.Query["status"].ToString());
        string? after = context.Request.Query["after"].ToString() is { Length: > 0 } last ? last : null;
        InstanceStore store = context.Service<InstanceStore>();
        InstanceIndex index = await store.Index(context.RequestAborted);
        IReadOnlyList<string> ids = index.Newest(status, after, context.Limit(PageRoutes.WantsHtml(context.Request) ? 50 : 100, 1000), out bool more);
        Instance[] shown = [.. (await Task.WhenAll(ids.Select(id => store.Find(id, context.RequestAborted)))).OfType<Instance>()];
        IReadOnlyDictionary<OrchestrationRuntimeStatus, int> counts = index.Counts();
        return new Page("Orchestrations", new { data = shown.Select(Data), after = more ? ids[^1] : null }, () => Markup.Of($"""
            <div class="filter">{Choice("All", counts.Values.Sum(), status is null, "")}{Statuses.Select(s => Choice(s, counts.GetValueOrDefault(Enum.Parse<OrchestrationRuntimeStatus>(s)), status?.ToString() == s, $"?status={s}"))}</div>
            {Table(["Orchestration", "Status", "Began", "Last step", "Took"], [.. shown.Select(Row)], "None here.")}
            <div class="pager">{(after is null ? Markup.None : Turn("Newest", status, null))}{(more ? Turn("Older", status, ids[^1]) : Markup.None)}</div>
            """));
    }

    /// <summary>An instance as the list and its own page tell it.</summary>
    public static object Data(Instance instance) => new
    {
        instanceId = instance.Id,
        name = instance.Name,
        status = instance.Status.ToString(),
        createdAt = instance.CreatedAt,
        lastUpdatedAt = instance.UpdatedAt,
        customStatus = Node(instance.CustomStatus),
        failure = instance.Failure?.Message,
        parentInstanceId = instance.Parent?.InstanceId,
        generation = instance.Generation,
        steps = instance.Steps,
    };

    private static Markup Row(Instance instance) => Markup.Of($"""
        <tr><td class="wide"><a href="{Path("orchestrations", instance.Id)}">{instance.Name}</a><span class="under mono">{instance.Id}</span></td>
        <td>{Badge(instance.Status.ToString())}<span class="under">{instance.CustomStatus ?? instance.Failure?.Message}</span></td>
        <td>{When(instance.CreatedAt)}</td><td>{When(instance.UpdatedAt)}</td><td class="number">{(instance.IsFinished ? Length(instance.UpdatedAt - instance.CreatedAt) : "")}</td></tr>
        """);

    private static Markup Choice(string label, int count, bool chosen, string query) =>
        Markup.Of($"""<a href="/emulator/orchestrations{query}" {Markup.Trusted(chosen ? "aria-current=\"page\"" : "")}>{label} {count}</a>""");

    private static Markup Turn(string label, OrchestrationRuntimeStatus? status, string? after)
    {
        string[] query = [.. new[] { status is null ? null : $"status={status}", after is null ? null : $"after={Uri.EscapeDataString(after)}" }.OfType<string>()];
        return Markup.Of($"""<a href="/emulator/orchestrations{(query.Length == 0 ? "" : "?" + string.Join('&', query))}">{label}</a>""");
    }

    private static OrchestrationRuntimeStatus? Status(string text) =>
        text.Length == 0 ? null
        : Statuses.Contains(text, StringComparer.OrdinalIgnoreCase) ? Enum.Parse<OrchestrationRuntimeStatus>(text, ignoreCase: true)
        : throw new ButtonRefusal(400, $"'{text}' is no status. There are: {string.Join(", ", Statuses)}.");
}
