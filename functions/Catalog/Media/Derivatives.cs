using System.Security.Cryptography;
using SkiaSharp;

namespace Shop.Catalog;

/// <summary>One file of a picture.</summary>
internal sealed record Derivative(string Name, string ContentType, BinaryData Content);

/// <summary>What was made of an uploaded file.</summary>
/// <param name="Hash">Of the file's content.</param>
/// <param name="Width">Of the widest one, in pixels.</param>
/// <param name="Height">Of the widest one, in pixels.</param>
/// <param name="Widths">In which it was made, rising.</param>
/// <param name="Files">Two for each width.</param>
internal sealed record MadePicture(string Hash, int Width, int Height, IReadOnlyList<int> Widths, IReadOnlyList<Derivative> Files);

/// <summary>
/// Makes of a file that anybody may have written the pictures that shoppers get. Only its pixels come through: whatever else is in it
/// (where the photograph was taken, a script behind the last pixel) is left behind.
/// </summary>
internal static class Derivatives
{
    public const string Webp = "image/webp", Jpeg = "image/jpeg";

    /// <summary>WebP files end at 16,383 pixels.</summary>
    private const int LongestSide = 16_000;

    private const int WebpQuality = 80, JpegQuality = 82;

    /// <summary>Goes into the hash: who changes sizes or qualities raises it, so that other files never come under a known address.</summary>
    private const byte Recipe = 1;

    private static readonly int[] Widths = [320, 640, 1280, 1920];

    /// <summary>The name of one file: <c>3f9a…-640.webp</c>.</summary>
    public static string NameOf(string hash, int width, string contentType) => $"{hash}-{width}.{(contentType == Webp ? "webp" : "jpg")}";

    /// <summary>128 bits of SHA-256 in lower-case hex.</summary>
    public static string HashOf(ReadOnlySpan<byte> file)
    {
        using var hash = IncrementalHash.CreateHash(HashAlgorithmName.SHA256);
        hash.AppendData([Recipe]);
        hash.AppendData(file);
        return Convert.ToHexStringLower(hash.GetHashAndReset().AsSpan(0, 16));
    }

    /// <returns>The picture, or why there is none.</returns>
    public static (MadePicture? Picture, ImageRefusal? Refusal) Make(byte[] file, long mostPixels)
    {
        using SKData data = SKData.CreateCopy(file);
        using SKCodec? codec = SKCodec.Create(data);
        if (codec is not { EncodedFormat: SKEncodedImageFormat.Jpeg or SKEncodedImageFormat.Png or SKEncodedImageFormat.Webp or SKEncodedImageFormat.Gif }) return (null, ImageRefusal.NoPicture);

        // What the header says, before a byte is reserved for it: a few kilobytes can claim to be gigabytes.
        SKSizeI size = codec.Info.Size;
        if (size.Width > LongestSide || size.Height > LongestSide || (long)size.Width * size.Height > mostPixels) return (null, ImageRefusal.TooManyPixels);

        bool isSideways = codec.EncodedOrigin is SKEncodedOrigin.LeftTop or SKEncodedOrigin.RightTop or SKEncodedOrigin.RightBottom or SKEncodedOrigin.LeftBottom;
        (int fullWidth, int fullHeight) = isSideways ? (size.Height, size.Width) : (size.Width, size.Height);
        int widest = Math.Min(fullWidth, Widths[^1]), highest = HeightAt(widest, fullWidth, fullHeight);
        using SKBitmap? decoded = Decode(codec, widest / (float)fullWidth);
        if (decoded is null) return (null, ImageRefusal.Damaged);
        // Made small first and turned then, so that a large one is in memory once.
        using SKBitmap lying = Scaled(decoded, isSideways ? new SKSizeI(highest, widest) : new SKSizeI(widest, highest)), upright = Upright(lying, codec.EncodedOrigin);

        string hash = HashOf(file);
        int[] widths = [.. Widths.Where(w => w < widest), widest];
        List<Derivative> files = [];
        foreach (int width in widths)
        {
            using SKBitmap scaled = Scaled(upright, new SKSizeI(width, HeightAt(width, widest, highest)));
            files.Add(new Derivative(NameOf(hash, width, Webp), Webp, Encode(scaled, p => p.Encode(new SKWebpEncoderOptions(SKWebpEncoderCompression.Lossy, WebpQuality)))));
            using SKBitmap opaque = OnWhite(scaled);
            files.Add(new Derivative(NameOf(hash, width, Jpeg), Jpeg, Encode(opaque, p => p.Encode(new SKJpegEncoderOptions(JpegQuality)))));
        }
        return (new MadePicture(hash, widest, highest, widths, files), null);
    }

