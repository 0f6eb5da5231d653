using System.Text;
using System.Xml;

namespace Shop.Catalog;

/// <summary>Text that every format can hold which texts of products are written into; XML, which is the strictest, breaks off at anything else.</summary>
internal static class PlainText
{
    public static bool IsPlain(string text)
    {
        for (int i = 0; i < text.Length; i++)
        {
            if (XmlConvert.IsXmlChar(text[i])) continue;
            if (i + 1 == text.Length || !XmlConvert.IsXmlSurrogatePair(text[i + 1], text[i])) return false;
            i++;
        }
        return true;
    }

    /// <summary>Without what is not plain: texts may be older than the rule that refuses it.</summary>
    public static string From(string text) => IsPlain(text) ? text : string.Concat(text.EnumerateRunes().Where(r => !r.IsBmp || XmlConvert.IsXmlChar((char)r.Value)));
}
