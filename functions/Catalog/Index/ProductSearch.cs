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

/// <summary>
/// Full text in memory, in Indonesian and English at once. Words match by their stem, as written, or by how they begin, so that results
/// appear while typing; only when nothing matches are one or two wrong letters forgiven.
/// </summary>
public sealed partial class ProductSearch : IDisposable
{
    private const LuceneVersion Version = LuceneVersion.LUCENE_48;
    private const int MostHits = 10_000;
    private const int MostWords = 12;
    private readonly CatalogIndex _index;
    private readonly ILogger<ProductSearch> _logger;
    private readonly Analyzer _words = new StandardAnalyzer(Version, CharArraySet.Empty);
    private readonly Analyzer _indonesian = new IndonesianAnalyzer(Version);
    private readonly Analyzer _english = new EnglishAnalyzer(Version);
    private readonly RAMDirectory _directory = new();
    private readonly Lazy<(IndexWriter Writer, SearcherManager Searchers)> _lucene;
    private readonly System.Threading.Lock _queueing = new();
    private readonly Dictionary<string, int> _numbers = new(StringComparer.Ordinal);
    private volatile string[] _idsByNumber = [];
    private Task _indexing = Task.CompletedTask;

    public ProductSearch(CatalogIndex index, ILogger<ProductSearch> logger)
    {
        (_index, _logger) = (index, logger);
        _lucene = new(Open);
        index.Changed += Queue;
        // Whatever was loaded before anybody searched.
        if (index.View.ById.Values.ToList() is { Count: > 0 } loaded) Queue(loaded);
    }

    /// <summary>The listed products that match all words, best first.</summary>
    internal async Task<IReadOnlyList<ProductEntry>> Find(string text, CancellationToken cancellationToken)
    {
        Task indexing;
        lock (_queueing) indexing = _indexing;
        await indexing.WaitAsync(cancellationToken);

        List<string> words = [.. Tokens(_words, text).Take(MostWords)];
        if (words.Count == 0) return [];
        SearcherManager searchers = _lucene.Value.Searchers;
        IndexSearcher searcher = searchers.Acquire();
        try
        {
            IReadOnlyList<ProductEntry> found = Search(searcher, AllOf(words, forgiving: false));
            return found.Count > 0 ? found : Search(searcher, AllOf(words, forgiving: true));
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

    /// <summary>Indexing goes on beside the requests; a search that comes meanwhile waits for it, a list does not.</summary>
    private void Queue(IReadOnlyList<ProductEntry> entries)
    {
        lock (_queueing) _indexing = _indexing.ContinueWith(_ => Write(entries), CancellationToken.None, TaskContinuationOptions.None, TaskScheduler.Default);
    }

    private void Write(IReadOnlyList<ProductEntry> entries)
    {
        try
        {
            foreach (ProductEntry entry in entries)
            {
                var key = new Term("key", entry.Product.Id);
                if (entry.Listed) _lucene.Value.Writer.UpdateDocument(key, DocumentOf(entry));
                else _lucene.Value.Writer.DeleteDocuments(key);
            }
            _idsByNumber = [.. _numbers.OrderBy(n => n.Value).Select(n => n.Key)];
            _lucene.Value.Searchers.MaybeRefreshBlocking();
        }
        catch (Exception failure)
        {
            NotIndexed(failure, entries.Count);
        }
    }

    private Document DocumentOf(ProductEntry entry)
    {
        Product product = entry.Product;
        if (!_numbers.TryGetValue(product.Id, out int number)) _numbers.Add(product.Id, number = _numbers.Count);
        var document = new Document
        {
            new StringField("key", product.Id, Field.Store.NO),
            new NumericDocValuesField("number", number),
        };
        foreach ((string locale, ProductText text) in product.Texts)
        {
            string category = string.Join(' ', product.Category.Select(c => c.Name.In(locale, entry.Fallback)));
            string options = string.Join(' ', product.Options.SelectMany(o => o.Values).Select(v => v.In(locale, entry.Fallback)));
            string all = $"{text.Title} {text.Description} {category} {options}";
            document.Add(new TextField(locale, all, Field.Store.NO));
            document.Add(new TextField("title", text.Title, Field.Store.NO));
            document.Add(new TextField("words", all, Field.Store.NO));
        }
        document.Add(new TextField("words", string.Join(' ', product.Tags.Concat(product.Attributes.Values)), Field.Store.NO));
        foreach (Variant variant in product.Variants) document.Add(new StringField("words", variant.Sku.Value.ToLowerInvariant(), Field.Store.NO));
        return document;
    }

    private List<ProductEntry> Search(IndexSearcher searcher, Query query)
    {
        TopDocs top = searcher.Search(query, Math.Clamp(searcher.IndexReader.NumDocs, 1, MostHits));
        string[] ids = _idsByNumber;
        CatalogView view = _index.View;
        NumericDocValues?[] numbers = [.. searcher.IndexReader.Leaves.Select(l => l.AtomicReader.GetNumericDocValues("number"))];
        List<ProductEntry> found = new(top.ScoreDocs.Length);
        foreach (ScoreDoc hit in top.ScoreDocs)
        {
            int leaf = ReaderUtil.SubIndex(hit.Doc, searcher.IndexReader.Leaves);
            long number = numbers[leaf]!.Get(hit.Doc - searcher.IndexReader.Leaves[leaf].DocBase);
            if (view.ById.TryGetValue(ids[number], out ProductEntry? entry) && entry.Listed) found.Add(entry);
        }
        return found;
    }

    private BooleanQuery AllOf(List<string> words, bool forgiving)
    {
        var all = new BooleanQuery();
        foreach (string word in words)
        {
            string[] stems = [.. Tokens(_indonesian, word).Take(1)], englishStems = [.. Tokens(_english, word).Take(1)];
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
            if (forgiving && Forgiven(word) is > 0 and var letters) Or(new FuzzyQuery(new Term("words", word), letters, 1), 1);
            // A stop word of either language narrows nothing.
            all.Add(any, stems.Length == 0 || englishStems.Length == 0 ? Occur.SHOULD : Occur.MUST);
        }
        return all;
    }

    private static int Forgiven(string word) => word.Length switch { < 4 => 0, < 8 => 1, _ => 2 };

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
}
