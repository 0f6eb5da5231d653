using SkiaSharp;

namespace Shop.Downloads;

/// <summary>The letters of a mark in five by seven dots. A server has no fonts installed, and a mark needs no beauty.</summary>
internal static class DotLetters
{
    private const int Columns = 5, Advance = 6, Rows = 7;

    /// <summary>A byte for each column, the lowest bit on top; in the order of <see cref="Watermarks.Alphabet"/>, then the hyphen.</summary>
    private static readonly byte[] Dots = Convert.FromHexString(
        "3E5149453E" + "00427F4000" + "4261514946" + "2141454B31" + "1814127F10" + "2745454539" + "3C4A494930" + "0171090503" + "3649494936" + "064949291E"
        + "7E1111117E" + "7F49494936" + "3E41414122" + "7F4141221C" + "7F49494941" + "7F09090901" + "3E4149497A" + "7F0808087F" + "2040413F01" + "7F08142241" + "7F020C027F" + "7F0408107F"
        + "7F09090906" + "3E4151215E" + "7F09192946" + "4649494931" + "01017F0101" + "1F2040201F" + "3F4038403F" + "6314081463" + "0708700807" + "6151494543" + "0808080808");

    /// <summary>In dots.</summary>
    public static int WidthOf(string mark) => mark.Length * Advance;

    /// <summary>The dots of a mark, from the origin on.</summary>
    /// <param name="mark">Of the letters there are; others are left out.</param>
    /// <param name="dot">The side of one.</param>
    public static IEnumerable<SKRect> Of(string mark, float dot)
    {
        for (int i = 0; i < mark.Length; i++)
        {
            int letter = mark[i] == '-' ? Watermarks.Alphabet.Length : Watermarks.Alphabet.IndexOf(mark[i], StringComparison.Ordinal);
            for (int column = 0; letter >= 0 && column < Columns; column++)
                for (int row = 0; row < Rows; row++)
                    if (((Dots[(letter * Columns) + column] >> row) & 1) == 1) yield return SKRect.Create(((i * Advance) + column) * dot, row * dot, dot, dot);
        }
    }
}
