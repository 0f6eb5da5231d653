using Shop.Common;

namespace Shop.Http;

/// <summary>Who is calling, as far as the credentials say.</summary>
/// <param name="Kind">How they were recognised.</param>
/// <param name="Id">The member of staff's, the customer's, the key's or the order's id; empty for the anonymous. Never an e-mail address: it is logged.</param>
/// <param name="Roles">Of staff; empty for everyone else.</param>
public sealed record Principal(PrincipalKind Kind, string Id, IReadOnlyList<Role> Roles)
{
    /// <summary>Of an API key; empty for everyone else.</summary>
    public IReadOnlyList<string> Scopes { get; init; } = [];

    /// <summary>Of a customer: <c>ses_…</c></summary>
    public string SessionId { get; init; } = "";

    /// <summary>Of a customer: those whose prices they get.</summary>
    public GroupSet Groups { get; init; } = GroupSet.None;

    /// <summary>Of customers and staff: signing out everywhere raises it, and tokens with an older one are refused.</summary>
    public int SessionVersion { get; init; }

    public static Principal Anonymous { get; } = new(PrincipalKind.Anonymous, "", []);

    /// <summary>One word for logs, timelines and idempotency: <c>anonymous</c>, <c>staff:stf_…</c>, <c>key:key_…</c>, <c>customer:cus_…</c>, <c>order:ord_…</c>.</summary>
    public string Actor => Kind switch
    {
        PrincipalKind.Staff => $"staff:{Id}",
        PrincipalKind.ApiKey => $"key:{Id}",
        PrincipalKind.Customer => $"customer:{Id}",
        PrincipalKind.OrderHolder => $"order:{Id}",
        _ => "anonymous",
    };

    /// <summary>Whether this is staff with one of the roles; owners have all of them.</summary>
    public bool HasAny(IReadOnlyList<Role> roles) => Kind == PrincipalKind.Staff && (Roles.Contains(Role.Owner) || Roles.Any(roles.Contains));

    /// <summary>Whether this is an API key with the scope; nobody has the scope <c>null</c>.</summary>
    public bool HasScope(string? scope) => Kind == PrincipalKind.ApiKey && scope is not null && Scopes.Contains(scope, StringComparer.Ordinal);
}

public enum PrincipalKind { Anonymous, OrderHolder, Staff, ApiKey, Customer }
