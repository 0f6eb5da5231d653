using System.Globalization;
using System.Text;

namespace Shop.Emulator.Courier;

/// <summary>A parcel's label: one PDF page of 100 × 150 mm, written by hand, for it is eight lines of text.</summary>
internal static class Label
{
    public static byte[] Pdf(Parcel parcel)
    {
        Party from = parcel.Booking.Origin, to = parcel.Booking.Destination;
        (int Size, string Text)[] lines =
        [
            (18, parcel.Rate.Name),
            (14, parcel.TrackingNumber),
            (9, $"Ref {parcel.Booking.Reference}   {parcel.Booking.Grams} g"),
            (9, "Kepada:"),
            (12, $"{to.Name}  {to.Phone}"),
            (10, to.Address),
            (10, to.PostalCode),
            (9, $"Dari: {from.Name}, {from.PostalCode}"),
        ];
        var content = new StringBuilder("BT\n14 400 Td\n");
        foreach ((int size, string text) in lines) content.Append(CultureInfo.InvariantCulture, $"/F1 {size} Tf\n({Escaped(text)}) Tj\n0 -{size + 10} Td\n");
        content.Append("ET\n");

        string[] objects =
        [
            "<< /Type /Catalog /Pages 2 0 R >>",
            "<< /Type /Pages /Kids [3 0 R] /Count 1 >>",
            "<< /Type /Page /Parent 2 0 R /MediaBox [0 0 283 425] /Resources << /Font << /F1 4 0 R >> >> /Contents 5 0 R >>",
            "<< /Type /Font /Subtype /Type1 /BaseFont /Helvetica /Encoding /WinAnsiEncoding >>",
            $"<< /Length {content.Length} >>\nstream\n{content}endstream",
        ];
        var pdf = new StringBuilder("%PDF-1.4\n");
        var offsets = new List<int>();
        for (int i = 0; i < objects.Length; i++)
        {
            offsets.Add(pdf.Length);
            pdf.Append(CultureInfo.InvariantCulture, $"{i + 1} 0 obj\n{objects[i]}\nendobj\n");
        }
        int table = pdf.Length;
        pdf.Append(CultureInfo.InvariantCulture, $"xref\n0 {objects.Length + 1}\n0000000000 65535 f \n");
        foreach (int offset in offsets) pdf.Append(CultureInfo.InvariantCulture, $"{offset:D10} 00000 n \n");
        pdf.Append(CultureInfo.InvariantCulture, $"trailer\n<< /Size {objects.Length + 1} /Root 1 0 R >>\nstartxref\n{table}\n%%EOF\n");
        return Encoding.Latin1.GetBytes(pdf.ToString());
    }

    /// <summary>One byte per character, as the offsets count; what Latin-1 does not have becomes a question mark.</summary>
    private static string Escaped(string text) =>
        string.Concat(text.Where(c => !char.IsControl(c)).Select(c => c is '(' or ')' or '\\' ? $"\\{c}" : c > 255 ? "?" : c.ToString()));
}
