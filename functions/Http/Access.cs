namespace Shop.Http;

/// <summary>Who may call a function that staff do not own. Enforced by <see cref="AccessMiddleware"/>; a function that declares nothing is refused at start.</summary>
public enum Caller
{
    /// <summary>Everybody; credentials are not looked at.</summary>
    Anyone,

    /// <summary>Guests and customers: a bearer may be left out, but one that is sent must be a customer's that is valid.</summary>
    Shopper,

    /// <summary>Whoever knows the unguessable <c>{cartId}</c> of the route; a customer's cart needs the customer's bearer too, which the cart's reader checks.</summary>
    CartHolder,

    /// <summary>
    /// Whoever holds the token of the route's <c>{orderId}</c>, as <c>?token=</c> or as a bearer, and the customer whose order it is. Everyone else sees no order
    /// at all: 404.
    /// </summary>
    OrderHolder,

    /// <summary>A customer who is signed in.</summary>
    Customer,

    /// <summary>A payment provider or courier: the endpoint checks the signature over the raw bytes itself.</summary>
    Provider,
}

/// <summary>What a member of staff may do.</summary>
public enum Role
{
    /// <summary>Everything.</summary>
    Owner,

    /// <summary>Products, prices, media, imports and stock.</summary>
    Catalog,

    /// <summary>Orders, payments, shipments and returns.</summary>
    Orders,

    /// <summary>Reports.</summary>
    Reports,

    /// <summary>Customers and conversations.</summary>
    Support,
}

/// <summary>Declares who may call a function: this or <see cref="StaffAttribute"/>, exactly one.</summary>
[AttributeUsage(AttributeTargets.Method)]
public sealed class AccessAttribute(Caller caller) : Attribute
{
    public Caller Caller { get; } = caller;
}

/// <summary>Only staff with one of these roles; owners always. PUT, PATCH and DELETE also need <c>If-Match</c> (428 without).</summary>
[AttributeUsage(AttributeTargets.Method)]
public sealed class StaffAttribute(params Role[] roles) : Attribute
{
    public IReadOnlyList<Role> Roles { get; } = roles;

    /// <summary><c>false</c> where there is no version to compare with, such as signing out.</summary>
    public bool NeedsIfMatch { get; init; } = true;
}

/// <summary>
/// API keys with this scope may call the function too. Declared beside <see cref="StaffAttribute"/>: a function of staff without it is for
/// people alone.
/// </summary>
[AttributeUsage(AttributeTargets.Method)]
public sealed class ApiKeyScopeAttribute(string scope) : Attribute
{
    /// <summary><c>area:read</c> or <c>area:write</c>; writing does not include reading.</summary>
    public string Scope { get; } = scope;
}

/// <summary>
/// The function moves money, stock, points or mail: it needs an <c>Idempotency-Key</c>, and a repeat gets the first answer.
/// It must answer with <see cref="Reply"/>, which can be stored.
/// </summary>
[AttributeUsage(AttributeTargets.Method)]
public sealed class IdempotentAttribute : Attribute;

/// <summary>The largest body the function takes, in bytes; 1 MiB where nothing is declared.</summary>
[AttributeUsage(AttributeTargets.Method)]
public sealed class BodyLimitAttribute(long bytes) : Attribute
{
    public const long Default = 1024 * 1024;

    public long Bytes { get; } = bytes;
}
