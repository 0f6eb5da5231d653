namespace Shop.Common;

/// <summary>Something that happened, told to whoever subscribes. Published at least once under one <see cref="Id"/>.</summary>
/// <param name="Id">The Service Bus MessageId; deterministic, such as <c>ord_…|order.paid</c>, so that a repeat is recognised.</param>
/// <param name="Type"><c>aggregate.verb</c>, such as <c>order.paid</c>.</param>
/// <param name="Version">Of the data's shape, from 1.</param>
/// <param name="Subject">The aggregate's id.</param>
/// <param name="Sequence">Per aggregate, rising, so that readers can order without sessions.</param>
/// <param name="At">When it happened, on the shop's clock.</param>
/// <param name="Data">The event's own record; docs/events.md lists them.</param>
public sealed record DomainEvent(string Id, string Type, int Version, string Subject, long Sequence, DateTimeOffset At, object Data);

/// <summary>The port through which modules tell what happened; Integration puts Service Bus behind it.</summary>
public interface IEventPublisher
{
    Task Publish(IReadOnlyCollection<DomainEvent> events, CancellationToken cancellationToken);
}
