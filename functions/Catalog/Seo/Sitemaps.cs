using System.Globalization;
using System.Runtime.CompilerServices;
using System.Text;
using System.Xml;
using Shop.Common;
using Shop.Http;

namespace Shop.Catalog;

/// <summary>
/// Sitemaps of the storefront's pages: categories and products in every language, each with its alternates. One file where they fit,
/// an index and parts beyond. https://www.sitemaps.org/protocol.html
/// </summary>
public sealed class Sitemaps
{
    private const string Namespace = "http://www.sitemaps.org/schemas/sitemap/0.9", Xhtml = "http://www.w3.org/1999/xhtml";

    private readonly CatalogIndex _index;
    private readonly StorefrontPages _pages;
    private readonly int _urlsAtMost;

    /// <summary>Of one state of the catalogue: a file is made when it is asked for, and stays while there is room. All at once would be as large as the catalogue itself.</summary>
    private readonly ConditionalWeakTable<CatalogView, WeakReference<byte[]>[]> _files = [];

    public Sitemaps(CatalogIndex index, ShopOptions shop) => (_index, _pages, _urlsAtMost) = (index, new StorefrontPages(shop), shop.UrlsPerSitemap);

    private sealed record Page(string Url, DateTimeOffset? ChangedAt, IReadOnlyList<AlternateLink> Alternates);

    /// <summary>What <c>/sitemap.xml</c> answers: the only file, or the index of all.</summary>
    public byte[] Root()
    {
        CatalogView view = _index.View;
        int parts = Files(view).Length;
        return parts == 1 ? File(view, 1) : Write("sitemapindex", Enumerable.Range(1, parts), (xml, part) =>
        {
            xml.WriteStartElement("sitemap", Namespace);
            xml.WriteElementString("loc", Namespace, string.Create(CultureInfo.InvariantCulture, $"{_pages.Root}/sitemaps/{part}.xml"));
            xml.WriteEndElement();
        });
    }

    /// <param name="part">From 1.</param>
    public byte[]? Part(int part) => _index.View is var view && part >= 1 && part <= Files(view).Length ? File(view, part) : null;

    private WeakReference<byte[]>[] Files(CatalogView view) =>
        _files.GetValue(view, v => [.. Enumerable.Range(0, Math.Max(1, (Pages(v).Count() + _urlsAtMost - 1) / _urlsAtMost)).Select(_ => new WeakReference<byte[]>([]))]);

    /// <summary>Those who ask for the same file at once wait for one to be made.</summary>
    private byte[] File(CatalogView view, int part)
    {
        WeakReference<byte[]> kept = Files(view)[part - 1];
        lock (kept)
        {
            if (kept.TryGetTarget(out byte[]? file) && file.Length > 0) return file;
            file = Write("urlset", Pages(view).Skip((part - 1) * _urlsAtMost).Take(_urlsAtMost), WritePage);
            kept.SetTarget(file);
            return file;
        }
    }

    private IEnumerable<Page> Pages(CatalogView view)
    {
        foreach (CategoryNode category in view.Categories.InOrder(0).Where(c => c.IsVisible))
        {
            IReadOnlyList<AlternateLink> alternates = _pages.Alternates(category);
            foreach (string url in alternates.Select(a => a.Href).Distinct(StringComparer.Ordinal)) yield return new Page(url, null, alternates);
        }
        foreach (ProductEntry entry in view.Order(ProductSort.Newest, 0))
        {
            IReadOnlyList<AlternateLink> alternates = _pages.Alternates(entry);
            foreach (string url in alternates.Select(a => a.Href).Distinct(StringComparer.Ordinal)) yield return new Page(url, entry.Product.UpdatedAt, alternates);
        }
    }

    private static void WritePage(XmlWriter xml, Page page)
    {
        xml.WriteStartElement("url", Namespace);
        xml.WriteElementString("loc", Namespace, page.Url);
        if (page.ChangedAt is { } changed) xml.WriteElementString("lastmod", Namespace, changed.UtcDateTime.ToString("yyyy-MM-dd'T'HH:mm:ss'Z'", CultureInfo.InvariantCulture));
        foreach (AlternateLink alternate in page.Alternates)
        {
            xml.WriteStartElement("link", Xhtml);
            xml.WriteAttributeString("rel", "alternate");
            xml.WriteAttributeString("hreflang", alternate.Hreflang);
            xml.WriteAttributeString("href", alternate.Href);
            xml.WriteEndElement();
        }
        xml.WriteEndElement();
    }

    private static byte[] Write<T>(string root, IEnumerable<T> items, Action<XmlWriter, T> write)
    {
        using var file = new MemoryStream();
        using (var xml = XmlWriter.Create(file, new XmlWriterSettings { Encoding = new UTF8Encoding(false) }))
        {
            xml.WriteStartElement(root, Namespace);
            if (root == "urlset") xml.WriteAttributeString("xmlns", "xhtml", null, Xhtml);
            foreach (T item in items) write(xml, item);
            xml.WriteEndElement();
        }
        return file.ToArray();
    }
}
