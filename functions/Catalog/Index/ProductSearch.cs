using Lucene.Net.Analysis;
using Lucene.Net.Analysis.En;
using Lucene.Net.Analysis.Id;
using Lucene.Net.Analysis.Miscellaneous;
using Lucene.Net.Analysis.Standard;
using Lucene.Net.Analysis.TokenAttributes;
using Lucene.Net.Analysis.Util;
using Lucene.Net.Documents;
using Lucene.Net.Index;
using Lucene.Net.Search;
using Lucene.Net.Search.Similarities;
using Lucene.Net.Store;
using Lucene.Net.Util;
using Microsoft.Extensions.Logging;

namespace Shop.Catalog;

/// <summary>What a search found.</summary>
/// <param name="Numbers">Of the products that match all words and that the searcher is shown, best first.</param>
/// <param name="Suggestions">Where there are none: what to search for instead.</param>
/// <param name="IsComplete">Whether the index held every product.</param>
internal sealed record SearchResult(IReadOnlyList<int> Numbers, IReadOnlyList<string> Suggestions, bool IsComplete);

/// <summary>
/// Full text in memory, in Indonesian and English at once. Words match by their stem, as written, by how they begin, so that results appear
/// while typing, and by their synonyms. Only where nothing matches are wrong letters forgiven: first in the words that nothing has, then in all.
/// </summary>
public sealed partial class ProductSearch : IDisposable
{
    private const LuceneVersion Version = LuceneVersion.LUCENE_48;
    private const int MostWords = 12, MostSuggestions = 5;

    /// <summary>A search waits for so many, about half a second: who changed a product finds it. For more, such as a whole catalogue, nobody waits.</summary>
    private const int WaitedFor = 1000;

    private readonly CatalogIndex _index;
    private readonly ILogger<ProductSearch> _logger;
    private readonly Analyzer _words = new StandardAnalyzer(Version, CharArraySet.Empty);
    private readonly Analyzer _indonesian = new IndonesianAnalyzer(Version);
    private readonly Analyzer _english = new EnglishAnalyzer(Version);
    private readonly RAMDirectory _directory = new();
    private readonly Lazy<(IndexWriter Writer, SearcherManager Searchers)> _lucene;
    private readonly System.Threading.Lock _queueing = new();
    private readonly HashSet<int> _written = [];
    private Task _indexing = Task.CompletedTask;
    private int _waiting;
    private SynonymPhrases _synonyms;

    public ProductSearch(CatalogIndex index, ILogger<ProductSearch> logger)
    {
        (_index, _logger) = (index, logger);
        _lucene = new(Open);
        _synonyms = new SynonymPhrases(index.Synonyms, Words);
        index.Changed += Queue;
        // Whatever was loaded before anybody searched.
        if (index.View.All.ToList() is { Count: > 0 } loaded) Queue(loaded);
    }

    /// <param name="text">As it was typed.</param>
    /// <param name="prices">Which prices the searcher gets: what has none of them is not found.</param>
    /// <param name="cancellationToken">Ends the wait for the index.</param>
    internal async Task<SearchResult> Find(string text, PriceList prices, CancellationToken cancellationToken)
    {
        List<string> words = [.. Words(text).Take(MostWords)];
        if (words.Count == 0) return new SearchResult([], [], IsComplete: true);
        Task indexing;
        lock (_queueing) indexing = _indexing;
        if (Volatile.Read(ref _waiting) <= WaitedFor) await indexing.WaitAsync(cancellationToken);

        bool complete = indexing.IsCompleted;
        SearcherManager searchers = _lucene.Value.Searchers;
        IndexSearcher searcher = searchers.Acquire();
        try
        {
            // Where most are not indexed yet, titles are looked through instead.
            if (!complete && Volatile.Read(ref _waiting) > searcher.IndexReader.NumDocs) return new SearchResult(InTitles(words, prices), [], complete);
            return Search(searcher, words, prices) with { IsComplete = complete };
        }
        finally
        {
            searchers.Release(searcher);
        }
    }

    public void Dispose()
    {
        _index.Changed -= Queue;
        if (_lucene.IsValueCreated)
        {
            _lucene.Value.Searchers.Dispose();
            _lucene.Value.Writer.Dispose();
        }
        _directory.Dispose();
        _words.Dispose();
        _indonesian.Dispose();
        _english.Dispose();
    }

