using System.Buffers.Binary;
using System.Text;
using SkiaSharp;

namespace Shop.Downloads;

/// <summary>
/// Draws a mark over a picture, again and again in light and dark, so that it shows on any ground and no cut leaves it out; JPEG and PNG also carry it as a
/// comment. The picture keeps its format and is turned upright.
/// </summary>
internal static class PictureStamp
{
    private const int Quality = 92;

    /// <summary>A mark's dots are so many to the picture's longer side.</summary>
    private const int DotsAcross = 320;

    private const byte Opacity = 80;

    /// <exception cref="InvalidDataException">It is no JPEG, PNG or WebP, has too many pixels, or ends too early.</exception>
    public static byte[] Make(byte[] file, string mark, int mostPixels)
    {
        using SKData data = SKData.CreateCopy(file);
        using SKCodec? codec = SKCodec.Create(data);
        if (codec is not { EncodedFormat: SKEncodedImageFormat.Jpeg or SKEncodedImageFormat.Png or SKEncodedImageFormat.Webp }) throw new InvalidDataException("This is no JPEG, PNG or WebP.");
        // What the header says, before a byte is reserved for it.
        if ((long)codec.Info.Width * codec.Info.Height > mostPixels) throw new InvalidDataException($"The picture says it has {codec.Info.Width} by {codec.Info.Height} pixels.");
        using var lying = new SKBitmap(new SKImageInfo(codec.Info.Width, codec.Info.Height, SKColorType.Rgba8888, codec.Info.AlphaType == SKAlphaType.Opaque ? SKAlphaType.Opaque : SKAlphaType.Premul, SKColorSpace.CreateSrgb()));
        if (codec.GetPixels(lying.Info, lying.GetPixels()) != SKCodecResult.Success) throw new InvalidDataException("The picture ends too early, or makes no sense.");

        SKMatrix turn = Upright(codec.EncodedOrigin, lying.Width, lying.Height);
        bool swaps = turn.ScaleX == 0;
        using var upright = new SKBitmap(lying.Info.WithSize(swaps ? lying.Height : lying.Width, swaps ? lying.Width : lying.Height));
        using (var canvas = new SKCanvas(upright))
        {
            canvas.Clear(SKColors.Transparent);
            canvas.SetMatrix(turn);
            canvas.DrawBitmap(lying, 0, 0, SKSamplingOptions.Default);
            canvas.ResetMatrix();
            Draw(canvas, mark, upright.Width, upright.Height);
        }
        using SKData encoded = upright.Encode(codec.EncodedFormat, Quality) ?? throw new InvalidDataException("The picture could not be encoded.");
        byte[] stamped = encoded.ToArray();
        return codec.EncodedFormat switch
        {
            SKEncodedImageFormat.Jpeg => WithJpegComment(stamped, mark),
            SKEncodedImageFormat.Png => WithPngComment(stamped, mark),
            _ => stamped,
        };
    }

    private static void Draw(SKCanvas canvas, string mark, int width, int height)
    {
        float dot = Math.Max(1, Math.Max(width, height) / (float)DotsAcross);
        float stepX = (DotLetters.WidthOf(mark) + 12) * dot, stepY = 40 * dot, reach = width + height;
        using var light = new SKPaint { Color = SKColors.White.WithAlpha(Opacity) };
        using var dark = new SKPaint { Color = SKColors.Black.WithAlpha(Opacity) };
        SKRect[] dots = [.. DotLetters.Of(mark, dot)];
        canvas.RotateDegrees(-30, width / 2f, height / 2f);
        int row = 0;
        for (float y = -reach / 2; y < reach; y += stepY, row++)
        {
            for (float x = (-reach / 2) + (row % 2 * stepX / 2); x < reach; x += stepX)
            {
                canvas.Save();
                canvas.Translate(x, y);
                foreach (SKRect part in dots) canvas.DrawRect(SKRect.Create(part.Left + (dot / 2), part.Top + (dot / 2), dot, dot), dark);
                foreach (SKRect part in dots) canvas.DrawRect(part, light);
                canvas.Restore();
            }
        }
        canvas.ResetMatrix();
    }

    /// <summary>As the camera was held (EXIF orientation 1 to 8).</summary>
    private static SKMatrix Upright(SKEncodedOrigin origin, float w, float h)
    {
        return origin switch
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

        static SKMatrix Matrix(float scaleX, float skewX, float x, float skewY, float scaleY, float y) => new(scaleX, skewX, x, skewY, scaleY, y, 0, 0, 1);
    }

    /// <summary>A COM segment behind the start of the image.</summary>
    private static byte[] WithJpegComment(byte[] jpeg, string mark) =>
        [.. jpeg.AsSpan(0, 2), 0xFF, 0xFE, (byte)((mark.Length + 2) >> 8), (byte)(mark.Length + 2), .. Encoding.ASCII.GetBytes(mark), .. jpeg.AsSpan(2)];

    /// <summary>A tEXt chunk behind the header, which is always 33 bytes long with the file's signature.</summary>
    private static byte[] WithPngComment(byte[] png, string mark)
    {
        byte[] chunk = Encoding.ASCII.GetBytes($"tEXtComment\0{mark}");
        byte[] length = new byte[4], check = new byte[4];
        BinaryPrimitives.WriteInt32BigEndian(length, chunk.Length - 4);
        BinaryPrimitives.WriteUInt32BigEndian(check, Crc32(chunk));
        return [.. png.AsSpan(0, 33), .. length, .. chunk, .. check, .. png.AsSpan(33)];
    }

    /// <summary>As PNG wants it (ISO 3309); the framework's own is in a package.</summary>
    private static uint Crc32(ReadOnlySpan<byte> bytes)
    {
        uint crc = uint.MaxValue;
        foreach (byte value in bytes)
        {
            crc ^= value;
            for (int bit = 0; bit < 8; bit++) crc = (crc >> 1) ^ (0xEDB88320 & (0 - (crc & 1)));
        }
        return ~crc;
    }
}
