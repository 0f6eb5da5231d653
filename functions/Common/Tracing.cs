using System.Diagnostics;

namespace Shop.Common;

/// <summary>
/// One W3C trace from the request through queues, topic and orchestrations to the mail: whoever sends work puts
/// <see cref="Parent"/> into the message as <c>traceparent</c>; whoever receives it continues there.
/// </summary>
public static class Tracing
{
    public static ActivitySource Source { get; } = new("Shop");

    /// <summary>The <c>traceparent</c> of what is happening now; <c>null</c> where nothing is traced.</summary>
    public static string? Parent => Activity.Current is { IdFormat: ActivityIdFormat.W3C } current ? current.Id : null;

    /// <summary>Goes on with a trace, or begins one where <paramref name="traceparent"/> is missing or malformed. Dispose it to end the step.</summary>
    public static Activity Continue(string step, string? traceparent, ActivityKind kind = ActivityKind.Internal)
    {
        bool known = ActivityContext.TryParse(traceparent, null, isRemote: true, out ActivityContext parent);
        if ((known ? Source.StartActivity(step, kind, parent) : Source.StartActivity(step, kind)) is { } listened) return listened;

        // Nobody listens, but the trace id still goes into problems, messages and mails.
        Activity silent = new Activity(step).SetIdFormat(ActivityIdFormat.W3C);
        if (known) silent.SetParentId(parent.TraceId, parent.SpanId, parent.TraceFlags);
        return silent.Start();
    }
}
