using System.Collections.Concurrent;
using Shop.Common;

namespace Shop.Catalog;

/// <summary>Finished answers by question, of one state of the catalogue. It stops taking more when full: strange questions cost time, not memory.</summary>
internal sealed class AnswerCache(long state)
{
    private const int MostAnswers = 4096;
    private const long MostBytes = 64 * 1024 * 1024;
    private readonly ConcurrentDictionary<(string Question, int Locale, GroupSet Groups), CatalogAnswer> _answers = new();
    private int _count;
    private long _bytes;

    /// <summary>Which state of the catalogue it is of: one more with each that follows.</summary>
    public long State { get; } = state;

    public CatalogAnswer? Find(string question, int locale, GroupSet groups) => _answers.TryGetValue((question, locale, groups), out CatalogAnswer? answer) ? answer : null;

    public CatalogAnswer Keep(string question, int locale, GroupSet groups, CatalogAnswer answer)
    {
        if (_count >= MostAnswers || Interlocked.Read(ref _bytes) >= MostBytes || !_answers.TryAdd((question, locale, groups), answer)) return answer;
        Interlocked.Increment(ref _count);
        Interlocked.Add(ref _bytes, answer.Json.Length);
        return answer;
    }
}
