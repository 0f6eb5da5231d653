using System.Globalization;
using System.Text;

namespace Shop.Common;

/// <summary>Text for the fonts that every reader of PDF has.</summary>
internal static class PdfText
{
    /// <summary>In the letters that these fonts have: accents are left out, and what remains becomes question marks.</summary>
    public static string Latin(string text) => string.Concat(
        // U+FFFE is no letter, and nothing that has it can be normalised.
        text.Replace('\uFFFE', '?').Normalize(NormalizationForm.FormD).Where(c => CharUnicodeInfo.GetUnicodeCategory(c) != UnicodeCategory.NonSpacingMark).Select(c => c switch
        {
            '‘' or '’' => '\'',
            '“' or '”' => '"',
            '–' or '—' => '-',
            '×' => 'x',
            < ' ' or > '~' => '?',
            _ => c,
        }));

    /// <summary>In rows of so many letters; a longer word is parted.</summary>
    public static IEnumerable<string> Wrap(string text, int most) => Wrap(text, row => row.Length <= most);

    /// <summary>In rows that fit; a word that fits in none is parted.</summary>
    public static IEnumerable<string> Wrap(string text, Func<string, bool> fits)
    {
        string row = "";
        foreach (string whole in text.Split(' ', StringSplitOptions.RemoveEmptyEntries))
        {
            string word = whole;
            if (row.Length > 0 && fits($"{row} {word}"))
            {
                row = $"{row} {word}";
                continue;
            }
            if (row.Length > 0) yield return row;
            while (!fits(word) && word.Length > 1)
            {
                int most = 1;
                while (fits(word[..(most + 1)])) most++;
                yield return word[..most];
                word = word[most..];
            }
            row = word;
        }
        if (row.Length > 0) yield return row;
    }
}
