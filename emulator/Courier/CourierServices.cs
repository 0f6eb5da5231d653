using System.Text.RegularExpressions;

namespace Shop.Emulator.Courier;

/// <summary>Minor units, ISO 4217.</summary>
internal sealed record CourierMoney(long Amount, string Currency);

/// <summary>What one service would carry a parcel for.</summary>
internal sealed record CourierRate(string Id, string Name, string Courier, CourierMoney Price, int MinDays, int MaxDays);

/// <summary>The services and their prices: by started kilogram and by how far apart the postal codes are. The same question, the same answer.</summary>
internal static partial class CourierServices
{
    public const int HeaviestGrams = 50_000;

    /// <param name="Id">Asked for when booking.</param>
    /// <param name="Name">For people.</param>
    /// <param name="Courier">The courier's code, also in the path of its webhooks.</param>
    /// <param name="RupiahPerKilogram">By zone: same city, same region, same island, neighbouring islands, the far east. Zero: not offered there.</param>
    /// <param name="Days">Shortest and longest by zone.</param>
    /// <param name="LeastKilograms">Charged at least.</param>
    /// <param name="CubicCmPerGram">Room that counts as a gram: by lorry it counts for more.</param>
    private sealed record Service(string Id, string Name, string Courier, int[] RupiahPerKilogram, (int Min, int Max)[] Days, int LeastKilograms = 1, int CubicCmPerGram = 6);

    private static readonly Service[] All =
    [
        new("jne-reg", "JNE Reguler", "jne", [9_000, 12_000, 19_000, 36_000, 68_000], [(1, 2), (2, 3), (2, 4), (3, 6), (5, 9)]),
        new("jne-yes", "JNE YES (Yakin Esok Sampai)", "jne", [18_000, 23_000, 34_000, 0, 0], [(1, 1), (1, 1), (1, 1), (1, 1), (1, 1)]),
        new("sicepat-reg", "SiCepat REG", "sicepat", [8_500, 11_500, 17_500, 35_000, 66_000], [(1, 2), (1, 3), (2, 4), (3, 6), (5, 8)]),
        new("sicepat-gokil", "SiCepat Gokil (kargo)", "sicepat", [3_000, 3_500, 4_500, 8_000, 14_000], [(2, 4), (3, 5), (4, 7), (6, 12), (10, 18)], LeastKilograms: 10, CubicCmPerGram: 4),
        new("anteraja-reg", "AnterAja Reguler", "anteraja", [8_000, 11_000, 17_000, 34_000, 65_000], [(1, 2), (2, 3), (2, 4), (3, 7), (5, 9)]),
        new("anteraja-nextday", "AnterAja Next Day", "anteraja", [13_000, 17_000, 27_000, 0, 0], [(1, 1), (1, 1), (1, 1), (1, 1), (1, 1)]),
        new("jnt-ez", "J&T EZ", "jnt", [9_000, 12_000, 18_000, 37_000, 70_000], [(1, 2), (2, 3), (2, 4), (3, 6), (5, 9)]),
    ];

    /// <summary>How far from Java the first digit of a postal code is: Jakarta, Sumatra twice, Java three times, Kalimantan, Bali and Nusa Tenggara, the east.</summary>
    private static readonly int[] Remoteness = [2, 2, 3, 3, 2, 2, 2, 3, 3, 4];

    /// <param name="origin">Postal codes.</param>
    public static IReadOnlyList<CourierRate> Rates(string origin, string destination, long grams, long cubicCm) =>
        [.. All.Select(service => Rate(service, Zone(origin, destination), grams, cubicCm)).OfType<CourierRate>().OrderBy(rate => rate.Price.Amount)];

    public static CourierRate? Find(string serviceId, string origin, string destination, long grams, long cubicCm) =>
        Rates(origin, destination, grams, cubicCm).FirstOrDefault(rate => rate.Id == serviceId);

    public static bool IsPostalCode(string? text) => text is not null && PostalCode().IsMatch(text);

    private static CourierRate? Rate(Service service, int zone, long grams, long cubicCm)
    {
        int rupiah = service.RupiahPerKilogram[zone];
        if (rupiah == 0) return null;
        long charged = Math.Max(grams, (cubicCm + service.CubicCmPerGram - 1) / service.CubicCmPerGram);
        if (charged > HeaviestGrams) return null;
        int kilograms = Math.Max(service.LeastKilograms, (int)((charged + 999) / 1000));
        return new CourierRate(service.Id, service.Name, service.Courier, new CourierMoney(rupiah * 100L * kilograms, "IDR"), service.Days[zone].Min, service.Days[zone].Max);
    }

    private static int Zone(string from, string to)
    {
        if (from.AsSpan(0, 3).SequenceEqual(to.AsSpan(0, 3))) return 0;
        if (from[0] == to[0]) return 1;
        return Math.Max(Remoteness[from[0] - '0'], Remoteness[to[0] - '0']);
    }

    [GeneratedRegex(@"^[0-9]{5}\z", RegexOptions.CultureInvariant, 1000)]
    private static partial Regex PostalCode();
}
