namespace Shop.Downloads;

/// <summary>Which files can be stamped, and how.</summary>
internal static class Stamps
{
    /// <summary>Told by the name: the catalogue's staff chose it.</summary>
    public static bool Knows(string file) => ContentTypeOf(file) is not null;

    public static string? ContentTypeOf(string file) => Path.GetExtension(file).ToLowerInvariant() switch
    {
        ".pdf" => "application/pdf",
        ".jpg" or ".jpeg" => "image/jpeg",
        ".png" => "image/png",
        ".webp" => "image/webp",
        _ => null,
    };

    /// <param name="file">Its name.</param>
    /// <param name="bytes">The original.</param>
    /// <param name="mark">Digits, letters and hyphens.</param>
    /// <param name="mostPixels">Of a picture.</param>
    /// <exception cref="InvalidDataException">It is not what its name says, or too large; the libraries throw others too.</exception>
    public static byte[] Make(string file, byte[] bytes, string mark, int mostPixels) =>
        ContentTypeOf(file) == "application/pdf" ? PdfStamp.Make(bytes, mark) : PictureStamp.Make(bytes, mark, mostPixels);
}
