using Shop.Common;

namespace Shop.Catalog;

/// <summary>Words that searches take for each other, in whatever language.</summary>
/// <param name="Version">One more with every change; 0 while there are none.</param>
/// <param name="Groups">In each group, words or phrases that mean the same: <c>["kaos", "t-shirt", "baju kaos"]</c>.</param>
/// <param name="Actor">Who said so last: <c>staff:stf_…</c>.</param>
/// <param name="UpdatedAt">When.</param>
public sealed record SynonymList(long Version, IReadOnlyList<IReadOnlyList<string>> Groups, string? Actor, DateTimeOffset? UpdatedAt)
{
    public static SynonymList None { get; } = new(0, [], null, null);
}

/// <summary>All synonyms anew.</summary>
/// <param name="Groups">In each group, 2 to 20 words or phrases that mean the same; at most 1,000 groups.</param>
public sealed record SynonymDraft(IReadOnlyList<IReadOnlyList<string>> Groups)
{
    private const int MostGroups = 1000, MostInGroup = 20, MostCharacters = 60;

    /// <returns>Every mistake with a JSON Pointer.</returns>
    internal IReadOnlyList<FieldError> Check()
    {
        List<FieldError> mistakes = [];
        if (Groups.Count > MostGroups) mistakes.Add(new FieldError("/groups", $"has more than {MostGroups}"));
        foreach ((int place, IReadOnlyList<string> group) in Groups.Index())
        {
            if (group.Count is < 2 or > MostInGroup) mistakes.Add(new FieldError($"/groups/{place}", $"must have 2 to {MostInGroup} words or phrases"));
            foreach ((int word, string text) in group.Index())
            {
                if (text.Length > MostCharacters || !text.Any(char.IsLetterOrDigit) || text.Any(char.IsControl))
                    mistakes.Add(new FieldError($"/groups/{place}/{word}", $"must be a word or a phrase of at most {MostCharacters} characters"));
            }
        }
        return mistakes;
    }
}
