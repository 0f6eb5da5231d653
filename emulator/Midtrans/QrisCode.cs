using System.Globalization;
using System.Text;

namespace Shop.Emulator.Midtrans;

/// <summary>What a QRIS code says: EMV's merchant-presented text, fields of a tag, a length and a value, with a checksum at its end.</summary>
internal static class QrisCode
{
    public static string Of(long rupiah, string transactionId)
    {
        string merchant = Field("00", "ID.CO.EMULATOR.WWW") + Field("01", "936009140000000001");
        string text = Field("00", "01") + Field("01", "12") + Field("26", merchant) + Field("52", "5311") + Field("53", "360")
            + Field("54", rupiah.ToString(CultureInfo.InvariantCulture)) + Field("58", "ID") + Field("59", "Shop") + Field("60", "JAKARTA") + Field("62", Field("01", transactionId.Replace("-", "", StringComparison.Ordinal)[..25])) + "6304";
        return text + Checksum(text).ToString("X4", CultureInfo.InvariantCulture);
    }

    private static string Field(string tag, string value) => string.Create(CultureInfo.InvariantCulture, $"{tag}{value.Length:D2}{value}");

    /// <summary>CRC-16/CCITT-FALSE.</summary>
    private static int Checksum(string text)
    {
        int crc = 0xFFFF;
        foreach (byte letter in Encoding.ASCII.GetBytes(text))
        {
            crc ^= letter << 8;
            for (int bit = 0; bit < 8; bit++) crc = ((crc << 1) ^ ((crc & 0x8000) != 0 ? 0x1021 : 0)) & 0xFFFF;
        }
        return crc;
    }
}
