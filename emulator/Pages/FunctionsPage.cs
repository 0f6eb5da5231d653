using Microsoft.AspNetCore.Http;
using Microsoft.Azure.Functions.Worker;
using Microsoft.Extensions.Configuration;
using Shop.Emulator.Functions;
using static Shop.Emulator.Pages.Elements;

namespace Shop.Emulator.Pages;

/// <summary>The functions and their last invocations. <c>?trace=</c> shows what one trace went through, whatever the functions.</summary>
internal static class FunctionsPage
{
    private static readonly string[] Order = ["httpTrigger", "orchestrationTrigger", "activityTrigger", "queueTrigger", "serviceBusTrigger", "timerTrigger"];

    public static Task<Page?> List(HttpContext context)
    {
        (FunctionIndex index, Invocations invocations, string trace) = (context.Service<FunctionIndex>(), context.Service<Invocations>(), context.Request.Query["trace"].ToString());
        if (trace.Length > 0)
        {
            InvocationRecord[] traced = [.. index.Functions.SelectMany(f => invocations.Latest(f.Name)).Where(i => i.TraceId == trace).OrderBy(i => i.At)];
            return Task.FromResult<Page?>(new Page("Trace", new { trace, invocations = traced.Select(Data) }, () => Markup.Of($"<p class=\"lead mono\">{trace}</p>{Invoked(traced, named: true)}")));
        }
        return Task.FromResult<Page?>(new Page("Functions", new { data = index.Functions.Select(f => Summary(context, f)) }, () => Markup.Of($"""
            {index.Functions.GroupBy(f => f.TriggerType, StringComparer.Ordinal).OrderBy(g => Array.IndexOf(Order, g.Key)).Select(group => Markup.Of($"""
                <h2>{Trigger(group.Key)}</h2>{Table(["Function", "", "Invocations", "Last", "Took", "Outcome"], [.. group.Select(f => Row(context, f, invocations))], "")}
                """))}
            """)));
    }

    public static Task<Page?> Show(HttpContext context)
    {
        FunctionDescriptor? function = context.Service<FunctionIndex>().Functions.FirstOrDefault(f => f.Name.Equals(context.Route("name"), StringComparison.OrdinalIgnoreCase));
        if (function is null) return Task.FromResult<Page?>(null);
        IReadOnlyList<InvocationRecord> latest = context.Service<Invocations>().Latest(function.Name);
        return Task.FromResult<Page?>(new Page(function.Name, Summary(context, function), () => Markup.Of($"""
            {Facts(("Trigger", Text(Trigger(function.TriggerType))), ("On", Text(Binding(context, function))), ("Code", Text(function.EntryPoint)), ("Invocations", Text($"{context.Service<Invocations>().Count(function.Name)} since the start")))}
            <h2>Last invocations</h2>
            {Invoked(latest, named: false)}
            """)));
    }

    private static Markup Row(HttpContext context, FunctionDescriptor function, Invocations invocations)
    {
        IReadOnlyList<InvocationRecord> latest = invocations.Latest(function.Name);
        int failed = latest.Count(i => i.Failure is not null);
        return Markup.Of($"""
            <tr><td><a href="{Path("functions", function.Name)}">{function.Name}</a></td><td class="wide mono">{Binding(context, function)}</td><td class="number">{invocations.Count(function.Name)}</td>
            <td>{(latest.Count > 0 ? When(latest[0].At) : Markup.None)}</td><td class="number">{(latest.Count > 0 ? Length(latest[0].Took) : "")}</td>
            <td class="nowrap">{(latest.Count == 0 ? Markup.None : Badge(latest[0].Failure is null ? "ok" : "failed"))}{(failed > 0 ? Markup.Of($"<span class=\"under\">{failed} of {latest.Count} failed</span>") : Markup.None)}</td></tr>
            """);
    }

    private static Markup Invoked(IReadOnlyList<InvocationRecord> records, bool named) => Table(
        [named ? "Function" : "Invocation", "Time", "Took", "Outcome", "Trace"],
        [.. records.Select(i => Markup.Of($"""
            <tr><td>{(named ? Markup.Of($"""<a href="{Path("functions", i.Function)}">{i.Function}</a>""") : Markup.Of($"<span class=\"mono\" title=\"{i.InvocationId}\">{i.InvocationId[..8]}</span>"))}</td><td>{When(i.At)}</td><td class="number">{Length(i.Took)}</td>
            <td class="wide">{Badge(i.Failure is null ? "ok" : "failed")}<span class="under">{i.Failure}</span></td><td><a class="mono" href="/emulator/functions?trace={i.TraceId}">{i.TraceId}</a></td></tr>
            """))],
        "Not called since the start.");

    private static object Summary(HttpContext context, FunctionDescriptor function)
    {
        Invocations invocations = context.Service<Invocations>();
        return new
        {
            name = function.Name,
            trigger = function.TriggerType,
            on = Binding(context, function),
            entryPoint = function.EntryPoint,
            count = invocations.Count(function.Name),
            invocations = invocations.Latest(function.Name).Select(Data),
        };
    }

    private static object Data(InvocationRecord record) => new
    {
        function = record.Function,
        invocationId = record.InvocationId,
        traceId = record.TraceId,
        at = record.At,
        milliseconds = record.Took.TotalMilliseconds,
        outcome = record.Failure is null ? "ok" : "failed",
        failure = record.Failure,
    };

    /// <summary>What wakes the function.</summary>
    private static string Binding(HttpContext context, FunctionDescriptor function)
    {
        IConfiguration settings = context.Service<IConfiguration>();
        return function.TriggerAttribute switch
        {
            HttpTriggerAttribute http => $"{string.Join(' ', http.Methods ?? ["any"]).ToUpperInvariant()} /{context.Service<FunctionIndex>().Route(function)}",
            QueueTriggerAttribute queue => FunctionIndex.Resolve(queue.QueueName, settings),
            TimerTriggerAttribute timer => FunctionIndex.Resolve(timer.Schedule, settings),
            ServiceBusTriggerAttribute { TopicName: { } topic } bus => $"{FunctionIndex.Resolve(topic, settings)}/{FunctionIndex.Resolve(bus.SubscriptionName!, settings)}",
            _ => "",
        };
    }

    private static string Trigger(string type) => type switch
    {
        "httpTrigger" => "HTTP",
        "queueTrigger" => "Queue",
        "timerTrigger" => "Timer",
        "serviceBusTrigger" => "Service Bus",
        "orchestrationTrigger" => "Orchestrator",
        "activityTrigger" => "Activity",
        _ => type,
    };
}
