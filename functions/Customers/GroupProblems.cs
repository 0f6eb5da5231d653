using Shop.Common;

namespace Shop.Customers;

/// <summary>The refusals about customer groups; to staff.</summary>
public static class GroupProblems
{
    public static Problem Unknown { get; } = new(404, "customer-group.unknown", "There is no such customer group.");

    public static Problem CustomerUnknown { get; } = new(404, "customer.unknown", "There is no such customer.");

    public static Problem CodeTaken { get; } = new Problem(409, "customer-group.code-taken", "A customer group has this code, or had it.").At("/code", "is, or was, another group's");

    public static Problem TooMany { get; } = new(422, "customer-group.too-many", $"There can be {CustomerGroup.Most} customer groups, deleted ones among them.");

    public static Problem NotAGroup(IEnumerable<string> codes) =>
        new Problem(422, "customer-group.not-a-group", "A customer can only be put into groups that there are.").At("/groups", $"has no such group: {string.Join(", ", codes)}");
}