    private (IndexWriter, SearcherManager) Open()
    {
        var perField = new PerFieldAnalyzerWrapper(_words, new Dictionary<string, Analyzer>(StringComparer.Ordinal) { ["id"] = _indonesian, ["en"] = _english });
        var writer = new IndexWriter(_directory, new IndexWriterConfig(Version, perField) { Similarity = new BM25Similarity() });
        return (writer, new SearcherManager(writer, true, null));
    }

    /// <summary>Indexing goes on beside the requests, and searches see all of a change or nothing.</summary>
    private void Queue(IReadOnlyList<ProductEntry> entries)
    {
        Interlocked.Add(ref _waiting, entries.Count);
        lock (_queueing) _indexing = _indexing.ContinueWith(_ => Write(entries), CancellationToken.None, TaskContinuationOptions.None, TaskScheduler.Default);
    }

    private void Write(IReadOnlyList<ProductEntry> entries)
    {
        try
        {
            IndexWriter writer = _lucene.Value.Writer;
            CategoryTree categories = _index.View.Categories;
            foreach (ProductEntry entry in entries)
            {
                var key = new Term("key", entry.Product.Id);
                if (!entry.IsVisible) writer.DeleteDocuments(key);
                else if (_written.Add(entry.Number)) writer.AddDocument(DocumentOf(entry, categories));
                else writer.UpdateDocument(key, DocumentOf(entry, categories));
            }
            _lucene.Value.Searchers.MaybeRefreshBlocking();
        }
        catch (Exception failure)
        {
            NotIndexed(failure, entries.Count);
        }
        Interlocked.Add(ref _waiting, -entries.Count);
    }

    private static Document DocumentOf(ProductEntry entry, CategoryTree categories)
    {
        Product product = entry.Product;
        IReadOnlyList<CategoryNode> way = categories.Of(entry);
        var document = new Document
        {
            new StringField("key", product.Id, Field.Store.NO),
            new NumericDocValuesField("number", entry.Number),
        };
        foreach ((string locale, ProductText text) in product.Texts)
        {
            string category = string.Join(' ', way.Select(c => c.Name(locale)));
            string options = string.Join(' ', product.Options.SelectMany(o => o.Values).Select(v => v.In(locale, entry.Fallback)));
            string all = $"{text.Title} {text.Description} {category} {options}";
            document.Add(new TextField(locale, all, Field.Store.NO));
            document.Add(new TextField("title", text.Title, Field.Store.NO));
            document.Add(new TextField("words", all, Field.Store.NO));
        }
        document.Add(new TextField("words", string.Join(' ', product.Tags.Concat(product.Attributes.Values).Concat(product.Variants.Select(v => v.Sku.Value))), Field.Store.NO));
        return document;
    }

    private SearchResult Search(IndexSearcher searcher, List<string> words, PriceList prices)
    {
        IReadOnlyList<int> Found(Func<string, bool> forgiving) => Hits(searcher, AllOf(words, forgiving), prices);
        bool Has(string word, bool forgiving) => Hits(searcher, AllOf([word], _ => forgiving), prices).Length > 0;

        IReadOnlyList<int> found = Found(_ => false);
        if (found.Count > 0) return new SearchResult(found, [], IsComplete: true);
        HashSet<string> unknown = [.. words.Where(w => !Has(w, forgiving: false))];
        if (unknown.Count > 0 && unknown.Count < words.Count) found = Found(unknown.Contains);
        if (found.Count == 0) found = Found(_ => true);
        // What some products have each, though none has all.
        return new SearchResult(found, found.Count > 0 ? [] : [.. words.Distinct(StringComparer.Ordinal).Where(w => Has(w, forgiving: true)).Take(MostSuggestions)], IsComplete: true);
    }

    private int[] Hits(IndexSearcher searcher, Query query, PriceList prices)
    {
        var hits = new HitCollector();
        searcher.Search(query, hits);
        CatalogView view = _index.View;
        (int Number, float Score)[] listed = [.. hits.Found.Where(h => h.Number < view.Count && view.ListPrice(h.Number, prices) != ProductBlock.NotSold)];
        // The best first; equal ones by what every instance knows alike, the newest first. Scores are positive, so their bits sort as they do.
        long[] places = Array.ConvertAll(listed, h => ((long)(int.MaxValue - BitConverter.SingleToInt32Bits(h.Score)) << 32) | (uint)view.Ages[h.Number]);
        int[] numbers = Array.ConvertAll(listed, h => h.Number);
        Array.Sort(places, numbers);
        return numbers;
    }

