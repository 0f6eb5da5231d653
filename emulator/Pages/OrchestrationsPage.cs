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

    /// <summary><c>?status=Running</c> narrows the list, <c>?limit=</c> says how many.</summary>
    public static async Task<Page?> List(HttpContext context)
    {
        OrchestrationRuntimeStatus? status = Status(context.Request.Query["status"].ToString());
        var all = new List<Instance>();
        await foreach (Instance instance in context.Service<InstanceStore>().All(context.RequestAborted)) all.Add(instance);
        Instance[] shown = [.. all.Where(i => status is null || i.Status == status).OrderByDescending(i => i.CreatedAt).Take(context.Limit(100, 1000))];
        return new Page("Orchestrations", new { data = shown.Select(Data) }, () => Markup.Of($"""
            <div class="filter">{Choice("All", all.Count, status is null, "")}{Statuses.Select(s => Choice(s, all.Count(i => i.Status.ToString() == s), status?.ToString() == s, $"?status={s}"))}</div>
            {Table(["Orchestration", "Status", "Began", "Last step", "Took"], [.. shown.Select(Row)], "None here.")}
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

    private static OrchestrationRuntimeStatus? Status(string text) =>
        text.Length == 0 ? null
        : Statuses.Contains(text, StringComparer.OrdinalIgnoreCase) ? Enum.Parse<OrchestrationRuntimeStatus>(text, ignoreCase: true)
        : throw new ButtonRefusal(400, $"'{text}' is no status. There are: {string.Join(", ", Statuses)}.");
}