    /// <summary>The height that belongs to a width; at least one pixel.</summary>
    public static int HeightAt(int width, int fullWidth, int fullHeight) => Math.Max(1, (int)Math.Round((double)fullHeight * width / fullWidth, MidpointRounding.AwayFromZero));

    /// <summary>The first frame in sRGB, whatever colours it was written in; <c>null</c> where the file ends too early or makes no sense.</summary>
    private static SKBitmap? Decode(SKCodec codec, float needed)
    {
        // JPEG decodes to eighths of its size, which saves most of the memory of a large one; it takes the nearest eighth, so ask for half of one more.
        SKSizeI size = codec.GetScaledDimensions(Math.Min(1, needed + (1 / 16f)));
        var bitmap = new SKBitmap(new SKImageInfo(size.Width, size.Height, SKColorType.Rgba8888, codec.Info.AlphaType == SKAlphaType.Opaque ? SKAlphaType.Opaque : SKAlphaType.Premul, SKColorSpace.CreateSrgb()));
        if (codec.GetPixels(bitmap.Info, bitmap.GetPixels()) == SKCodecResult.Success) return bitmap;
        bitmap.Dispose();
        return null;
    }

    /// <summary>As the camera was held (EXIF orientation 1 to 8).</summary>
    private static SKBitmap Upright(SKBitmap source, SKEncodedOrigin origin)
    {
        float w = source.Width, h = source.Height;
        SKMatrix turn = origin switch
        {
            SKEncodedOrigin.TopRight => Matrix(-1, 0, w, 0, 1, 0),
            SKEncodedOrigin.BottomRight => Matrix(-1, 0, w, 0, -1, h),
            SKEncodedOrigin.BottomLeft => Matrix(1, 0, 0, 0, -1, h),
            SKEncodedOrigin.LeftTop => Matrix(0, 1, 0, 1, 0, 0),
            SKEncodedOrigin.RightTop => Matrix(0, -1, h, 1, 0, 0),
            SKEncodedOrigin.RightBottom => Matrix(0, -1, h, -1, 0, w),
            SKEncodedOrigin.LeftBottom => Matrix(0, 1, 0, -1, 0, w),
            _ => SKMatrix.Identity,
        };
        bool swaps = turn.ScaleX == 0;
        var upright = new SKBitmap(source.Info.WithSize(swaps ? source.Height : source.Width, swaps ? source.Width : source.Height));
        using var canvas = new SKCanvas(upright);
        canvas.Clear(SKColors.Transparent);
        canvas.SetMatrix(turn);
        canvas.DrawBitmap(source, 0, 0, SKSamplingOptions.Default);
        return upright;

        static SKMatrix Matrix(float scaleX, float skewX, float x, float skewY, float scaleY, float y) => new(scaleX, skewX, x, skewY, scaleY, y, 0, 0, 1);
    }

    private static SKBitmap Scaled(SKBitmap source, SKSizeI size) =>
        source.Resize(size, new SKSamplingOptions(SKFilterMode.Linear, SKMipmapMode.Linear))
        ?? throw new InvalidOperationException($"A picture of {source.Width} by {source.Height} pixels could not be scaled to {size.Width} by {size.Height}.");

    /// <summary>JPEG knows no transparency.</summary>
    private static SKBitmap OnWhite(SKBitmap source)
    {
        var opaque = new SKBitmap(source.Info.WithAlphaType(SKAlphaType.Opaque));
        using var canvas = new SKCanvas(opaque);
        canvas.Clear(SKColors.White);
        canvas.DrawBitmap(source, 0, 0, SKSamplingOptions.Default);
        return opaque;
    }

    private static BinaryData Encode(SKBitmap bitmap, Func<SKPixmap, SKData?> encode)
    {
        // Without a colour space no profile is written: files without one are sRGB.
        using var pixels = new SKPixmap(new SKImageInfo(bitmap.Width, bitmap.Height, bitmap.ColorType, bitmap.AlphaType), bitmap.GetPixels(), bitmap.RowBytes);
        using SKData encoded = encode(pixels) ?? throw new InvalidOperationException($"A picture of {bitmap.Width} by {bitmap.Height} pixels could not be encoded.");
        return BinaryData.FromBytes(encoded.ToArray());
    }
}
