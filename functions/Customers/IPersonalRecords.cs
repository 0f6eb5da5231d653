using Shop.Common;

namespace Shop.Customers;

/// <summary>
/// What another module keeps about a customer. Every module that does says so here, so that no export leaves it out and no erasure forgets it.
/// </summary>
public interface IPersonalRecords
{
    /// <summary>The name of its part in the export: <c>orders</c>.</summary>
    string Name { get; }

    /// <summary>Everything, as the customer may read it.</summary>
    Task<object?> Export(string customerId, CancellationToken cancellationToken);

    /// <summary>Why nothing may be erased now; <c>null</c> when it may.</summary>
    Task<Problem?> Refuse(string customerId, CancellationToken cancellationToken);

    /// <summary>Takes everything personal away except what the law makes the shop keep, and tells what that is. The same again changes nothing.</summary>
    Task<IReadOnlyList<HeldRecord>> Erase(string customerId, CancellationToken cancellationToken);

    /// <summary>The law does not hold a record any longer: takes away what was left of it. The same again changes nothing, and neither does a record of another module.</summary>
    Task Release(HeldRecord held, CancellationToken cancellationToken);
}

/// <summary>Something that is kept although its customer is erased.</summary>
/// <param name="Kind"><c>order</c>; or <c>answers</c> that guests and staff were given, kept for repeated requests, mailed <c>links</c>, ended <c>sessions</c>, <c>flows</c>, the steps that orders took, and <c>messages</c> that could not be sent.</param>
/// <param name="Id">Its id; <c>all</c> where it is a kind of which nothing is kept beyond the day.</param>
/// <param name="Reason">Which rule holds it.</param>
/// <param name="Until">The last day it is kept.</param>
public sealed record HeldRecord(string Kind, string Id, string Reason, DateOnly Until);
