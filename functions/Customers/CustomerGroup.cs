using System.Text.Json.Serialization;

namespace Shop.Customers;

/// <summary>Customers who are treated alike: they get prices and coupons of their own.</summary>
/// <param name="Code">What prices, coupons and files name it by. It never changes, and is never given to another.</param>
/// <param name="Name">For staff.</param>
public sealed record CustomerGroup(string Code, string Name, DateTimeOffset CreatedAt)
{
    /// <summary>How many there may be, so that all of them are one page.</summary>
    public const int Most = 100;

    /// <summary>It is kept as deleted, so that its former members do not become those of a new one.</summary>
    [JsonIgnore(Condition = JsonIgnoreCondition.WhenWritingDefault)]
    public DateTimeOffset? DeletedAt { get; init; }
}
