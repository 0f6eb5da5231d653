using System.Globalization;
using System.Text;
using PdfSharp.Pdf;
using PdfSharp.Pdf.IO;

namespace Shop.Downloads;

/// <summary>
/// Writes a mark over every page of a PDF: faintly across it and small at its foot, as text that a search finds, and into the document's properties. Helvetica
/// is one of the fonts that every reader has, so nothing is embedded and no font need be installed here.
/// </summary>
internal static class PdfStamp
{
    private const string Font = "/ShopMark", Faint = "/ShopFaint";

    /// <exception cref="InvalidDataException">It has no page.</exception>
    public static byte[] Make(byte[] file, string mark)
    {
        using var source = new MemoryStream(file, writable: false);
        using PdfDocument document = PdfReader.Open(source, PdfDocumentOpenMode.Modify);
        if (document.PageCount == 0) throw new InvalidDataException("The PDF has no page.");

        var font = new PdfDictionary(document);
        font.Elements.SetName("/Type", "/Font");
        font.Elements.SetName("/Subtype", "/Type1");
        font.Elements.SetName("/BaseFont", "/Helvetica");
        font.Elements.SetName("/Encoding", "/WinAnsiEncoding");
        var faint = new PdfDictionary(document);
        faint.Elements.SetName("/Type", "/ExtGState");
        faint.Elements.SetReal("/ca", 0.2);
        document.Internals.AddObject(font);
        document.Internals.AddObject(faint);

        foreach (PdfPage page in document.Pages)
        {
            Add(document, page, "/Font", Font, font);
            Add(document, page, "/ExtGState", Faint, faint);
            // Whatever the page does to its coordinates ends before the mark begins.
            page.Contents.PrependContent().CreateStream("q\n"u8.ToArray());
            page.Contents.AppendContent().CreateStream(Encoding.ASCII.GetBytes("\nQ\n" + Drawn(page, mark)));
        }
        document.Info.Elements.SetString("/BuyerMark", mark);
        using var stamped = new MemoryStream();
        document.Save(stamped, closeStream: false);
        return stamped.ToArray();
    }

    private static void Add(PdfDocument document, PdfPage page, string kind, string name, PdfDictionary resource)
    {
        if (page.Resources.Elements.GetDictionary(kind) is not { } known)
        {
            known = new PdfDictionary(document);
            page.Resources.Elements[kind] = known;
        }
        known.Elements[name] = resource.Reference;
    }

    private static string Drawn(PdfPage page, string mark)
    {
        PdfRectangle area = page.CropBox is { IsZero: false } crop ? crop : page.MediaBox;
        const double slope = 0.7071; // 45 degrees
        double size = Math.Max(8, area.Width / 18), length = mark.Length * size * 0.6 * slope;
        var text = new StringBuilder();
        text.Append("q\n");
        for (double y = area.Y1 + (area.Height / 8); y < area.Y2; y += area.Height / 4)
            text.Append(CultureInfo.InvariantCulture, $"{Faint} gs 0.3 g BT {Font} {size:0.##} Tf {slope} {slope} {-slope} {slope} {area.X1 + ((area.Width - length) / 2):0.##} {y:0.##} Tm ({mark}) Tj ET\n");
        text.Append("Q q 0.4 g BT ").Append(CultureInfo.InvariantCulture, $"{Font} 8 Tf 1 0 0 1 {area.X1 + 12:0.##} {area.Y1 + 12:0.##} Tm ({mark}) Tj ET\nQ\n");
        return text.ToString();
    }
}
