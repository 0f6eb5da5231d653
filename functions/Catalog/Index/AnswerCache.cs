using System.Collections.Concurrent;
using Shop.Common;

namespace Shop.Catalog;

/// <summary>Finished answers by question, of one state of the catalogue. When full it begins anew: strange questions cost time, not memory.</summary>
internal sealed class AnswerCache
{
    private const int MostAnswers = 16_384;
    private const long MostBytes = 64 * 1024 * 1024;
    private readonly ConcurrentDictionary<(string Question, int Locale, GroupSet Groups), CatalogAnswer> _answers = new();
    private int _count;
    private long _bytes;

    /// <param name="groups">Whose prices it shows.</param>
    public CatalogAnswer? Find(string question, int locale, GroupSet groups) => _answers.TryGetValue((question, locale, groups), out CatalogAnswer? answer) ? answer : null;

    public CatalogAnswer Keep(string question, int locale, GroupSet groups, CatalogAnswer answer)
    {
        if (!_answers.TryAdd((question, locale, groups), answer)) return answer;
        if (Interlocked.Increment(ref _count) > MostAnswers | Interlocked.Add(ref _bytes, answer.Json.Length + question.Length * sizeof(char)) > MostBytes)
        {
            // Two that find it full at once empty it twice, which costs some answers.
            _answers.Clear();
            Interlocked.Exchange(ref _count, 0);
            Interlocked.Exchange(ref _bytes, 0);
        }
        return answer;
    }
}