    private List<int> InTitles(List<string> words, PriceList prices)
    {
        CatalogView view = _index.View;
        return [.. view.Newest.Where(n => view.ListPrice(n, prices) != ProductBlock.NotSold && words.TrueForAll(w => view.Entry(n).Product.Texts.Values.Any(t => t.Title.Contains(w, StringComparison.OrdinalIgnoreCase))))];
    }

    private BooleanQuery AllOf(List<string> words, Func<string, bool> forgiving)
    {
        // A stale list means a search more in old words; the next takes the new one.
        if (!_synonyms.AreOf(_index.Synonyms)) _synonyms = new SynonymPhrases(_index.Synonyms, Words);
        var all = new BooleanQuery();
        for (int at = 0; at < words.Count;)
        {
            (int length, IReadOnlyList<string[]> others) = _synonyms.At(words, at);
            Query? clause = Phrase(words.GetRange(at, length), forgiving, out bool narrows);
            at += length;
            if (others.Count == 0)
            {
                all.Add(clause, narrows ? Occur.MUST : Occur.SHOULD);
                continue;
            }
            var any = new BooleanQuery { { clause, Occur.SHOULD } };
            foreach (string[] other in others) any.Add(Phrase(other, _ => false, out _), Occur.SHOULD);
            all.Add(any, Occur.MUST);
        }
        return all;
    }

    /// <param name="words">All of them.</param>
    /// <param name="forgiving">In which words wrong letters are forgiven.</param>
    /// <param name="narrows">Not where it is a stop word of either language.</param>
    private Query Phrase(IReadOnlyList<string> words, Func<string, bool> forgiving, out bool narrows)
    {
        narrows = true;
        if (words is [var single]) return Word(single, forgiving(single), out narrows);
        var all = new BooleanQuery();
        foreach (string word in words) all.Add(Word(word, forgiving(word), out bool needed), needed ? Occur.MUST : Occur.SHOULD);
        return all;
    }

    private BooleanQuery Word(string word, bool forgiving, out bool narrows)
    {
        string[] stems = [.. Tokens(_indonesian, word).Take(1)], englishStems = [.. Tokens(_english, word).Take(1)];
        narrows = stems.Length > 0 && englishStems.Length > 0;
        var any = new BooleanQuery();
        void Or(Query query, float boost)
        {
            query.Boost = boost;
            any.Add(query, Occur.SHOULD);
        }
        Or(new TermQuery(new Term("title", word)), 6);
        Or(new PrefixQuery(new Term("title", word)), 3);
        Or(new TermQuery(new Term("words", word)), 2);
        Or(new PrefixQuery(new Term("words", word)), 1);
        foreach (string stem in stems) Or(new TermQuery(new Term("id", stem)), 2);
        foreach (string stem in englishStems) Or(new TermQuery(new Term("en", stem)), 2);
        // Two letters that changed places are one mistake, and the first letter may be the wrong one.
        if (forgiving && Forgiven(word) is > 0 and var letters) Or(new FuzzyQuery(new Term("words", word), letters, 0), 1);
        return any;
    }

    private static int Forgiven(string word) => word.Length switch { < 4 => 0, < 8 => 1, _ => 2 };

    private List<string> Words(string text) => Tokens(_words, text);

    private static List<string> Tokens(Analyzer analyzer, string text)
    {
        List<string> tokens = [];
        using TokenStream stream = analyzer.GetTokenStream("", text);
        ICharTermAttribute term = stream.AddAttribute<ICharTermAttribute>();
        stream.Reset();
        while (stream.IncrementToken()) tokens.Add(term.ToString()!);
        stream.End();
        return tokens;
    }

    [LoggerMessage(2003, LogLevel.Error, "{Products} products could not be indexed for search; lists show them all the same.")]
    private partial void NotIndexed(Exception failure, int products);

    /// <summary>Every hit: facets count all of them, not the best thousand.</summary>
    private sealed class HitCollector : ICollector
    {
        private Scorer? _scorer;
        private NumericDocValues? _numbers;

        public List<(int Number, float Score)> Found { get; } = [];

        public bool AcceptsDocsOutOfOrder => true;

        public void SetScorer(Scorer scorer) => _scorer = scorer;

        public void SetNextReader(AtomicReaderContext context) => _numbers = context.AtomicReader.GetNumericDocValues("number");

        public void Collect(int doc) => Found.Add(((int)_numbers!.Get(doc), _scorer!.GetScore()));
    }
}
