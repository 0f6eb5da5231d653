namespace Shop.Catalog;

/// <summary>A list of synonyms, ready for searches: cut into words as texts are.</summary>
internal sealed class SynonymPhrases
{
    private readonly SynonymList _list;
    private readonly Dictionary<string, List<(string[] Words, string[][] Group)>> _byFirstWord = new(StringComparer.Ordinal);

    public SynonymPhrases(SynonymList list, Func<string, List<string>> words)
    {
        _list = list;
        foreach (IReadOnlyList<string> group in list.Groups)
        {
            string[][] phrases = [.. group.Select(g => words(g).ToArray()).Where(p => p.Length > 0)];
            foreach (string[] phrase in phrases)
            {
                if (!_byFirstWord.TryGetValue(phrase[0], out var known)) _byFirstWord.Add(phrase[0], known = []);
                known.Add((phrase, phrases));
            }
        }
    }

    public bool AreOf(SynonymList list) => ReferenceEquals(_list, list);

    /// <summary>The longest phrase with synonyms that begins at this word.</summary>
    /// <returns>How many words it has, 1 where there is none, and what means the same.</returns>
    public (int Length, IReadOnlyList<string[]> Others) At(List<string> words, int at)
    {
        if (!_byFirstWord.TryGetValue(words[at], out var known)) return (1, []);
        var matching = known.Where(k => words.Skip(at).Take(k.Words.Length).SequenceEqual(k.Words, StringComparer.Ordinal)).ToArray();
        if (matching.Length == 0) return (1, []);
        int longest = matching.Max(k => k.Words.Length);
        return (longest, [.. matching.Where(k => k.Words.Length == longest).SelectMany(k => k.Group.Where(other => other != k.Words))]);
    }
}
