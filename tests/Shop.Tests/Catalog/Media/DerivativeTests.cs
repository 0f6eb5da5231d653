using System.Text;
using Shop.Catalog;
using SkiaSharp;

namespace Shop.Tests.Catalog.Media;

public sealed class DerivativeTests
{
    private const long MostPixels = 50_000_000;

    [Fact]
    public void A_picture_is_made_in_both_formats_and_no_wider_than_it_is()
    {
        MadePicture picture = Make(Pictures.Jpeg(1000, 500));

        Assert.Equal((1000, 500), (picture.Width, picture.Height));
        Assert.Equal([320, 640, 1000], picture.Widths);
        Assert.Equal(["320.webp", "320.jpg", "640.webp", "640.jpg", "1000.webp", "1000.jpg"], picture.Files.Select(f => f.Name[(picture.Hash.Length + 1)..]));
        Assert.Equal([(320, 160), (320, 160), (640, 320), (640, 320), (1000, 500), (1000, 500)], picture.Files.Select(Size));
        Assert.All(picture.Files, f => Assert.Equal(f.ContentType == "image/webp" ? SKEncodedImageFormat.Webp : SKEncodedImageFormat.Jpeg, Format(f)));
    }

    [Theory, InlineData(4000, 3000), InlineData(2400, 100), InlineData(2041, 1531)]
    public void A_large_picture_ends_at_1920_whatever_it_was_decoded_to(int width, int height)
    {
        MadePicture picture = Make(Pictures.Jpeg(width, height));

        Assert.Equal([320, 640, 1280, 1920], picture.Widths);
        Assert.Equal((1920, picture.Height), Size(picture.Files[^1]));
        Assert.InRange(picture.Height, (1920.0 * height / width) - 1, (1920.0 * height / width) + 1);
    }

    [Fact]
    public void Every_format_that_is_taken_is_told_by_its_content()
    {
        foreach (byte[] file in (byte[][])[Pictures.Jpeg(40, 30), Pictures.Png(40, 30), Pictures.Webp(40, 30), Pictures.Gif()]) Assert.Equal(2, Make(file).Files.Count);
    }

    /// <summary>Where the red half of the picture is to be, for each way to hold a camera.</summary>
    [Theory]
    [InlineData(1, "left"), InlineData(2, "right"), InlineData(3, "right"), InlineData(4, "left"), InlineData(5, "top"), InlineData(6, "top"), InlineData(7, "bottom"), InlineData(8, "bottom")]
    public void A_picture_is_turned_as_the_camera_was_held(int orientation, string red)
    {
        MadePicture picture = Make(Pictures.Photographed(Pictures.Jpeg(200, 100), (ushort)orientation));

        Assert.Equal(orientation < 5 ? (200, 100) : (100, 200), (picture.Width, picture.Height));
        using SKBitmap bitmap = SKBitmap.Decode(picture.Files[^1].Content.ToArray());
        (int w, int h) = (bitmap.Width, bitmap.Height);
        (int x, int y) = red switch { "left" => (w / 4, h / 2), "right" => (w * 3 / 4, h / 2), "top" => (w / 2, h / 4), _ => (w / 2, h * 3 / 4) };
        Near(Pictures.Left, bitmap.GetPixel(x, y));
        Near(Pictures.Right, bitmap.GetPixel(w - 1 - x, h - 1 - y));
    }

    [Fact]
    public void Nothing_but_the_pixels_comes_through()
    {
        byte[] file = [.. Pictures.Photographed(Pictures.Jpeg(200, 100), 1), .. Pictures.Html()];
        Assert.Contains("GPS 6.2088S", Encoding.Latin1.GetString(file), StringComparison.Ordinal);

        Assert.All(Make(file).Files, f =>
        {
            string text = Encoding.Latin1.GetString(f.Content);
            Assert.All((string[])["Exif", "EXIF", "GPS", "script", "ICC", "http"], word => Assert.DoesNotContain(word, text, StringComparison.Ordinal));
        });
    }

