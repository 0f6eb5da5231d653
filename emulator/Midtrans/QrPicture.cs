using System.Globalization;
using System.Text;

namespace Shop.Emulator.Midtrans;

/// <summary>
/// A QR code as a picture (ISO/IEC 18004), in the one size that what a QRIS code says fits into: version 9 with the least error correction, so that
/// all its numbers are constants.
/// </summary>
internal sealed class QrPicture
{
    public const int LongestBytes = 230;
    private const int Size = 53;
    private const int Blocks = 2;
    private const int DataPerBlock = 116;
    private const int ChecksPerBlock = 30;

    /// <summary>Level L with mask 0, and version 9, each with its own error correction.</summary>
    private const int Format = 0x77C4, Version = 0x09A99;

    private readonly bool[,] _dark = new bool[Size, Size];
    private readonly bool[,] _taken = new bool[Size, Size];

    public static string Svg(string text)
    {
        byte[] bytes = Encoding.UTF8.GetBytes(text);
        ArgumentOutOfRangeException.ThrowIfGreaterThan(bytes.Length, LongestBytes, nameof(text));
        var picture = new QrPicture();
        picture.DrawPatterns();
        picture.DrawData(Interleaved(Padded(bytes)));
        return picture.ToSvg();
    }

    /// <summary>Mode "bytes", their number, the bytes, an end and padding.</summary>
    private static byte[] Padded(byte[] bytes)
    {
        var data = new byte[Blocks * DataPerBlock];
        int at = 0;
        void Add(int value, int bits)
        {
            for (int bit = bits - 1; bit >= 0; bit--, at++) data[at / 8] |= (byte)(((value >> bit) & 1) << (7 - (at % 8)));
        }

        Add(0b0100, 4);
        Add(bytes.Length, 8);
        foreach (byte one in bytes) Add(one, 8);
        Add(0, 4);
        for (byte pad = 0xEC; at < data.Length * 8; pad ^= 0xEC ^ 0x11) Add(pad, 8);
        return data;
    }

    /// <summary>One byte of each block in turn, the data first and then what corrects it.</summary>
    private static IEnumerable<byte> Interleaved(byte[] data)
    {
        byte[][] blocks = [.. data.Chunk(DataPerBlock)], checks = [.. blocks.Select(Checks)];
        for (int i = 0; i < DataPerBlock; i++) foreach (byte[] block in blocks) yield return block[i];
        for (int i = 0; i < ChecksPerBlock; i++) foreach (byte[] check in checks) yield return check[i];
    }

    /// <summary>Reed-Solomon: the remainder of the block by the product of (x - 2^i).</summary>
    private static byte[] Checks(byte[] block)
    {
        var divisor = new byte[ChecksPerBlock];
        divisor[^1] = 1;
        byte root = 1;
        for (int i = 0; i < ChecksPerBlock; i++, root = Multiply(root, 2))
            for (int j = 0; j < ChecksPerBlock; j++) divisor[j] = (byte)(Multiply(divisor[j], root) ^ (j + 1 < ChecksPerBlock ? divisor[j + 1] : 0));

        var rest = new byte[ChecksPerBlock];
        foreach (byte one in block)
        {
            byte factor = (byte)(one ^ rest[0]);
            for (int i = 0; i < ChecksPerBlock; i++) rest[i] = (byte)((i + 1 < ChecksPerBlock ? rest[i + 1] : 0) ^ Multiply(divisor[i], factor));
        }
        return rest;
    }

    /// <summary>In the field of 256 elements modulo x^8 + x^4 + x^3 + x^2 + 1.</summary>
    private static byte Multiply(byte one, byte other)
    {
        int product = 0;
        for (int bit = 7; bit >= 0; bit--) product = (product << 1) ^ ((product >> 7) * 0x11D) ^ (((other >> bit) & 1) * one);
        return (byte)product;
    }

    private void DrawPatterns()
    {
        for (int i = 0; i < Size; i++)
        {
            Set(6, i, i % 2 == 0);
            Set(i, 6, i % 2 == 0);
        }
        foreach ((int x, int y) in (ReadOnlySpan<(int, int)>)[(3, 3), (Size - 4, 3), (3, Size - 4)]) DrawSquares(x, y, reach: 4);
        foreach ((int x, int y) in (ReadOnlySpan<(int, int)>)[(26, 6), (6, 26), (26, 26), (46, 26), (26, 46), (46, 46)]) DrawSquares(x, y, reach: 2);
        for (int i = 0; i < 15; i++)
        {
            bool bit = ((Format >> i) & 1) == 1;
            (int x, int y) = i switch { < 6 => (8, i), 6 => (8, 7), 7 => (8, 8), 8 => (7, 8), _ => (14 - i, 8) };
            Set(x, y, bit);
            if (i < 8) Set(Size - 1 - i, 8, bit);
            else Set(8, Size - 15 + i, bit);
        }
        Set(8, Size - 8, true);
        for (int i = 0; i < 18; i++)
        {
            bool bit = ((Version >> i) & 1) == 1;
            Set(Size - 11 + (i % 3), i / 3, bit);
            Set(i / 3, Size - 11 + (i % 3), bit);
        }
    }

    /// <summary>Squares within squares around a centre: a finder with its light border, or an alignment pattern.</summary>
    private void DrawSquares(int centreX, int centreY, int reach)
    {
        for (int y = -reach; y <= reach; y++)
        {
            for (int x = -reach; x <= reach; x++)
            {
                int ring = Math.Max(Math.Abs(x), Math.Abs(y));
                if (centreX + x is >= 0 and < Size && centreY + y is >= 0 and < Size) Set(centreX + x, centreY + y, reach == 4 ? ring is not (2 or 4) : ring != 1);
            }
        }
    }

    /// <summary>Up and down in columns of two from the right, around the patterns, every other module inverted.</summary>
    private void DrawData(IEnumerable<byte> codewords)
    {
        bool[] bits = [.. codewords.SelectMany(one => Enumerable.Range(0, 8).Select(bit => ((one >> (7 - bit)) & 1) == 1))];
        int at = 0;
        for (int right = Size - 1; right >= 1; right -= 2)
        {
            if (right == 6) right = 5;
            for (int step = 0; step < Size; step++)
            {
                int y = ((right + 1) & 2) == 0 ? Size - 1 - step : step;
                for (int x = right; x >= right - 1; x--)
                    if (!_taken[x, y]) _dark[x, y] = bits[at++] ^ ((x + y) % 2 == 0);
            }
        }
    }

    private void Set(int x, int y, bool dark) => (_dark[x, y], _taken[x, y]) = (dark, true);

    private string ToSvg()
    {
        var path = new StringBuilder();
        for (int y = 0; y < Size; y++)
            for (int x = 0; x < Size; x++)
                if (_dark[x, y]) path.Append(CultureInfo.InvariantCulture, $"M{x} {y}h1v1h-1z");
        return $"""<svg xmlns="http://www.w3.org/2000/svg" viewBox="-4 -4 {Size + 8} {Size + 8}" shape-rendering="crispEdges"><path fill="#fff" d="M-4 -4h{Size + 8}v{Size + 8}h-{Size + 8}z"/><path d="{path}"/></svg>""";
    }
}
