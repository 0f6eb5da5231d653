using System.Globalization;
using System.Text;

namespace Shop.Common;

/// <summary>Text for the fonts that every reader of PDF has.</summary>
internal static class PdfText
{
    /// <summary>In the letters that these fonts have: accents are left out, and what remains becomes question marks.</summary>
    public static string Latin(string text) => string.Concat(
        text.Normalize(NormalizationForm.FormKD).Where(c => CharUnicodeInfo.GetUnicodeCategory(c) != UnicodeCategory.NonSpacingMark).Select(c => c switch
        {
            '‘' or '’' => '\'',
            '“' or '”' => '"',
            '–' or '—' => '-',
            '×' => 'x',
            < ' ' or > '~' => '?',
            _ => c,
        }));

    /// <summary>In rows of so many letters; a longer word is parted.</summary>
    public static IEnumerable<string> Wrap(string text, int most)
    {
        var row = new StringBuilder();
        foreach (string word in text.Split(' ', StringSplitOptions.RemoveEmptyEntries).SelectMany(word => word.Chunk(most).Select(part => new string(part))))
        {
            if (row.Length > 0 && row.Length + 1 + word.Length > most)
            {
                yield return row.ToString();
                row.Clear();
            }
            if (row.Length > 0) row.Append(' ');
            row.Append(word);
        }
        if (row.Length > 0) yield return row.ToString();
    }
}
