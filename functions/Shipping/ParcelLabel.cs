using System.Globalization;
using Shop.Common;
using UglyToad.PdfPig.Core;
using UglyToad.PdfPig.Fonts.Standard14Fonts;
using UglyToad.PdfPig.Writer;

namespace Shop.Shipping;

/// <param name="To">Where it goes; <c>null</c> for what is collected.</param>
/// <param name="CollectCash">What the courier collects at the door.</param>
public sealed record ParcelToLabel(string OrderNumber, Shipment Shipment, ShippingRate Rate, Address? To, Money? CollectCash, IReadOnlyList<ParcelLabelLine> Lines);

public sealed record ParcelLabelLine(Sku Sku, string Title, int Quantity);

/// <summary>
/// A label of our own, one page of 100 × 150 mm, as label printers take it: whereto, from where, the tracking number in bars, and what is in it. Helvetica is one of the
/// fonts that every reader has.
/// </summary>
public static class ParcelLabel
{
    private const double PointsPerMm = 72 / 25.4, Width = 100 * PointsPerMm, Height = 150 * PointsPerMm, Margin = 14;
    private const int MostLines = 8;

    /// <param name="from">Who sends it.</param>
    public static byte[] Pdf(ParcelToLabel parcel, Address from)
    {
        using var document = new PdfDocumentBuilder();
        PdfDocumentBuilder.AddedFont plain = document.AddStandard14Font(Standard14Font.Helvetica), bold = document.AddStandard14Font(Standard14Font.HelveticaBold);
        PdfPageBuilder page = document.AddPage(Width, Height);
        double at = Height - Margin;
        void Write(string text, double size, PdfDocumentBuilder.AddedFont font, int most = 60)
        {
            foreach (string row in PdfText.Wrap(PdfText.Latin(text), most))
            {
                at -= size + 3;
                page.AddText(row, size, new PdfPoint(Margin, at), font);
            }
        }

        void Rule()
        {
            at -= 7;
            page.DrawLine(new PdfPoint(Margin, at), new PdfPoint(Width - Margin, at), 0.7);
            at -= 2;
        }

        Write(parcel.Rate.Name, 15, bold, 28);
        Write($"Order {parcel.OrderNumber}   {parcel.Shipment.Id}", 7.5, plain, 80);
        Rule();
        Bars(page, parcel.Shipment.Name, at -= 48);
        Write(parcel.Shipment.Name, 13, bold, 34);
        Rule();
        if (parcel.To is { } to)
        {
            Write("Kepada / To", 7.5, plain);
            Write(to.Name, 13, bold, 32);
            Write(to.Phone, 11, plain);
            Write(to.Line2 is { } more ? $"{to.Line1}, {more}" : to.Line1, 10.5, plain, 44);
            Write(string.Join(", ", ((string?[])[to.Village, to.District, to.City, to.Province]).Where(part => !string.IsNullOrEmpty(part))), 10.5, plain, 44);
            Write($"{to.PostalCode} {to.Country}", 13, bold);
        }
        else
        {
            Write("Ambil di / Collect at", 7.5, plain);
            Write(parcel.Rate.Place ?? "", 12, bold, 36);
        }
        Rule();
        Write($"Dari / From: {from.Name}, {from.Phone}", 8.5, plain, 56);
        Write($"{from.Line1}, {from.City} {from.PostalCode}", 8.5, plain, 56);
        if (parcel.CollectCash is { } cash)
        {
            Rule();
            Write($"COD {cash.ForPeople()}", 16, bold);
        }
        if (parcel.Rate.Insured) Write("Diasuransikan / Insured", 9, bold);
        Rule();
        foreach (ParcelLabelLine line in parcel.Lines.Take(MostLines)) Write($"{line.Quantity} x {line.Sku}  {line.Title}", 7.5, plain, 66);
        if (parcel.Lines.Count > MostLines) Write(string.Create(CultureInfo.InvariantCulture, $"+ {parcel.Lines.Count - MostLines}"), 7.5, plain);
        return document.Build();
    }

    private static void Bars(PdfPageBuilder page, string text, double bottom)
    {
        IReadOnlyList<int> widths = Code128.Bars(PdfText.Latin(text));
        // Ten modules of quiet on either side.
        double module = Math.Min(1.4, (Width - (2 * Margin)) / (widths.Sum() + 20)), x = (Width - (widths.Sum() * module)) / 2;
        page.SetTextAndFillColor(0, 0, 0);
        for (int i = 0; i < widths.Count; i++)
        {
            if (i % 2 == 0) page.DrawRectangle(new PdfPoint(x, bottom), widths[i] * module, 44, 0, fill: true);
            x += widths[i] * module;
        }
    }
}
