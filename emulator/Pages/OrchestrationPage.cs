using System.Text.Encodings.Web;
using System.Text.Json;
using System.Text.Json.Nodes;
using System.Text.Json.Serialization;
using Microsoft.AspNetCore.Http;
using Shop.Emulator.Clock;
using Shop.Emulator.Durable;
using static Shop.Emulator.Pages.Elements;

namespace Shop.Emulator.Pages;

/// <summary>One orchestration: where it stands, its history drawn as a timeline, and the events themselves.</summary>
internal static class OrchestrationPage
{
    private static readonly JsonSerializerOptions Events = new(JsonSerializerDefaults.Web)
    {
        Converters = { new JsonStringEnumConverter() },
        Encoder = JavaScriptEncoder.UnsafeRelaxedJsonEscaping,
        DefaultIgnoreCondition = JsonIgnoreCondition.WhenWritingNull,
    };

    /// <summary>A bar that is too short to see is drawn this wide, in hundredths of the line.</summary>
    private const double Narrowest = 0.8;

    public static async Task<Page?> Show(HttpContext context)
    {
        if (await context.Service<InstanceStore>().Load(context.Route("instanceId"), context.RequestAborted) is not (var instance, var history)) return null;
        DateTimeOffset now = context.Service<EmulatorClock>().GetUtcNow();
        IReadOnlyList<TimelineEntry> timeline = Timeline.Of(history, now);
        return new Page(instance.Name, Data(instance, history, timeline), () => Body(instance, history, timeline, now));
    }

    private static JsonNode Data(Instance instance, List<HistoryEvent> history, IReadOnlyList<TimelineEntry> timeline)
    {
        JsonObject data = JsonSerializer.SerializeToNode(OrchestrationsPage.Data(instance), Events)!.AsObject();
        data["input"] = Node(instance.Input);
        data["output"] = Node(instance.Output);
        data["failure"] = JsonSerializer.SerializeToNode(instance.Failure, Events);
        data["timeline"] = JsonSerializer.SerializeToNode(timeline, Events);
        data["history"] = JsonSerializer.SerializeToNode(history, Events);
        return data;
    }

    private static Markup Body(Instance instance, List<HistoryEvent> history, IReadOnlyList<TimelineEntry> timeline, DateTimeOffset now)
    {
        DateTimeOffset end = instance.IsFinished ? instance.UpdatedAt : now;
        return Markup.Of($"""
            {Facts(
                ("Status", Badge(instance.Status.ToString())), ("Instance", Markup.Of($"<span class=\"mono\">{instance.Id}</span>")), ("Began", When(instance.CreatedAt)), ("Last step", When(instance.UpdatedAt)),
                (instance.IsFinished ? "Took" : "So far", Text(Length(end - instance.CreatedAt))), ("Steps", Text($"{instance.Steps}")),
                ("Generation", Text(instance.Generation == 1 ? "" : $"{instance.Generation}")), ("Custom status", Text(instance.CustomStatus)), ("Part of", Parent(instance.Parent)))}
            {(instance.Failure is { } failure ? Markup.Of($"<p class=\"note bad\">{failure.Type}: {failure.Message}</p>") : Markup.None)}
            <h2>Timeline</h2>
            {Drawn(timeline, instance.CreatedAt, end)}
            <h2>Payloads</h2>
            <div class="panel">{Folded("Input", Code(instance.Input))}{Folded("Output", Code(instance.Output))}{Folded("Failure", Code(instance.Failure?.StackTrace))}</div>
            <h2>History</h2>
            {Raw(history)}
            """);
    }

    private static Markup Drawn(IReadOnlyList<TimelineEntry> timeline, DateTimeOffset began, DateTimeOffset end)
    {
        if (timeline.Count == 0) return Empty("It has asked for nothing yet.");
        var axis = new TimeAxis(timeline.SelectMany(e => new[] { e.From, e.To ?? end }).Append(began));
        return Markup.Of($"""
            <div class="table"><table class="timeline"><thead><tr><th>What</th><th></th><th>Course of time, long waits shortened</th><th>Took</th><th>Outcome</th></tr></thead>
            <tbody>{timeline.Select(entry => Row(entry, axis, end))}</tbody></table></div>
            """);
    }

    private static Markup Row(TimelineEntry entry, TimeAxis axis, DateTimeOffset end)
    {
        double from = axis.Of(entry.From), to = axis.Of(entry.To ?? end);
        double width = Math.Max(Narrowest, to - from), left = Math.Min(from, 100 - width);
        string tone = entry.Outcome switch { "completed" => "good", "failed" => "bad", "received" => "warn", "cancelled" => "quiet", "fired" => "busy", _ => "open" };
        string took = entry.Kind is "event" or "orchestration" ? "" : Length((entry.To ?? end) - entry.From);
        Markup name = entry.InstanceId is { } child ? Markup.Of($"""<a href="{Path("orchestrations", child)}">{entry.Name}</a>""") : Text(entry.Name);
        Markup payload = Markup.Of($"{Code(entry.Input)}{Code(entry.Output)}");
        return Markup.Of($"""
            <tr><td class="name">{name}{Folded("payload", payload)}</td><td class="kind">{entry.Kind}</td>
            <td class="bar"><svg role="img" aria-label="{entry.Kind} {entry.Name}: {entry.Outcome}"><title>{entry.From.UtcDateTime:HH:mm:ss.fff} to {(entry.To ?? end).UtcDateTime:HH:mm:ss.fff}</title>
            <rect class="track" x="0" y="8" width="100%" height="2" rx="1"/><rect class="span {tone}" x="{left:0.##}%" y="3" width="{width:0.##}%" height="12" rx="3"/></svg></td>
            <td class="number">{took}</td><td>{Outcome(entry)}</td></tr>
            """);
    }

    private static Markup Outcome(TimelineEntry entry) => entry.Outcome switch
    {
        "completed" => Badge("ok"),
        "waiting" when entry.Due is { } due => Markup.Of($"""{Badge("waiting")}<span class="under nowrap">due {When(due)}</span>"""),
        "failed" or "waiting" or "cancelled" => Badge(entry.Outcome),
        _ => Markup.Of($"""<span class="soft">{entry.Outcome}</span>"""),
    };

    private static Markup Parent(ParentLink? parent) =>
        parent is null ? Markup.None : Markup.Of($"""<a href="{Path("orchestrations", parent.InstanceId)}">{parent.Name}</a><span class="under mono">{parent.InstanceId}</span>""");

    private static Markup Raw(List<HistoryEvent> history)
    {
        var rows = new List<Markup>();
        Markup at = Markup.None;
        foreach (HistoryEvent happened in history)
        {
            if (happened is StepStarted step) at = When(step.At);
            string json = JsonSerializer.Serialize(happened, Events);
            rows.Add(Markup.Of($"""<tr><td class="number soft">{rows.Count + 1}</td><td>{at}</td><td>{happened.GetType().Name}</td><td class="wide">{(json.Length > 160 ? Folded(json[..120] + "…", Code(json)) : Markup.Of($"<code>{json}</code>"))}</td></tr>"""));
        }
        return Markup.Of($"<details><summary>{history.Count} events</summary>{Table(["", "Step", "Event", "Content"], rows, "None.")}</details>");
    }
}
