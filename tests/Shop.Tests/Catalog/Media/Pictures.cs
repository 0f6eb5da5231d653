using System.Buffers.Binary;
using System.Text;
using SkiaSharp;

namespace Shop.Tests.Catalog.Media;

/// <summary>Files as cameras, programs and attackers write them.</summary>
internal static class Pictures
{
    public static readonly SKColor Left = new(200, 30, 30), Right = new(30, 30, 200);

    /// <summary>The left half red, the right half blue.</summary>
    public static byte[] Jpeg(int width, int height) => Encode(Halves(width, height, SKColorSpace.CreateSrgb()), SKEncodedImageFormat.Jpeg);

    public static byte[] Webp(int width, int height) => Encode(Halves(width, height, SKColorSpace.CreateSrgb()), SKEncodedImageFormat.Webp);

    public static byte[] Png(int width, int height) => Encode(Halves(width, height, SKColorSpace.CreateSrgb()), SKEncodedImageFormat.Png);

    /// <summary>With a profile of its own: the same colours under other numbers.</summary>
    public static byte[] WideGamutPng(int width, int height) => Encode(Halves(width, height, SKColorSpace.CreateRgb(SKColorSpaceTransferFn.Srgb, SKColorSpaceXyz.DisplayP3)), SKEncodedImageFormat.Png);

    /// <summary>Nothing in it but transparency.</summary>
    public static byte[] ClearPng(int width, int height) => Encode(new SKBitmap(width, height, SKColorType.Rgba8888, SKAlphaType.Premul), SKEncodedImageFormat.Png);

    /// <summary>One black pixel.</summary>
    public static byte[] Gif() => Convert.FromBase64String("R0lGODlhAQABAIAAAAAAAP///ywAAAAAAQABAAACAUwAOw==");

    public static byte[] Svg() => Encoding.UTF8.GetBytes("""<svg xmlns="http://www.w3.org/2000/svg" width="9" height="9"><script>alert(1)</script></svg>""");

    public static byte[] Html() => Encoding.UTF8.GetBytes("<!doctype html><script>alert(1)</script>");

    /// <summary>The file with what a camera puts in front: how it was held, and where it was.</summary>
    public static byte[] Photographed(byte[] jpeg, ushort orientation)
    {
        List<byte> exif = [.. "Exif\0\0"u8, .. "MM"u8, 0, 42, 0, 0, 0, 8, 0, 2];
        exif.AddRange([0x01, 0x12, 0, 3, 0, 0, 0, 1, 0, (byte)orientation, 0, 0]); // Orientation
        exif.AddRange([0x01, 0x0E, 0, 2, 0, 0, 0, 20, 0, 0, 0, 38]); // ImageDescription, 20 characters behind the directory
        exif.AddRange([0, 0, 0, 0, .. "GPS 6.2088S 106.845E"u8]);
        byte[] segment = [0xFF, 0xE1, 0, 0, .. exif];
        BinaryPrimitives.WriteUInt16BigEndian(segment.AsSpan(2), (ushort)(segment.Length - 2));
        return [.. jpeg.AsSpan(0, 2), .. segment, .. jpeg.AsSpan(2)];
    }

    /// <summary>The file with a header that claims another size.</summary>
    public static byte[] Claiming(byte[] jpeg, ushort width, ushort height)
    {
        byte[] copy = [.. jpeg];
        int frame = copy.AsSpan().IndexOf(stackalloc byte[] { 0xFF, 0xC0, 0, 17 });
        BinaryPrimitives.WriteUInt16BigEndian(copy.AsSpan(frame + 5), height);
        BinaryPrimitives.WriteUInt16BigEndian(copy.AsSpan(frame + 7), width);
        return copy;
    }

    private static SKBitmap Halves(int width, int height, SKColorSpace colours)
    {
        var bitmap = new SKBitmap(width, height, SKColorType.Rgba8888, SKAlphaType.Opaque, colours);
        using var canvas = new SKCanvas(bitmap);
        using var right = new SKPaint { Color = Right };
        canvas.Clear(Left);
        canvas.DrawRect(width / 2, 0, width - (width / 2), height, right);
        return bitmap;
    }

    private static byte[] Encode(SKBitmap bitmap, SKEncodedImageFormat format)
    {
        using (bitmap)
        {
            using SKData data = bitmap.Encode(format, 90);
            return data.ToArray();
        }
    }
}