    [Fact]
    public void Colours_of_another_profile_look_the_same_without_it()
    {
        byte[] file = Pictures.WideGamutPng(64, 32);
        using (SKBitmap raw = SKBitmap.Decode(file, new SKImageInfo(64, 32, SKColorType.Rgba8888, SKAlphaType.Opaque, SKColorSpace.CreateRgb(SKColorSpaceTransferFn.Srgb, SKColorSpaceXyz.DisplayP3))))
            Assert.True(raw.GetPixelSpan()[0] < Pictures.Left.Red - 8);

        using SKBitmap bitmap = SKBitmap.Decode(Make(file).Files[^1].Content.ToArray());
        Near(Pictures.Left, bitmap.GetPixel(8, 16));
    }

    [Fact]
    public void What_is_transparent_stays_so_in_WebP_and_is_white_in_JPEG()
    {
        MadePicture picture = Make(Pictures.ClearPng(64, 32));
        using SKBitmap webp = SKBitmap.Decode(picture.Files[0].Content.ToArray()), jpeg = SKBitmap.Decode(picture.Files[1].Content.ToArray());

        Assert.Equal(0, webp.GetPixel(8, 8).Alpha);
        Near(SKColors.White, jpeg.GetPixel(8, 8));
    }

    [Fact]
    public void What_is_no_picture_is_refused()
    {
        Assert.Equal(ImageRefusal.NoPicture, Refusal(Pictures.Svg()));
        Assert.Equal(ImageRefusal.NoPicture, Refusal(Pictures.Html()));
        Assert.Equal(ImageRefusal.NoPicture, Refusal([]));
        Assert.NotNull(Refusal([.. "GIF89a"u8, .. Pictures.Html()]));
    }

    [Fact]
    public void What_ends_too_early_is_refused()
    {
        byte[] jpeg = Pictures.Jpeg(400, 300), png = Pictures.Png(400, 300), webp = Pictures.Webp(400, 300);
        foreach (byte[] file in (byte[][])[jpeg, png, webp]) Assert.Contains(Refusal(file[..(file.Length * 2 / 3)]), (ImageRefusal?[])[ImageRefusal.Damaged, ImageRefusal.NoPicture]);
        Assert.Equal(ImageRefusal.Damaged, Refusal(jpeg[..(jpeg.Length * 2 / 3)]));
    }

    [Fact]
    public void What_claims_more_pixels_than_are_decoded_is_refused_before_memory_is_taken_for_them()
    {
        byte[] small = Pictures.Jpeg(64, 64);
        long before = GC.GetTotalAllocatedBytes();

        Assert.Equal(ImageRefusal.TooManyPixels, Refusal(Pictures.Claiming(small, 65_000, 65_000)));
        Assert.Equal(ImageRefusal.TooManyPixels, Refusal(Pictures.Claiming(small, 16_001, 1)));
        Assert.Equal(ImageRefusal.TooManyPixels, Derivatives.Make(small, mostPixels: (64 * 64) - 1).Refusal);
        Assert.InRange(GC.GetTotalAllocatedBytes() - before, 0, 10_000_000);
    }

    [Fact]
    public void The_same_file_has_the_same_name_and_another_has_another()
    {
        Assert.Matches("^[0-9a-f]{32}$", Make(Pictures.Jpeg(40, 30)).Hash);
        Assert.Equal(Make(Pictures.Jpeg(40, 30)).Hash, Make(Pictures.Jpeg(40, 30)).Hash);
        Assert.NotEqual(Make(Pictures.Jpeg(40, 30)).Hash, Make(Pictures.Jpeg(40, 31)).Hash);
    }

    private static MadePicture Make(byte[] file)
    {
        (MadePicture? picture, ImageRefusal? refusal) = Derivatives.Make(file, MostPixels);
        Assert.Null(refusal);
        return picture!;
    }

    private static ImageRefusal? Refusal(byte[] file) => Derivatives.Make(file, MostPixels).Refusal;

    private static (int, int) Size(Derivative file)
    {
        using SKBitmap bitmap = SKBitmap.Decode(file.Content.ToArray());
        return (bitmap.Width, bitmap.Height);
    }

    private static SKEncodedImageFormat Format(Derivative file)
    {
        using SKData data = SKData.CreateCopy(file.Content.ToArray());
        using SKCodec codec = SKCodec.Create(data);
        return codec.EncodedFormat;
    }

    private static void Near(SKColor expected, SKColor actual) =>
        Assert.True(Math.Abs(expected.Red - actual.Red) < 8 && Math.Abs(expected.Green - actual.Green) < 8 && Math.Abs(expected.Blue - actual.Blue) < 8, $"{actual} is not {expected}");
}
