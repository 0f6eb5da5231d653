using UglyToad.PdfPig;
using UglyToad.PdfPig.Content;
using UglyToad.PdfPig.Core;
using UglyToad.PdfPig.Fonts.Standard14Fonts;
using UglyToad.PdfPig.Graphics.Operations.SpecialGraphicsState;
using UglyToad.PdfPig.Writer;

namespace Shop.Downloads;

/// <summary>
/// Writes a mark over every page of a PDF: as thin outlines across it, through which everything stays readable, and small at its foot; both are text that a
/// search finds. Helvetica is one of the fonts that every reader has, so nothing is embedded and no font need be installed here. Pages, links and bookmarks
/// come through; forms to fill in do not.
/// </summary>
internal static class PdfStamp
{
    /// <summary>In the document's properties.</summary>
    private const string Property = "BuyerMark";

    /// <summary>The sine and the cosine of 45 degrees.</summary>
    private const double Slope = 0.7071;

    /// <exception cref="InvalidDataException">It has no page.</exception>
    public static byte[] Make(byte[] file, string mark)
    {
        using PdfDocument original = PdfDocument.Open(file);
        if (original.NumberOfPages == 0) throw new InvalidDataException("The PDF has no page.");
        using var stamped = new PdfDocumentBuilder();
        PdfDocumentBuilder.AddedFont font = stamped.AddStandard14Font(Standard14Font.Helvetica);
        for (int number = 1; number <= original.NumberOfPages; number++) Draw(stamped.AddPage(original, number), original.GetPage(number).CropBox.Bounds, mark, font);
        if (original.TryGetBookmarks(out var bookmarks)) stamped.Bookmarks = bookmarks;
        (stamped.DocumentInformation.Title, stamped.DocumentInformation.Author, stamped.DocumentInformation.Subject) = (original.Information.Title, original.Information.Author, original.Information.Subject);
        stamped.DocumentInformation.CustomMetadata[Property] = mark;
        return stamped.Build();
    }

    private static void Draw(PdfPageBuilder page, PdfRectangle area, string mark, PdfDocumentBuilder.AddedFont font)
    {
        // Whatever the page does to colours, clipping and coordinates ends before the mark begins.
        page.NewContentStreamBefore();
        page.CurrentStream.Operations.Add(Push.Value);
        page.SelectContentStream(page.ContentStreams.Count - 1);
        page.NewContentStreamAfter();
        page.CurrentStream.Operations.Add(Pop.Value);

        double size = Math.Max(8, area.Width / 18), length = mark.Length * size * 0.6 * Slope;
        page.SetStrokeColor(160, 160, 160).SetTextRenderingMode(TextRenderingMode.Stroke);
        for (double eighth = 1; eighth < 8; eighth += 2)
        {
            page.CurrentStream.Operations.Add(Push.Value);
            page.CurrentStream.Operations.Add(new ModifyCurrentTransformationMatrix([Slope, Slope, -Slope, Slope, area.Left + ((area.Width - length) / 2), area.Bottom + (area.Height * eighth / 8)]));
            page.AddText(mark, size, new PdfPoint(0, 0), font);
            page.CurrentStream.Operations.Add(Pop.Value);
        }
        page.SetTextRenderingMode(TextRenderingMode.Fill).SetTextAndFillColor(110, 110, 110);
        page.AddText(mark, 8, new PdfPoint(area.Left + 12, area.Bottom + 12), font);
    }
}
