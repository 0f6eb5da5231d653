using System.Globalization;

namespace Shop.Emulator.Stripe;

/// <summary>Stripe's paging: newest first, a limit of 1 to 100, and an id to go on after or before.</summary>
internal sealed record StripePage(int Limit, string? StartingAfter, string? EndingBefore, DateTimeOffset? From, DateTimeOffset? Until)
{
    public static StripePage Read(StripeParameters sent, string idPrefix)
    {
        long limit = sent.Integer("limit") ?? 10;
        if (limit is < 1 or > 100) throw StripeRefusal.Invalid("This value must be between 1 and 100.", "limit", "parameter_invalid_integer");
        string? after = sent.Text("starting_after"), before = sent.Text("ending_before");
        if (after is not null && before is not null) throw StripeRefusal.Invalid("You can only provide one of starting_after and ending_before.");
        if ((after ?? before) is { } id && StripeIds.Token(idPrefix, id) is null) throw StripeRefusal.Missing(idPrefix, id, after is null ? "ending_before" : "starting_after");
        Dictionary<string, string> created = sent.Map("created");
        return new StripePage((int)limit, after, before, Moment(created, "gte", 0) ?? Moment(created, "gt", 1), Moment(created, "lt", -1) ?? EndOf(Moment(created, "lte", 0)));
    }

    /// <summary>This page of rows that stand newest first, and whether there are more beyond it.</summary>
    public (IReadOnlyList<(string Token, string Id, DateTimeOffset Created)> Rows, bool More) Of(IReadOnlyList<(string Token, string Id, DateTimeOffset Created)> all)
    {
        if (EndingBefore is not null)
        {
            var newer = all.TakeWhile(row => row.Id != EndingBefore).ToList();
            return ([.. newer.TakeLast(Limit)], newer.Count > Limit);
        }
        var rest = StartingAfter is null ? all : [.. all.SkipWhile(row => row.Id != StartingAfter).Skip(1)];
        return ([.. rest.Take(Limit)], rest.Count > Limit);
    }

    /// <summary>Stripe compares whole seconds.</summary>
    private static DateTimeOffset? Moment(Dictionary<string, string> created, string comparison, int plus) =>
        !created.TryGetValue(comparison, out string? text) ? null
        : long.TryParse(text, NumberStyles.None, CultureInfo.InvariantCulture, out long seconds) && seconds < 253_402_300_799
            ? plus < 0 ? DateTimeOffset.FromUnixTimeSeconds(seconds).AddTicks(-1) : DateTimeOffset.FromUnixTimeSeconds(seconds + plus)
            : throw StripeRefusal.Invalid($"Invalid timestamp: {text}", $"created[{comparison}]", "parameter_invalid_integer");

    private static DateTimeOffset? EndOf(DateTimeOffset? second) => second?.AddSeconds(1).AddTicks(-1);
}
